import protobuf from 'protobufjs/light.js';
import type { GraphBuilder, OnnxAttribute, OnnxPort } from './GraphBuilder.js';
import { type ExternalPlace } from './ExternalData.js';
import { onnxTypes, type OnnxTensor } from './OnnxTensor.js';

/** The operators' version: the first with Gelu. */
const OPSET = 20;
/** The format's version that came with it. */
const IR_VERSION = 9;

/** TensorProto.DataLocation. */
const EXTERNAL = 1;
/** Protocol Buffers' wire type of bytes and messages. */
const LENGTH_DELIMITED = 2;

const one = (type: string, id: number): { type: string; id: number } => ({ type, id });
const list = (type: string, id: number): { rule: 'repeated'; type: string; id: number } => ({
  rule: 'repeated',
  type,
  id,
});

/** The part of https://github.com/onnx/onnx/blob/v1.16.0/onnx/onnx.proto3 that is written here. */
const format = protobuf.Root.fromJSON({
  nested: {
    ModelProto: {
      fields: {
        ir_version: one('int64', 1),
        producer_name: one('string', 2),
        graph: one('GraphProto', 7),
        opset_import: list('OperatorSetIdProto', 8),
      },
    },
    OperatorSetIdProto: { fields: { domain: one('string', 1), version: one('int64', 2) } },
    GraphProto: {
      fields: {
        node: list('NodeProto', 1),
        name: one('string', 2),
        initializer: list('TensorProto', 5),
        input: list('ValueInfoProto', 11),
        output: list('ValueInfoProto', 12),
      },
    },
    NodeProto: {
      fields: {
        input: list('string', 1),
        output: list('string', 2),
        name: one('string', 3),
        op_type: one('string', 4),
        attribute: list('AttributeProto', 5),
      },
    },
    AttributeProto: {
      fields: {
        name: one('string', 1),
        f: one('float', 2),
        i: one('int64', 3),
        ints: list('int64', 8),
        type: one('int32', 20),
      },
    },
    TensorProto: {
      fields: {
        dims: list('int64', 1),
        data_type: one('int32', 2),
        name: one('string', 8),
        raw_data: one('bytes', 9),
        external_data: list('StringStringEntryProto', 13),
        data_location: one('int32', 14),
      },
    },
    StringStringEntryProto: { fields: { key: one('string', 1), value: one('string', 2) } },
    ValueInfoProto: { fields: { name: one('string', 1), type: one('TypeProto', 2) } },
    TypeProto: { fields: { tensor_type: one('TensorTypeProto', 1) } },
    TensorTypeProto: { fields: { elem_type: one('int32', 1), shape: one('ShapeProto', 2) } },
    ShapeProto: { fields: { dim: list('DimensionProto', 1) } },
    DimensionProto: { fields: { dim_value: one('int64', 1), dim_param: one('string', 2) } },
  },
});

/**
 * A graph as the bytes of an `.onnx` file.
 *
 * Values are copied once, into the file: a writer that grows would hold them two or three times.
 *
 * @param graph - values that stay in the file take less than 2 GB
 * @param places - of those that lie in another file
 */
export function encodeModel(graph: GraphBuilder, places: ReadonlyMap<string, ExternalPlace>): Uint8Array {
  const body = [
    encode('GraphProto', {
      name: 'crossmodal',
      node: graph.nodes.map(({ op, inputs, outputs, attributes }) => ({
        name: outputs[0],
        op_type: op,
        input: inputs,
        output: outputs,
        attribute: attributes.map(encodeAttribute),
      })),
      input: graph.inputs.map(encodePort),
      output: graph.outputs.map(encodePort),
    }),
    ...[...graph.initializers].flatMap(([name, tensor]) =>
      field('GraphProto', 'initializer', encodeTensor(name, tensor, places.get(name))),
    ),
  ];
  const head = encode('ModelProto', {
    ir_version: IR_VERSION,
    producer_name: 'crossmodal',
    opset_import: [{ domain: '', version: OPSET }],
  });
  return join([head, ...field('ModelProto', 'graph', body)]);
}

function encode(message: string, content: object): Uint8Array {
  return format.lookupType(message).encode(content).finish();
}

/** A field that holds bytes or a message: its number, its length, and what it holds, in pieces. */
function field(message: string, name: string, pieces: readonly Uint8Array[]): Uint8Array[] {
  const { id } = format.lookupType(message).fields[name] ?? { id: 0 };
  const length = pieces.reduce((sum, { length }) => sum + length, 0);
  return [protobuf.Writer.create().uint32((id << 3) | LENGTH_DELIMITED).uint32(length).finish(), ...pieces]; // prettier-ignore
}

function join(pieces: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const piece of pieces) {
    joined.set(piece, end);
    end += piece.length;
  }
  return joined;
}

function encodeAttribute({ name, type, value }: OnnxAttribute): object {
  // The numbers of AttributeProto.AttributeType.
  if (type === 'float') return { name, type: 1, f: value };
  if (type === 'int') return { name, type: 2, i: value };
  return { name, type: 7, ints: value };
}

function encodeTensor(
  name: string,
  { type, shape, bytes }: OnnxTensor,
  place: ExternalPlace | undefined,
): Uint8Array[] {
  const tensor = { name, dims: shape, data_type: onnxTypes[type] };
  if (!place) return [encode('TensorProto', tensor), ...field('TensorProto', 'raw_data', [bytes])];
  const entries = Object.entries(place).map(([key, value]) => ({ key, value: String(value) }));
  return [encode('TensorProto', { ...tensor, external_data: entries, data_location: EXTERNAL })];
}

function encodePort({ name, type, shape }: OnnxPort): object {
  const dim = shape.map((size) => (typeof size === 'number' ? { dim_value: size } : { dim_param: size }));
  return { name, type: { tensor_type: { elem_type: onnxTypes[type], shape: { dim } } } };
}
