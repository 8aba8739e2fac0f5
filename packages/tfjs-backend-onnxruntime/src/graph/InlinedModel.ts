import { type Attributes, type ModelWriter, type OnnxModel } from '../model/OnnxModel.js';

/** Writes the model of one kernel into the graph of many: its inputs are values of the graph, its names are kept apart from those of others. */
export class InlinedModel implements ModelWriter {
  /** What the kernel gave out, as names of the graph. */
  readonly outputNames: string[] = [];
  readonly #graph: OnnxModel;
  readonly #inputs: readonly string[];
  readonly #prefix: string;
  readonly #names = new Map<string, string>();
  #inputCount = 0;

  /**
   * @param graph - what is written to
   * @param inputs - values of the graph, in the order in which the kernel adds its inputs
   * @param prefix - of no other kernel
   */
  constructor(graph: OnnxModel, inputs: readonly string[], prefix: string) {
    this.#graph = graph;
    this.#inputs = inputs;
    this.#prefix = prefix;
  }

  input(name: string): string {
    const value = this.#inputs[this.#inputCount++];
    if (value === undefined)
      throw new RangeError(`InlinedModel: ${this.#inputs.length} inputs came, ${name} is one more.`);
    this.#names.set(name, value);
    return name;
  }

  output(name: string): void {
    this.outputNames.push(this.#global(name));
  }

  node(operator: string, inputs: readonly string[], attributes: Attributes = {}, output?: string): string {
    const from = inputs.map((name) => this.#global(name));
    if (output === undefined) return this.#graph.node(operator, from, attributes);
    this.nodes(operator, inputs, attributes, [output]);
    return output;
  }

  nodes(operator: string, inputs: readonly string[], attributes: Attributes, outputs: readonly string[]): void {
    const from = inputs.map((name) => this.#global(name));
    const to = outputs.map((name) => (name === '' ? '' : `${this.#prefix} ${name}`));
    for (const [i, name] of outputs.entries()) this.#names.set(name, to[i] ?? '');
    this.#graph.nodes(operator, from, attributes, to);
  }

  scalar(value: number): string {
    return this.#graph.scalar(value);
  }

  integers(values: readonly number[]): string {
    return this.#graph.integers(values);
  }

  #global(name: string): string {
    return this.#names.get(name) ?? name;
  }
}
