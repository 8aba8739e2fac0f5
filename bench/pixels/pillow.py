"""The measurement in Python; run.mjs starts it. A line of JSON in, a line of JSON out.

Pinned: Python 3.11+, Pillow 13.0.0, numpy 2.4.6.
"""

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from PIL import Image

SIDE = 224
MEAN = np.array([0.48145466, 0.4578275, 0.40821073], np.float32)
STD = np.array([0.26862954, 0.26130258, 0.27577711], np.float32)
SCALE = np.float32(1 / 255)


def prepare(image: Image.Image) -> np.ndarray:
    """Shorter side to 224, bicubic; centre crop; scale and normalize in place."""
    width, height = image.size
    longer = int(SIDE * max(width, height) / min(width, height))
    size = (SIDE, longer) if width <= height else (longer, SIDE)
    left, top = (size[0] - SIDE) // 2, (size[1] - SIDE) // 2
    cropped = image.resize(size, Image.Resampling.BICUBIC).crop((left, top, left + SIDE, top + SIDE))
    values = np.asarray(cropped, np.float32) * SCALE
    values -= MEAN
    values /= STD
    return values


def read(path: str) -> np.ndarray:
    with Image.open(path) as image:
        return prepare(image.convert("RGB"))


def measure(task: dict) -> float:
    """Milliseconds for each picture."""
    if "files" in task:
        with ThreadPoolExecutor(task["workers"]) as pool:
            start = time.perf_counter()
            for _ in pool.map(read, task["files"]):
                pass
            return (time.perf_counter() - start) * 1000 / len(task["files"])
    shape = (task["height"], task["width"], 3)
    image = Image.fromarray(np.random.default_rng(0).integers(0, 256, shape, np.uint8))
    start = time.perf_counter()
    for _ in range(task["repeats"]):
        prepare(image)
    return (time.perf_counter() - start) * 1000 / task["repeats"]


for line in sys.stdin:
    print(json.dumps({"milliseconds": measure(json.loads(line))}), flush=True)
