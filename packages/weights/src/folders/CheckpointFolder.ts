/** A file that is read piece by piece, so that large ones need not fit into memory. */
export interface CheckpointFile {
  /** In bytes. */
  readonly size: number;
  /**
   * A piece of the file.
   *
   * @param start - first byte
   * @param length - of the piece, which must lie within the file
   * @returns exactly `length` bytes; the caller may keep and change them
   */
  read(start: number, length: number): Promise<Uint8Array>;
  /** Gives the file back to the system. */
  close(): Promise<void>;
}

/** Files of one checkpoint, wherever they lie. Names are relative, with `/` between folders. */
export interface CheckpointFolder {
  /** Where it is, for messages. */
  readonly location: string;
  /** Whether a file of that name is there. */
  has(name: string): Promise<boolean>;
  /** The bytes of a file. */
  read(name: string): Promise<Uint8Array>;
  /** A file as text; it must be UTF-8. */
  readText(name: string): Promise<string>;
  /** A file as JSON. */
  readJson(name: string): Promise<unknown>;
  /** A file to be read piece by piece; the caller closes it. */
  open(name: string): Promise<CheckpointFile>;
}

/** Tells a folder that is open from the place of one. */
export function isOpenFolder(folder: string | URL | CheckpointFolder): folder is CheckpointFolder {
  return typeof folder !== 'string' && !(folder instanceof URL);
}

/** The operations from which a {@link CheckpointFolder} follows. */
export interface FolderSource {
  readonly location: string;
  has(name: string): Promise<boolean>;
  read(name: string): Promise<Uint8Array>;
  /** Default: the file is read as a whole. */
  open?(name: string): Promise<CheckpointFile>;
}
