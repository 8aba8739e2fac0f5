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

const field = (type: string, id: number): { type: string; id: number } => ({ type, id });
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
        ir_version: field('int64', 1),
        producer_name: field('string', 2),
        graph: field('GraphProto', 7),
        opset_import: list('OperatorSetIdProto', 8),
      },
    },
    OperatorSetIdProto: { fields: { domain: field('string', 1), version: field('int64', 2) } },
    GraphProto: {
      fields: {
        node: list('NodeProto', 1),
        name: field('string', 2),
        initializer: list('TensorProto', 5),
        input: list('ValueInfoProto', 11),
        output: list('ValueInfoProto', 12),
      },
    },
    NodeProto: {
      fields: {
        input: list('string', 1),
        output: list('string', 2),
        name: field('string', 3),
        op_type: field('string', 4),
        attribute: list('AttributeProto', 5),
      },
    },
    AttributeProto: {
      fields: {
        name: field('string', 1),
        f: field('float', 2),
        i: field('int64', 3),
        ints: list('int64', 8),
        type: field('int32', 20),
      },
    },
    TensorProto: {
      fields: {
        dims: list('int64', 1),
        data_type: field('int32', 2),
        name: field('string', 8),
        raw_data: field('bytes', 9),
        external_data: list('StringStringEntryProto', 13),
        data_location: field('int32', 14),
      },
    },
    StringStringEntryProto: { fields: { key: field('string', 1), value: field('string', 2) } },
    ValueInfoProto: { fields: { name: field('string', 1), type: field('TypeProto', 2) } },
    TypeProto: { fields: { tensor_type: field('TensorTypeProto', 1) } },
    TensorTypeProto: { fields: { elem_type: field('int32', 1), shape: field('ShapeProto', 2) } },
    ShapeProto: { fields: { dim: list('DimensionProto', 1) } },
    DimensionProto: { fields: { dim_value: field('int64', 1), dim_param: field('string', 2) } },
  },
});

/**
 * A graph as the bytes of an `.onnx` file.
 *
 * @param graph - values that stay in the file take less than 2 GB
 * @param places - of those that lie in another file
 */
export function encodeModel(graph: GraphBuilder, places: ReadonlyMap<string, ExternalPlace>): Uint8Array {
  const model = format.lookupType('ModelProto');
  return model
    .encode({
      ir_version: IR_VERSION,
      producer_name: 'crossmodal',
      opset_import: [{ domain: '', version: OPSET }],
      graph: {
        name: 'crossmodal',
        node: graph.nodes.map(({ op, inputs, outputs, attributes }) => ({
          name: outputs[0],
          op_type: op,
          input: inputs,
          output: outputs,
          attribute: attributes.map(encodeAttribute),
        })),
        initializer: [...graph.initializers].map(([name, tensor]) => encodeTensor(name, tensor, places.get(name))),
        input: graph.inputs.map(encodePort),
        output: graph.outputs.map(encodePort),
      },
    })
    .finish();
}

function encodeAttribute({ name, type, value }: OnnxAttribute): object {
  // The numbers of AttributeProto.AttributeType.
  if (type === 'float') return { name, type: 1, f: value };
  if (type === 'int') return { name, type: 2, i: value };
  return { name, type: 7, ints: value };
}

function encodeTensor(name: string, { type, shape, bytes }: OnnxTensor, place: ExternalPlace | undefined): object {
  const tensor = { name, dims: shape, data_type: onnxTypes[type] };
  if (!place) return { ...tensor, raw_data: bytes };
  const entries = Object.entries(place).map(([key, value]) => ({ key, value: String(value) }));
  return { ...tensor, external_data: entries, data_location: EXTERNAL };
}

function encodePort({ name, type, shape }: OnnxPort): object {
  const dim = shape.map((size) => (typeof size === 'number' ? { dim_value: size } : { dim_param: size }));
  return { name, type: { tensor_type: { elem_type: onnxTypes[type], shape: { dim } } } };
}
