export { buildVocabulary, type BuildVocabularyOptions } from './tokenizer/buildVocabulary.js';
export {
  type BatchEncoding,
  type EncodeBatchOptions,
  type EncodeOptions,
  type Encoding,
  type Side,
} from './tokenizer/Encoding.js';
export { type VocabularyOptions } from './tokenizer/settingsFromVocabulary.js';
export { type DecodeOptions, TextTokenizer } from './tokenizer/TextTokenizer.js';
export { type TruncationStrategy } from './tokenizer/truncatedLengths.js';

export {
  AutoTextEncoder,
  type AnyTextEncoder,
  textArchitectures,
  type TextEncoderLoader,
} from './encoder/AutoTextEncoder.js';
export { type BertConfig, defaultBertConfig } from './encoder/BertConfig.js';
export { BertEncoder } from './encoder/BertEncoder.js';
export { bertFormat } from './encoder/bertFormat.js';
export { type BertFamilyArchitecture, type PositionNumbers } from './encoder/BertFamilyArchitecture.js';
export { type BertFamilyConfig } from './encoder/BertFamilyConfig.js';
export { BertFamilyEncoder } from './encoder/BertFamilyEncoder.js';
export {
  BertForSequenceClassification,
  type BertForSequenceClassificationOptions,
  type ProblemType,
  type TextClassifierOutputs,
} from './encoder/BertForSequenceClassification.js';
export { type ClipTextConfig, defaultClipTextConfig } from './encoder/ClipTextConfig.js';
export { ClipTextEncoder, type ClipTextEncoderOptions, type ClipTextOutputs } from './encoder/ClipTextEncoder.js';
export { defaultDistilBertConfig, type DistilBertConfig } from './encoder/DistilBertConfig.js';
export { DistilBertEncoder } from './encoder/DistilBertEncoder.js';
export { defaultRobertaConfig, type RobertaConfig } from './encoder/RobertaConfig.js';
export { RobertaEncoder } from './encoder/RobertaEncoder.js';
export { type TextConfigFormat } from './encoder/TextConfigFormat.js';
export { type LoadTextOptions, type TextEncoderOptions } from './encoder/TextEncoderOptions.js';
export { type TextInputs } from './encoder/TextInputs.js';
export { type TextOutputs } from './encoder/TextOutputs.js';
export { type TextPooling } from './encoder/TextPooling.js';
