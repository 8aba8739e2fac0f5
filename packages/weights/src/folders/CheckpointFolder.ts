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
}

/** The two operations from which a {@link CheckpointFolder} follows. */
export interface FolderSource {
  readonly location: string;
  has(name: string): Promise<boolean>;
  read(name: string): Promise<Uint8Array>;
}
