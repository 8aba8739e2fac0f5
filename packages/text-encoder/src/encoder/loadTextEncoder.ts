import { loadParameters, type Module } from '@crossmodal/layers';
import { type CheckpointFolder, type NameMap, openFolder, openWeights } from '@crossmodal/weights';

/** How a module is made from a folder in Hugging Face's layout. */
export interface TextEncoderRecipe<M extends Module> {
  /** Path, URL or open folder. */
  readonly folder: string | URL | CheckpointFolder;
  /** What the published names mean to it, given the content of `config.json`. */
  readonly names: (content: unknown) => NameMap;
  /** Who loads, for messages. */
  readonly where: string;
  /**
   * Makes it, with weights of any value.
   *
   * @param content - of `config.json`
   * @param shapes - of the weights that are there, by path
   * @param where - the file, for messages
   */
  readonly build: (content: unknown, shapes: ReadonlyMap<string, readonly number[]>, where: string) => M;
}

/**
 * Makes a module from a folder and reads its weights.
 *
 * @throws what `build` throws, and WeightsError when weights are missing, unexpected or of another shape; nothing stays behind
 */
export async function loadTextEncoder<M extends Module>({
  folder,
  names,
  where,
  build,
}: TextEncoderRecipe<M>): Promise<M> {
  const opened = openFolder(folder);
  const content = await opened.readJson('config.json');
  const weights = await openWeights(opened, names(content), where);
  let module: M | undefined;
  try {
    module = build(content, weights.shapes, `${where}: ${opened.location}/config.json`);
    await loadParameters(module, weights);
    return module;
  } catch (error) {
    module?.dispose();
    throw error;
  } finally {
    await weights.close();
  }
}
