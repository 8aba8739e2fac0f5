import { type NameMap } from '@crossmodal/weights';

/** Names in the published files of BERT, with whatever head. The first ones call the parts of LayerNorm `gamma` and `beta`. */
export const bertNames: NameMap = {
  ignore: [
    /^cls\./,
    /^classifier\./,
    /^qa_outputs\./,
    // Counters 0, 1, 2, ... and zeros that older files hold as buffers.
    /(^|\.)embeddings\.(position_ids|token_type_ids)$/,
  ],
  rename: [
    [/^bert\./, ''],
    [/LayerNorm\.gamma$/, 'LayerNorm.weight'],
    [/LayerNorm\.beta$/, 'LayerNorm.bias'],
  ],
};
