"""Writes folders with random weights in the shapes of published encoders, in both file formats.

Pinned: Python 3.11+, torch 2.13.0 (CPU), transformers 5.24.0, safetensors 0.8.0. Seed 0. About 1.6 GB.
Run: python bench/load/make_models.py <folder>
"""

import sys
from pathlib import Path

import torch
from transformers import BertConfig, BertModel, CLIPVisionConfig, CLIPVisionModelWithProjection

VOCABULARY = 30_522


def write(name: str, model: torch.nn.Module, vocabulary: bool) -> None:
    for kind in ("safetensors", "torch"):
        folder = Path(sys.argv[1]) / f"{name}-{kind}"
        model.save_pretrained(folder)
        if vocabulary:
            tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
            tokens += [f"t{i}" for i in range(VOCABULARY - len(tokens))]
            (folder / "vocab.txt").write_text("\n".join(tokens) + "\n", encoding="utf-8")
        if kind == "torch":
            # transformers 5 writes safetensors only; published .bin files are a state dict as torch.save writes it.
            (folder / "model.safetensors").unlink()
            torch.save(model.state_dict(), folder / "pytorch_model.bin")


torch.manual_seed(0)
write("bert-base", BertModel(BertConfig()), vocabulary=True)
write(
    "clip-vit-base-patch32",
    CLIPVisionModelWithProjection(CLIPVisionConfig(patch_size=32)),
    vocabulary=False,
)
