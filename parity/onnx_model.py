"""Runs an exported model in Python's ONNX Runtime and compares it with what TensorFlow.js made of the same batch.

Make a model:  CROSSMODAL_ONNX_OUTPUT=small-model npx vitest run --config e2e/vitest.config.ts onnxInBrowser      (after npm run build)
Run:           python parity/onnx_model.py small-model
Needs Python 3.11, onnxruntime 1.30.0 or later, onnx, numpy.

The folder holds models, some with their values in a second file beside them, and batch.json: how far each model may be from the outputs, and
named inputs and outputs: dtype, shape, values.
"""

import json
import sys
from pathlib import Path

import numpy
import onnx
import onnxruntime

# Whole numbers are int64 in the model, as is usual there.
DTYPES = {"int32": numpy.int64, "float32": numpy.float32}


def main() -> None:
    folder = Path(sys.argv[1])
    batch = json.loads((folder / "batch.json").read_text())
    for name, tolerance in batch["tolerances"].items():
        onnx.checker.check_model(str(folder / name), full_check=True)
        worst = compare(folder / name, batch)
        if not worst < tolerance:
            sys.exit(f"{name}: outputs must be within {tolerance}, got {worst}")


def compare(model: Path, batch: dict) -> float:
    """The largest difference of all outputs."""
    # Values in a second file are found beside the model.
    session = onnxruntime.InferenceSession(str(model), providers=["CPUExecutionProvider"])
    inputs = {name: array(tensor) for name, tensor in batch["inputs"].items()}
    worst = 0.0
    for output, found in zip(session.get_outputs(), session.run(None, inputs)):
        expected = array(batch["outputs"][output.name])
        assert found.shape == expected.shape, f"{output.name}: expected {expected.shape}, got {found.shape}"
        difference = float(numpy.abs(found - expected).max())
        print(f"{model.name} {output.name} {list(found.shape)}: largest difference {difference:.2e}")
        worst = max(worst, difference)
    return worst


def array(tensor: dict) -> numpy.ndarray:
    return numpy.array(tensor["values"], DTYPES[tensor["dtype"]]).reshape(tensor["shape"])


if __name__ == "__main__":
    main()
