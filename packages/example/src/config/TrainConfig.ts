import { z } from 'zod';

/** Groups under which `--help` lists the flags. */
export const CONFIG_GROUPS = ['data', 'model', 'pretrained', 'training', 'output'] as const;
export type ConfigGroup = (typeof CONFIG_GROUPS)[number];

const inGroup =
  (group: ConfigGroup) =>
  <T extends z.ZodType>(schema: T, description: string): T =>
    schema.meta({ group, description });
const data = inGroup('data');
const model = inGroup('model');
const pretrained = inGroup('pretrained');
const training = inGroup('training');
const output = inGroup('output');

/** Of an image encoder from scratch. */
export const DEFAULT_IMAGE_SIZE = 96;

const count = z.int().positive();
const fraction = z.number().min(0).max(1);

/**
 * Every setting of a training run: one definition gives the types, the defaults, the command line flags, their help
 * text and the JSON Schema. Flags are the kebab-case names of these fields.
 */
export const trainConfigSchema = z.strictObject({
  data: data(z.string().min(1).optional(), 'CSV or JSONL file; without it the synthetic review world is used'),
  worldDirectory: data(z.string().min(1).default('data/review-world-v1'), 'where the synthetic review world lies'),
  textColumn: data(z.string().min(1).default('text'), 'column that holds the text'),
  imageColumn: data(z.string().min(1).default('image_path'), 'column that holds the image path'),
  labelColumn: data(z.string().min(1).default('label'), 'column that holds the label'),
  idColumn: data(
    z.string().min(1).optional(),
    'column that holds a unique id (default: "id" if present, else the line)',
  ),
  splitColumn: data(z.string().min(1).optional(), 'column with train / validation / test; without it rows are split'),
  split: data(
    z.enum(['stratified', 'original']).default('stratified'),
    'stratified train/validation/test, or the original recipe: 80/20 and no test split',
  ),
  validationFraction: data(fraction.default(0.1), 'share of the rows for validation (stratified split)'),
  testFraction: data(fraction.default(0.2), 'share of the rows for the test (stratified split)'),
  encoding: data(z.string().min(1).default('utf-8'), 'text encoding of the file'),
  delimiter: data(z.string().length(1).optional(), 'column delimiter (default: detected from the header)'),
  onBadImage: data(
    z.enum(['skip', 'error', 'blank']).default('skip'),
    'missing or unreadable image: leave the row out (counted), stop, or train without its image',
  ),
  allowOutside: data(z.boolean().default(false), 'allow image paths outside the folder of the data file'),
  limit: data(count.optional(), 'use at most N rows, spread evenly over the file'),
  imageCacheMegabytes: data(
    z.number().min(0).default(1024),
    'memory for decoded images; beyond it they are read again',
  ),

  fusionStrategy: model(
    z
      .enum(['cross-attention', 'pooled-cross-attention', 'concatenation', 'text-only', 'image-only'])
      .default('cross-attention'),
    'how text and image come together',
  ),
  hiddenSize: model(count.default(64), 'width of both encoders and of the attention'),
  numAttentionHeads: model(count.default(4), 'attention heads, in the encoders and in the fusion'),
  intermediateSize: model(count.default(128), 'width inside the feed-forward layers'),
  textLayers: model(count.default(1), 'blocks of the text encoder'),
  imageLayers: model(count.default(1), 'blocks of the image encoder'),
  vocabularySize: model(count.default(8000), 'most word pieces to build from the training texts'),
  maxLength: model(count.default(128), 'longest text in tokens; the rest is cut off'),
  imageSize: model(
    count.optional(),
    `pixels of the square the image is resized and cropped to (default: ${DEFAULT_IMAGE_SIZE}, or what a pretrained encoder was made for)`,
  ),
  patchSize: model(count.default(16), 'pixels of a patch side; must divide imageSize'),
  dropout: model(fraction.default(0.1), 'dropout in the encoders and before the classifier'),
  initializerRange: model(z.number().positive().default(0.08), 'standard deviation of the first weights'),
  nullKey: model(z.boolean().default(false), 'learned null key: lets the text look at nothing'),
  gate: model(z.enum(['none', 'tanh']).default('none'), 'gate on the attended values'),
  classifierHiddenSize: model(count.optional(), 'width of a hidden layer in the classifier (default: none)'),

  textModel: pretrained(
    z.string().min(1).optional(),
    'text encoder: organization/name[@revision] on the Hugging Face hub, or a folder (default: a small one from scratch)',
  ),
  imageModel: pretrained(
    z.string().min(1).optional(),
    'image encoder: organization/name[@revision] on the Hugging Face hub, or a folder (default: a small one from scratch)',
  ),
  textPooling: pretrained(
    z.enum(['pooler', 'mean', 'cls', 'eos']).optional(),
    'how a pretrained text encoder makes one vector of a text (default: as it was published)',
  ),
  revision: pretrained(z.string().min(1).optional(), 'branch, tag or commit of models that are named without one'),
  cacheDir: pretrained(
    z.string().min(1).optional(),
    "where downloads and features lie (default: Python's, see HF_HOME)",
  ),
  offline: pretrained(z.boolean().default(false), 'download nothing; use what the cache holds'),
  cacheFeatures: pretrained(
    z.boolean().default(true),
    'keep on disk what frozen encoders give, for later epochs and runs',
  ),
  featurePrecision: pretrained(
    z.enum(['float32', 'float16']).default('float32'),
    'how such features are kept; float16 takes half of the space and rounds',
  ),
  encoderEngine: pretrained(
    z.enum(['auto', 'onnxruntime', 'tensorflow']).default('auto'),
    'who runs frozen encoders: ONNX Runtime, which is faster, or TensorFlow.js (default: ONNX Runtime where it is installed)',
  ),
  lora: pretrained(count.optional(), 'rank of low-rank adapters, trained instead of the pretrained weights'),
  loraAlpha: pretrained(
    z.number().positive().optional(),
    'adapters are scaled by this over their rank (default: twice the rank)',
  ),
  trainLastBlocks: pretrained(z.int().min(0).optional(), 'train only the last N blocks of each pretrained encoder'),
  layerDecay: pretrained(
    z.number().positive().max(1).default(1),
    'factor of the learning rate from each pretrained block to the one below it',
  ),

  epochs: training(count.default(20), 'passes over the training rows'),
  batchSize: training(count.default(16), 'rows per step'),
  lengthBuckets: training(
    count.optional(),
    'pad texts to at most N lengths, chosen from the data (default: 4 on onnxruntime, 8 on webgpu, where each length costs compiling or memory; else every multiple of four)',
  ),
  learningRate: training(z.number().positive().default(1e-3), 'peak learning rate of the fusion and the classifier'),
  encoderLearningRate: training(
    z.number().positive().optional(),
    'peak learning rate of the pretrained encoders, or of both if none is (default: same)',
  ),
  weightDecay: training(z.number().min(0).default(0.01), 'decoupled weight decay; none on biases and norms'),
  schedule: training(z.enum(['cosine', 'linear', 'constant']).default('cosine'), 'learning rate after the warmup'),
  warmupRatio: training(fraction.default(0.1), 'share of all steps in which the learning rate rises'),
  maxGradNorm: training(z.number().positive().default(1), 'clip the global gradient norm to this'),
  gradientAccumulationSteps: training(count.default(1), 'batches per optimizer step'),
  gradientCheckpointing: training(
    z.boolean().default(false),
    'keep little of the encoders between forward and backward pass, which runs them again: less memory, more time',
  ),
  checkMemory: training(
    z.boolean().default(true),
    'stop before the first step if its memory, as estimated, is more than there is',
  ),
  labelSmoothing: training(z.number().min(0).max(0.99).default(0), 'mass moved from the true label to all labels'),
  classWeights: training(z.enum(['none', 'balanced']).default('none'), 'weigh rare labels up in the loss'),
  freeze: training(
    z.array(z.string()).default([]),
    'what is not trained: encoders, text, image, embeddings, or a regular expression of parameter paths',
  ),
  earlyStoppingMetric: training(
    z.enum(['accuracy', 'f1', 'logLoss']).default('accuracy'),
    'validation metric that names the best checkpoint',
  ),
  patience: training(count.optional(), 'stop after so many epochs without a better metric'),
  seed: training(z.int().min(0).max(0xffffffff).default(42), 'seed of everything random'),
  maxTime: training(z.number().positive().optional(), 'stop training after so many minutes, keeping what is learned'),

  backend: output(
    z.enum(['auto', 'onnxruntime', 'wasm', 'cpu', 'webgpu', 'tensorflow', 'tensorflow-gpu']).default('auto'),
    'TensorFlow.js backend',
  ),
  project: output(z.string().min(1).default('runs'), 'folder that holds the runs'),
  name: output(z.string().min(1).default('train'), 'name of the run; a number is added'),
  saveSteps: output(
    count.optional(),
    'also save a checkpoint every N steps, for long epochs and for GPUs that may go away (default: after each epoch)',
  ),
  keep: output(z.int().min(2).default(3), 'checkpoints to keep beside the best and the last'),
  reportSamples: output(z.int().min(0).default(12), 'samples with pictures in the report'),
  report: output(z.boolean().default(true), 'write report.html and its pictures'),
});

/** All settings of a training run, complete. */
export type TrainConfig = z.output<typeof trainConfigSchema>;
/** What a caller may pass: every field optional. */
export type TrainConfigInput = z.input<typeof trainConfigSchema>;
/** Where the value of a field came from. */
export type ConfigSource = 'default' | 'world' | 'pretrained' | 'file' | 'flag' | 'argument';
