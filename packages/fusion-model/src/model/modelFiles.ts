import { type Module, readParameters } from '@crossmodal/layers';
import { serializeSafetensors, type TensorData } from '@crossmodal/weights';
import { writeConfigFile } from '../config/configFile.js';
import type { MultimodalSentimentConfig } from '../config/MultimodalSentimentConfig.js';
import type { ImageEncoder } from '../encoders/ImageEncoder.js';
import type { TextEncoder } from '../encoders/TextEncoder.js';

/** Sub-folder of each encoder in a checkpoint. */
export const encoderFolders = { text: 'text-encoder', image: 'image-encoder' } as const;

/** What goes into a checkpoint. */
export interface ModelParts {
  readonly config: MultimodalSentimentConfig;
  readonly fusion: Module;
  readonly classifier: Module;
  readonly textEncoder: TextEncoder | undefined;
  readonly imageEncoder: ImageEncoder | undefined;
}

/** The files of a checkpoint by name. */
export async function modelFiles(parts: ModelParts): Promise<Map<string, Uint8Array | string>> {
  const tensors = new Map<string, TensorData>([
    ...prefixed('fusion', await readParameters(parts.fusion)),
    ...prefixed('classifier', await readParameters(parts.classifier)),
  ]);
  const files = new Map<string, Uint8Array | string>([
    ['config.json', writeConfigFile(parts.config)],
    ['model.safetensors', serializeSafetensors(tensors, { format: 'pt' })],
  ]);
  const encoders = [
    [encoderFolders.text, parts.textEncoder],
    [encoderFolders.image, parts.imageEncoder],
  ] as const;
  for (const [folder, encoder] of encoders) {
    for (const [name, contents] of (await encoder?.files()) ?? []) files.set(`${folder}/${name}`, contents);
  }
  return files;
}

function prefixed<T>(prefix: string, parameters: ReadonlyMap<string, T>): [string, T][] {
  return [...parameters].map(([path, value]) => [`${prefix}.${path}`, value]);
}
