import type { MultimodalSentimentModel } from '@crossmodal/fusion-model';
import type { ImageProcessor } from '@crossmodal/image-encoder';
import type { TextTokenizer } from '@crossmodal/text-encoder';

/** What belongs together in a checkpoint folder. */
export interface TrainedParts {
  readonly model: MultimodalSentimentModel;
  readonly tokenizer: TextTokenizer;
  readonly processor: ImageProcessor | undefined;
}

/** Writes model, tokenizer and image processor, so that the folder alone is enough to predict. */
export async function saveCheckpoint(path: string, { model, tokenizer, processor }: TrainedParts): Promise<void> {
  const extra = new Map<string, Uint8Array | string>();
  for (const [name, contents] of tokenizer.files()) extra.set(`text-encoder/${name}`, contents);
  if (processor) for (const [name, contents] of processor.files()) extra.set(`image-encoder/${name}`, contents);
  await model.save(path, extra);
}
