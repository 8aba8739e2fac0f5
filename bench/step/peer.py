"""The other side of the race: the same step in PyTorch, whenever a line comes in."""

import json
import resource
import sys
import time

import torch
import transformers
from torch import nn
from transformers import BertConfig, BertModel, CLIPVisionConfig, CLIPVisionModel

work, threads = sys.argv[1], int(sys.argv[2])
torch.manual_seed(0)
torch.set_num_threads(threads)
small = work == "main"
batch, length = (16, 24) if small else (8, 128)
vocabulary = 600 if small else 30000
shared = (
    dict(hidden_size=64, num_attention_heads=4, intermediate_size=128, num_hidden_layers=1) if small else {}
)


def bert():
    sizes = dict(vocab_size=vocabulary, max_position_embeddings=128) if small else {}
    return BertModel._from_config(BertConfig(**shared, **sizes), attn_implementation="sdpa")


def clip():
    sizes = dict(image_size=96, patch_size=16, projection_dim=64, attention_dropout=0.1) if small else {}
    return CLIPVisionModel._from_config(CLIPVisionConfig(**shared, **sizes), attn_implementation="sdpa")


class Both(nn.Module):
    """Words attend to patches; the pooled text and what its words found are classified."""

    def __init__(self):
        super().__init__()
        size, heads = (64, 4) if small else (768, 8)
        self.text, self.image = bert(), clip()
        self.query, self.key = nn.Linear(size, size), nn.Linear(size, size)
        self.attention = nn.MultiheadAttention(size, heads, dropout=0.1, batch_first=True)
        self.norms = nn.ModuleList([nn.LayerNorm(size), nn.LayerNorm(size)])
        self.head = nn.Sequential(nn.Dropout(0.1), nn.Linear(2 * size, 2))

    def forward(self, ids, mask, pixels):
        text = self.text(input_ids=ids, attention_mask=mask)
        patches = self.image(pixel_values=pixels).last_hidden_state[:, 1:]
        query = self.norms[0](self.query(text.last_hidden_state))
        key = self.norms[1](self.key(patches))
        attended, _ = self.attention(query, key, key, need_weights=False)
        attended = attended + query
        pooled = (attended * mask.unsqueeze(-1)).sum(1) / mask.sum(1, keepdim=True)
        return self.head(torch.cat([text.pooler_output, pooled], -1))


ids = torch.arange(batch * length).mul(7919).remainder(vocabulary).view(batch, length)
mask = torch.ones(batch, length, dtype=torch.long)
side = 96 if small else 224
pixels = torch.randn(batch, 3, side, side)
labels = torch.arange(batch) % 2
if work == "bert":
    model, target = bert(), torch.randn(batch, length, 768)
    loss_of = lambda: (model(input_ids=ids, attention_mask=mask).last_hidden_state - target).square().mean()
elif work == "clip":
    model, target = clip(), torch.randn(batch, 50, 768)
    loss_of = lambda: (model(pixel_values=pixels).last_hidden_state - target).square().mean()
else:
    model = Both()
    loss_of = lambda: nn.functional.cross_entropy(model(ids, mask, pixels), labels)
model.train()
parameters = sum(parameter.numel() for parameter in model.parameters())
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, fused=True)

for line in sys.stdin:
    started = time.perf_counter()
    loss = loss_of()
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    optimizer.zero_grad()
    value = loss.item()
    milliseconds = (time.perf_counter() - started) * 1000
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    versions = {"torch": torch.__version__, "transformers": transformers.__version__}
    answer = dict(milliseconds=milliseconds, loss=value, peakBytes=peak, parameters=parameters, versions=versions)
    print(json.dumps(answer), flush=True)
