/** A safetensors file with any header, any data and any claim about the header's length. */
export function safetensorsFile(header: string | Uint8Array, data = new Uint8Array(), headerBytes?: bigint): Uint8Array {
  const encoded = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const file = new Uint8Array(8 + encoded.length + data.length);
  new DataView(file.buffer).setBigUint64(0, headerBytes ?? BigInt(encoded.length), true);
  file.set(encoded, 8);
  file.set(data, 8 + encoded.length);
  return file;
}
