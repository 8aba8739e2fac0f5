import { type Dim, isSameShape } from './Dim.js';
import { int64Tensor, type OnnxTensor, type OnnxType } from './OnnxTensor.js';

/** An attribute of a node. */
export type OnnxAttribute =
  | { readonly name: string; readonly type: 'float'; readonly value: number }
  | { readonly name: string; readonly type: 'int'; readonly value: number }
  | { readonly name: string; readonly type: 'ints'; readonly value: readonly number[] };

/** One operation. */
export interface OnnxNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: readonly OnnxAttribute[];
}

/** A value and its shape. */
export interface ShapedValue {
  readonly name: string;
  readonly shape: readonly Dim[];
}

/** What goes into a model or comes out of it. */
export interface OnnxPort {
  readonly name: string;
  readonly type: OnnxType;
  readonly shape: readonly (string | number)[];
}

/** Numbers as attributes: lists and whole numbers, or a fraction where its name is in `fractions`. */
export type Attributes = Readonly<Record<string, number | readonly number[]>>;

const fractions = new Set(['alpha', 'epsilon']);

/** A graph that grows node by node. */
export class GraphBuilder {
  readonly nodes: OnnxNode[] = [];
  readonly initializers = new Map<string, OnnxTensor>();
  readonly inputs: OnnxPort[] = [];
  readonly outputs: OnnxPort[] = [];
  readonly #symbols = new Map<string, string>();
  readonly #shared = new Map<string, string>();
  readonly #views = new Map<string, ShapedValue[]>();
  #count = 0;

  /** Adds an input; the first one that has an open size says what it is. */
  input(port: OnnxPort): string {
    this.inputs.push(port);
    for (const [axis, symbol] of port.shape.entries()) {
      if (typeof symbol === 'number' || this.#symbols.has(symbol)) continue;
      const shape = this.add('Shape', [port.name]);
      this.#symbols.set(symbol, this.add('Gather', [shape, this.integers([axis])], { axis: 0 }));
    }
    return port.name;
  }

  /** Adds a node and names its first output. */
  add(op: string, inputs: readonly string[], attributes: Attributes = {}, name = this.#next(op)): string {
    this.nodes.push({ op, inputs, outputs: [name], attributes: Object.entries(attributes).map(attribute) });
    return name;
  }

  /** Adds a node of several outputs. */
  addMany(op: string, inputs: readonly string[], outputs: number, attributes: Attributes = {}): string[] {
    const names = Array.from({ length: outputs }, () => this.#next(op));
    this.nodes.push({ op, inputs, outputs: names, attributes: Object.entries(attributes).map(attribute) });
    return names;
  }

  /** Adds values; small equal ones without a name are kept once. */
  constant(tensor: OnnxTensor, name?: string): string {
    if (name !== undefined) {
      this.initializers.set(name, tensor);
      return name;
    }
    const { type, shape, bytes } = tensor;
    const key = bytes.length > 256 ? undefined : `${type} ${shape.join()} ${bytes.join()}`;
    const found = key === undefined ? undefined : this.#shared.get(key);
    if (found !== undefined) return found;
    const own = this.#next('constant');
    this.initializers.set(own, tensor);
    if (key !== undefined) this.#shared.set(key, own);
    return own;
  }

  /** A list of whole numbers. */
  integers(values: readonly number[]): string {
    return this.constant(int64Tensor(values));
  }

  /** Sizes as a list that is computed where they are open. */
  dims(dims: readonly Dim[]): string {
    if (dims.every((dim) => typeof dim === 'number')) return this.integers(dims);
    return this.add(
      'Concat',
      dims.map((dim) => this.#dim(dim)),
      { axis: 0 },
    );
  }

  /** Names values under another shape; one that they have had is there already. */
  reshape(value: ShapedValue, shape: readonly Dim[]): string {
    const views = this.#views.get(value.name) ?? [value];
    const known = views.find((view) => isSameShape(view.shape, shape));
    if (known) return known.name;
    const name = this.add('Reshape', [value.name, this.#reshapeDims(shape)]);
    views.push({ name, shape });
    for (const view of views) this.#views.set(view.name, views);
    return name;
  }

  /** Values that were reshaped, under each shape that they have had, the one in which they were computed first; others have no views. */
  views(name: string): readonly ShapedValue[] {
    return this.#views.get(name) ?? [];
  }

  /** One open size is left to be inferred. */
  #reshapeDims(dims: readonly Dim[]): string {
    if (dims.filter((dim) => typeof dim !== 'number').length > 1) return this.dims(dims);
    return this.integers(dims.map((dim) => (typeof dim === 'number' ? dim : -1)));
  }

  #dim(dim: Dim): string {
    if (typeof dim === 'number') return this.integers([dim]);
    const key = `${dim.symbols.join('*')} ${dim.factor} ${dim.offset}`;
    const known = this.#shared.get(key);
    if (known !== undefined) return known;
    let value = dim.symbols
      .map((symbol) => this.#symbols.get(symbol) ?? symbol)
      .reduce((product, next) => this.add('Mul', [product, next]));
    if (dim.factor !== 1) value = this.add('Mul', [value, this.integers([dim.factor])]);
    if (dim.offset !== 0) value = this.add('Add', [value, this.integers([dim.offset])]);
    this.#shared.set(key, value);
    return value;
  }

  #next(op: string): string {
    return `${op}_${this.#count++}`;
  }
}

function attribute([name, value]: [string, number | readonly number[]]): OnnxAttribute {
  if (typeof value !== 'number') return { name, type: 'ints', value };
  return { name, type: fractions.has(name) ? 'float' : 'int', value };
}
