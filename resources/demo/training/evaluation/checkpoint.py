"""A checkpoint as transformers opens it, and log-likelihoods under it."""

import os
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import torch
import torch.nn.functional as F
from transformers import AutoModelForCausalLM

from tokenizer import BOS, load_tokenizer

BATCH = 16


class Checkpoint:
    def __init__(self, folder):
        self.folder = Path(folder)
        self.model = AutoModelForCausalLM.from_pretrained(self.folder, dtype=torch.float32).eval()
        self.tokenizer = load_tokenizer(self.folder / "tokenizer.model")

    def encode(self, text):
        return [BOS, *self.tokenizer.encode(text)]

    @torch.inference_mode()
    def log_likelihoods(self, sequences):
        """For each list of ids: the log-likelihood of every id after the first, given those before it."""
        order = sorted(range(len(sequences)), key=lambda i: len(sequences[i]))
        found = [None] * len(sequences)
        for begin in range(0, len(order), BATCH):
            batch = order[begin : begin + BATCH]
            longest = max(len(sequences[i]) for i in batch)
            ids = torch.zeros(len(batch), longest, dtype=torch.long)
            for row, i in enumerate(batch):
                ids[row, : len(sequences[i])] = torch.tensor(sequences[i])
            scores = F.log_softmax(self.model(input_ids=ids, use_cache=False).logits[:, :-1], dim=-1)
            scores = scores.gather(2, ids[:, 1:, None])[..., 0]
            for row, i in enumerate(batch):
                found[i] = scores[row, : len(sequences[i]) - 1]
        return found

    @torch.inference_mode()
    def replies(self, prompts, seed=0, batch=50):
        """What the model answers to each prompt under its own generation_config.json, and whether it came to an end."""
        torch.manual_seed(seed)
        answers = []
        for begin in range(0, len(prompts), batch):
            rows = [self.encode(prompt) for prompt in prompts[begin : begin + batch]]
            longest = max(map(len, rows))
            ids = torch.tensor([[0] * (longest - len(row)) + row for row in rows])
            mask = torch.tensor([[0] * (longest - len(row)) + [1] * len(row) for row in rows])
            out = self.model.generate(input_ids=ids, attention_mask=mask, pad_token_id=0)
            answers += [self.first_turn(row[longest:].tolist()) for row in out]
        return answers

    def first_turn(self, ids):
        eos = self.model.generation_config.eos_token_id
        ended = eos in ids
        text = self.tokenizer.decode(ids[: ids.index(eos)] if ended else ids)
        reply, user, _ = text.partition("\nUser:")
        return reply.strip(), ended or bool(user)
