import { type CheckpointFile } from '../folders/CheckpointFolder.js';
import { quoteName } from '../safetensors/HeaderCursor.js';
import { crc32 } from './crc32.js';
import { decodeUtf8 } from './decodeUtf8.js';
import { readZipDirectory, type ZipMember } from './readZipDirectory.js';
import { refuseArchive as refuse } from './refuseArchive.js';

const localHeaderBytes = 30;
const [localSignature, descriptorSignature] = [0x04034b50, 0x08074b50];
/** Sizes follow the data; the name is UTF-8. */
const [sizesFollow, isUtf8] = [8, 2048];

/**
 * A ZIP archive as PyTorch writes it: members without compression, one after the other.
 *
 * Two readers of one archive can see two different things (CVE-2025-1944, CVE-2025-1945), so everything that is said twice must agree here:
 * local headers with the directory in name, flags, method, size and checksum; and every byte must belong to exactly one part.
 *
 * APPNOTE.TXT 6.3.10, https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
export class ZipArchive {
  readonly #file: CheckpointFile;
  readonly #members: ReadonlyMap<string, ZipMember>;

  private constructor(file: CheckpointFile, members: readonly ZipMember[]) {
    this.#file = file;
    this.#members = new Map(members.map((member) => [member.name, member]));
  }

  /**
   * Reads the directory and every local header.
   *
   * @throws TorchFileError when the archive is damaged or its parts disagree
   */
  static async open(file: CheckpointFile): Promise<ZipArchive> {
    const { members, start } = await readZipDirectory(file);
    let covered = 0;
    const placed: ZipMember[] = [];
    for (const member of members) {
      if (member.headerStart !== covered) {
        throw refuse(`${quoteName(member.name)} must begin at byte ${covered}, got ${member.headerStart}`);
      }
      const dataStart = await checkLocalHeader(file, member);
      covered = await endOf(file, member, dataStart);
      placed.push({ ...member, dataStart });
    }
    if (covered !== start) throw refuse(`the directory must begin at byte ${covered}, got ${start}`);
    return new ZipArchive(file, placed);
  }

  /** Names in the order in which the members lie. */
  get names(): readonly string[] {
    return [...this.#members.keys()];
  }

  /** The size of a member in bytes, or undefined. */
  sizeOf(name: string): number | undefined {
    return this.#members.get(name)?.size;
  }

  /**
   * The bytes of a member, their checksum verified.
   *
   * @throws TorchFileError when there is no such member or its bytes are damaged
   */
  async read(name: string): Promise<Uint8Array> {
    const member = this.#members.get(name);
    if (!member) throw refuse(`it must hold ${quoteName(name)}`);
    const bytes = await this.#file.read(member.dataStart, member.size);
    const checksum = crc32(bytes);
    if (checksum !== member.crc) {
      throw refuse(`the checksum of ${quoteName(name)} must be ${hex(member.crc)}, got ${hex(checksum)}`);
    }
    return bytes;
  }
}

async function checkLocalHeader(file: CheckpointFile, member: ZipMember): Promise<number> {
  const { headerStart, name } = member;
  const header = await readView(file, headerStart, localHeaderBytes, name);
  const nameBytes = header.getUint16(26, true);
  const dataStart = headerStart + localHeaderBytes + nameBytes + header.getUint16(28, true);
  if (dataStart + member.size > file.size) throw refuse(`${quoteName(name)} must end within the file`);
  const localName = await file.read(headerStart + localHeaderBytes, Math.min(nameBytes, file.size - dataStart));
  const flags = header.getUint16(6, true);
  const later = (flags & sizesFollow) !== 0;
  const isSame = (offset: number, expected: number): boolean => {
    const value = header.getUint32(offset, true);
    return value === expected || (later && value === 0);
  };
  const problem =
    header.getUint32(0, true) !== localSignature
      ? 'signature'
      : flags !== member.flags || (flags & ~(sizesFollow | isUtf8)) !== 0
        ? 'flags'
        : header.getUint16(8, true) !== 0
          ? 'method'
          : !isSame(14, member.crc)
            ? 'checksum'
            : !isSame(18, member.size) || !isSame(22, member.size)
              ? 'size'
              : decodeUtf8(localName) !== name
                ? 'name'
                : undefined;
  if (problem !== undefined) {
    throw refuse(
      `the ${problem} before ${quoteName(name)} must be the one in the directory and of an uncompressed member`,
    );
  }
  return dataStart;
}

/** Where a member ends, the sizes that follow it included. */
async function endOf(file: CheckpointFile, member: ZipMember, dataStart: number): Promise<number> {
  const end = dataStart + member.size;
  if ((member.flags & sizesFollow) === 0) return end;
  const large = member.size >= 0xffffffff;
  const descriptor = await readView(file, end, large ? 24 : 16, member.name);
  const sizes = large
    ? [descriptor.getBigUint64(8, true), descriptor.getBigUint64(16, true)].map(Number)
    : [descriptor.getUint32(8, true), descriptor.getUint32(12, true)];
  const agrees =
    descriptor.getUint32(0, true) === descriptorSignature &&
    descriptor.getUint32(4, true) === member.crc &&
    sizes.every((size) => size === member.size);
  if (!agrees) throw refuse(`what follows ${quoteName(member.name)} must repeat its checksum and size`);
  return end + descriptor.byteLength;
}

async function readView(file: CheckpointFile, start: number, length: number, name: string): Promise<DataView> {
  if (start + length > file.size) throw refuse(`${quoteName(name)} must end within the file`);
  const bytes = await file.read(start, length);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`;
}
