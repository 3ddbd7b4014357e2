"""Writes tests/data/generation/generation.json: what transformers' generate() makes of the small models in
tests/data/models, with processors in force, and the distribution of the next token under the call of TinyLlama's
model cards.

    python tests/golden/make_generation.py        (needs torch and transformers; versions are recorded)
"""

import json
import pathlib

import torch
import transformers
from transformers import AutoModelForCausalLM

DATA = pathlib.Path(__file__).parents[1] / "data"
OUT = DATA / "generation" / "generation.json"
CARD = {"do_sample": True, "top_k": 10, "repetition_penalty": 1.5, "num_return_sequences": 1, "max_length": 500}

GREEDY = [
    {"max_new_tokens": 40, "repetition_penalty": 1.5},
    {"max_new_tokens": 40, "no_repeat_ngram_size": 2},
    {"max_length": 50, "repetition_penalty": 1.2, "no_repeat_ngram_size": 3},
    {"max_new_tokens": 30, "eos_token_id": [EOS for EOS in range(3, 64, 4)]},
    {"max_new_tokens": 30, "eos_token_id": [EOS for EOS in range(3, 64, 4)], "min_new_tokens": 8},
    {"max_length": 60, "eos_token_id": [EOS for EOS in range(3, 64, 4)], "min_length": 36, "repetition_penalty": 1.3},
    {},
]


def next_token(model, prompt):
    """The probabilities that generate() would draw from, by its own processors."""
    out = model.generate(torch.tensor([prompt]), **(CARD | {"max_length": len(prompt) + 1}), eos_token_id=2,
                         pad_token_id=0, output_scores=True, return_dict_in_generate=True)
    return [round(p, 8) for p in out.scores[0].softmax(-1)[0].tolist()]


def main():
    runs, cards = [], []
    for name in ("grouped_query", "full_attention", "tied", "rope_llama3"):
        folder = DATA / "models" / name
        model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
        prompt = json.loads((folder / "expected.json").read_text())["prompt"]
        for settings in GREEDY:
            if max(prompt) >= model.config.vocab_size:
                continue
            call = {"eos_token_id": [2]} | settings
            ids = model.generate(torch.tensor([prompt]), do_sample=False, pad_token_id=0, **call)[0].tolist()
            runs.append({"model": name, "prompt": prompt, "settings": call, "ids": ids[len(prompt):]})
        for length in (1, 7, len(prompt)):
            cards.append({"model": name, "prompt": prompt[:length],
                          "probabilities": next_token(model, prompt[:length])})
    OUT.parent.mkdir(parents=True, exist_ok=True)
    lines = lambda rows: ",\n".join(json.dumps(row) for row in rows)  # noqa: E731
    OUT.write_text(f'{{"transformers": "{transformers.__version__}", "torch": "{torch.__version__}",\n"greedy": [\n'
                   f'{lines(runs)}\n],\n"model_card": [\n{lines(cards)}\n]}}\n')
    print(len(runs), "greedy runs,", len(cards), "distributions,", OUT.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
