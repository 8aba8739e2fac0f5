import { type CheckpointFile } from '../folders/CheckpointFolder.js';
import { assertFileName } from '../folders/assertFileName.js';
import { quoteName } from '../safetensors/HeaderCursor.js';
import { decodeUtf8 } from './decodeUtf8.js';
import { refuseArchive as refuse } from './refuseArchive.js';

/** One member as the directory describes it. */
export interface ZipMember {
  readonly name: string;
  readonly flags: number;
  readonly crc: number;
  /** In bytes. */
  readonly size: number;
  /** Where its local header begins. */
  readonly headerStart: number;
  /** Where its bytes begin; known once the local header is read. */
  readonly dataStart: number;
}

const [endBytes, locatorBytes, end64Bytes, entryBytes] = [22, 20, 56, 46];
const [endSignature, locatorSignature, end64Signature, entrySignature] = [
  0x06054b50, 0x07064b50, 0x06064b50, 0x02014b50,
];
/** Far above any model (some hundred members), far below what would hurt. */
const maxDirectoryBytes = 64_000_000;

/** Reads the directory of a ZIP archive; the members are in the order in which they lie. */
export async function readZipDirectory(
  file: CheckpointFile,
): Promise<{ readonly members: readonly ZipMember[]; readonly start: number }> {
  const { count, start, size } = await readEnd(file);
  if (size > maxDirectoryBytes) throw refuse(`its directory must have at most ${maxDirectoryBytes} bytes, got ${size}`);
  const bytes = await file.read(start, size);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const members = new Map<string, ZipMember>();
  let place = 0;
  for (let i = 0; i < count; i += 1) {
    const { member, length } = readEntry(view, place);
    if (members.has(member.name)) throw refuse(`each name must be there once, got ${quoteName(member.name)} again`);
    members.set(member.name, member);
    place += length;
  }
  if (place !== size) throw refuse(`its directory must have ${size} bytes, got ${place} of ${count} members`);
  return { members: [...members.values()].sort((a, b) => a.headerStart - b.headerStart), start };
}

/** The end of the archive: nothing may follow it, and its 64-bit twin must say the same. */
async function readEnd(file: CheckpointFile): Promise<{ count: number; start: number; size: number }> {
  if (file.size < endBytes) throw refuse(`it must have at least ${endBytes} bytes, got ${file.size}`);
  const tail = await file.read(
    Math.max(0, file.size - endBytes - locatorBytes),
    Math.min(file.size, endBytes + locatorBytes),
  );
  const view = new DataView(tail.buffer, tail.byteOffset, tail.length);
  const at = tail.length - endBytes;
  const field = (offset: number): number => view.getUint16(at + offset, true);
  if (view.getUint32(at, true) !== endSignature || field(20) !== 0) {
    throw refuse('it must end with the end of a ZIP directory. Files of torch before 1.6 must be saved again');
  }
  if (field(4) !== 0 || field(6) !== 0 || field(8) !== field(10)) throw refuse('it must be in one part');
  const short = { count: field(10), size: view.getUint32(at + 12, true), start: view.getUint32(at + 16, true) };
  const has64 = at >= locatorBytes && view.getUint32(at - locatorBytes, true) === locatorSignature;
  const endStart = file.size - endBytes - (has64 ? locatorBytes + end64Bytes : 0);
  const end = has64 ? await readEnd64(file, view, at - locatorBytes, endStart) : short;
  const agrees =
    (short.count === 0xffff || short.count === end.count) &&
    (short.size === 0xffffffff || short.size === end.size) &&
    (short.start === 0xffffffff || short.start === end.start);
  if (!agrees) throw refuse('both ends of its directory must say the same');
  if (end.start + end.size !== endStart) {
    throw refuse(`its directory must end at byte ${endStart}, got ${end.start} + ${end.size}`);
  }
  return end;
}

async function readEnd64(
  file: CheckpointFile,
  tail: DataView,
  locator: number,
  expectedStart: number,
): Promise<{ count: number; start: number; size: number }> {
  if (expectedStart < 0 || Number(tail.getBigUint64(locator + 8, true)) !== expectedStart) {
    throw refuse(`the 64-bit end of its directory must begin at byte ${expectedStart}`);
  }
  const bytes = await file.read(expectedStart, end64Bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const long = (offset: number): number => Number(view.getBigUint64(offset, true));
  if (view.getUint32(0, true) !== end64Signature || long(4) !== end64Bytes - 12 || long(24) !== long(32)) {
    throw refuse('the 64-bit end of its directory is damaged');
  }
  return { count: long(32), size: long(40), start: long(48) };
}

function readEntry(view: DataView, place: number): { member: ZipMember; length: number } {
  if (place + entryBytes > view.byteLength || view.getUint32(place, true) !== entrySignature) {
    throw refuse(`a member must be described at byte ${place} of its directory`);
  }
  const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((offset) => view.getUint16(place + offset, true));
  const length = entryBytes + (nameBytes ?? 0) + (extraBytes ?? 0);
  if (place + length > view.byteLength || commentBytes !== 0 || view.getUint16(place + 10, true) !== 0) {
    throw refuse('its members must be uncompressed and without comments');
  }
  const name = readName(new Uint8Array(view.buffer, view.byteOffset + place + entryBytes, nameBytes));
  const extra = new DataView(view.buffer, view.byteOffset + place + entryBytes + (nameBytes ?? 0), extraBytes);
  const [size, stored, headerStart] = widen(
    [24, 20, 42].map((offset) => view.getUint32(place + offset, true)),
    extra,
    name,
  );
  if (size === undefined || headerStart === undefined || size !== stored) {
    throw refuse(`${quoteName(name)} must have one size, got ${size} and ${stored}`);
  }
  const [flags, crc] = [view.getUint16(place + 8, true), view.getUint32(place + 16, true)];
  return { member: { name, flags, crc, size, headerStart, dataStart: NaN }, length };
}

/** Fields that are too small for a value stand as all ones; the values follow in the extra field of type 1, in this order. */
function widen(fields: readonly number[], extra: DataView, name: string): number[] {
  let place = 0;
  while (place + 4 <= extra.byteLength && extra.getUint16(place, true) !== 1)
    place += 4 + extra.getUint16(place + 2, true);
  place += 4;
  return fields.map((field) => {
    if (field !== 0xffffffff) return field;
    if (place + 8 > extra.byteLength) throw refuse(`${quoteName(name)} must have its 64-bit size`);
    const value = Number(extra.getBigUint64(place, true));
    place += 8;
    if (!Number.isSafeInteger(value)) throw refuse(`${quoteName(name)} must have a size up to 2^53 - 1`);
    return value;
  });
}

function readName(bytes: Uint8Array): string {
  const name = decodeUtf8(bytes);
  if (name === undefined) throw refuse('names must be UTF-8');
  try {
    assertFileName(name, 'archive');
  } catch {
    throw refuse(`names must be relative and portable, got ${quoteName(name)}`);
  }
  return name;
}
