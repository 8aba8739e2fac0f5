import type { ImageProcessorConfig } from '@crossmodal/image-encoder';
import type { Command } from 'commander';
import type { Terminal } from '../cli/Terminal.js';
import { ConfigError } from '../config/ConfigError.js';
import { inspectModel, type EncoderFacts, type ModelFacts } from '../pretrained/inspectModel.js';
import { formatBytes } from '../terminal/formatBytes.js';

interface InfoFlags {
  readonly revision?: string;
  readonly cacheDir?: string;
  readonly offline?: boolean;
  readonly download?: boolean;
  readonly json?: boolean;
}

/** `crossmodal info`: what a pretrained model is, and whether it works here. */
export function addInfoCommand(program: Command, terminal: Terminal): void {
  program
    .command('info')
    .description('say what a pretrained model is, and whether it can be used here')
    .argument('<model>', 'organization/name[@revision] on the Hugging Face hub, or a folder')
    .option('--revision <value>', 'branch, tag or commit of a model that is named without one')
    .option('--cache-dir <value>', "where downloads lie (default: Python's, see HF_HOME)")
    .option('--offline', 'download nothing; use what the cache holds')
    .option('--download', 'fetch the weights too, and check that they load')
    .option('--json', 'print one JSON document')
    .action(async (reference: string, { json, ...flags }: InfoFlags) => {
      const { revision, cacheDir, offline = false, download } = flags;
      const facts = await inspectModel(
        reference,
        { revision, cacheDir, offline, download, signal: terminal.signal },
        terminal.reporter.report,
      );
      terminal.print(json ? JSON.stringify(facts, null, 2) : describeModel(facts));
      if (facts.problems.length > 0) {
        throw new ConfigError(
          `${reference} cannot be used as it is:\n${facts.problems.map((p) => `  - ${p}`).join('\n')}`,
        );
      }
    });
}

function describeModel(facts: ModelFacts): string {
  const { reference, folder, commit, modelType, weights, text, image, tokenizer, pixels, problems } = facts;
  const lines: (readonly [string, string])[] = [
    ['model', commit === undefined ? reference : `${reference}, commit ${commit}`],
    ['folder', folder],
    ['model_type', modelType],
    [
      'weights',
      weights.length > 0
        ? weights.map(({ name, bytes }) => `${name}, ${formatBytes(bytes)}`).join('; ')
        : 'not on this machine; --download fetches them and checks that they load',
    ],
    ...(text ? [['text encoder', describeEncoder(text)] as const] : []),
    ...(tokenizer
      ? ([
          ['tokenizer', `${count(tokenizer.vocabularySize)} tokens, texts of up to ${count(tokenizer.modelMaxLength)}`],
          ['', tokenizer.example.join(' ')],
        ] as const)
      : []),
    ...(image ? [['image encoder', describeEncoder(image)] as const] : []),
    ...(pixels ? [['pixels', describePixels(pixels)] as const] : []),
  ];
  const flags = [...(text ? [`--text-model ${reference}`] : []), ...(image ? [`--image-model ${reference}`] : [])];
  return [
    ...lines.map(([name, value]) => `${name.padEnd(15)}${value}`),
    ...(problems.length === 0 ? ['', `crossmodal train --data reviews.csv ${flags.join(' ')}`] : []),
  ].join('\n');
}

function describeEncoder({ sizes, parameters }: EncoderFacts): string {
  const { layers, width, heads, positions, imageSize, patchSize } = sizes;
  return [
    ...(parameters === undefined ? [] : [`${count(parameters)} parameters`]),
    ...(layers === undefined ? [] : [`${layers} blocks`]),
    ...(width === undefined ? [] : [`width ${width}`]),
    ...(heads === undefined ? [] : [`${heads} heads`]),
    ...(positions === undefined ? [] : [`${positions} positions`]),
    ...(imageSize === undefined ? [] : [`${imageSize} x ${imageSize} pixels`]),
    ...(patchSize === undefined ? [] : [`patches of ${patchSize}`]),
  ].join(', ');
}

function describePixels(config: ImageProcessorConfig): string {
  const { doResize, size, resample, doCenterCrop, cropSize, doNormalize, imageMean, imageStd } = config;
  const numbers = (values: readonly number[]): string => values.map((value) => value.toFixed(3)).join(' ');
  return [
    ...(doResize
      ? [
          'shortestEdge' in size ? `shorter side to ${size.shortestEdge}` : `to ${size.width} x ${size.height}`,
          resample,
        ]
      : []),
    ...(doCenterCrop && cropSize ? [`the middle ${cropSize.width} x ${cropSize.height}`] : []),
    ...(doNormalize ? [`mean ${numbers(imageMean)}`, `deviation ${numbers(imageStd)}`] : []),
  ].join(', ');
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
