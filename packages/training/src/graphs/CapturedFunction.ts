import { SeedTrace } from '@crossmodal/layers';
import { dispose, engine, type Tensor, type Variable } from '@tensorflow/tfjs-core';
import { type CapturedGraph, type DropoutKeys, graphCapturingBackend } from './GraphCapturing.js';
import { LargestDifference } from './LargestDifference.js';

/** What a function computes, by name. */
export type NamedResults = ReadonlyMap<string, Tensor>;

/** What a call is computed from beside the parameters. */
export interface CallInputs {
  /** All tensors that differ from call to call. They stay the caller's. */
  readonly tensors: readonly Tensor[];
  /** From which the function derives those of its dropout; default: it drops nothing. */
  readonly seed?: number | undefined;
}

/** Options of {@link CapturedFunction}. */
export interface CapturedFunctionOptions {
  /** Hears why a shape is not computed as a graph; default: nobody. */
  readonly onRefused?: ((reason: string) => void) | undefined;
  /** Calls of a shape that are computed as always before one is captured, for shapes of which few may come; default 0. */
  readonly captureAfter?: number | undefined;
  /**
   * Bytes that all graphs together may hold, by the {@link CapturedGraph.peakBytes} of each; default 2 GiB. Above it the one that has not been used for longest goes; the
   * last one always stays.
   */
  readonly mostGraphBytes?: number | undefined;
}

/** A call of one shape, written down. */
interface CapturedCall {
  readonly graph: CapturedGraph;
  readonly names: readonly string[];
  readonly trace: SeedTrace;
  /** With which the captured call began. */
  readonly seed: number;
  /** Whether it was compared with the ordinary call. */
  checked: boolean;
}

/** How far a graph's numbers may be from those of the ordinary call, relative to the largest of their tensor. */
const tolerance = 1e-3;
/** Default of {@link CapturedFunctionOptions.mostGraphBytes}. */
const usualGraphBytes = 2 ** 31;

/**
 * Computes a function, where the backend can as one graph for each shape of its inputs.
 *
 * The first call of a shape (or a later one, see {@link CapturedFunctionOptions.captureAfter}) is computed as always, written down, and computed again as a graph.
 * Only when both agree does the graph give the numbers, then and from there on: a function that depends on something else than its tensors, the parameters and its
 * seed is found out here or changes nothing, and a run that is resumed computes the same bits as one that was not stopped.
 */
export class CapturedFunction {
  readonly #parameters: ReadonlyMap<string, Variable>;
  readonly #onRefused: (reason: string) => void;
  readonly #captureAfter: number;
  readonly #mostGraphBytes: number;
  readonly #calls = new Map<string, CapturedCall | 'refused'>();
  /** Calls of shapes that are not captured yet. */
  readonly #ordinaryCalls = new Map<string, number>();

  /**
   * @param parameters - by path; they stay the caller's
   * @param options - who hears of refusals, when a shape is captured, and how much graphs may hold
   */
  constructor(
    parameters: ReadonlyMap<string, Variable>,
    { onRefused = () => undefined, captureAfter = 0, mostGraphBytes = usualGraphBytes }: CapturedFunctionOptions = {},
  ) {
    this.#parameters = parameters;
    this.#onRefused = onRefused;
    this.#captureAfter = captureAfter;
    this.#mostGraphBytes = mostGraphBytes;
  }

  /**
   * Calls the function.
   *
   * @param compute - the function, synchronous: computes new tensors from the parameters, the tensors and the seed alone
   * @param inputs - the tensors and the seed
   * @returns new tensors, the caller disposes them
   * @throws whatever `compute` throws; RangeError when an index is outside its table
   */
  call(compute: () => NamedResults, inputs: CallInputs): NamedResults {
    const key = this.#keyOf(inputs.tensors);
    const call = this.#calls.get(key);
    if (call === 'refused' || !graphCapturingBackend()) return compute();
    if (!call) return this.#isSeldom(key) ? compute() : this.#capture(key, compute, inputs);
    // The order of the map is that of the last use.
    this.#calls.delete(key);
    this.#calls.set(key, call);
    const replayed = this.#replay(call, inputs);
    return call.checked ? replayed : this.#check(key, call, replayed, compute());
  }

  /** Frees all graphs. */
  dispose(): void {
    for (const call of this.#calls.values()) if (call !== 'refused') call.graph.dispose();
    this.#calls.clear();
  }

  #isSeldom(key: string): boolean {
    const calls = this.#ordinaryCalls.get(key) ?? 0;
    this.#ordinaryCalls.set(key, calls + 1);
    return calls < this.#captureAfter;
  }

  #capture(key: string, compute: () => NamedResults, { tensors, seed = 0 }: CallInputs): NamedResults {
    const backend = graphCapturingBackend();
    if (!backend) return compute();
    const trace = new SeedTrace();
    let names: string[] = [];
    const { results, graph, failure } = backend.captureGraph(() => {
      const computed = trace.observe(compute);
      names = [...computed.keys()];
      return [...computed.values()];
    }, this.#inputsOf(tensors));
    const ordinary = named(names, results);
    const problem = graph ? problemOf(graph, trace, seed) : (failure ?? 'no graph came');
    if (!graph || problem !== undefined) {
      graph?.dispose();
      this.#refuse(key, problem ?? '');
      return ordinary;
    }
    const call = { graph, names, trace, seed, checked: false };
    this.#calls.set(key, call);
    this.#dropOldest();
    return this.#check(key, call, this.#replay(call, { tensors, seed }), ordinary);
  }

  #replay({ graph, names, trace, seed }: CapturedCall, inputs: CallInputs): NamedResults {
    const keys = graph.masks.map((mask) => rederive(mask, trace, seed, inputs.seed ?? 0) ?? mask); // found at the capture
    const results = graph.run(this.#inputsOf(inputs.tensors), keys);
    return named(
      names,
      results.map((result) => engine().makeTensorFromTensorInfo(result)),
    );
  }

  #check(key: string, call: CapturedCall, replayed: NamedResults, ordinary: NamedResults): NamedResults {
    const difference = new LargestDifference();
    for (const [name, result] of ordinary) difference.add(name, replayed.get(name), result);
    const { place, relative } = difference.find();
    // What is not finite is for the caller to see; the next call decides about the graph.
    call.checked = !Number.isNaN(relative);
    const agrees = !(relative > tolerance);
    if (!agrees) {
      call.graph.dispose();
      this.#refuse(key, `${place} differs by ${relative.toExponential(1)} of its largest entry when it is one graph`);
    }
    const [kept, other] = agrees ? [replayed, ordinary] : [ordinary, replayed];
    dispose([...other.values()]);
    return kept;
  }

  #refuse(key: string, reason: string): void {
    this.#calls.set(key, 'refused');
    this.#onRefused(reason);
  }

  #dropOldest(): void {
    const graphs = [...this.#calls].flatMap(([key, call]) => (call === 'refused' ? [] : [{ key, ...call }]));
    let bytes = graphs.reduce((sum, { graph }) => sum + graph.peakBytes, 0);
    for (const { key, graph } of graphs.slice(0, -1)) {
      if (bytes <= this.#mostGraphBytes) return;
      bytes -= graph.peakBytes;
      graph.dispose();
      this.#calls.delete(key);
    }
  }

  #inputsOf(tensors: readonly Tensor[]): Tensor[] {
    return [...tensors, ...this.#parameters.values()];
  }

  #keyOf(tensors: readonly Tensor[]): string {
    const frozen = [...this.#parameters.values()].map(({ trainable }) => (trainable ? 1 : 0)).join('');
    return `${tensors.map(({ dtype, shape }) => `${dtype} ${shape.join('x')}`).join()} ${frozen}`;
  }
}

function problemOf(graph: CapturedGraph, trace: SeedTrace, seed: number): string | undefined {
  return graph.masks.every((keys) => rederive(keys, trace, seed, seed))
    ? undefined
    : 'a dropout does not take its seed from that of the call';
}

function rederive(keys: DropoutKeys, trace: SeedTrace, from: number, to: number): DropoutKeys | undefined {
  const derived = trace.rederive({ first: keys.firstKey, second: keys.secondKey }, from, to);
  return derived && { firstKey: derived.first, secondKey: derived.second };
}

function named(names: readonly string[], tensors: readonly Tensor[]): NamedResults {
  return new Map(names.flatMap((name, i) => (tensors[i] ? [[name, tensors[i]] as const] : [])));
}
