#!/usr/bin/env python3
"""Writes greedy.json and choices.json: what transformers says of the checkpoints in resources/demo.

Needs torch, transformers and sentencepiece; the tests need only the files.
"""

import json
import sys
from pathlib import Path

import sentencepiece
import torch
from transformers import AutoModelForCausalLM

HERE = Path(__file__).parent
DEMO = HERE.parents[2] / "resources" / "demo"
sys.path.insert(0, str(DEMO / "training"))

from evaluation.multiple_choice import questions  # noqa: E402

PROMPTS = [("Once upon a time", False), ("Tell me a story about a fox and a lantern.", True), ("Hello! Who are you?", True)]
NEW_TOKENS = 48
QUESTIONS = 60  # the first of those that the model cards tell of
CLEAR = 0.02  # of a tie between the two best tokens, float32 may take either: the list ends there


def greedy(model, tokenizer, text, chat):
    prompt = [1, *tokenizer.encode(f"User: {text}\nAssistant:" if chat else text)]
    ids = list(prompt)
    while len(ids) < len(prompt) + NEW_TOKENS:
        best = model(torch.tensor([ids])).logits[0, -1].topk(2)
        if best.values[0] - best.values[1] < CLEAR:
            break
        ids.append(int(best.indices[0]))
        if ids[-1] == 2:
            break
    return {"text": text, "chat": chat, "prompt": prompt, "ids": ids[len(prompt) :]}


def choices(tokenizer):
    for item in questions(QUESTIONS):
        story = [1, *tokenizer.encode(item["story"])]
        whole = [[1, *tokenizer.encode(item["story"] + " " + ending)] for ending in item["endings"]]
        assert all(ids[: len(story)] == story for ids in whole)
        yield {"story": story, "endings": [ids[len(story) :] for ids in whole], "answer": item["answer"]}


@torch.inference_mode()
def main():
    found = {}
    for folder in sorted(DEMO.glob("step-*")):
        tokenizer = sentencepiece.SentencePieceProcessor(model_file=str(folder / "tokenizer.model"))
        model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
        found[folder.name] = [greedy(model, tokenizer, text, chat) for text, chat in PROMPTS]
    (HERE / "greedy.json").write_text(json.dumps(found) + "\n")
    (HERE / "choices.json").write_text(json.dumps({"questions": list(choices(tokenizer))}) + "\n")


if __name__ == "__main__":
    main()
