"""Writes what all sides of the race compute: random weights in the shapes of BERT-base and CLIP ViT-B/32, and one batch of inputs.

Each folder holds `config.json` and `model.safetensors` as transformers writes them, and `onnx/` as transformers.js reads it: the same
weights through PyTorch's exporter, which made the ONNX files of most published checkpoints. Inputs are little-endian numbers, row by row.

Pinned: Python 3.11+, torch 2.13.0 (CPU), transformers 5.24.0, onnx 1.23.2. Seed 0. About 1.6 GB.
Run: python bench/forward/prepare.py FOLDER [BATCH] [LENGTH]
"""

import argparse
import warnings
from pathlib import Path

import torch
from transformers import BertConfig, BertModel, CLIPVisionConfig, CLIPVisionModelWithProjection
from transformers.utils import logging

OUTPUTS = ["last_hidden_state", "pooler_output"]


class Outputs(torch.nn.Module):
    """A model of transformers with outputs that the exporter understands."""

    def __init__(self, model: torch.nn.Module, names: list[str]):
        super().__init__()
        self.model, self.names = model, names

    def forward(self, *inputs: torch.Tensor) -> tuple[torch.Tensor, ...]:
        outputs = self.model(**dict(zip(self.names, inputs)))
        return tuple(outputs[name] for name in OUTPUTS)


def export(model: torch.nn.Module, file: Path, inputs: dict[str, torch.Tensor], axes: dict[int, str]) -> None:
    """`inputs` are those with which the exporter traces; `axes` are open in each."""
    file.parent.mkdir(exist_ok=True)
    with warnings.catch_warnings():
        # The exporter by TorchScript is the one behind the published files; it warns of its age.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Outputs(model, list(inputs)),
            tuple(inputs.values()),
            file,
            input_names=list(inputs),
            output_names=OUTPUTS,
            dynamic_axes={name: axes for name in inputs},
            opset_version=18,
            dynamo=False,
        )


parser = argparse.ArgumentParser()
parser.add_argument("root", type=Path, metavar="FOLDER")
parser.add_argument("batch", type=int, nargs="?", default=8)
parser.add_argument("length", type=int, nargs="?", default=128)
arguments = parser.parse_args()
root, batch, length = arguments.root, arguments.batch, arguments.length
logging.disable_progress_bar()
root.mkdir(parents=True, exist_ok=True)
torch.manual_seed(0)
config = BertConfig()
ids = torch.randint(5, config.vocab_size, (batch, length))
pixels = torch.randn(batch, 3, 224, 224)
(root / "input_ids.int32").write_bytes(ids.int().numpy().tobytes())
(root / "pixel_values.float32").write_bytes(pixels.numpy().tobytes())
with torch.inference_mode():
    bert = BertModel._from_config(config, attn_implementation="sdpa").eval()
    bert.save_pretrained(root / "bert")
    text = {"input_ids": ids[:2, :9], "attention_mask": torch.ones(2, 9, dtype=torch.long)}
    export(bert, root / "bert/onnx/model.onnx", text, {0: "batch", 1: "length"})
    # The defaults are the sizes of openai/clip-vit-base-patch32. With its projection the weights are named as in published files.
    clip = CLIPVisionModelWithProjection._from_config(CLIPVisionConfig(), attn_implementation="sdpa").eval()
    clip.save_pretrained(root / "clip")
    export(clip.vision_model, root / "clip/onnx/vision_model.onnx", {"pixel_values": pixels[:2]}, {0: "batch"})
