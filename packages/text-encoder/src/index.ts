export { buildVocabulary, type BuildVocabularyOptions } from './tokenizer/buildVocabulary.js';
export {
  type BatchEncoding,
  type EncodeBatchOptions,
  type EncodeOptions,
  type Encoding,
} from './tokenizer/Encoding.js';
export { type DecodeOptions, TextTokenizer, type VocabularyOptions } from './tokenizer/TextTokenizer.js';
export { type TruncationStrategy } from './tokenizer/truncatedLengths.js';

export { type BertConfig, defaultBertConfig } from './encoder/BertConfig.js';
export { BertEncoder, type BertEncoderOptions, type BertInputs, type BertOutputs } from './encoder/BertEncoder.js';
