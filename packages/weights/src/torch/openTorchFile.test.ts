import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fileInMemory } from '../folders/fileInMemory.js';
import { dictionary, integer, pickle, rawPickle, tensor, text, tuple } from './__fixtures__/pickle.js';
import { torchFile, zipFile, type ZipPart } from './__fixtures__/zipFile.js';
import { crc32 } from './crc32.js';
import { openTorchFile } from './openTorchFile.js';
import { TorchFileError } from './TorchFileError.js';

const fixtures = join(import.meta.dirname, '../../fixtures');
const open = (bytes: Uint8Array, key?: string) => openTorchFile(fileInMemory(bytes), { key });
const four = new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer);

describe('openTorchFile', () => {
  it('reads what torch.save wrote: every dtype, views, tied and empty tensors, parameters', async () => {
    const file = await open(await readFile(join(fixtures, 'torch.bin')));
    const golden = JSON.parse(await readFile(join(fixtures, 'torch.json'), 'utf8')) as Record<
      string,
      { shape: number[]; values: (number | boolean | string)[] }
    >;
    expect([...file.tensors.keys()]).toEqual(Object.keys(golden));
    for (const [name, { shape, values }] of Object.entries(golden)) {
      const { data, shape: found } = await file.read(name);
      expect(found, name).toEqual(shape);
      expect(Array.from(data as Float32Array, Number), name).toEqual(values.map(Number));
    }
    expect((await file.read('long')).data).toEqual(BigInt64Array.of(2n ** 53n - 1n, -(2n ** 62n), 0n));
  });

  it('finds a state dict beside other values when it is told where, and says where one is', async () => {
    const bytes = await readFile(join(fixtures, 'torch-nested.pth'));
    const file = await open(bytes, 'state_dict');
    expect(file.tensors.get('a')).toEqual({ dtype: 'F32', shape: [3, 4] });
    await expect(open(bytes)).rejects.toThrow(
      'openTorchFile: the file must hold a dictionary from names to tensors, got 6 other entries. Pass key: one of "state_dict".',
    );
    await expect(open(bytes, 'model')).rejects.toThrow('"model" must hold a dictionary from names to tensors');
  });

  it.each([3, 4, 5])('reads what torch.save wrote with pickle_protocol=%i', async (protocol) => {
    const [expected, file] = [
      await open(await readFile(join(fixtures, 'torch-nested.pth')), 'state_dict'),
      await open(await readFile(join(fixtures, `torch-protocol-${protocol}.pth`)), 'state_dict'),
    ];
    expect(file.tensors).toEqual(expected.tensors);
    expect(await file.read('a')).toEqual(await expected.read('a'));
  });

  it('verifies the checksum of the values it reads, and only of those', async () => {
    const bytes = Uint8Array.from(await readFile(join(fixtures, 'torch.bin')));
    const file = await open(bytes);
    const { data } = await file.read('double');
    const place = Buffer.from(bytes).indexOf(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
    bytes[place] = (bytes[place] ?? 0) ^ 1;
    const damaged = await open(bytes);
    await expect(damaged.read('double')).rejects.toThrow(/the checksum of "torch\/data\/\d+" must be 0x/);
    expect((await damaged.read('matrix')).shape).toEqual([3, 4]);
  });

  it('computes the checksum of ZIP', () => {
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
    expect(crc32(new Uint8Array())).toBe(0);
  });
});

const valid = pickle(dictionary({ a: tensor({ shape: [2, 2], strides: [2, 1] }) }));
const parts: ZipPart[] = [
  { name: 'a/data.pkl', bytes: valid },
  { name: 'a/data/0', bytes: four },
];
const withPart = (change: Partial<ZipPart>): Uint8Array =>
  zipFile(parts.map((part, i) => (i === 1 ? { ...part, ...change } : part)));
const patched = (offsetFromEnd: number, value: number): Uint8Array => {
  const bytes = zipFile(parts);
  bytes[bytes.length - offsetFromEnd] = value;
  return bytes;
};

describe('openTorchFile with an archive that another reader could see otherwise', () => {
  it('reads the archive that the cases below change', async () => {
    const file = await open(zipFile(parts));
    expect(await file.read('a')).toEqual({ dtype: 'F32', shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) });
  });

  it.each<[string, Uint8Array, string]>([
    ['something before it', Uint8Array.of(0, ...zipFile(parts)), 'its directory must end at byte'],
    ['something after it', Uint8Array.of(...zipFile(parts), 0), 'it must end with the end of a ZIP directory'],
    ['a comment', patched(2, 1), 'it must end with the end of a ZIP directory'],
    ['another name in the local header', withPart({ localName: 'a/data/1' }), 'the name before "a/data/0"'],
    ['the flag of encryption', withPart({ flags: 0x809 }), 'the flags before "a/data/0"'],
    ['a flag in the local header alone', withPart({ localFlags: 0x848 }), 'the flags before "a/data/0"'],
    ['a compressed member', withPart({ method: 8 }), 'its members must be uncompressed'],
    ['a checksum of zero', withPart({ crc: 0, flags: 0 }), 'checksum of "a/data/0" must be 0x00000000'],
    ['another size after the data', withPart({ descriptorSize: 3 }), 'what follows "a/data/0" must repeat'],
    ['a member that reaches beyond the file', withPart({ size: 1000 }), '"a/data/0" must end within the file'],
    ['two members in one place', withPart({ headerStart: 0 }), '"a/data/0" must begin at byte'],
    ['a name twice', zipFile([...parts, { name: 'a/data/0', bytes: four }]), 'each name must be there once'],
    ['a name that climbs', zipFile([...parts, { name: 'a/../../x', bytes: four }]), 'relative and portable'],
    ['an absolute name', zipFile([...parts, { name: '/etc/x', bytes: four }]), 'relative and portable'],
    ['a name of Windows', zipFile([...parts, { name: 'a\\x', bytes: four }]), 'relative and portable'],
    ['two folders', zipFile([...parts, { name: 'b/data.pkl', bytes: valid }]), 'must hold one folder with data.pkl'],
    ['no pickle', zipFile(parts.slice(1)), 'must hold one folder with data.pkl'],
    ['the other byte order', zipFile([...parts, { name: 'a/byteorder', bytes: rawPickle('big') }]), 'must be little'],
    ['more members promised', patched(12, 3), 'must be in one part'],
    ['no bytes', new Uint8Array(), 'it must have at least 22 bytes, got 0'],
    ['a legacy file', rawPickle(0x80, 2, 0x8a, '\nl\xfc\x9cF\xf9 j\xa8P\x19.'.padEnd(30)), 'Files of torch before 1.6'],
  ])('refuses %s', async (_, bytes, message) => {
    const attempt = open(bytes).then((file) => file.read('a'));
    await expect(attempt).rejects.toThrow(TorchFileError);
    await expect(open(bytes).then((file) => file.read('a'))).rejects.toThrow(message);
  });
});

describe('openTorchFile with a pickle that wants more than tensors', () => {
  const call = 'must not use opcode';
  it.each<[string, Uint8Array, string]>([
    ['os.system', pickle('cos\nsystem\n', tuple(text('id')), 'R'), 'storages, got "os.system". Nothing was run'],
    ['builtins.eval', pickle('c__builtin__\neval\n', tuple(text('1')), 'R'), 'got "__builtin__.eval"'],
    ['a name with dots', pickle('ctorch\nnn.Module\n', ')R'), 'got "torch.nn.Module"'],
    [
      'a name of the table in another module',
      pickle('ctorch\n_rebuild_tensor_v2\n', ')R'),
      'got "torch._rebuild_tensor_v2"',
    ],
    [
      'a storage without a type',
      pickle('ctorch._utils\n_rebuild_tensor_v3\n', ')R'),
      'got "torch._utils._rebuild_tensor_v3"',
    ],
    ['INST', pickle('(ios\nsystem\n'), `${call} 0x69`],
    ['OBJ', pickle('(ccollections\nOrderedDict\no'), `${call} 0x6f`],
    ['NEWOBJ', pickle('ccollections\nOrderedDict\n)\x81'), `${call} 0x81`],
    ['STACK_GLOBAL', pickle(text('os'), text('system'), '\x93'), 'storages, got "os.system". Nothing was run'],
    ['STACK_GLOBAL of a number', pickle(text('os'), 'N\x93'), 'must name a global by text'],
    ['STACK_GLOBAL of nothing', pickle(text('os'), '\x93'), 'must not read an empty stack'],
    ['a memo of nothing in protocol 4', pickle('\x94'), 'must not read an empty stack'],
    ['a frame beyond the end', pickle('\x95\x03\x00\x00\x00\x00\x00\x00\x00N'), 'must not end in the middle'],
    ['a frame of 2^64 - 1 bytes', pickle(`\x95${'\xff'.repeat(8)}N`), 'must not end in the middle'],
    ['a long text of protocol 4', pickle('\x8d'), `${call} 0x8d`],
    ['EXT1', pickle('\x82\x01'), `${call} 0x82`],
    ['a persistent id in text', pickle('P0\n'), `${call} 0x50`],
    ['a buffer of protocol 5', pickle('\x97'), `${call} 0x97`],
    [
      'attributes of a tensor',
      pickle(tensor({ shape: [4], strides: [1] }), '}b'),
      'must set attributes of a dictionary only',
    ],
    ['attributes from a list', pickle('}]b'), 'must set attributes of a dictionary only'],
    ['a storage that is called', pickle('ctorch\nFloatStorage\n)R'), '"torch.FloatStorage" must not be called'],
    ['text that is called', pickle(text('a'), ')R'), 'must call a known name with a tuple'],
    [
      'a class that is called with a list',
      pickle('ccollections\nOrderedDict\n]R'),
      'must call a known name with a tuple',
    ],
    ['an older protocol', rawPickle(0x80, 1, 'N.'), 'must be of protocol 2 to 5'],
    ['a newer protocol', rawPickle(0x80, 6, 'N.'), 'must be of protocol 2 to 5'],
    ['a memo that was never stored', pickle('h\x05'), 'must store memo 5 before it reads it'],
    ['a memo of nothing', pickle('q\x00'), 'must not read an empty stack'],
    ['an item of a list that is a dictionary', pickle('}Na'), 'must append to a list'],
    ['a key without a value', pickle('}(Nu'), 'must set items of a dictionary'],
    ['a mark as a value', pickle('('), 'must not read an empty stack'],
    ['no mark', pickle('Nt'), 'must set a mark'],
    ['two values at the end', pickle('NN'), 'must end with one value'],
    ['a second pickle', rawPickle(0x80, 2, 'N.', 0x80, 2, 'N.'), 'must end with one value'],
    ['text that is longer than the file', pickle('X\xff\xff\xff\x7fab'), 'must not end in the middle'],
    ['text that is not UTF-8', pickle(text('\xff')), 'must hold UTF-8 text'],
    ['an integer beyond 2^53', pickle('\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f'), 'must hold integers up to 2^53 - 1'],
    ['no end', rawPickle(0x80, 2, 'N'), 'must not end in the middle'],
    ['a number', pickle('K\x01'), 'must hold a dictionary from names to tensors, got something else'],
    ['a number as a name', pickle('}', integer(1), tensor({ shape: [4], strides: [1] }), 's'), 'got 1 other entries'],
  ])('refuses %s', async (_, bytes, message) => {
    await expect(open(torchFile(bytes, { 0: four }))).rejects.toThrow(TorchFileError);
    await expect(open(torchFile(bytes, { 0: four }))).rejects.toThrow(message);
  });

  it.each<[string, Parameters<typeof tensor>[0], string]>([
    ['reaches beyond its storage', { shape: [5], strides: [1] }, 'must lie within its storage of 4 values, got [5]'],
    ['begins too late', { shape: [2], strides: [1], offset: 3 }, 'must lie within its storage'],
    ['steps too far', { shape: [2, 2], strides: [3, 1] }, 'must lie within its storage'],
    ['repeats values', { shape: [65535, 65535], strides: [0, 0] }, 'must lie within its storage'],
    ['has more sizes than strides', { shape: [2, 2], strides: [1] }, 'must describe tensors as torch.save does'],
    ['has a storage of another size', { shape: [2], strides: [1], size: 2 }, 'must have 8 bytes, got 16'],
    ['has no storage', { shape: [4], strides: [1], key: '7' }, 'got no member "a/data/7"'],
    [
      'has a storage of unknown numbers',
      { shape: [4], strides: [1], type: 'QInt8Storage' },
      'got "torch.QInt8Storage"',
    ],
    ['has a storage elsewhere', { shape: [4], strides: [1], key: '../data.pkl' }, 'got no member "a/data/../data.pkl"'],
  ])('refuses a tensor that %s', async (_, view, message) => {
    const file = torchFile(pickle(dictionary({ a: tensor(view) })), { 0: four });
    await expect(open(file)).rejects.toThrow(TorchFileError);
    await expect(open(file)).rejects.toThrow(message);
  });

  it('reads a list that holds itself without walking in circles', async () => {
    const cycle = ']q\x00h\x00a';
    await expect(open(torchFile(pickle(dictionary({ a: cycle }))))).rejects.toThrow('got 1 other entries');
  });
});
