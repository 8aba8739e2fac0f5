import protobuf from 'protobufjs/minimal.js';
import { endingOutput } from '../native/endingOutput.js';

/** The element types that kernels take and give, by their number in the format. */
export const elementTypes = { float32: 1, int32: 6, int64: 7, bool: 9 } as const;

/** Their names. */
export type ElementType = keyof typeof elementTypes;

/** A fraction as an attribute; plain numbers are written as integers. */
interface Fraction {
  readonly fraction: number;
}

/** The attributes of a node. */
export type Attributes = Readonly<Record<string, number | string | readonly number[] | Fraction>>;

/** The version of the operators: the first with Gelu, and the format's version that came with it. */
const opset = 20;
const irVersion = 9;

type Writer = protobuf.Writer;

/** What kernels write their nodes to: a model of their own, or a part of a larger one. */
export interface ModelWriter {
  /** Adds an input and gives back its name. */
  input(name: string, type?: ElementType): string;
  /** Makes a value the next output. */
  output(name: string, type?: ElementType): void;
  /**
   * Adds a node and names its output.
   *
   * @param operator - of the standard set, or of another one as `'com.microsoft:FusedMatMul'`
   */
  node(operator: string, inputs: readonly string[], attributes?: Attributes, output?: string): string;
  /** Adds a node of several outputs; an empty name stands for one that is not wanted. */
  nodes(operator: string, inputs: readonly string[], attributes: Attributes, outputs: readonly string[]): void;
  /** One float32 number. */
  scalar(value: number): string;
  /** A list of int64 numbers, as sizes and axes are given. */
  integers(values: readonly number[]): string;
}

/**
 * A model, written node by node. Shapes are left open: one model of an operation serves all sizes and ranks.
 *
 * Field numbers are those of https://github.com/onnx/onnx/blob/v1.16.0/onnx/onnx.proto3
 */
export class OnnxModel implements ModelWriter {
  readonly inputNames: string[] = [];
  readonly outputNames: string[] = [];
  readonly #nodes: ((writer: Writer) => void)[] = [];
  readonly #initializers = new Map<string, (writer: Writer) => void>();
  readonly #inputs: ((writer: Writer) => void)[] = [];
  readonly #outputs: ((writer: Writer) => void)[] = [];
  #count = 0;

  input(name: string, type: ElementType = 'float32'): string {
    this.inputNames.push(name);
    this.#inputs.push((writer) => writePort(writer, name, elementTypes[type]));
    return name;
  }

  output(name: string, type: ElementType = 'float32'): void {
    this.outputNames.push(name);
    this.#outputs.push((writer) => writePort(writer, name, elementTypes[type]));
  }

  node(operator: string, inputs: readonly string[], attributes: Attributes = {}, output = this.#next()): string {
    this.nodes(operator, inputs, attributes, [output]);
    return output;
  }

  nodes(operator: string, inputs: readonly string[], attributes: Attributes, outputs: readonly string[]): void {
    const [op = '', domain = ''] = operator.split(':').reverse();
    this.#nodes.push((writer) => {
      for (const name of inputs) writer.uint32(tag(1, 2)).string(name);
      for (const name of outputs) writer.uint32(tag(2, 2)).string(name);
      writer
        .uint32(tag(3, 2))
        .string(outputs[0] ?? '')
        .uint32(tag(4, 2))
        .string(op);
      for (const [name, value] of Object.entries(attributes)) {
        message(writer, 5, () => writeAttribute(writer, name, value));
      }
      if (domain !== '') writer.uint32(tag(7, 2)).string(domain);
    });
  }

  scalar(value: number): string {
    const name = `constant f${Object.is(value, -0) ? '-0' : value}`;
    return this.constant(name, 'float32', [], new Uint8Array(Float32Array.of(value).buffer));
  }

  integers(values: readonly number[]): string {
    const bytes = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
    return this.constant(`constant i${values.join()}`, 'int64', [values.length], bytes);
  }

  /**
   * Adds a constant and gives back its name.
   *
   * @param name - not used for anything else; the second constant of a name replaces the first
   * @param bytes - of the values, little-endian; copied when the model is encoded
   */
  constant(name: string, type: ElementType, dims: readonly number[], bytes: Uint8Array): string {
    this.#initializers.set(name, (writer) => writeInitializer(writer, name, elementTypes[type], dims, bytes));
    return name;
  }

  /**
   * The bytes of an `.onnx` file.
   *
   * @param withEnding - whether `endingOutput` is the first output, if there are others; default false
   */
  encode(withEnding = false): Uint8Array {
    const writer = protobuf.Writer.create();
    writer.uint32(tag(1, 0)).int64(irVersion);
    message(writer, 7, () => {
      for (const write of this.#nodes) message(writer, 1, () => write(writer));
      writer.uint32(tag(2, 2)).string('kernel');
      for (const write of this.#initializers.values()) message(writer, 5, () => write(writer));
      for (const write of this.#inputs) message(writer, 11, () => write(writer));
      if (withEnding && this.#outputs.length > 0) writeEnding(writer);
      for (const write of this.#outputs) message(writer, 12, () => write(writer));
    });
    for (const [domain, version] of [['', opset] as const, ['com.microsoft', 1] as const]) {
      message(writer, 8, () => writer.uint32(tag(1, 2)).string(domain).uint32(tag(2, 0)).int64(version));
    }
    return writer.finish();
  }

  #next(): string {
    return `value ${this.#count++}`;
  }
}

/** A field's number and the way its value is written. */
function tag(field: number, wireType: 0 | 2 | 5): number {
  return field * 8 + wireType;
}

function message(writer: Writer, field: number, write: () => void): void {
  writer.uint32(tag(field, 2)).fork();
  write();
  writer.ldelim();
}

/** The numbers at the end are those of AttributeProto.AttributeType. */
function writeAttribute(writer: Writer, name: string, value: Attributes[string] & {}): void {
  writer.uint32(tag(1, 2)).string(name);
  if (typeof value === 'string') {
    writer.uint32(tag(4, 2)).string(value).uint32(tag(20, 0)).int32(3);
  } else if (typeof value === 'number') {
    writer.uint32(tag(3, 0)).int64(value).uint32(tag(20, 0)).int32(2);
  } else if ('fraction' in value) {
    writer.uint32(tag(2, 5)).float(value.fraction).uint32(tag(20, 0)).int32(1);
  } else {
    for (const entry of value) writer.uint32(tag(8, 0)).int64(entry);
    writer.uint32(tag(20, 0)).int32(7);
  }
}

function writeInitializer(
  writer: Writer,
  name: string,
  elementType: number,
  dims: readonly number[],
  bytes: Uint8Array,
): void {
  for (const size of dims) writer.uint32(tag(1, 0)).int64(size);
  writer.uint32(tag(2, 0)).int32(elementType);
  writer.uint32(tag(8, 2)).string(name);
  writer.uint32(tag(9, 2)).bytes(bytes);
}

function writeEnding(writer: Writer): void {
  const { name, elementType } = endingOutput;
  message(writer, 5, () => writeInitializer(writer, name, elementType, [], new Uint8Array(2)));
  message(writer, 12, () => writePort(writer, name, elementType));
}

function writePort(writer: Writer, name: string, elementType: number): void {
  writer.uint32(tag(1, 2)).string(name);
  message(writer, 2, () => message(writer, 1, () => writer.uint32(tag(1, 0)).int32(elementType)));
}
