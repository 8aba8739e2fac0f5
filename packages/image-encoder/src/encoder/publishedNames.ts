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
  // transformers 5 saves a tower without its projection under the names of its parts alone.
  rename: [[/^(?=(embeddings|pre_layrnorm|encoder|post_layernorm)\.)/, 'vision_model.']],
};

/** A state dict of transformers 5 outside `save_pretrained` has the names of its modules. */
const vitModules: NameMap['rename'] = [
  [/^(vit\.)?layers\./, '$1encoder.layer.'],
  [/\.attention\.q_proj\./, '.attention.attention.query.'],
  [/\.attention\.k_proj\./, '.attention.attention.key.'],
  [/\.attention\.v_proj\./, '.attention.attention.value.'],
  [/\.attention\.o_proj\./, '.attention.output.dense.'],
  [/\.mlp\.fc1\./, '.intermediate.dense.'],
  [/\.mlp\.fc2\./, '.output.dense.'],
];

/** Names in the published files of ViT, for the encoder alone. */
export const vitNames: NameMap = {
  ignore: [
    // The head of image classification.
    /^classifier\.(weight|bias)$/,
    // The head of masked image modelling, and what stands for a masked patch.
    /^decoder\.0\.(weight|bias)$/,
    /^(vit\.)?embeddings\.mask_token$/,
  ],
  rename: [[/^vit\./, ''], ...vitModules],
};

/** The same for the classifier, which has no pooler. */
export const vitClassifierNames: NameMap = {
  ignore: [/^vit\.pooler\.dense\.(weight|bias)$/, /^vit\.embeddings\.mask_token$/],
  rename: vitModules,
};
