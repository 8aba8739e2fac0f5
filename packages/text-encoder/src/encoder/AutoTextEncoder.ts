import { type CheckpointFolder, chooseByModelType, openFolder } from '@crossmodal/weights';
import { BertEncoder } from './BertEncoder.js';
import { ClipTextEncoder } from './ClipTextEncoder.js';
import { DistilBertEncoder } from './DistilBertEncoder.js';
import { RobertaEncoder } from './RobertaEncoder.js';
import { type LoadTextOptions } from './TextEncoderOptions.js';

/** Every encoder that {@link AutoTextEncoder} chooses from. */
export type AnyTextEncoder = BertEncoder | ClipTextEncoder | DistilBertEncoder | RobertaEncoder;

/** Who loads a text encoder. */
export interface TextEncoderLoader {
  /** Opens a folder in Hugging Face's layout. */
  load(folder: CheckpointFolder, options: LoadTextOptions): Promise<AnyTextEncoder>;
}

/** Hugging Face's `model_type` -> who loads it. */
export const textArchitectures: Readonly<Record<string, TextEncoderLoader>> = {
  bert: BertEncoder,
  camembert: RobertaEncoder,
  clip: ClipTextEncoder,
  clip_text_model: ClipTextEncoder,
  distilbert: DistilBertEncoder,
  roberta: RobertaEncoder,
  'xlm-roberta': RobertaEncoder,
};

/** The text encoder that a folder holds, whatever its architecture. */
export const AutoTextEncoder = {
  /**
   * Opens a folder in Hugging Face's layout with the encoder that its `config.json` names in `model_type`. Of a whole CLIP model it is the text
   * tower.
   *
   * @param folder - path, URL or open folder
   * @param options - pooling
   * @throws RangeError when no encoder here has this architecture; the message lists those that there are
   * @throws what the encoder's own `load` throws
   *
   * @example
   * const encoder = await AutoTextEncoder.load('models/roberta-base', { pooling: 'mean' });
   */
  async load(folder: string | URL | CheckpointFolder, options: LoadTextOptions = {}): Promise<AnyTextEncoder> {
    const opened = openFolder(folder);
    const loader = await chooseByModelType(opened, textArchitectures, 'AutoTextEncoder');
    return loader.load(opened, options);
  },
};
