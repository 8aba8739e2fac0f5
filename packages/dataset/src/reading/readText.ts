import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { DatasetError } from '../errors/DatasetError.js';

/**
 * Streams a file as text, refusing bytes that are not of its encoding. A byte order mark is dropped.
 *
 * @param encoding - any label of the Encoding Standard, such as `utf-8`, `utf-16le`, `windows-1252`, `gb18030`
 * @throws {@link DatasetError} with the line of the first bad byte, or when the file cannot be read
 */
export async function* readText(path: string, encoding: string): AsyncGenerator<string> {
  const decoder = createDecoder(encoding);
  await checkFile(path);
  let goodChunks = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    yield await decode(chunk, true);
    goodChunks++;
  }
  yield await decode(new Uint8Array(), false);

  async function decode(bytes: Uint8Array, stream: boolean): Promise<string> {
    try {
      return decoder.decode(bytes, { stream });
    } catch (cause) {
      const hint =
        'If the file is in another encoding, name it (encoding: "windows-1252", "utf-16le", "gb18030", ...).';
      throw DatasetError.in(path, `expected text in ${encoding}, found other bytes. ${hint}`, {
        line: await lineOfBadByte(path, encoding, goodChunks),
        cause,
      });
    }
  }
}

function createDecoder(encoding: string): TextDecoder {
  try {
    return new TextDecoder(encoding, { fatal: true });
  } catch (cause) {
    const name = JSON.stringify(encoding.slice(0, 80));
    throw new DatasetError(`encoding: unknown name ${name}. Use utf-8, utf-16le, windows-1252 or another.`, { cause });
  }
}

async function checkFile(path: string): Promise<void> {
  let isFile: boolean;
  try {
    isFile = (await stat(path)).isFile();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException; // fs rejects with these only
    const found =
      code === 'ENOENT' || code === 'ENOTDIR' ? 'there is none' : `it cannot be opened (${code ?? 'unknown'})`;
    throw DatasetError.in(path, `expected a file, ${found}.`, { cause });
  }
  if (!isFile) throw DatasetError.in(path, 'expected a file, got a folder or device.');
}

/** Reads the file again: chunk by chunk while it was good, then byte by byte. */
async function lineOfBadByte(path: string, encoding: string, goodChunks: number): Promise<number> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  let line = 1;
  let chunks = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    const step = chunks++ < goodChunks ? chunk.length : 1;
    for (let from = 0; from < chunk.length; from += step) {
      try {
        line += decoder.decode(chunk.subarray(from, from + step), { stream: true }).split('\n').length - 1;
      } catch {
        return line;
      }
    }
  }
  return line;
}
