import type { MultimodalSentimentModel } from '@crossmodal/fusion-model';
import { ConfigError } from '../config/ConfigError.js';
import type { TrainConfig } from '../config/TrainConfig.js';

/** Short names of what is often not trained. */
const PARTS: Readonly<Record<string, string>> = {
  encoders: String.raw`^(textEncoder|imageEncoder)\.`,
  text: String.raw`^textEncoder\.`,
  image: String.raw`^imageEncoder\.`,
  embeddings: String.raw`^(textEncoder|imageEncoder)\.(.+\.)?embeddings\.`,
};

/**
 * Excludes from training what the settings say.
 *
 * @throws ConfigError when a pattern matches no parameter
 */
export function freezeParameters(model: MultimodalSentimentModel, { freeze }: Pick<TrainConfig, 'freeze'>): void {
  const paths = [...model.namedParameters().keys()];
  for (const pattern of freeze) {
    const expression = new RegExp(PARTS[pattern] ?? pattern);
    if (!paths.some((path) => expression.test(path))) {
      throw new ConfigError(
        `config: freeze: "${pattern}" matches none of the ${paths.length} parameters, e.g. ${paths.slice(0, 3).join(', ')}.`,
      );
    }
    model.freeze(expression);
  }
}
