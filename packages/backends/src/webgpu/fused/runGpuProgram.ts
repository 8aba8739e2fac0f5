import { type TensorInfo, util } from '@tensorflow/tfjs-core';

/** The part of `WebGPUBackend` of `@tensorflow/tfjs-backend-webgpu` 4.22 that runs programs. All of it is public there. */
export interface GpuRunner {
  runWebGPUProgram(
    program: GpuProgram,
    inputs: TensorInfo[],
    dtype: 'float32',
    uniforms: { type: 'float32' | 'int32'; data: number[] }[],
  ): TensorInfo;
}

/** What the backend wants to know of a program. */
interface GpuProgram {
  readonly variableNames: string[];
  readonly outputShape: number[];
  readonly dispatchLayout: { readonly x: number[] };
  readonly dispatch: [number, number, number];
  readonly workgroupSize: [number, number, number];
  /** Programs of one key share a compiled shader. */
  readonly shaderKey: string;
  readonly size: boolean;
  readonly uniforms: string;
  getUserCode(): string;
}

/** One program in WGSL, the language of WebGPU's shaders. */
export interface GpuWork {
  /** One for each code. */
  readonly name: string;
  /** float32 each; in the code they are arrays of these names, row-major. */
  readonly inputs: Readonly<Record<string, TensorInfo>>;
  /** Of the output, float32. */
  readonly shape: readonly number[];
  /** Numbers that the code knows as `uniforms.<name>`; the code is compiled once for all their values. */
  readonly integers?: Readonly<Record<string, number>>;
  readonly floats?: Readonly<Record<string, number>>;
  /** Functions that `code` calls. */
  readonly functions?: string;
}

/** Threads of a group, which share what they reduce. */
export const GROUP_SIZE = 64;

/**
 * Computes each element of the output by itself.
 *
 * @param work - what is computed from
 * @param code - statements that know the element's place `index` and set `value`
 * @returns new tensor
 */
export function runElements(runner: GpuRunner, work: GpuWork, code: string): TensorInfo {
  const groups = Math.ceil(util.sizeFromShape([...work.shape]) / GROUP_SIZE);
  return run(
    runner,
    work,
    groups,
    `
    fn main(index : i32) {
      if (index < uniforms.size) {
        var value = 0.0f;
        ${code}
        result[index] = value;
      }
    }`,
  );
}

/**
 * Computes each row by a group of threads.
 *
 * @param work - what is computed from; `integers` must hold `rows`
 * @param code - statements that know `row` and the thread's number `lane`, may call `sumOverRow(lane, x)` and `maxOverRow(lane, x)`, all threads of the
 *   group together, and write to `result`
 * @returns new tensor
 */
export function runRows(
  runner: GpuRunner,
  work: GpuWork & { readonly integers: { readonly rows: number } },
  code: string,
): TensorInfo {
  return run(
    runner,
    work,
    work.integers.rows,
    `
    var<workgroup> partials : array<f32, ${GROUP_SIZE}>;
    ${reduction('sumOverRow', 'partials[lane] + partials[lane + half]')}
    ${reduction('maxOverRow', 'max(partials[lane], partials[lane + half])')}
    fn main(index : i32) {
      // A large number of groups becomes a grid with some to spare: they repeat the last row.
      let row = min(index / ${GROUP_SIZE}, uniforms.rows - 1);
      let lane = i32(localIndex);
      ${code}
    }`,
  );
}

function reduction(name: string, combined: string): string {
  return `
    fn ${name}(lane : i32, own : f32) -> f32 {
      partials[lane] = own;
      workgroupBarrier();
      for (var half = ${GROUP_SIZE / 2}; half > 0; half = half / 2) {
        if (lane < half) { partials[lane] = ${combined}; }
        workgroupBarrier();
      }
      let all = partials[0];
      workgroupBarrier();
      return all;
    }`;
}

function run(runner: GpuRunner, work: GpuWork, groups: number, code: string): TensorInfo {
  const { name, inputs, shape, integers = {}, floats = {}, functions = '' } = work;
  const size = util.sizeFromShape([...shape]);
  const declared = [
    ...Object.keys(integers).map((key) => `${key} : i32, `),
    ...Object.keys(floats).map((key) => `${key} : f32, `),
  ];
  const program: GpuProgram = {
    variableNames: Object.keys(inputs),
    outputShape: [size],
    dispatchLayout: { x: [0] },
    dispatch: [groups, 1, 1],
    workgroupSize: [GROUP_SIZE, 1, 1],
    shaderKey: `crossmodal ${name}`,
    size: true,
    uniforms: declared.join(''),
    getUserCode: () => `${functions}\n${code}`,
  };
  // As vectors, so that one shader serves all ranks.
  const vectors = Object.values(inputs).map((input) => ({ ...info(input), shape: [util.sizeFromShape(input.shape)] }));
  const output = runner.runWebGPUProgram(program, vectors, 'float32', [
    ...Object.values(integers).map((value) => ({ type: 'int32' as const, data: [value] })),
    ...Object.values(floats).map((value) => ({ type: 'float32' as const, data: [value] })),
  ]);
  return { ...info(output), shape: [...shape] };
}

function info({ dataId, dtype, shape }: TensorInfo): TensorInfo {
  return { dataId, dtype, shape };
}
