import { expectTypeOf, it } from 'vitest';
import {
  type CheckpointFolder,
  commitFile,
  type FileSystem,
  type FloatTensor,
  floatTensors,
  type NameMap,
  openFolder,
  openTorchFile,
  type openWeights,
  parseSafetensors,
  serializeSafetensors,
  type TensorData,
  type TensorDtype,
  type TensorFile,
} from './index.js';

it('ties the type of the values to the dtype', () => {
  expectTypeOf(parseSafetensors(new Uint8Array())).toEqualTypeOf<Map<string, TensorData>>();
  expectTypeOf<Extract<TensorData, { dtype: 'I64' }>['data']>().toEqualTypeOf<BigInt64Array>();
  expectTypeOf<TensorDtype>().toEqualTypeOf<
    'F32' | 'F16' | 'BF16' | 'F64' | 'I64' | 'I32' | 'I16' | 'I8' | 'U8' | 'BOOL'
  >();
  // @ts-expect-error float values are no integers
  expectTypeOf<{ dtype: 'I32'; shape: number[]; data: Float32Array }>().toExtend<TensorData>();
  expectTypeOf(serializeSafetensors).returns.toEqualTypeOf<Uint8Array>();
});

it('gives float32 where a model wants it', () => {
  expectTypeOf(floatTensors(new Map(), 'x').get('a')?.data).toEqualTypeOf<Float32Array | undefined>();
});

it('takes a path or a URL, and a file system of your own', () => {
  expectTypeOf(openFolder).returns.toEqualTypeOf<CheckpointFolder>();
  expectTypeOf(openFolder).parameter(0).toEqualTypeOf<string | URL | CheckpointFolder>();
  expectTypeOf(commitFile).parameter(2).toEqualTypeOf<FileSystem | undefined>();
  expectTypeOf(commitFile).toBeCallableWith('a', [Uint8Array.of(1)].values());
  // @ts-expect-error pieces are bytes
  expectTypeOf(commitFile).toBeCallableWith('a', ['text']);
  // @ts-expect-error numbers are no contents
  expectTypeOf(commitFile).toBeCallableWith('a', 1);
});

it('gives float32 by path, one after the other', () => {
  expectTypeOf<Awaited<ReturnType<typeof openWeights>>['read']>().returns.toEqualTypeOf<
    AsyncIterable<readonly [path: string, tensor: FloatTensor]>
  >();
  expectTypeOf({ ignore: [/x/], rename: [] }).toExtend<NameMap>();
  // @ts-expect-error a pattern has a replacement
  expectTypeOf({ ignore: [], rename: [[/x/]] }).toExtend<NameMap>();
  expectTypeOf(openTorchFile).returns.toEqualTypeOf<Promise<TensorFile>>();
});
