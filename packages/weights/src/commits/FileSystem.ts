/** An open file of a {@link FileSystem}. */
export interface OpenFile {
  /** Writes all bytes at the end. */
  write(contents: Uint8Array): Promise<void>;
  /** Waits until everything written is on the disk. */
  sync(): Promise<void>;
  /** Releases the file; nothing can be written after that. */
  close(): Promise<void>;
}

/** One name in a folder. */
export interface FolderEntry {
  /** Without the path of the folder. */
  readonly name: string;
  /** Whether it is itself a folder; a link to one is not. */
  readonly isFolder: boolean;
}

/** What commits need of a file system. The default is Node's; tests pass one that fails. */
export interface FileSystem {
  /** Creates a file that must not exist. */
  create(path: string): Promise<OpenFile>;
  /** Waits until a file's or folder's contents are on the disk. */
  sync(path: string): Promise<void>;
  /** Moves a file or folder in one step. An existing file at the new path is replaced. */
  rename(from: string, to: string): Promise<void>;
  /** Creates a folder and those above it, and waits until the disk names them; existing ones are fine. */
  makeFolder(path: string): Promise<void>;
  /** The names in a folder; none when it does not exist. */
  list(path: string): Promise<FolderEntry[]>;
  /** Whether there is anything at the path. */
  exists(path: string): Promise<boolean>;
  /** Removes a file, or a folder with everything in it; a missing one is fine. */
  remove(path: string): Promise<void>;
  /** Free space around a path in bytes. */
  freeBytes(path: string): Promise<number>;
}
