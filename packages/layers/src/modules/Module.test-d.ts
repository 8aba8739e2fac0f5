import { type Tensor3D, type Tensor4D, type Variable } from '@tensorflow/tfjs-core';
import { expectTypeOf, it } from 'vitest';
import { attention } from '../ops/attention.js';
import { dropout } from '../ops/dropout.js';
import { Linear } from './Linear.js';
import { Module } from './Module.js';
import { type PostNormBlock } from './PostNormBlock.js';

declare const stream: Tensor3D;
declare const heads: Tensor4D;

it('keeps the types of children and results', () => {
  class Parent extends Module {
    readonly map = this.child('map', new Linear(2, 3));
  }
  expectTypeOf<Parent['map']>().toEqualTypeOf<Linear>();
  expectTypeOf<ReturnType<Parent['train']>>().toExtend<Parent>();
  expectTypeOf<ReturnType<Parent['namedParameters']>>().toEqualTypeOf<Map<string, Variable>>();
  expectTypeOf<ReturnType<PostNormBlock['call']>['hiddenStates']>().toEqualTypeOf<Tensor3D>();
  expectTypeOf<ReturnType<typeof attention>['attentions']>().toEqualTypeOf<Tensor4D>();
});

it('refuses wrong calls', () => {
  // @ts-expect-error the value is missing
  expectTypeOf(attention).toBeCallableWith({ query: heads, key: heads });
  // @ts-expect-error the stream has three axes, heads have four
  expectTypeOf(attention).toBeCallableWith({ query: stream, key: heads, value: heads });
  // @ts-expect-error randomness is passed in
  expectTypeOf(dropout).toBeCallableWith(stream, 0.1);
});
