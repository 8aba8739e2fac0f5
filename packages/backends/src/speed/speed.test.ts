import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { stubHost } from '../__stubs__/stubHost.js';
import { type BackendName } from '../BackendName.js';
import { startBackend } from '../startBackend.js';
import { type BackendSpeed, type BackendSpeeds } from './BackendSpeed.js';
import { machineSpeeds } from './machineSpeeds.js';
import { measureBackend } from './measureBackend.js';
import { measureBackends } from './measureBackends.js';
import { SpeedFile } from './SpeedFile.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'crossmodal-speeds-'));
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const speed = (backend: BackendName, stepMs: number): BackendSpeed => ({
  backend,
  device: `the device of ${backend}`,
  matMulGflops: 10,
  stepMs,
});

const measured: BackendSpeeds = {
  measuredAt: '2026-01-02T03:04:05.000Z',
  speeds: [speed('onnxruntime', 1.23), speed('wasm', 4)],
  notUsed: [{ backend: 'webgpu', why: 'webgpu not used: no GPU' }],
};

it('measures what starts on real hardware, each in a child process, and keeps it', async () => {
  const speeds = new SpeedFile(join(folder, 'new', 'backends.json'), 'this machine');
  const host = stubHost({
    speeds,
    children: {
      webgpu: { outcome: 'reported', value: { info: { vendor: 'google', architecture: 'swiftshader' } } },
      '@crossmodal/tfjs-backend-onnxruntime': { outcome: 'reported', value: { version: '1.30.0' } },
      '@tensorflow/tfjs-node': { outcome: 'crashed', message: 'signal SIGSEGV' },
      '@crossmodal/backends': { outcome: 'reported', value: speed('wasm', 4) },
    },
  });
  const asked: string[] = [];
  const { measuredAt, notUsed } = await measureBackends({ host, onMeasure: (name) => asked.push(name) });
  expect(asked).toEqual(['onnxruntime', 'wasm']);
  expect(host.scripts.filter((script) => script.includes('measureBackend'))).toEqual([
    expect.stringContaining("measureBackend('onnxruntime')"),
    expect.stringContaining("measureBackend('wasm')"),
  ]);
  expect(measuredAt).toBe('2026-01-02T03:04:05.000Z');
  expect(speeds.read()?.speeds).toHaveLength(2);
  expect(notUsed.map(({ backend }) => backend)).toEqual(['tensorflow-gpu', 'webgpu', 'tensorflow']);
  expect(notUsed.map(({ why }) => why)).toEqual([
    expect.stringContaining("tensorflow-gpu not used: it needs the npm package '@tensorflow/tfjs-node-gpu'"),
    'webgpu not used: unnamed GPU (google, swiftshader) is emulated on the CPU. Ask for it by name if you want it.',
    expect.stringContaining('the trial ended with signal SIGSEGV'),
  ]);
});

it('takes the fastest that was measured, and the next one when that fails', async () => {
  const write = vi.fn();
  const machine = { speeds: { read: () => measured, write } };
  const host = stubHost(machine);
  const info = await startBackend('auto', { host });
  expect(info).toMatchObject({ requested: 'auto', name: 'wasm' });
  expect(info.notes[0]).toBe(
    'Took wasm, the fastest that starts here: onnxruntime 1.2 ms, wasm 4.0 ms for a step of attention, measured on 2026-01-02.',
  );
  expect(info.notes[1]).toContain("onnxruntime not used: startBackend: backend 'onnxruntime' needs the npm package");
  expect(info.notes[2]).toBe('webgpu not used: no GPU');
  expect(info.choice).toEqual({
    by: 'speed',
    why: info.notes[0],
    passedOver: [
      { backend: 'onnxruntime', why: info.notes[1] },
      { backend: 'webgpu', why: 'webgpu not used: no GPU' },
    ],
  });
  // Nothing was tried that is not needed, and nothing measured again.
  expect(host.scripts).toEqual([]);
  expect(write).not.toHaveBeenCalled();
});

it('measures at the first start, and goes by the fixed order where nothing can be measured', async () => {
  const written: BackendSpeeds[] = [];
  const speeds = { read: () => undefined, write: (value: BackendSpeeds): undefined => void written.push(value) };
  const children = { '@crossmodal/backends': { outcome: 'reported', value: speed('wasm', 4) } } as const;
  const { name, notes } = await startBackend('auto', { host: stubHost({ speeds, children }) });
  expect(name).toBe('wasm');
  expect(notes[0]).toContain('Took wasm, the fastest that starts here: wasm 4.0 ms');
  expect(written).toHaveLength(1);
  const broken = { '@crossmodal/backends': { outcome: 'not-possible' } } as const;
  const fallen = await startBackend('auto', { host: stubHost({ speeds, children: broken }) });
  expect(fallen.name).toBe('wasm');
  expect(fallen.notes[0]).toBe('Fell down to wasm: nothing faster starts here.');
  expect(fallen.choice).toMatchObject({ by: 'fallback', why: fallen.notes[0] });
  expect(written).toHaveLength(1);
});

it('keeps the measurements of several machines in one file', () => {
  const path = join(folder, 'backends.json');
  const [first, second] = [new SpeedFile(path, 'first'), new SpeedFile(path, 'second')];
  expect(first.read()).toBeUndefined();
  first.write(measured);
  second.write({ ...measured, speeds: [speed('wasm', 9)] });
  expect(first.read()).toEqual(measured);
  expect(second.read()?.speeds).toEqual([speed('wasm', 9)]);
  for (let i = 0; i < 30; i += 1) new SpeedFile(path, `machine ${i}`).write(measured);
  const { machines } = JSON.parse(readFileSync(path, 'utf8')) as { machines: Record<string, unknown> };
  expect(Object.keys(machines)).toHaveLength(20);
  expect(machines['machine 29']).toEqual(measured);
});

it.each([
  '',
  '{',
  'null',
  '{"version":2,"machines":{}}',
  '{"version":1,"machines":null}',
  '{"version":1,"machines":{"this":{"measuredAt":"x","speeds":[],"notUsed":[]}}}',
  '{"version":1,"machines":{"this":{"measuredAt":"x","speeds":[{"backend":"wasm","device":"x","stepMs":1,"matMulGflops":1}]}}}',
  '{"version":1,"machines":{"this":{"measuredAt":"x","speeds":[{"backend":"wasm","device":"x","stepMs":1,"matMulGflops":1}],"notUsed":["webgpu not used"]}}}',
  '{"version":1,"machines":{"this":{"measuredAt":"x","speeds":[{"backend":"cuda","device":"x","stepMs":1,"matMulGflops":1}],"notUsed":[]}}}',
])('takes a damaged file for none: %s', (text) => {
  const path = join(folder, 'backends.json');
  writeFileSync(path, text);
  const file = new SpeedFile(path, 'this');
  expect(file.read()).toBeUndefined();
  file.write(measured);
  expect(file.read()).toEqual(measured);
});

it('does without a file that cannot be written', () => {
  writeFileSync(join(folder, 'file'), '');
  const file = new SpeedFile(join(folder, 'file', 'backends.json'), 'this');
  expect(file.write(measured)).toContain('backends.json must be writable, got: E');
  expect(file.read()).toBeUndefined();
});

it('says that what it measured cannot be kept, and goes by it', async () => {
  writeFileSync(join(folder, 'file'), '');
  const speeds = new SpeedFile(join(folder, 'file', 'backends.json'), 'this');
  const children = { '@crossmodal/backends': { outcome: 'reported', value: speed('wasm', 4) } } as const;
  const info = await startBackend('auto', { host: stubHost({ speeds, children }) });
  expect(info.measured?.speeds).toEqual([speed('wasm', 4)]);
  expect(info.measured?.notKept).toContain('The measurements are not kept and will be taken at each');
  expect(info.notes.at(-1)).toBe(info.measured?.notKept);
});

it('measures again after native TensorFlow was set up', () => {
  vi.stubEnv('XDG_CACHE_HOME', folder);
  vi.stubEnv('CROSSMODAL_TENSORFLOW_DIR', '');
  vi.stubEnv('CROSSMODAL_MEASURE', '');
  machineSpeeds()?.write(measured);
  expect(machineSpeeds()?.read()).toEqual(measured);
  const setup = join(folder, 'crossmodal', 'tensorflow', `${process.platform}-${process.arch}-cpu`);
  mkdirSync(setup, { recursive: true });
  writeFileSync(join(setup, 'tfjs_binding.node'), 'built');
  const sha256 = createHash('sha256').update('built').digest('hex');
  const record = {
    formatVersion: 1,
    packageName: '@tensorflow/tfjs-node',
    packageVersion: '4.22.0',
    tensorflow: '2.21.0',
    libraries: [],
    binding: { bytes: 5, sha256 },
    builtAt: '2026-01-02T03:04:05.000Z',
  };
  writeFileSync(join(setup, 'setup.json'), JSON.stringify(record));
  expect(machineSpeeds()?.read()).toBeUndefined();
});

it('keeps what belongs to these versions of this machine in the cache folder, if that is wanted', () => {
  vi.stubEnv('XDG_CACHE_HOME', folder);
  vi.stubEnv('CROSSMODAL_MEASURE', '');
  machineSpeeds()?.write(measured);
  const text = readFileSync(join(folder, 'crossmodal', 'backends.json'), 'utf8');
  expect(text).toContain(
    `node ${process.version}, tfjs 4.22.0, @crossmodal/tfjs-backend-onnxruntime 0.0.0, onnxruntime-node 1.30.0`,
  );
  expect(machineSpeeds()?.read()).toEqual(measured);
  vi.stubEnv('CROSSMODAL_MEASURE', 'off');
  expect(machineSpeeds()).toBeUndefined();
});

it('measures a backend in this process', async () => {
  const { backend, device, matMulGflops, stepMs } = await measureBackend('wasm');
  expect([backend, device]).toEqual(['wasm', 'CPU (WebAssembly SIMD, 1 thread)']);
  // Anything from an old phone to a large machine.
  expect(matMulGflops).toBeGreaterThan(0.1);
  expect(matMulGflops).toBeLessThan(10_000);
  expect(stepMs).toBeGreaterThan(0);
});
