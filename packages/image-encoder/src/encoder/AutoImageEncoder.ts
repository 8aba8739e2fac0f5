import { type CheckpointFolder, chooseByModelType, openFolder } from '@crossmodal/weights';
import { ClipVisionEncoder } from './ClipVisionEncoder.js';
import { type LoadVisionOptions } from './loadEncoder.js';
import { VitEncoder } from './VitEncoder.js';

/** Every encoder that {@link AutoImageEncoder} chooses from. */
export type AnyImageEncoder = ClipVisionEncoder | VitEncoder;

/** Who loads an image encoder. */
export interface ImageEncoderLoader {
  /** Opens a folder in Hugging Face's layout. */
  load(folder: CheckpointFolder, options: LoadVisionOptions): Promise<AnyImageEncoder>;
}

/** Hugging Face's `model_type` -> who loads it. */
export const imageArchitectures: Readonly<Record<string, ImageEncoderLoader>> = {
  clip: ClipVisionEncoder,
  clip_vision_model: ClipVisionEncoder,
  vit: VitEncoder,
};

/** The image encoder that a folder holds, whatever its architecture. */
export const AutoImageEncoder = {
  /**
   * Opens a folder in Hugging Face's layout with the encoder that its `config.json` names in `model_type`.
   *
   * @param folder - path, URL or open folder
   * @param options - another size of pictures
   * @throws RangeError when no encoder here has this architecture; the message lists those that there are
   * @throws what the encoder's own `load` throws
   *
   * @example
   * const encoder = await AutoImageEncoder.load('models/vit-base-patch16-224');
   */
  async load(folder: string | URL | CheckpointFolder, options: LoadVisionOptions = {}): Promise<AnyImageEncoder> {
    const opened = openFolder(folder);
    const loader = await chooseByModelType(opened, imageArchitectures, 'AutoImageEncoder');
    return loader.load(opened, options);
  },
};
