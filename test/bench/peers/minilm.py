"""Our own fp32 model as a SentenceTransformer.

The weights are taken out of the very fp32 graph that Eddy runs, so both compute the same vectors: what differs is the runtime.
"""

import tempfile

import onnx
import torch
import transformers
from onnx import numpy_helper
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer import modules as models

MAX_TOKENS = 256


def weights_of(path):
    """Names as in BertModel. A product's weights have a name of the exporter's own: the node's name says whose they are."""
    graph = onnx.load(path).graph
    held = {entry.name: numpy_helper.to_array(entry) for entry in graph.initializer}
    weights = {name: torch.tensor(values) for name, values in held.items() if not name.startswith("onnx::")}
    for node in graph.node:
        if node.op_type == "MatMul" and node.input[1] in held:
            layer = node.name.removesuffix("/MatMul").strip("/").replace("/", ".")
            weights[f"{layer}.weight"] = torch.tensor(held[node.input[1]].T.copy())
    return weights


def build(path, tokenizer):
    weights = weights_of(path)
    vocabulary, width = weights["embeddings.word_embeddings.weight"].shape
    layers = 1 + max(int(name.split(".")[2]) for name in weights if name.startswith("encoder.layer."))
    config = transformers.BertConfig(
        vocab_size=vocabulary,
        hidden_size=width,
        num_hidden_layers=layers,
        num_attention_heads=width // 32,
        intermediate_size=weights["encoder.layer.0.intermediate.dense.bias"].shape[0],
    )
    model = transformers.BertModel(config)
    missing = [name for name in model.load_state_dict(weights, strict=False).missing_keys if "position_ids" not in name]
    if missing:
        raise SystemExit(f"{path} lacks {missing}")
    with tempfile.TemporaryDirectory() as folder:
        model.save_pretrained(folder)
        transformers.PreTrainedTokenizerFast(
            tokenizer_file=tokenizer, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]",
            mask_token="[MASK]", model_max_length=MAX_TOKENS,
        ).save_pretrained(folder)
        transformer = models.Transformer(folder, max_seq_length=MAX_TOKENS)
        return SentenceTransformer(modules=[transformer, models.Pooling(width), models.Normalize()], device="cpu")
