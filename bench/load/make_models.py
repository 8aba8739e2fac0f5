"""Writes folders with random weights in the shapes of published encoders, in both file formats, and what Python computes with them.

Pinned: Python 3.11+, torch 2.13.0 (CPU), transformers 5.24.0, safetensors 0.8.0. Seed 0. About 2.1 GB.
Run: python bench/load/make_models.py <folder>
"""

import sys
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import BertConfig, BertModel, CLIPConfig, CLIPModel

VOCABULARY = 30_522


def write(name: str, model: torch.nn.Module, tensors: dict[str, torch.Tensor], vocabulary: bool) -> None:
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
        save_file({key: value.detach().contiguous() for key, value in tensors.items()}, folder / "outputs.safetensors")


def texts(size: int, lengths: list[int]) -> dict[str, torch.Tensor]:
    """Token ids of texts of these lengths, and their mask."""
    longest = max(lengths)
    mask = torch.tensor([[int(i < length) for i in range(longest)] for length in lengths])
    return {"inputIds": torch.randint(5, size - 5, (len(lengths), longest)) * mask, "attentionMask": mask}


torch.manual_seed(0)
with torch.no_grad():
    bert = BertModel(BertConfig()).eval()
    inputs = texts(VOCABULARY, [128, 37])
    types = (torch.arange(128) > 20).long() * inputs["attentionMask"]
    outputs = bert(inputs["inputIds"], attention_mask=inputs["attentionMask"], token_type_ids=types)
    bert_tensors = {
        **{f"text.{name}": value.int() for name, value in {**inputs, "tokenTypeIds": types}.items()},
        "text.lastHiddenState": outputs.last_hidden_state,
        "text.poolerOutput": outputs.pooler_output,
    }
    write("bert-base", bert, bert_tensors, vocabulary=True)

    # The defaults are the sizes of openai/clip-vit-base-patch32, both towers.
    clip = CLIPModel(CLIPConfig()).eval()
    inputs = texts(49_000, [77, 12])
    for row, length in enumerate([77, 12]):
        inputs["inputIds"][row, length - 1 :] = clip.config.text_config.eos_token_id
    pixels = torch.randn(2, 3, 224, 224)
    text = clip.text_model(inputs["inputIds"], attention_mask=inputs["attentionMask"])
    image = clip.vision_model(pixels)
    clip_tensors = {
        **{f"text.{name}": value.int() for name, value in inputs.items()},
        "text.lastHiddenState": text.last_hidden_state,
        "text.poolerOutput": text.pooler_output,
        "text.textEmbeds": clip.text_projection(text.pooler_output),
        "image.pixelValues": pixels.permute(0, 2, 3, 1),
        "image.lastHiddenState": image.last_hidden_state,
        "image.poolerOutput": image.pooler_output,
        "image.imageEmbeds": clip.visual_projection(image.pooler_output),
    }
    write("clip-vit-base-patch32", clip, clip_tensors, vocabulary=False)
