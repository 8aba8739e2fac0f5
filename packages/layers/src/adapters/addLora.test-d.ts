import { expectTypeOf, it } from 'vitest';
import { type Module } from '../modules/Module.js';
import { addLora } from './addLora.js';

declare const module: Module;

it('names the maps it adapted', () => {
  expectTypeOf(addLora(module, { rank: 4, alpha: 8, targets: /query$/, seed: 1 })).toEqualTypeOf<readonly string[]>();
});

it('refuses wrong calls', () => {
  // @ts-expect-error there is no default rank
  addLora(module, { alpha: 8, targets: ['query'], seed: 1 });
  // @ts-expect-error randomness is passed in
  addLora(module, { rank: 4, alpha: 8, targets: ['query'] });
  // @ts-expect-error targets are a list or a pattern
  addLora(module, { rank: 4, alpha: 8, targets: 'query', seed: 1 });
});

it('freezes by a pattern or a claim', () => {
  expectTypeOf(module.freeze((path) => path.endsWith('bias'))).toEqualTypeOf<Module>();
  // @ts-expect-error a path is no pattern
  module.freeze('bias');
});
