/** Eight tables of 256 remainders each, so that eight bytes go in one round (Kounavis and Berry 2008). */
let tables: Int32Array | undefined;

/**
 * The checksum of ZIP: CRC-32 with polynomial 0xEDB88320 (APPNOTE.TXT 6.3.10, section 4.4.7).
 *
 * @returns an unsigned 32-bit integer
 */
export function crc32(bytes: Uint8Array): number {
  const table = (tables ??= createTables());
  const at = (index: number): number => table[index] ?? 0;
  let crc = -1;
  let i = 0;
  for (const last = bytes.length - 8; i <= last; i += 8) {
    const low =
      crc ^ ((bytes[i] ?? 0) | ((bytes[i + 1] ?? 0) << 8) | ((bytes[i + 2] ?? 0) << 16) | ((bytes[i + 3] ?? 0) << 24));
    crc =
      at(1792 + (low & 255)) ^
      at(1536 + ((low >>> 8) & 255)) ^
      at(1280 + ((low >>> 16) & 255)) ^
      at(1024 + (low >>> 24)) ^
      at(768 + (bytes[i + 4] ?? 0)) ^
      at(512 + (bytes[i + 5] ?? 0)) ^
      at(256 + (bytes[i + 6] ?? 0)) ^
      at(bytes[i + 7] ?? 0);
  }
  for (; i < bytes.length; i += 1) crc = (crc >>> 8) ^ at((crc ^ (bytes[i] ?? 0)) & 255);
  return ~crc >>> 0;
}

function createTables(): Int32Array {
  const created = new Int32Array(8 * 256);
  for (let byte = 0; byte < 256; byte += 1) {
    let remainder = byte;
    for (let bit = 0; bit < 8; bit += 1) remainder = (remainder >>> 1) ^ (remainder & 1 ? 0xedb88320 : 0);
    created[byte] = remainder;
  }
  for (let i = 256; i < created.length; i += 1) {
    const before = created[i - 256] ?? 0;
    created[i] = (before >>> 8) ^ (created[before & 255] ?? 0);
  }
  return created;
}
