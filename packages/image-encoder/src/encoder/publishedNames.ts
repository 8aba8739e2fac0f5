import { type NameMap } from '@crossmodal/weights';

/** Names in the published files of CLIP: the vision encoder's are its own, the rest of the model is left out. */
export const clipVisionNames: NameMap = {
  ignore: [
    /^text_model\./,
    /^text_projection\.weight$/,
    /^logit_scale$/,
    // Counters 0, 1, 2, ... that older files hold as buffers.
    /\.position_ids$/,
  ],
  rename: [],
};
