"""What Python computes with a checkpoint: tokens, pixels, outputs and gradients, for `npm run parity`.

Run: python reference.py FOLDER [OUT]      (OUT: default FOLDER/parity)
     python reference.py --tiny            (makes the tiny random models in models/ and their references)
Needs Python 3.11, PyTorch 2.13.0, transformers 5.24.0, safetensors 0.8.0, numpy, pillow 13.0.0.

OUT/reference.json holds the texts and their tokens. OUT/reference.safetensors holds the pictures, the pixels made of them, every output, and the
gradient of `sum(output * cotangent)` over the outputs for each parameter of at most 4,096 numbers. The model runs in float64.
"""

import json
import shutil
import sys
from pathlib import Path

import torch
import transformers
from PIL import Image
from safetensors.torch import save_file
from transformers.convert_slow_tokenizer import bytes_to_unicode
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil

HERE = Path(__file__).parent
TEXTS = [
    "A lamp.",
    "The lamp broke after two days; I would not buy it again!",
    "Naïve café prices: 12.50 € — très cher, isn't it?",
    "这个灯很好 👍🏽 but the switch feels loose...",
    "superfragilisticallyunsplittablelongword #hashtag @someone http://example.com/a?b=c",
    " ".join(f"word{i} is number {i}," for i in range(40)),
]
SIZES = [(53, 37), (200, 301), (480, 64)]  # width, height
SMALL = 4096


def main() -> None:
    if sys.argv[1:] == ["--tiny"]:
        make_tiny()
        return
    folder = Path(sys.argv[1])
    write_reference(folder, Path(sys.argv[2]) if len(sys.argv) > 2 else folder / "parity")


def write_reference(folder: Path, out: Path) -> None:
    kind = json.loads((folder / "config.json").read_text())["model_type"]
    tensors: dict[str, torch.Tensor] = {}
    # Versions that made the numbers.
    facts: dict = {"torch": torch.__version__, "transformers": transformers.__version__}
    if kind not in ("vit", "clip_vision_model") and has_tokenizer(folder):
        facts["text"] = text_reference(folder, kind, tensors)
    if kind in ("vit", "clip", "clip_vision_model"):
        image_reference(folder, kind, tensors)
    out.mkdir(parents=True, exist_ok=True)
    (out / "reference.json").write_text(json.dumps(facts, ensure_ascii=False, indent=2) + "\n")
    save_file({name: value.contiguous() for name, value in tensors.items()}, out / "reference.safetensors")
    print(f"{out}: {len(tensors)} tensors")


def has_tokenizer(folder: Path) -> bool:
    return any((folder / name).exists() for name in ("tokenizer.json", "vocab.txt", "vocab.json"))


def text_reference(folder: Path, kind: str, tensors: dict) -> dict:
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    classes = {"clip": transformers.CLIPTextModelWithProjection, "clip_text_model": transformers.CLIPTextModelWithProjection}
    model, missing = load(classes.get(kind, transformers.AutoModel), folder)
    room = model.config.max_position_embeddings - (model.config.pad_token_id + 1 if "roberta" in kind or kind == "camembert" else 0)
    max_length = min(64, room, tokenizer.model_max_length)
    batch = tokenizer(TEXTS, padding=True, truncation=True, max_length=max_length, return_tensors="pt", return_offsets_mapping=True)
    mask = batch["attention_mask"]
    inputs = {name: batch[name] for name in ("input_ids", "attention_mask", "token_type_ids") if name in batch}
    result = model(**inputs)
    outputs = {"lastHiddenState": result.last_hidden_state * mask.unsqueeze(-1)}
    if hasattr(result, "text_embeds"):
        outputs["textEmbeds"] = result.text_embeds
    elif kind == "distilbert":
        outputs["poolerOutput"] = result.last_hidden_state[:, 0]
    else:
        outputs["poolerOutput"] = result.pooler_output
    keep("text", model, without(outputs, missing), tensors)
    return {
        "texts": TEXTS,
        "maxLength": max_length,
        "inputIds": batch["input_ids"].tolist(),
        "attentionMask": mask.tolist(),
        # In code points.
        "offsets": batch["offset_mapping"].tolist(),
    }


def image_reference(folder: Path, kind: str, tensors: dict) -> None:
    is_clip = kind != "vit"
    model, missing = load(transformers.CLIPVisionModelWithProjection if is_clip else transformers.ViTModel, folder)
    # The one that runs on Pillow and NumPy; today's default runs on torchvision and differs slightly.
    processor = transformers.AutoImageProcessor.from_pretrained(folder, backend="pil")
    pictures = [picture(*size) for size in SIZES]
    for i, pixels in enumerate(pictures):
        tensors[f"image.picture.{i}"] = pixels
    values = processor([Image.fromarray(pixels.numpy()) for pixels in pictures], return_tensors="pt")["pixel_values"]
    tensors["image.pixelValues"] = values.permute(0, 2, 3, 1).float()
    result = model(pixel_values=values.double())
    outputs = {"lastHiddenState": result.last_hidden_state}
    if is_clip:
        outputs["imageEmbeds"] = result.image_embeds
    else:
        outputs["poolerOutput"] = result.pooler_output
    keep("image", model, without(outputs, missing), tensors)


def picture(width: int, height: int) -> torch.Tensor:
    y, x, channel = torch.meshgrid(torch.arange(height), torch.arange(width), torch.arange(3), indexing="ij")
    return (127.5 + 80 * torch.sin(x / 9 + channel) + 47 * torch.cos(y / 5 - channel)).to(torch.uint8)


def load(kind, folder: Path):
    model, info = kind.from_pretrained(folder, output_loading_info=True, dtype=torch.float64, attn_implementation="sdpa")
    return model.eval(), " ".join(info["missing_keys"])


def without(outputs: dict, missing: str) -> dict:
    """Leaves out what Python would compute with weights that it made up."""
    made_of = {"poolerOutput": "pooler", "textEmbeds": "text_projection", "imageEmbeds": "visual_projection"}
    return {name: value for name, value in outputs.items() if made_of.get(name, "-") not in missing}


def keep(side: str, model: torch.nn.Module, outputs: dict, tensors: dict) -> None:
    loss = sum((value * cotangent(value, phase)).sum() for phase, (_, value) in enumerate(sorted(outputs.items())))
    loss.backward()
    for name, value in outputs.items():
        tensors[f"{side}.output.{name}"] = value.detach().float()
    for name, parameter in model.named_parameters():
        if parameter.grad is not None and parameter.numel() <= SMALL:
            tensors[f"{side}.gradient.{name}"] = parameter.grad.float()


def cotangent(tensor: torch.Tensor, phase: float) -> torch.Tensor:
    """Written identically in parity.test.ts."""
    return torch.sin(torch.arange(tensor.numel(), dtype=torch.float64) * 0.7 + phase).reshape(tensor.shape)


def make_tiny() -> None:
    torch.manual_seed(1)
    shutil.rmtree(HERE / "models", ignore_errors=True)
    bert = HERE / "models/bert"
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "lamp", "the", "broke", "two", "days", "good", "word", "number", "is", "naive", "cafe"]
    letters = [chr(code) for code in range(33, 127) if not chr(code).isupper()]
    bert.mkdir(parents=True)
    vocabulary = words + letters + [f"##{letter}" for letter in letters if letter.isalnum()] + ["灯", "好", "€", "—"]
    (bert / "vocab.txt").write_text("\n".join(vocabulary) + "\n")
    transformers.BertTokenizerFast(str(bert / "vocab.txt"), model_max_length=48).save_pretrained(bert)
    sizes = dict(hidden_size=24, num_hidden_layers=2, num_attention_heads=3, intermediate_size=40, max_position_embeddings=48)
    spread(transformers.BertModel(transformers.BertConfig(vocab_size=len(vocabulary), **sizes))).save_pretrained(bert)

    clip = HERE / "models/clip"
    clip.mkdir(parents=True)
    alphabet = sorted(bytes_to_unicode().values())
    merges = [("l", "a"), ("m", "p</w>"), ("la", "mp</w>"), ("t", "h"), ("th", "e</w>"), ("o", "o"), ("g", "oo"), ("goo", "d</w>")]
    pieces = alphabet + [f"{letter}</w>" for letter in alphabet] + ["".join(pair) for pair in merges]
    pieces += ["<|startoftext|>", "<|endoftext|>"]
    vocabulary = {piece: i for i, piece in enumerate(pieces)}
    transformers.CLIPTokenizer(vocab=vocabulary, merges=merges, model_max_length=32).save_pretrained(clip)
    tower = dict(hidden_size=24, num_hidden_layers=2, num_attention_heads=3, intermediate_size=40, projection_dim=16)
    end = vocabulary["<|endoftext|>"]
    config = transformers.CLIPConfig(
        text_config=dict(vocab_size=len(pieces), max_position_embeddings=32, bos_token_id=end - 1, eos_token_id=end, pad_token_id=end, **tower),
        vision_config=dict(image_size=32, patch_size=8, **tower),
        projection_dim=16,
    )
    spread(transformers.CLIPModel(config)).save_pretrained(clip)
    size = dict(size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32})
    CLIPImageProcessorPil(**size).save_pretrained(clip)
    for folder in (bert, clip):
        write_reference(folder, folder / "parity")


def spread(model: torch.nn.Module) -> torch.nn.Module:
    """Weights of a size at which every part of a layer shows in the outputs."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            noise = torch.randn(parameter.shape)
            parameter.copy_(1 + 0.2 * noise if "norm" in name.lower() and name.endswith("weight") else 0.2 * noise)
    return model


if __name__ == "__main__":
    main()
