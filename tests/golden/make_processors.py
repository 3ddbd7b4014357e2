"""Writes tests/data/sampling/processors.json: what transformers' logits processors make of given scores.

    python tests/golden/make_processors.py        (needs torch and transformers; versions are recorded)

Scores are not stored but made from a seed, in the same way here and in tests/engine/sampling
(splitmix64, float32 products only, so they are equal bit for bit). Of the outcome a case stores which
tokens were left (a bit each) and the FNV-1a hash of the float32 bits of all scores, which makes the
comparison one of element by element; small cases store the bits themselves.

torch sums a softmax in float32, in an order that depends on the processor, which moves probabilities by some 1e-6.
Where that alone decides over a token (float64 decides otherwise), another seed is taken.
"""

import json
import pathlib

import numpy as np
import torch
import transformers
from transformers import GenerationConfig, LlamaConfig, LlamaForCausalLM

OUT = pathlib.Path(__file__).parents[1] / "data" / "sampling" / "processors.json"
MASK = (1 << 64) - 1
MODEL = LlamaForCausalLM(
    LlamaConfig(vocab_size=8, hidden_size=8, intermediate_size=8, num_hidden_layers=1, num_attention_heads=1,
                num_key_value_heads=1))


def splitmix(seed, count):
    state = (np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)) + np.uint64(seed)
    z = state
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def make_scores(kind, seed, vocab):
    bits = splitmix(seed, vocab)
    unit = (bits >> np.uint64(40)).astype(np.float32) * np.float32(2.0**-23) - np.float32(1)  # [-1, 1), exact
    if kind == "flat":
        return unit * np.float32(2)
    if kind == "peaked":
        return unit * unit * unit * np.float32(14)
    if kind == "tied":  # quarters: many equal scores
        return np.floor(unit * np.float32(20)) * np.float32(0.25)
    if kind == "equal":
        return np.full(vocab, np.float32(1.5))
    raise ValueError(kind)


def make_ids(seed, count, vocab):
    return (splitmix(seed ^ 0xABCDEF, count) % np.uint64(vocab)).astype(np.int64)


def fnv(values):
    h = 0xCBF29CE484222325
    for byte in values.astype("<f4").tobytes():
        h = ((h ^ byte) * 0x100000001B3) & MASK
    return f"{h:016x}"


def run(case):
    scores = torch.from_numpy(make_scores(case["scores"], case["seed"], case["vocab"]))[None, :]
    ids = torch.from_numpy(make_ids(case["seed"], case["ids"], case["ids_below"]))[None, :]
    settings = dict(case["settings"])
    config = GenerationConfig(**settings)
    # What generate() fills in for a setting that nobody gave.
    for name, value in GenerationConfig._get_default_generation_params().items():
        if getattr(config, name, None) is None:
            setattr(config, name, value)
    if settings.get("eos_token_id"):
        config._eos_token_tensor = torch.tensor(settings["eos_token_id"])
    if config.min_new_tokens is not None:
        config.min_length = config.min_new_tokens + case["prompt_length"]
    processors = MODEL._get_logits_processor(config, input_ids_seq_length=case["prompt_length"], device="cpu")
    out = processors(ids, scores)[0].numpy()
    kept = np.isfinite(out)
    if case["scores"] in ("flat", "peaked"):
        exact = np.isfinite(processors(ids, scores.double())[0].numpy())
        if not np.array_equal(exact, kept):
            return None
    case["steps"] = [type(p).__name__ for p in processors]
    case["kept_count"] = int(kept.sum())
    case["kept"] = np.packbits(kept, bitorder="little").tobytes().hex()
    case["hash"] = fnv(out)
    if case["vocab"] <= 64:
        case["bits"] = [f"{b:08x}" for b in out.view(np.uint32)]
    return case


SINGLE = [
    {"repetition_penalty": 1.5}, {"repetition_penalty": 1.1}, {"repetition_penalty": 0.7},
    {"no_repeat_ngram_size": 1}, {"no_repeat_ngram_size": 2}, {"no_repeat_ngram_size": 3},
    {"min_length": 1000, "eos_token_id": [2]}, {"min_new_tokens": 1000, "eos_token_id": [2, 5]},
    {"min_length": 1000, "min_new_tokens": 1, "eos_token_id": [2]},
    {"temperature": 0.7}, {"temperature": 1.7}, {"temperature": 0.1},
    {"top_k": 1}, {"top_k": 10}, {"top_k": 50}, {"top_k": 1000000},
    {"top_p": 0.0}, {"top_p": 0.1}, {"top_p": 0.5}, {"top_p": 0.8}, {"top_p": 0.9}, {"top_p": 0.95},
    {"min_p": 0.05}, {"min_p": 0.5}, {"min_p": 1.0},
    {"typical_p": 0.2}, {"typical_p": 0.9}, {"typical_p": 0.99},
    {"epsilon_cutoff": 3e-4}, {"epsilon_cutoff": 0.02}, {"epsilon_cutoff": 0.9},
    {"eta_cutoff": 3e-4}, {"eta_cutoff": 0.02}, {"eta_cutoff": 0.9},
]
COMBINED = [
    {"top_k": 10, "repetition_penalty": 1.5},  # the model card's call
    {"temperature": 0.7, "top_k": 50, "top_p": 0.95},  # Chat-v1.0's card
    {"top_k": 50, "top_p": 0.9, "repetition_penalty": 1.1},  # Chat-v0.2 to v0.5
    {"top_k": 0, "top_p": 0.9, "min_p": 0.02},
    {"temperature": 0.8, "repetition_penalty": 1.2, "no_repeat_ngram_size": 2, "min_new_tokens": 999,
     "eos_token_id": [2, 3], "top_k": 40, "top_p": 0.97, "min_p": 0.01, "typical_p": 0.95,
     "epsilon_cutoff": 1e-4, "eta_cutoff": 1e-3},
    {"temperature": 1.3, "top_k": 0, "top_p": 0.99, "typical_p": 0.9, "eta_cutoff": 2e-3},
]


def cases():
    seed = 1
    for settings in SINGLE + COMBINED:
        sampling = {"do_sample": True, "top_k": 0} | settings
        for vocab, kinds in ((7, ["peaked", "equal"]), (64, ["flat", "peaked", "tied"]), (512, ["tied"]),
                             (32000, ["peaked"])):
            # Flat and tied scores too, at the size of the real vocabulary, for a few settings only: size of file.
            if vocab == 32000 and seed % 3 == 0:
                kinds = kinds + ["tied"]
            for kind in kinds:
                row = None
                while row is None:
                    seed += 1
                    row = run({"scores": kind, "seed": seed, "vocab": vocab, "ids": 30,
                               "ids_below": min(vocab, 40), "prompt_length": 11, "settings": sampling})
                yield row
    # Sums and probabilities that meet the threshold exactly.
    for vocab in (4, 5, 8, 10, 20):
        for settings in ([{"top_p": p} for p in (0.25, 0.5, 0.7, 0.75, 0.8, 0.9, 0.95)] +
                         [{"typical_p": p} for p in (0.2, 0.25, 0.5, 0.8)] +
                         [{"epsilon_cutoff": 1 / vocab}, {"eta_cutoff": 1 / vocab}, {"min_p": 1.0}, {"top_k": 2}]):
            seed += 1
            yield run({"scores": "equal", "seed": seed, "vocab": vocab, "ids": 3, "ids_below": vocab,
                       "prompt_length": 1, "settings": {"do_sample": True, "top_k": 0} | settings})
    for kind in ("peaked", "tied"):  # greedy: the warpers are off
        seed += 1
        yield run({"scores": kind, "seed": seed, "vocab": 64, "ids": 30, "ids_below": 40, "prompt_length": 11,
                   "settings": {"do_sample": False, "repetition_penalty": 1.3, "temperature": 0.5, "top_k": 3}})


if __name__ == "__main__":
    # A bit each is long for a big vocabulary of which all or few are left: the hash says the same.
    rows = list(cases())
    for row in rows:
        if row["vocab"] > 512:
            del row["kept"]
    OUT.parent.mkdir(parents=True, exist_ok=True)
    lines = ",\n".join(json.dumps(row) for row in rows)
    OUT.write_text(f'{{"transformers": "{transformers.__version__}", "torch": "{torch.__version__}", "cases": [\n'
                   f"{lines}\n]}}\n")
    print(len(rows), "cases,", OUT.stat().st_size, "bytes")
