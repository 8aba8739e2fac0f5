import type { MultimodalSentimentModel } from '@crossmodal/fusion-model';
import { encoderPlace } from '@crossmodal/layers';
import { ConfigError } from '../config/ConfigError.js';
import type { TrainConfig } from '../config/TrainConfig.js';

/** Short names of what is often not trained. */
const PARTS: Readonly<Record<string, (path: string) => boolean>> = {
  encoders: (path) => /^(text|image)Encoder\./.test(path),
  text: (path) => path.startsWith('textEncoder.'),
  image: (path) => path.startsWith('imageEncoder.'),
  embeddings: (path) => encoderPlace(path)?.depth === 0,
};

/**
 * Excludes from training what the settings say.
 *
 * @throws ConfigError when a pattern matches no parameter
 */
export function freezeParameters(model: MultimodalSentimentModel, { freeze }: Pick<TrainConfig, 'freeze'>): void {
  const paths = [...model.namedParameters().keys()];
  for (const pattern of freeze) {
    const isMeant = meaningOf(pattern);
    if (!paths.some(isMeant)) {
      throw new ConfigError(
        `config: freeze: "${pattern}" matches none of the ${paths.length} parameters, e.g. ${paths.slice(0, 3).join(', ')}.`,
      );
    }
    model.freeze(isMeant);
  }
}

/** Whether the settings exclude a parameter from training, by its path. */
export function isFrozenBy({ freeze }: Pick<TrainConfig, 'freeze'>): (path: string) => boolean {
  const meanings = freeze.map(meaningOf);
  return (path) => meanings.some((isMeant) => isMeant(path));
}

function meaningOf(pattern: string): (path: string) => boolean {
  const expression = new RegExp(pattern);
  return PARTS[pattern] ?? ((path) => expression.test(path));
}
