"""The limit of the race: how fast PyTorch and ONNX Runtime multiply matrices in the shapes of the encoders' linear layers.

Prints billions of operations per second, median of the rounds, in turn: `nn.Linear`, `Gemm` (product and bias in one), `MatMul` and `Add`.

Pinned: torch 2.13.0 (CPU), onnx 1.23.2, onnxruntime 1.32.0. Run: python bench/forward/products.py [ROUNDS] [THREADS]
"""

import sys
import time
from collections.abc import Callable

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper

WARMUP = 5


def runtime_product(rows: int, inputs: int, outputs: int, op: str, threads: int) -> Callable[[], object]:
    """`x Wᵀ + b` of `[rows, inputs]` as one session, with buffers that stay."""
    weight, bias = np.random.randn(outputs, inputs).astype("f"), np.random.randn(outputs).astype("f")
    if op == "Gemm":
        nodes = [helper.make_node("Gemm", ["x", "w", "b"], ["y"], transB=1)]
    else:
        weight = np.ascontiguousarray(weight.T)
        nodes = [helper.make_node("MatMul", ["x", "w"], ["t"]), helper.make_node("Add", ["t", "b"], ["y"])]
    port = lambda name, size: helper.make_tensor_value_info(name, TensorProto.FLOAT, [rows, size])
    constants = [numpy_helper.from_array(weight, "w"), numpy_helper.from_array(bias, "b")]
    graph = helper.make_graph(nodes, "product", [port("x", inputs)], [port("y", outputs)], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)])
    model.ir_version = 9
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(model.SerializeToString(), options)
    binding = session.io_binding()
    binding.bind_cpu_input("x", np.random.randn(rows, inputs).astype("f"))
    binding.bind_output("y")
    return lambda: session.run_with_iobinding(binding)


rounds, threads = int((sys.argv[1:] or ["20"])[0]), int((sys.argv[2:] or ["2"])[0])
torch.set_num_threads(threads)
print(f"torch {torch.__version__}, onnx {onnx.__version__}, onnxruntime {onnxruntime.__version__}, {threads} threads")
for rows, inputs, outputs in [(1024, 768, 768), (1024, 768, 3072), (1024, 3072, 768), (400, 768, 3072)]:
    x, linear = torch.randn(rows, inputs), torch.nn.Linear(inputs, outputs)
    sides = {
        "nn.Linear": lambda: linear(x),
        "Gemm": runtime_product(rows, inputs, outputs, "Gemm", threads),
        "MatMul, Add": runtime_product(rows, inputs, outputs, "MatMul", threads),
    }
    seconds = {name: [] for name in sides}
    with torch.inference_mode():
        for round in range(WARMUP + rounds):
            for name, multiply in sides.items():
                started = time.perf_counter()
                multiply()
                if round >= WARMUP:
                    seconds[name].append(time.perf_counter() - started)
    rates = {name: 2 * rows * inputs * outputs / np.median(own) / 1e9 for name, own in seconds.items()}
    print(f"{rows} x {inputs} x {outputs}: " + "; ".join(f"{name} {rate:.0f}" for name, rate in rates.items()))
