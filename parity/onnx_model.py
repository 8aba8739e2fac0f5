"""Runs an exported model in Python's ONNX Runtime and compares it with what TensorFlow.js made of the same batch.

Make a model:  CROSSMODAL_ONNX_OUTPUT=small-model npx vitest run --config e2e/vitest.config.ts onnxInBrowser      (after npm run build)
Run:           python parity/onnx_model.py small-model
Needs Python 3.11, onnxruntime 1.30.0 or later, onnx, numpy.

The folder holds model.onnx, and batch.json with named inputs and outputs: dtype, shape, values. Every output must be within 1e-4.
"""

import json
import sys
from pathlib import Path

import numpy
import onnx
import onnxruntime

TOLERANCE = 1e-4
# Whole numbers are int64 in the model, as is usual there.
DTYPES = {"int32": numpy.int64, "float32": numpy.float32}


def main() -> None:
    folder = Path(sys.argv[1])
    onnx.checker.check_model(str(folder / "model.onnx"), full_check=True)
    batch = json.loads((folder / "batch.json").read_text())
    session = onnxruntime.InferenceSession(str(folder / "model.onnx"), providers=["CPUExecutionProvider"])
    inputs = {name: array(tensor) for name, tensor in batch["inputs"].items()}
    worst = 0.0
    for output, found in zip(session.get_outputs(), session.run(None, inputs)):
        expected = array(batch["outputs"][output.name])
        assert found.shape == expected.shape, f"{output.name}: expected {expected.shape}, got {found.shape}"
        difference = float(numpy.abs(found - expected).max())
        print(f"{output.name} {list(found.shape)}: largest difference {difference:.2e}")
        worst = max(worst, difference)
    if not worst < TOLERANCE:
        sys.exit(f"outputs must be within {TOLERANCE}, got {worst}")


def array(tensor: dict) -> numpy.ndarray:
    return numpy.array(tensor["values"], DTYPES[tensor["dtype"]]).reshape(tensor["shape"])


if __name__ == "__main__":
    main()
