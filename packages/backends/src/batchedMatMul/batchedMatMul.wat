;; Products of many small float32 matrices, c[g] = a[g] b[g], all row-major and dense, with 128-bit SIMD.
;;
;; One row of `a` meets 16 columns of `b` at a time (4 vectors stay in registers), then 4, then single ones. The terms of a
;; sum are added in the order of k, as the scalar loop of TensorFlow.js does.
(module
  (import "env" "memory" (memory 0))

  (func (export "batchedMatMul")
    (param $a i32) (param $b i32) (param $c i32)                              ;; byte offsets
    (param $groups i32) (param $rows i32) (param $inner i32) (param $columns i32)
    (local $rowBytes i32) (local $innerBytes i32)
    (local $row i32) (local $j i32) (local $pa i32) (local $pb i32) (local $pc i32) (local $paEnd i32)
    (local $s0 v128) (local $s1 v128) (local $s2 v128) (local $s3 v128) (local $x v128) (local $sum f32)

    (local.set $rowBytes (i32.shl (local.get $columns) (i32.const 2)))
    (local.set $innerBytes (i32.shl (local.get $inner) (i32.const 2)))
    (local.set $pc (local.get $c))

    (block $done
      (loop $group
        (br_if $done (i32.eqz (local.get $groups)))
        (local.set $row (local.get $rows))
        (block $rowsDone
          (loop $nextRow
            (br_if $rowsDone (i32.eqz (local.get $row)))
            (local.set $paEnd (i32.add (local.get $a) (local.get $innerBytes)))
            (local.set $j (i32.const 0))

            (block $wideDone
              (loop $wide
                (br_if $wideDone (i32.gt_u (i32.add (local.get $j) (i32.const 64)) (local.get $rowBytes)))
                (local.set $pa (local.get $a))
                (local.set $pb (i32.add (local.get $b) (local.get $j)))
                (local.set $s0 (v128.const f32x4 0 0 0 0))
                (local.set $s1 (v128.const f32x4 0 0 0 0))
                (local.set $s2 (v128.const f32x4 0 0 0 0))
                (local.set $s3 (v128.const f32x4 0 0 0 0))
                (block $sumDone
                  (loop $term
                    (br_if $sumDone (i32.ge_u (local.get $pa) (local.get $paEnd)))
                    (local.set $x (v128.load32_splat (local.get $pa)))
                    (local.set $s0 (f32x4.add (local.get $s0) (f32x4.mul (local.get $x) (v128.load (local.get $pb)))))
                    (local.set $s1
                      (f32x4.add (local.get $s1) (f32x4.mul (local.get $x) (v128.load offset=16 (local.get $pb)))))
                    (local.set $s2
                      (f32x4.add (local.get $s2) (f32x4.mul (local.get $x) (v128.load offset=32 (local.get $pb)))))
                    (local.set $s3
                      (f32x4.add (local.get $s3) (f32x4.mul (local.get $x) (v128.load offset=48 (local.get $pb)))))
                    (local.set $pa (i32.add (local.get $pa) (i32.const 4)))
                    (local.set $pb (i32.add (local.get $pb) (local.get $rowBytes)))
                    (br $term)))
                (v128.store (i32.add (local.get $pc) (local.get $j)) (local.get $s0))
                (v128.store offset=16 (i32.add (local.get $pc) (local.get $j)) (local.get $s1))
                (v128.store offset=32 (i32.add (local.get $pc) (local.get $j)) (local.get $s2))
                (v128.store offset=48 (i32.add (local.get $pc) (local.get $j)) (local.get $s3))
                (local.set $j (i32.add (local.get $j) (i32.const 64)))
                (br $wide)))

            (block $narrowDone
              (loop $narrow
                (br_if $narrowDone (i32.gt_u (i32.add (local.get $j) (i32.const 16)) (local.get $rowBytes)))
                (local.set $pa (local.get $a))
                (local.set $pb (i32.add (local.get $b) (local.get $j)))
                (local.set $s0 (v128.const f32x4 0 0 0 0))
                (block $sumDone
                  (loop $term
                    (br_if $sumDone (i32.ge_u (local.get $pa) (local.get $paEnd)))
                    (local.set $s0
                      (f32x4.add
                        (local.get $s0)
                        (f32x4.mul (v128.load32_splat (local.get $pa)) (v128.load (local.get $pb)))))
                    (local.set $pa (i32.add (local.get $pa) (i32.const 4)))
                    (local.set $pb (i32.add (local.get $pb) (local.get $rowBytes)))
                    (br $term)))
                (v128.store (i32.add (local.get $pc) (local.get $j)) (local.get $s0))
                (local.set $j (i32.add (local.get $j) (i32.const 16)))
                (br $narrow)))

            (block $singleDone
              (loop $single
                (br_if $singleDone (i32.ge_u (local.get $j) (local.get $rowBytes)))
                (local.set $pa (local.get $a))
                (local.set $pb (i32.add (local.get $b) (local.get $j)))
                (local.set $sum (f32.const 0))
                (block $sumDone
                  (loop $term
                    (br_if $sumDone (i32.ge_u (local.get $pa) (local.get $paEnd)))
                    (local.set $sum
                      (f32.add (local.get $sum) (f32.mul (f32.load (local.get $pa)) (f32.load (local.get $pb)))))
                    (local.set $pa (i32.add (local.get $pa) (i32.const 4)))
                    (local.set $pb (i32.add (local.get $pb) (local.get $rowBytes)))
                    (br $term)))
                (f32.store (i32.add (local.get $pc) (local.get $j)) (local.get $sum))
                (local.set $j (i32.add (local.get $j) (i32.const 4)))
                (br $single)))

            (local.set $a (local.get $paEnd))
            (local.set $pc (i32.add (local.get $pc) (local.get $rowBytes)))
            (local.set $row (i32.sub (local.get $row) (i32.const 1)))
            (br $nextRow)))
        (local.set $b (i32.add (local.get $b) (i32.mul (local.get $inner) (local.get $rowBytes))))
        (local.set $groups (i32.sub (local.get $groups) (i32.const 1)))
        (br $group)))))
