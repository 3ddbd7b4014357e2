"""Trains the demo llama from nothing: tokenizer, corpus, model, and the checkpoints of its youth.

    python train.py --out FOLDER

The same seed gives the same corpus in the same order. An interrupted run goes on with --resume.
"""

import argparse
import csv
import os
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import torch
import torch.nn.functional as F

from export import write_folder
from model import Config, Llama
from muon import Muon
from rows import ROW, pack
from tokenizer import Encoder, load_tokenizer, train_tokenizer

BATCH = 8  # rows a step
SHARD_STEPS = 64
SHARD_DOCUMENTS = 20000  # numbers set aside for a shard; it uses about 2000
WARM_UP = 60
STEPS = 3200
DECAY = 0.45  # the last part of these steps, in which the learning rates fall to zero
MORE_STEPS = 448  # after them, practice
MORE = 0.5  # .. from this share of the learning rates down to zero
MORE_WARM_UP = 20
SAVE_STATE = 200
SAMPLING = {"temperature": 0.5, "top_k": 40, "top_p": 0.9}


def learning_rate(step, steps=STEPS):
    """Up in a moment, level, and down to zero in a line; then the same again, lower and shorter."""
    if step < steps:
        return min(1.0, (step + 1) / WARM_UP, (steps - step) / (DECAY * steps))
    return MORE * min((step - steps + 1) / MORE_WARM_UP, (steps + MORE_STEPS - step) / MORE_STEPS)


def saved_steps(steps):
    """More of them where more changes."""
    early = [25, 50, 75, 100, 150, 200, 300, 400, 500, 700]
    return sorted({step for step in early if step < steps} | set(range(1000, steps, 500)) | {STEPS, steps})


def make_shard(seed, tokenizer_file, number):
    encoder = Encoder(load_tokenizer(tokenizer_file))
    practising = number * SHARD_STEPS >= STEPS
    (ids, learned, _), used = pack(seed, SHARD_STEPS * BATCH, encoder, first=number * SHARD_DOCUMENTS, practising=practising)
    assert used - number * SHARD_DOCUMENTS <= SHARD_DOCUMENTS
    return ids, learned


class Shards:
    """The corpus in order; the next shard is made while the present one is learned."""

    def __init__(self, seed, tokenizer_file):
        self.pool = ProcessPoolExecutor(1)
        self.seed, self.tokenizer_file = seed, tokenizer_file
        self.coming = {}
        self.number, self.shard = None, None

    def ask(self, number):
        if number not in self.coming:
            self.coming[number] = self.pool.submit(make_shard, self.seed, self.tokenizer_file, number)

    def batch(self, step):
        number, place = divmod(step, SHARD_STEPS)
        if number != self.number:
            self.ask(number)
            self.number, self.shard = number, self.coming.pop(number).result()
            self.ask(number + 1)
        ids, learned = (part[place * BATCH : (place + 1) * BATCH] for part in self.shard)
        return torch.from_numpy(ids.astype("int64")), torch.from_numpy(learned)


def loss_of(model, ids, learned):
    with torch.autocast("cpu", torch.bfloat16):
        logits = model(ids[:, :-1])
    losses = F.cross_entropy(logits.flatten(0, 1).float(), ids[:, 1:].flatten(), reduction="none")
    weights = learned[:, 1:].flatten().float()
    return (losses * weights).sum() / weights.sum()


def optimizers_of(model):
    """Muon for the layers' matrices, AdamW for the embedding and the norms."""
    matrices = [weight for name, weight in model.named_parameters() if weight.ndim == 2 and "embed" not in name]
    others = [weight for name, weight in model.named_parameters() if weight.ndim != 2 or "embed" in name]
    return [
        Muon(matrices, lr=0.02, weight_decay=0.02),
        torch.optim.AdamW(others, lr=4e-3, betas=(0.9, 0.98), weight_decay=0.0),
    ]


def train(arguments):
    out = Path(arguments.out)
    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    torch.set_num_threads(arguments.threads)
    tokenizer_file = out / "tokenizer.model"
    if not tokenizer_file.exists():
        train_tokenizer(arguments.seed, tokenizer_file)
    config = Config()
    model = Llama(config)
    optimizers = optimizers_of(model)
    rates = [[group["lr"] for group in optimizer.param_groups] for optimizer in optimizers]
    step, state_file = 0, out / "state.pt"
    if arguments.resume and state_file.exists():
        state = torch.load(state_file)
        model.load_state_dict(state["model"])
        for optimizer, kept in zip(optimizers, state["optimizers"]):
            optimizer.load_state_dict(kept)
        step = state["step"]
    print(f"{model.parameter_count()} parameters, {arguments.steps * BATCH * ROW / 1e6:.1f} million tokens", flush=True)
    shards, saved = Shards(arguments.seed, tokenizer_file), set(saved_steps(arguments.steps))
    begun, first = time.time(), step
    with (out / "loss.csv").open("a" if step else "w", newline="") as file:
        log = csv.writer(file)
        if not step:
            log.writerow(["step", "loss"])
        while step < arguments.steps:
            ids, learned = shards.batch(step)
            loss = loss_of(model, ids, learned)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            for optimizer, kept in zip(optimizers, rates):
                for group, rate in zip(optimizer.param_groups, kept):
                    group["lr"] = rate * learning_rate(step)
                optimizer.step()
                optimizer.zero_grad()
            step += 1
            if step % 10 == 0:
                log.writerow([step, f"{loss.item():.4f}"])
                file.flush()
            if step % 50 == 0:
                speed = (step - first) * BATCH * ROW / (time.time() - begun)
                print(f"step {step}: loss {loss.item():.3f}, {speed:.0f} tokens/s", flush=True)
            if step in saved:
                write_folder(out / f"step-{step:06d}", model, tokenizer_file, SAMPLING)
            if step % SAVE_STATE == 0 or step == arguments.steps:
                state = {"model": model.state_dict(), "optimizers": [o.state_dict() for o in optimizers], "step": step}
                torch.save(state, out / "state.new")
                os.replace(out / "state.new", state_file)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", required=True)
    parser.add_argument("--seed", default="cria")
    parser.add_argument("--steps", type=int, default=STEPS + MORE_STEPS)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--resume", action="store_true")
    train(parser.parse_args())


if __name__ == "__main__":
    main()
