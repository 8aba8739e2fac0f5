import { type CallContext, Dropout, Linear, Module, readParameters, zeros } from '@crossmodal/layers';
import { type CheckpointFolder, serializeSafetensors, writeFolder } from '@crossmodal/weights';
import { type Tensor2D } from '@tensorflow/tfjs-core';
import { type BertConfig, defaultBertConfig } from './BertConfig.js';
import { BertEncoder } from './BertEncoder.js';
import { bertFormat } from './bertFormat.js';
import { formatTextConfig } from './formatTextConfig.js';
import { initializeBert } from './initializeBert.js';
import { labelFields, readLabels } from './labelFields.js';
import { loadTextEncoder } from './loadTextEncoder.js';
import { bertClassifierNames } from './publishedNames.js';
import { readTextConfig } from './readTextConfig.js';
import { type TextInputs } from './TextInputs.js';

/** What the logits are trained for: one number, one label of several, or any of them. */
export type ProblemType = 'regression' | 'single_label_classification' | 'multi_label_classification';

/** Options of {@link BertForSequenceClassification}. */
export interface BertForSequenceClassificationOptions {
  /** Fields that differ from bert-base-uncased's. */
  readonly config?: Partial<BertConfig> | undefined;
  /** Dropout of the pooled text in training mode, in [0, 1); default `hiddenDropoutProb`. */
  readonly classifierDropout?: number | undefined;
  /** Only kept, for those who choose a loss or read the logits; default none. */
  readonly problemType?: ProblemType | undefined;
  /** Seed of the first weights; default 0. */
  readonly seed?: number | undefined;
  /** False leaves the weights at zero, for those who assign every one of them; default true. */
  readonly initialize?: boolean | undefined;
}

/** What the classifier gives back; a new tensor, the caller disposes it. */
export interface TextClassifierOutputs {
  /** `[B, numLabels]` float32, before softmax. */
  readonly logits: Tensor2D;
}

const problemTypes: readonly ProblemType[] = [
  'regression',
  'single_label_classification',
  'multi_label_classification',
];

/**
 * BERT and a linear map from its pooled text to labels; trainable. Parameter paths and layouts are the state dict of Python's class of the same
 * name, so that folders go both ways.
 *
 * Devlin et al. 2018, section 4.1, https://arxiv.org/abs/1810.04805; reference: transformers 5.24.
 *
 * @example
 * const classifier = await BertForSequenceClassification.load('models/my-fine-tuned-bert');
 * const { logits } = classifier.call({ inputIds, attentionMask }); // [B, classifier.id2label.length]
 */
export class BertForSequenceClassification extends Module {
  /** The label of each column of the logits. */
  readonly id2label: readonly string[];
  /** What the logits are trained for, if that is known. */
  readonly problemType: ProblemType | undefined;
  /** What reads the texts. */
  readonly encoder: BertEncoder;
  readonly #classifierDropout: number | undefined;
  readonly #dropout: Dropout;
  readonly #classifier: Linear;

  /**
   * @param id2label - at least one label
   * @param options - configuration and first weights
   * @throws RangeError when there is no label, or a field of the configuration is out of range
   */
  constructor(
    id2label: readonly string[],
    {
      config = {},
      classifierDropout,
      problemType,
      seed = 0,
      initialize = true,
    }: BertForSequenceClassificationOptions = {},
  ) {
    super();
    if (id2label.length === 0) {
      throw new RangeError('BertForSequenceClassification: id2label must have at least one label, got none.');
    }
    this.id2label = [...id2label];
    this.problemType = problemType;
    this.#classifierDropout = classifierDropout;
    const { hiddenSize, hiddenDropoutProb, initializerRange, padTokenId } = { ...defaultBertConfig, ...config };
    this.#dropout = this.child('dropout', new Dropout(classifierDropout ?? hiddenDropoutProb, 'classifier.dropout'));
    this.encoder = this.child('bert', new BertEncoder(config, { initialize: false }));
    this.#classifier = this.child('classifier', new Linear(hiddenSize, id2label.length, { initializer: zeros }));
    const paddedTables = /word_embeddings\.weight$/;
    if (initialize) initializeBert(this, { initializerRange, padTokenId, paddedTables }, seed);
  }

  /**
   * Opens a folder in Hugging Face's layout: `config.json` and weights in any form that `openWeights` reads.
   *
   * @param folder - path, URL or open folder
   * @throws TypeError or RangeError when the configuration is not one of a BERT model, or a weight holds integers
   * @throws WeightsError when weights are missing, unexpected or of another shape
   */
  static async load(folder: string | URL | CheckpointFolder): Promise<BertForSequenceClassification> {
    return loadTextEncoder({
      folder,
      where: 'BertForSequenceClassification',
      names: () => bertClassifierNames,
      build: (content, _, where) => {
        const config = readTextConfig(content, bertFormat, where);
        // Checked to be an object just now.
        const fields = content as Record<string, unknown>;
        return new BertForSequenceClassification(readLabels(fields, where), {
          config,
          classifierDropout: readClassifierDropout(fields.classifier_dropout, where),
          problemType: readProblemType(fields.problem_type, where),
          initialize: false,
        });
      },
    });
  }

  /**
   * @param inputs - token ids, mask and token types
   * @param context - the step's seed, needed in training mode when a dropout rate is above 0
   * @throws what the encoder's `call` throws
   */
  call(inputs: TextInputs, context: CallContext = {}): TextClassifierOutputs {
    return this.run(() => {
      const { poolerOutput } = this.encoder.call(inputs, context);
      // A linear map keeps the rank, which its declared type cannot say.
      return { logits: this.#classifier.call(this.#dropout.call(poolerOutput, context), context) as Tensor2D };
    });
  }

  /** The folder that Python's class of the same name and {@link BertForSequenceClassification.load} open. */
  async files(): Promise<Map<string, Uint8Array | string>> {
    const config = formatTextConfig(this.encoder.config, bertFormat, {
      architectures: ['BertForSequenceClassification'],
      classifier_dropout: this.#classifierDropout ?? null,
      ...labelFields(this.id2label),
      problem_type: this.problemType ?? null,
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
}

function readClassifierDropout(value: unknown, where: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && value >= 0 && value < 1) return value;
  throw new RangeError(`${where}: classifier_dropout must be in [0, 1), got ${JSON.stringify(value).slice(0, 80)}.`);
}

function readProblemType(value: unknown, where: string): ProblemType | undefined {
  const found = problemTypes.find((type) => type === value);
  if (found !== undefined || value === undefined || value === null) return found;
  throw new RangeError(
    `${where}: problem_type must be one of ${problemTypes.join(', ')}, got ${JSON.stringify(value).slice(0, 80)}.`,
  );
}
