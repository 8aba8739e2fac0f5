import { expectTypeOf, test } from 'vitest';

import { type BackendInfo, type BackendName, type BackendProbe, startBackend } from './index.js';

test('backends are asked for by name', () => {
  expectTypeOf(startBackend('wasm')).resolves.toEqualTypeOf<BackendInfo>();
  expectTypeOf(startBackend).parameter(0).toEqualTypeOf<BackendName | 'auto'>();
  // @ts-expect-error there is no such backend
  void startBackend('cuda');
});

test('what runs has a name of its own, never auto', () => {
  expectTypeOf<BackendInfo['name']>().toEqualTypeOf<BackendName>();
  expectTypeOf<BackendInfo['requested']>().toEqualTypeOf<BackendName | 'auto'>();
});

test('a probe either has a device or says what is missing', () => {
  const probe = {} as BackendProbe;
  if (probe.available) expectTypeOf(probe.device).toEqualTypeOf<string>();
  else expectTypeOf(probe.command).toEqualTypeOf<string>();
  // @ts-expect-error known only once it is available
  expectTypeOf(probe.device).toEqualTypeOf<string>();
});
