import { describe, expect, it, vi } from 'vitest';
import { loadBinding } from './loadBinding.js';
import { OnnxRuntimeUnavailableError } from './OnnxRuntimeUnavailableError.js';
import { onnxRuntimeVersion } from './startOnnxRuntime.js';

/** A loader that knows these modules. */
function loader(modules: Readonly<Record<string, () => unknown>>): (name: string) => unknown {
  return (name) => {
    const load = modules[name];
    if (!load) throw new Error(`Cannot find module '${name}'`);
    return load();
  };
}

function failure(load: (name: string) => unknown): OnnxRuntimeUnavailableError {
  try {
    loadBinding(load);
  } catch (error) {
    if (error instanceof OnnxRuntimeUnavailableError) return error;
  }
  throw new Error('loadBinding: an OnnxRuntimeUnavailableError must come, got none.');
}

const rightVersion = { 'onnxruntime-node/package.json': () => ({ version: onnxRuntimeVersion }) };

describe('loadBinding', () => {
  it('gives the native code of the installed version', () => {
    expect(loadBinding().InferenceSession).toBeTypeOf('function');
  });

  it('starts ONNX Runtime before it gives out its code', () => {
    const order: string[] = [];
    const binding = { InferenceSession: Object };
    const load = loader({
      ...rightVersion,
      'onnxruntime-node/dist/binding.js': () => ({ binding, initOrt: () => order.push('started') }),
    });
    expect(loadBinding(load)).toBe(binding);
    expect(order).toEqual(['started']);
  });

  it.each([
    [undefined, '1'],
    ['0', '0'],
  ])('keeps ONNX Runtime from reporting its use, unless that is wanted (%s)', (before, expected) => {
    vi.stubEnv('ORT_DISABLE_TELEMETRY', before);
    let seen: string | undefined;
    const load = loader({
      ...rightVersion,
      'onnxruntime-node/dist/binding.js': () => {
        seen = process.env.ORT_DISABLE_TELEMETRY;
        return { binding: {}, initOrt: () => undefined };
      },
    });
    loadBinding(load);
    vi.unstubAllEnvs();
    expect(seen).toBe(expected);
  });

  it('names the command where the package is missing', () => {
    const { reason, message, cause } = failure(loader({}));
    expect(reason).toBe('missing');
    expect(message).toBe(
      'loadBinding: onnxruntime-node must be installed, got none. Run npm install onnxruntime-node@1.30.0',
    );
    expect(cause).toBeInstanceOf(Error);
  });

  it('refuses other versions without loading their code', () => {
    const { reason, message } = failure(
      loader({
        'onnxruntime-node/package.json': () => ({ version: '1.31.0' }),
        'onnxruntime-node/dist/binding.js': () => {
          throw new Error('loaded');
        },
      }),
    );
    expect(reason).toBe('version');
    expect(message).toBe(
      'loadBinding: onnxruntime-node must be version 1.30.0, got 1.31.0. Run npm install onnxruntime-node@1.30.0',
    );
  });

  it('says what broke where the native code does not load or start', () => {
    const broken = new Error('libonnxruntime.so.1: cannot open shared object file\nRequire stack:\n- /some/file.js');
    const doesNotLoad = loader({
      ...rightVersion,
      'onnxruntime-node/dist/binding.js': () => {
        throw broken;
      },
    });
    const doesNotStart = loader({
      ...rightVersion,
      'onnxruntime-node/dist/binding.js': () => ({
        binding: {},
        initOrt: () => {
          throw broken;
        },
      }),
    });
    for (const load of [doesNotLoad, doesNotStart]) {
      const { reason, message, cause } = failure(load);
      expect(reason).toBe('broken');
      expect(message).toContain(`must load on ${process.platform} ${process.arch} with Node ${process.version}`);
      expect(message).toContain('got: libonnxruntime.so.1: cannot open shared object file. Run npm install');
      expect(cause).toBe(broken);
    }
  });

  it('says broken where the inner file no longer has the known shape', () => {
    expect(failure(loader({ ...rightVersion, 'onnxruntime-node/dist/binding.js': () => ({}) })).reason).toBe('broken');
  });
});
