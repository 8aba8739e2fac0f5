import { SeedTrace } from '@crossmodal/layers';
import { dispose, engine, type Scalar, type Tensor, type Variable } from '@tensorflow/tfjs-core';
import { computeGradients, type LossAndGradients } from './computeGradients.js';
import { type CapturedGraph, graphCapturingBackend, namedKeys } from './GraphCapturing.js';
import { LargestDifference } from './LargestDifference.js';

/** A step of one shape, written down. */
interface CapturedStep {
  readonly graph: CapturedGraph;
  readonly paths: readonly string[];
  readonly trace: SeedTrace;
  /** With which the captured step began. */
  readonly seed: number;
  /** Whether it was compared with the ordinary step. */
  checked: boolean;
}

/** What a step is computed from beside the parameters. */
export interface StepInputs {
  /** All tensors that differ from step to step. They stay the caller's. */
  readonly tensors: readonly Tensor[];
  /** From which the step derives those of its dropout. */
  readonly seed: number;
}

/** How far a graph's numbers may be from those of the ordinary step, relative to the largest of their tensor. */
const tolerance = 1e-3;
/** Graphs are kept while the values that they compute stay below this; the one that has not been used for longest goes first. */
const mostBytes = 2 ** 32;

/**
 * Computes losses and gradients, where the backend can as one graph for each shape of a step.
 *
 * The first step of a shape is computed as always, written down, and computed again as a graph. Only when both agree does the graph give the numbers,
 * then and from there on: a loss that depends on something else than its tensors, its parameters and its seed is found out here or changes nothing, and
 * a run that is resumed computes the same bits as one that was not stopped.
 */
export class CapturedGradients {
  readonly #parameters: ReadonlyMap<string, Variable>;
  readonly #onRefused: (reason: string) => void;
  readonly #steps = new Map<string, CapturedStep | 'refused'>();

  /**
   * @param parameters - by path; they stay the caller's
   * @param onRefused - hears why a shape is not computed as a graph
   */
  constructor(parameters: ReadonlyMap<string, Variable>, onRefused: (reason: string) => void = () => undefined) {
    this.#parameters = parameters;
    this.#onRefused = onRefused;
  }

  /**
   * As {@link computeGradients}.
   *
   * @param loss - computes it from the parameters, the tensors and the seed alone
   * @param inputs - the tensors and the seed
   */
  compute(loss: () => Scalar, inputs: StepInputs): LossAndGradients {
    const key = this.#keyOf(inputs.tensors);
    const step = this.#steps.get(key);
    if (step === 'refused' || !graphCapturingBackend()) return computeGradients(loss, this.#parameters);
    if (!step) return this.#capture(key, loss, inputs);
    this.#steps.delete(key);
    this.#steps.set(key, step);
    const replayed = this.#replay(step, inputs);
    return step.checked ? replayed : this.#check(key, step, replayed, computeGradients(loss, this.#parameters));
  }

  /** Frees all graphs. */
  dispose(): void {
    for (const step of this.#steps.values()) if (step !== 'refused') step.graph.dispose();
    this.#steps.clear();
  }

  #capture(key: string, loss: () => Scalar, { tensors, seed }: StepInputs): LossAndGradients {
    const backend = graphCapturingBackend();
    const trace = new SeedTrace();
    let paths: string[] = [];
    const run = (): Tensor[] => {
      const { loss: value, gradients } = computeGradients(loss, this.#parameters);
      paths = [...gradients.keys()];
      return [value, ...gradients.values()];
    };
    const captured = backend?.captureGraph(() => trace.observe(run), [...tensors, ...this.#parameters.values()]);
    if (!captured) return computeGradients(loss, this.#parameters);
    const { results, graph, failure } = captured;
    const ordinary = toGradients(results, paths);
    if (!graph) {
      this.#refuse(key, failure ?? 'no graph came');
      return ordinary;
    }
    if (graph.masks.some((keys) => trace.rederive(seedKeysOf(keys), seed, seed) === undefined)) {
      graph.dispose();
      this.#refuse(key, 'a dropout does not take its seed from that of the step');
      return ordinary;
    }
    const step = { graph, paths, trace, seed, checked: false };
    this.#steps.set(key, step);
    this.#dropOldest();
    return this.#check(key, step, this.#replay(step, { tensors, seed }), ordinary);
  }

  #replay({ graph, paths, trace, seed }: CapturedStep, inputs: StepInputs): LossAndGradients {
    const keys = graph.masks.map((mask) => {
      const derived = trace.rederive(seedKeysOf(mask), seed, inputs.seed);
      return derived ? namedKeys(derived) : mask; // looked up at the capture, so it is there
    });
    const results = graph.run([...inputs.tensors, ...this.#parameters.values()], keys);
    return toGradients(
      results.map((result) => engine().makeTensorFromTensorInfo(result)),
      paths,
    );
  }

  #check(key: string, step: CapturedStep, replayed: LossAndGradients, ordinary: LossAndGradients): LossAndGradients {
    const difference = new LargestDifference();
    difference.add('loss', replayed.loss, ordinary.loss);
    for (const [path, gradient] of ordinary.gradients) difference.add(path, replayed.gradients.get(path), gradient);
    const { place, relative } = difference.find();
    // What is not finite is reported by the loop; the next step decides about the graph.
    step.checked = !Number.isNaN(relative);
    const agrees = !(relative > tolerance);
    if (!agrees) {
      step.graph.dispose();
      this.#refuse(
        key,
        `${place} differs by ${relative.toExponential(1)} of its largest entry when the step is one graph`,
      );
    }
    const [kept, other] = agrees ? [replayed, ordinary] : [ordinary, replayed];
    dispose([other.loss, ...other.gradients.values()]);
    return kept;
  }

  #refuse(key: string, reason: string): void {
    this.#steps.set(key, 'refused');
    this.#onRefused(reason);
  }

  #dropOldest(): void {
    const graphs = [...this.#steps].flatMap(([key, step]) => (step === 'refused' ? [] : [{ key, ...step }]));
    let bytes = graphs.reduce((sum, { graph }) => sum + graph.bytes, 0);
    for (const { key, graph } of graphs.slice(0, -1)) {
      if (bytes <= mostBytes) return;
      bytes -= graph.bytes;
      graph.dispose();
      this.#steps.delete(key);
    }
  }

  #keyOf(tensors: readonly Tensor[]): string {
    const frozen = [...this.#parameters.values()].map(({ trainable }) => (trainable ? 1 : 0)).join('');
    return `${tensors.map(({ dtype, shape }) => `${dtype} ${shape.join('x')}`).join()} ${frozen}`;
  }
}

function seedKeysOf({ firstKey, secondKey }: { readonly firstKey: number; readonly secondKey: number }): {
  first: number;
  second: number;
} {
  return { first: firstKey, second: secondKey };
}

function toGradients([loss, ...gradients]: readonly Tensor[], paths: readonly string[]): LossAndGradients {
  if (!loss) throw new RangeError('CapturedGradients: a graph must give a loss, got nothing.');
  return {
    loss: loss as Scalar, // as the captured step gave it
    gradients: new Map(paths.flatMap((path, i) => (gradients[i] ? [[path, gradients[i]] as const] : []))),
  };
}
