import { LayerNorm, Linear, Module, type ParameterValues, PostNormBlock } from '@crossmodal/layers';
import { type TensorFile } from '@crossmodal/weights';
import {
  add,
  concat,
  type Rank,
  reshape,
  slice,
  type Tensor2D,
  type Tensor3D,
  type Tensor4D,
  tile,
  transpose,
  type Variable,
  zeros,
} from '@tensorflow/tfjs-core';

/** Sizes of a {@link TorchVit}. */
export interface TorchVitConfig {
  readonly hiddenSize: number;
  readonly numAttentionHeads: number;
  readonly intermediateSize: number;
  readonly numHiddenLayers: number;
  readonly imageSize: number;
  readonly patchSize: number;
  readonly numLabels: number;
}

/**
 * A Vision Transformer as people write it with PyTorch's own `nn.TransformerEncoder`, whose layers normalize after each sum and use ReLU; built here
 * from what `@crossmodal/layers` exports.
 */
export class TorchVit extends Module {
  readonly #config: TorchVitConfig;
  readonly #classToken: Variable<Rank.R3>;
  readonly #positions: Variable<Rank.R3>;
  readonly #patch: Linear;
  readonly #blocks: readonly PostNormBlock[];
  readonly #norm: LayerNorm;
  readonly #head: Linear;

  constructor(config: TorchVitConfig) {
    super();
    const { hiddenSize, patchSize, imageSize, numHiddenLayers, numLabels } = config;
    this.#config = config;
    this.#classToken = this.parameter('cls_token', zeros<Rank.R3>([1, 1, hiddenSize]));
    const length = 1 + (imageSize / patchSize) ** 2;
    this.#positions = this.parameter('pos_embed', zeros<Rank.R3>([1, length, hiddenSize]));
    this.#patch = this.child('patch_embed.proj', new Linear(patchSize * patchSize * 3, hiddenSize));
    this.#blocks = Array.from({ length: numHiddenLayers }, (_, i) =>
      this.child(`transformer.layers.${i}`, new PostNormBlock({ ...config, hiddenAct: 'relu', layerNormEps: 1e-5 })),
    );
    this.#norm = this.child('mlp_head.0', new LayerNorm(hiddenSize, 1e-5));
    this.#head = this.child('mlp_head.1', new Linear(hiddenSize, numLabels));
  }

  /**
   * @param pixelValues - `[B, imageSize, imageSize, 3]` float32
   * @returns `[B, numLabels]` float32
   */
  call(pixelValues: Tensor4D): Tensor2D {
    const { patchSize, imageSize, hiddenSize } = this.#config;
    const [batch] = pixelValues.shape;
    const grid = imageSize / patchSize;
    return this.run(() => {
      const strips = reshape(pixelValues, [batch * grid, patchSize, grid, patchSize * 3]);
      const rows = reshape(transpose(strips, [0, 2, 1, 3]), [batch, grid * grid, patchSize * patchSize * 3]);
      const patches = this.#patch.call(rows) as Tensor3D;
      let stream = add<Tensor3D>(concat([tile(this.#classToken, [batch, 1, 1]), patches], 1), this.#positions);
      for (const block of this.#blocks) stream = block.call(stream).hiddenStates;
      const classToken = reshape(slice(stream, [0, 0, 0], [batch, 1, hiddenSize]), [batch, hiddenSize]);
      return this.#head.call(this.#norm.call(classToken)) as Tensor2D;
    });
  }
}

/** PyTorch's names inside a layer -> those of `PostNormBlock`. */
const renames: readonly (readonly [RegExp, string])[] = [
  [/self_attn\.out_proj/, 'attention.output.dense'],
  [/linear1/, 'intermediate.dense'],
  [/linear2/, 'output.dense'],
  [/norm1/, 'attention.output.LayerNorm'],
  [/norm2/, 'output.LayerNorm'],
];

/** The parameters of a {@link TorchVit} from an open file: names changed, packed matrices taken apart, the convolution as a linear map. */
export async function readTorchVit(file: TensorFile): Promise<Map<string, ParameterValues>> {
  const parameters = new Map<string, ParameterValues>();
  for (const [name, { shape }] of file.tensors) {
    const data = Float32Array.from((await file.read(name)).data as Float32Array);
    const packed = /^(.*)self_attn\.in_proj_(weight|bias)$/.exec(name);
    if (packed) {
      const [rows = 0, ...rest] = shape;
      for (const [i, part] of ['query', 'key', 'value'].entries()) {
        parameters.set(`${packed[1]}attention.self.${part}.${packed[2]}`, {
          shape: [rows / 3, ...rest],
          data: data.subarray((i * data.length) / 3, ((i + 1) * data.length) / 3),
        });
      }
    } else if (shape.length === 4) parameters.set(name, channelsLast(shape, data));
    else
      parameters.set(
        renames.reduce((path, [pattern, to]) => path.replace(pattern, to), name),
        { shape, data },
      );
  }
  return parameters;
}

/** `[D, C, h, w]` as `[D, h * w * C]`. */
function channelsLast(
  [out = 0, channels = 0, height = 0, width = 0]: readonly number[],
  data: Float32Array,
): ParameterValues {
  const area = height * width;
  const size = channels * area;
  return {
    shape: [out, size],
    data: data.map((_, i) => {
      const [row, place, channel] = [Math.floor(i / size), Math.floor((i % size) / channels), i % channels];
      return data[row * size + channel * area + place] ?? NaN;
    }),
  };
}
