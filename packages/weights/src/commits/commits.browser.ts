const refuse = (name: string): Promise<never> =>
  Promise.reject(
    new Error(
      `${name}: a file system is needed, got a browser. Take the files from the object's files() and store them yourself.`,
    ),
  );

/** Not in browsers. */
export const commitFile = (): Promise<never> => refuse('commitFile');
/** Not in browsers. */
export const commitFolder = (): Promise<never> => refuse('commitFolder');
/** Not in browsers. */
export const listFolders = (): Promise<never> => refuse('listFolders');
/** Not in browsers. */
export const removeFile = (): Promise<never> => refuse('removeFile');
/** Not in browsers. */
export const removeFolder = (): Promise<never> => refuse('removeFolder');
/** Not in browsers. */
export const sweepOrphans = (): Promise<never> => refuse('sweepOrphans');
/** Not in browsers. */
export const writeFolder = (): Promise<never> => refuse('writeFolder');
