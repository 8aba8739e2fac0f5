;; Passes over tensors that touch each value once, with 128-bit SIMD. Tensors lie outside: pieces of them are copied in and out.
;; Sizes are in bytes, multiples of 16.
(module
  ;; Eight 64 KiB pages: four pieces with room between them.
  (memory (export "memory") 8)

  ;; One update of AdamW, in place: parameter, first and second moment. Each operation is rounded as a kernel of its own would.
  (func (export "adamW")
    (param $parameter i32) (param $gradient i32) (param $first i32) (param $second i32) (param $bytes i32)
    (param $beta1 f32) (param $rest1 f32) (param $beta2 f32) (param $rest2 f32)
    (param $epsilon f32) (param $stepSize f32) (param $decay f32) (param $gradientScale f32)
    (local $i i32) (local $g v128) (local $m v128) (local $v v128)

    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $i) (local.get $bytes)))
        (local.set $g (f32x4.mul
          (v128.load (i32.add (local.get $gradient) (local.get $i)))
          (f32x4.splat (local.get $gradientScale))))
        (local.set $m (f32x4.add
          (f32x4.mul (v128.load (i32.add (local.get $first) (local.get $i))) (f32x4.splat (local.get $beta1)))
          (f32x4.mul (local.get $g) (f32x4.splat (local.get $rest1)))))
        (local.set $v (f32x4.add
          (f32x4.mul (v128.load (i32.add (local.get $second) (local.get $i))) (f32x4.splat (local.get $beta2)))
          (f32x4.mul (f32x4.mul (local.get $g) (local.get $g)) (f32x4.splat (local.get $rest2)))))
        (v128.store (i32.add (local.get $first) (local.get $i)) (local.get $m))
        (v128.store (i32.add (local.get $second) (local.get $i)) (local.get $v))
        (v128.store (i32.add (local.get $parameter) (local.get $i)) (f32x4.sub
          (f32x4.mul (v128.load (i32.add (local.get $parameter) (local.get $i))) (f32x4.splat (local.get $decay)))
          (f32x4.mul
            (f32x4.div (local.get $m) (f32x4.add (f32x4.sqrt (local.get $v)) (f32x4.splat (local.get $epsilon))))
            (f32x4.splat (local.get $stepSize)))))
        (local.set $i (i32.add (local.get $i) (i32.const 16)))
        (br $next))))

  ;; The sum of the squares of a piece, in float64.
  (func (export "sumOfSquares") (param $x i32) (param $bytes i32) (result f64)
    (local $i i32) (local $value v128) (local $wide v128) (local $sum v128)

    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $i) (local.get $bytes)))
        (local.set $value (v128.load (i32.add (local.get $x) (local.get $i))))
        (local.set $wide (f64x2.promote_low_f32x4 (local.get $value)))
        (local.set $sum (f64x2.add (local.get $sum) (f64x2.mul (local.get $wide) (local.get $wide))))
        (local.set $wide (f64x2.promote_low_f32x4
          (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $value) (local.get $value))))
        (local.set $sum (f64x2.add (local.get $sum) (f64x2.mul (local.get $wide) (local.get $wide))))
        (local.set $i (i32.add (local.get $i) (i32.const 16)))
        (br $next)))
    (f64.add (f64x2.extract_lane 0 (local.get $sum)) (f64x2.extract_lane 1 (local.get $sum))))

  ;; The largest distance between two pieces, and the largest size of a value of the second; NaN when there is one.
  (func (export "largestDifference") (param $x i32) (param $y i32) (param $bytes i32) (result f32 f32)
    (local $i i32) (local $value v128) (local $difference v128) (local $size v128)

    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $i) (local.get $bytes)))
        (local.set $value (v128.load (i32.add (local.get $y) (local.get $i))))
        (local.set $size (f32x4.max (local.get $size) (f32x4.abs (local.get $value))))
        (local.set $difference (f32x4.max (local.get $difference) (f32x4.abs (f32x4.sub
          (v128.load (i32.add (local.get $x) (local.get $i)))
          (local.get $value)))))
        (local.set $i (i32.add (local.get $i) (i32.const 16)))
        (br $next)))
    (call $largest (local.get $difference))
    (call $largest (local.get $size)))

  (func $largest (param $of v128) (result f32)
    (f32.max
      (f32.max (f32x4.extract_lane 0 (local.get $of)) (f32x4.extract_lane 1 (local.get $of)))
      (f32.max (f32x4.extract_lane 2 (local.get $of)) (f32x4.extract_lane 3 (local.get $of)))))

  ;; Multiplies by `scale` or by 0, in place. The 32 bits that decide are those of `bitsAt` in @crossmodal/layers at `index` and after.
  (func (export "dropout")
    (param $x i32) (param $bytes i32) (param $index i32)
    (param $firstKey i32) (param $secondKey i32) (param $dropBelow i32) (param $scale f32)
    (local $i i32) (local $places v128) (local $bits v128)

    (local.set $places (i32x4.add (i32x4.splat (local.get $index)) (v128.const i32x4 0 1 2 3)))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $i) (local.get $bytes)))
        (local.set $bits (v128.xor (local.get $places) (i32x4.splat (local.get $firstKey))))
        (local.set $bits (i32x4.mul
          (v128.xor (local.get $bits) (i32x4.shr_u (local.get $bits) (i32.const 16)))
          (i32x4.splat (i32.const 0x21f0aaad))))
        (local.set $bits (i32x4.mul
          (v128.xor
            (i32x4.add (local.get $bits) (i32x4.splat (local.get $secondKey)))
            (i32x4.shr_u (local.get $bits) (i32.const 15)))
          (i32x4.splat (i32.const 0x735a2d97))))
        (local.set $bits (v128.xor (local.get $bits) (i32x4.shr_u (local.get $bits) (i32.const 15))))
        ;; A factor of 0 instead of a 0, so that NaN stays NaN.
        (v128.store (i32.add (local.get $x) (local.get $i)) (f32x4.mul
          (v128.load (i32.add (local.get $x) (local.get $i)))
          (v128.and
            (i32x4.ge_u (local.get $bits) (i32x4.splat (local.get $dropBelow)))
            (f32x4.splat (local.get $scale)))))
        (local.set $places (i32x4.add (local.get $places) (v128.const i32x4 4 4 4 4)))
        (local.set $i (i32.add (local.get $i) (i32.const 16)))
        (br $next)))))
