import { type NameMap } from '@crossmodal/weights';

/** Counters 0, 1, 2, ... and zeros that older files hold as buffers. */
const buffers = /(^|\.)embeddings\.(position_ids|token_type_ids)$/;

/** The first published files call the parts of LayerNorm so. */
const firstNormNames: NameMap['rename'] = [
  [/LayerNorm\.gamma$/, 'LayerNorm.weight'],
  [/LayerNorm\.beta$/, 'LayerNorm.bias'],
];

/** Names in the published files of BERT, with whatever head. */
export const bertNames: NameMap = {
  ignore: [/^cls\./, /^classifier\./, /^qa_outputs\./, buffers],
  rename: [[/^bert\./, ''], ...firstNormNames],
};

/** The same for a classifier of texts, whose head is wanted. */
export const bertClassifierNames: NameMap = { ignore: [buffers], rename: firstNormNames };

/** Names in the published files of RoBERTa, XLM-RoBERTa and CamemBERT, with whatever head. */
export const robertaNames: NameMap = {
  ignore: [/^lm_head\./, /^classifier\./, /^qa_outputs\./, buffers],
  rename: [[/^roberta\./, ''], ...firstNormNames],
};

/** Names in the published files of DistilBERT, with whatever head. */
export const distilBertNames: NameMap = {
  ignore: [/^vocab_(transform|layer_norm|projector)\./, /^pre_classifier\./, /^classifier\./, /^qa_outputs\./, buffers],
  rename: [[/^distilbert\./, ''], ...firstNormNames],
};

/** Names in the published files of CLIP: the text tower's are its own, the rest of the model is left out. */
export const clipTextNames: NameMap = {
  ignore: [/^vision_model\./, /^visual_projection\.weight$/, /^logit_scale$/, /(^|\.)embeddings\.position_ids$/],
  // transformers 5 saves a tower without its projection under the names of its parts alone.
  rename: [[/^(?=(embeddings|encoder|final_layer_norm)\.)/, 'text_model.']],
};
