import { trainConfigSchema } from '../../config/TrainConfig.js';
import { buildTokenizer } from '../../pipeline/buildTokenizer.js';
import type { TokenWork } from '../BenchWork.js';
import { repeat, type Workload } from './Workload.js';

/** Makes token ids of texts with a vocabulary of these texts, as training from scratch does. */
export function tokenWorkload({ texts }: TokenWork): Workload {
  const config = trainConfigSchema.parse({});
  const { maxLength } = config;
  const tokenizer = buildTokenizer(texts, config);
  const encodeAll = (): number => {
    let tokens = 0;
    for (const text of texts)
      tokens += tokenizer.encode(text, { maxLength, truncation: 'longest_first' }).inputIds.length;
    return tokens;
  };
  return {
    ready: {
      device: 'CPU',
      work: `${texts.length} texts`,
      rates: { 'texts/s': texts.length, 'tokens/s': encodeAll() },
    },
    measure: (atLeastMs) => repeat(() => Promise.resolve(encodeAll()), atLeastMs),
  };
}
