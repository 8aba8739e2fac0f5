import { type CallContext, Linear, maskToBias, Module, PostNormBlock, readParameters, zeros } from '@crossmodal/layers';
import { type CheckpointFolder, serializeSafetensors, writeFolder } from '@crossmodal/weights';
import { tanh, type Tensor2D, type Tensor3D } from '@tensorflow/tfjs-core';
import { assertTextConfig } from './assertTextConfig.js';
import { assertTextInputs } from './assertTextInputs.js';
import { BertEmbeddings } from './BertEmbeddings.js';
import { type BertFamilyArchitecture } from './BertFamilyArchitecture.js';
import { type BertFamilyConfig } from './BertFamilyConfig.js';
import { formatTextConfig } from './formatTextConfig.js';
import { initializeBert } from './initializeBert.js';
import { loadTextEncoder } from './loadTextEncoder.js';
import { firstToken, meanOfTokens } from './poolTokens.js';
import { readTextConfig } from './readTextConfig.js';
import { runBlocks } from './runBlocks.js';
import { poolingField, readPooling } from './savedPooling.js';
import { type LoadTextOptions, type TextEncoderOptions } from './TextEncoderOptions.js';
import { type TextInputs } from './TextInputs.js';
import { type TextOutputs } from './TextOutputs.js';
import { assertPooling, type TextPooling } from './TextPooling.js';

/**
 * What BERT, RoBERTa and DistilBERT have in common; each of them is this class with an architecture of its own.
 *
 * Devlin et al. 2018, section 3, https://arxiv.org/abs/1810.04805. Difference to transformers 5.24: the embedding of the padding token gets a
 * gradient where a loss reads padding positions; in Python it never does.
 */
export abstract class BertFamilyEncoder<Config extends BertFamilyConfig> extends Module {
  /** All fields, defaults filled in. */
  readonly config: Config;
  /** How `poolerOutput` is made. */
  readonly pooling: TextPooling;
  readonly #architecture: BertFamilyArchitecture<Config>;
  readonly #embeddings: BertEmbeddings;
  readonly #layers: readonly PostNormBlock[];
  readonly #pooler: Linear | undefined;

  /**
   * @param architecture - names and differences
   * @param config - fields that differ from the architecture's defaults
   * @param options - first weights and pooling
   * @throws RangeError when a field is out of range, two do not fit each other, or the architecture does not pool so
   */
  protected constructor(
    architecture: BertFamilyArchitecture<Config>,
    config: Partial<Config>,
    { seed = 0, pooling = architecture.poolings[0], initialize = true }: TextEncoderOptions,
  ) {
    super();
    const complete = { ...architecture.format.defaults, ...config };
    assertTextConfig(complete, architecture.name);
    assertPooling(pooling, architecture.poolings, architecture.name);
    const { hiddenSize, numHiddenLayers, hiddenDropoutProb } = complete;
    this.#architecture = architecture;
    this.config = complete;
    this.pooling = pooling;
    this.#embeddings = this.child('embeddings', new BertEmbeddings(complete, zeros));
    const blockOptions = {
      ...complete,
      layerNormEps: complete.layerNormEps ?? 1e-12,
      hiddenDropout: hiddenDropoutProb,
      attentionDropout: complete.attentionProbsDropoutProb,
      attentionOutputDropout: architecture.attentionOutputDropout,
      paths: architecture.blockPaths,
      initializer: zeros,
    };
    this.#layers = Array.from({ length: numHiddenLayers }, (_, i) =>
      this.child(`${architecture.blocks}.${i}`, new PostNormBlock(blockOptions)),
    );
    this.#pooler =
      pooling === 'pooler'
        ? this.child('pooler.dense', new Linear(hiddenSize, hiddenSize, { initializer: zeros }))
        : undefined;
    if (initialize) initializeBert(this, { ...complete, paddedTables: architecture.paddedTables }, seed);
  }

  /** Size of the stream, and of `poolerOutput`. */
  get hiddenSize(): number {
    return this.config.hiddenSize;
  }

  /** Length of the longest text, in tokens. */
  get maxLength(): number {
    return this.config.maxPositionEmbeddings - (this.#architecture.positions?.first(this.config) ?? 0);
  }

  /**
   * Makes an encoder of this family from a folder; what the `load` of a subclass calls.
   *
   * @param architecture - names and differences
   * @param folder - path, URL or open folder
   * @param options - pooling
   * @param build - makes the encoder
   */
  protected static async loadAs<Config extends BertFamilyConfig, E extends BertFamilyEncoder<Config>>(
    { name, format, names, poolings, poolingWithoutPooler }: BertFamilyArchitecture<Config>,
    folder: string | URL | CheckpointFolder,
    options: LoadTextOptions,
    build: (config: Config, options: TextEncoderOptions) => E,
  ): Promise<E> {
    const wanted = (content: unknown): TextPooling | undefined => options.pooling ?? readPooling(content);
    return loadTextEncoder({
      folder,
      where: name,
      // A pooler that is not wanted is one more head.
      names: (content) =>
        [undefined, 'pooler'].includes(wanted(content)) ? names : { ...names, ignore: [...names.ignore, anyPooler] },
      build: (content, shapes, where) => {
        const config = readTextConfig(content, format, where);
        const hasPooler = [...shapes.keys()].some((path) => anyPooler.test(path));
        const pooling = wanted(content) ?? (hasPooler ? poolings[0] : poolingWithoutPooler);
        return build(config, { pooling, initialize: false });
      },
    });
  }

  /**
   * @param inputs - token ids, mask and token types
   * @param context - the step's seed, needed in training mode when a dropout rate is above 0
   * @throws TypeError when ids are not int32, or a seed is needed and missing
   * @throws ShapeError when shapes differ, or texts are longer than `maxLength`
   */
  call(inputs: TextInputs, context: CallContext = {}): TextOutputs {
    assertTextInputs(inputs, this.maxLength, this.#architecture.name);
    return this.run(() => {
      const { attentionMask } = inputs;
      const positionIds = this.#architecture.positions?.of(inputs.inputIds, this.config);
      const embedded = this.#embeddings.call({ ...inputs, positionIds }, context); // [B, T, D]
      const bias = attentionMask && maskToBias(attentionMask);
      const lastHiddenState = runBlocks(embedded, this.#layers, { ...context, bias });
      return { lastHiddenState, poolerOutput: this.#pool(lastHiddenState, attentionMask, context) };
    });
  }

  /** The folder that Python's class of the same architecture and this one's `load` open. */
  async files(): Promise<Map<string, Uint8Array | string>> {
    const { format, pythonClass, poolings, poolingWithoutPooler } = this.#architecture;
    const config = formatTextConfig(this.config, format, {
      architectures: [pythonClass(this.config)],
      ...poolingField(this.pooling, this.#pooler ? poolings[0] : poolingWithoutPooler),
    });
    return new Map<string, Uint8Array | string>([
      ['config.json', config],
      ['model.safetensors', serializeSafetensors(await readParameters(this), { format: 'pt' })],
    ]);
  }

  /**
   * Writes `files()` into a folder; other files in it, such as a tokenizer's, stay.
   *
   * @param path - created if it does not exist
   */
  async save(path: string): Promise<void> {
    await writeFolder(path, await this.files());
  }

  #pool(states: Tensor3D, attentionMask: Tensor2D | undefined, context: CallContext): Tensor2D {
    if (this.pooling === 'mean') return meanOfTokens(states, attentionMask);
    const first = firstToken(states);
    // A linear map keeps the rank, which its declared type cannot say.
    return this.#pooler ? tanh(this.#pooler.call(first, context) as Tensor2D) : first;
  }
}

const anyPooler = /(^|\.)pooler\./;
