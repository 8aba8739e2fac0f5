const refuse = (name: string): Promise<never> =>
  Promise.reject(
    new Error(`${name}: a file system is needed, got a browser. Open the files behind a URL with openFolder instead.`),
  );

/** Not in browsers. */
export const downloadFile = (): Promise<never> => refuse('downloadFile');
/** Not in browsers. */
export const downloadModel = (): Promise<never> => refuse('downloadModel');
/** Not in browsers. */
export const resolveModel = (): Promise<never> => refuse('resolveModel');
