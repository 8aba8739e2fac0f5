"""PyTorch's side of the race: a forward pass whenever a line comes in. Started by run.mjs."""

import json
import resource
import sys
import time
from pathlib import Path

import numpy
import torch
import transformers
from transformers import BertModel, CLIPVisionModel
from transformers.utils import logging

logging.disable_progress_bar()
logging.set_verbosity_error()
root, work, threads, batch = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
torch.set_num_threads(threads)
Model = BertModel if work == "bert" else CLIPVisionModel
model = Model.from_pretrained(root / work, attn_implementation="sdpa", dtype=torch.float32, local_files_only=True).eval()
if work == "bert":
    ids = torch.from_numpy(numpy.fromfile(root / "input_ids.int32", dtype="<i4")).long().view(batch, -1)
    inputs = {"input_ids": ids, "attention_mask": torch.ones_like(ids)}
else:
    pixels = torch.from_numpy(numpy.fromfile(root / "pixel_values.float32", dtype="<f4"))
    inputs = {"pixel_values": pixels.view(batch, 3, 224, 224)}

for line in sys.stdin:
    task = json.loads(line)
    started = time.perf_counter()
    with torch.inference_mode():
        outputs = model(**inputs)
    milliseconds = (time.perf_counter() - started) * 1000
    if "write" in task:
        states = outputs.last_hidden_state
        if work == "clip":
            # What the fusion reads: patches without the class, after the final norm, whose fresh weights are 1 and 0.
            states = torch.nn.functional.layer_norm(states[:, 1:], states.shape[-1:], eps=1e-5)
        states.contiguous().numpy().astype("<f4").tofile(task["write"])
    answer = {
        "milliseconds": milliseconds,
        "peakBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "versions": {"torch": torch.__version__, "transformers": transformers.__version__},
    }
    print(json.dumps(answer), flush=True)
