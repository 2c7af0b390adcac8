"""Embeds the texts of embed.mjs with sentence-transformers: one line of JSON in ({texts, threads}), one out.

    python sentence_transformers_texts.py MODEL.onnx TOKENIZER.json
"""

import json
import sys
import time

import sentence_transformers
import torch

from minilm import build

model = build(*sys.argv[1:3])
for line in sys.stdin:
    request = json.loads(line)
    torch.set_num_threads(request["threads"])
    start = time.perf_counter()
    vectors = model.encode(request["texts"], show_progress_bar=False)
    seconds = time.perf_counter() - start
    answer = {
        "seconds": seconds,
        "vectors": vectors.tolist() if request.get("vectors") else None,
        "versions": {"sentence-transformers": sentence_transformers.__version__, "torch": torch.__version__},
    }
    print(json.dumps(answer), flush=True)
