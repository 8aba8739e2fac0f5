import { bertFormat } from './bertFormat.js';
import { defaultRobertaConfig, type RobertaConfig } from './RobertaConfig.js';
import { type TextConfigFormat } from './TextConfigFormat.js';

/** The `config.json` of RoBERTa and of those that are RoBERTa by another name. */
export const robertaFormat: TextConfigFormat<RobertaConfig> = {
  ...bertFormat,
  modelTypes: ['roberta', 'xlm-roberta', 'camembert'],
  names: { ...bertFormat.names, modelType: 'model_type' },
  defaults: defaultRobertaConfig,
};
