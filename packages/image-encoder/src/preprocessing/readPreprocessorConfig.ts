import { type CheckpointFolder } from '@crossmodal/weights';
import { type ImageProcessorType } from './ImageProcessorConfig.js';

/** Name of the file in a Hugging Face folder. */
export const PREPROCESSOR_CONFIG = 'preprocessor_config.json';

/** Models whose processor is known where the file does not name it. */
const typeByModel: Readonly<Record<string, ImageProcessorType>> = {
  clip: 'CLIPImageProcessor',
  clip_vision_model: 'CLIPImageProcessor',
  vit: 'ViTImageProcessor',
};

/**
 * The fields of the image processor in a folder and where they stand: a part of `processor_config.json`, which is where Python
 * writes them today, else `preprocessor_config.json`. A file that does not name its processor gets that of the model beside it.
 */
export async function readPreprocessorConfig(
  folder: CheckpointFolder,
): Promise<{ readonly content: unknown; readonly where: string }> {
  let name = 'processor_config.json';
  let content: unknown = (await folder.has(name)) ? fieldOf(await folder.readJson(name), 'image_processor') : undefined;
  if (content === undefined) {
    name = PREPROCESSOR_CONFIG;
    content = await folder.readJson(name);
  }
  const named = fieldOf(content, 'image_processor_type') ?? fieldOf(content, 'feature_extractor_type');
  if (named === undefined && isRecord(content) && (await folder.has('config.json'))) {
    const model = fieldOf(await folder.readJson('config.json'), 'model_type');
    content = { ...content, image_processor_type: typeByModel[String(model)] };
  }
  return { content, where: `${folder.location}/${name}` };
}

/** A field of a JSON object; `null` is no value. */
function fieldOf(content: unknown, name: string): unknown {
  return isRecord(content) ? (content[name] ?? undefined) : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
