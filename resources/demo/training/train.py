"""Trains the demo llama from nothing: tokenizer, corpus, model, and the checkpoints of its youth.

    python train.py --out FOLDER

The same seed gives the same corpus in the same order. An interrupted run goes on with --resume.
"""

import argparse
import csv
import os
import time
from bisect import bisect_right
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

import numpy as np
import torch
import torch.nn.functional as F

from export import write_folder
from model import HAS_BFLOAT16, Config, Llama
from muon import Muon
from rows import ROW, pack
from tokenizer import WORD_WEIGHT, Encoder, load_tokenizer, rivals_table, train_tokenizer
from workers import Team, run

BATCH = 8  # rows a step, over all workers
SHARD_STEPS = 64
SHARD_DOCUMENTS = 20000  # numbers set aside for a shard; it uses about 2000
SAVE_STATE = 200
SAMPLING = {"temperature": 0.5, "top_k": 40, "top_p": 0.9}


class Stage(NamedTuple):
    """The learning rates rise from nothing in `warm_up` steps, stay level, and fall to zero over the last part, `decay`."""

    steps: int
    rate: float  # of the optimizers' own
    warm_up: int
    decay: float
    mix: str = "anything"  # of documents


STAGES = (
    Stage(4096, rate=1.0, warm_up=60, decay=0.45),
    Stage(512, rate=0.5, warm_up=20, decay=1.0, mix="two things"),
    Stage(1280, rate=0.5, warm_up=20, decay=1.0),
    Stage(768, rate=0.5, warm_up=20, decay=1.0, mix="names"),
    Stage(256, rate=0.25, warm_up=20, decay=1.0, mix="both"),
)


class Plan:
    def __init__(self, stages=STAGES):
        assert all(stage.steps % SHARD_STEPS == 0 for stage in stages)
        self.stages = stages
        self.ends = list(accumulate(stage.steps for stage in stages))
        self.total = self.ends[-1]

    def stage_at(self, step):
        """The stage, and how far into it the step is."""
        index = bisect_right(self.ends, step)
        return self.stages[index], step - (self.ends[index] - self.stages[index].steps)

    def learning_rate(self, step):
        stage, done = self.stage_at(step)
        return stage.rate * min(1.0, (done + 1) / stage.warm_up, (stage.steps - done) / (stage.decay * stage.steps))

    def weighs_words(self, step):
        """Not before a name or a place that was told can be found again, which is before the rates first fall: till then, answers
        would be eight times the noise."""
        first = self.stages[0]
        return step >= (1 - first.decay) * first.steps

    def saved_steps(self):
        """More of them where more changes."""
        early = {step for step in (25, 50, 75, 100, 150, 200, 300, 400, 500, 700) if step < self.total}
        return early | set(range(1000, self.total, 500)) | set(self.ends)


def new_model(seed):
    torch.manual_seed(crc32(seed.encode()))
    return Llama(Config())


def shards(seed, tokenizer_file, plan, first_step, workers):
    """The corpus in order, for each worker its rows; made while the one before is learned."""
    encoder = Encoder(load_tokenizer(tokenizer_file))
    for number in range(first_step // SHARD_STEPS, plan.total // SHARD_STEPS):
        stage, _ = plan.stage_at(number * SHARD_STEPS)
        start = number * SHARD_DOCUMENTS
        (ids, weights, rivals), used = pack(seed, SHARD_STEPS * BATCH, encoder, first=start, mix=stage.mix)
        assert used - start <= SHARD_DOCUMENTS
        if not plan.weighs_words(number * SHARD_STEPS):
            weights = np.minimum(weights, 1)
        counted = weights[:, 1:].reshape(SHARD_STEPS, -1)
        totals = np.stack((counted.sum(axis=1), (counted > 0).sum(axis=1)), axis=1).astype(np.float32)
        yield [(ids[rank::workers], weights[rank::workers], rivals[rank::workers], totals) for rank in range(workers)]


def unlikelihood(logits, rivals, table):
    """What it costs to think rivals likely: the sum of -log(1 - p) (Welleck et al. 2019, "Neural Text Generation with Unlikelihood
    Training"). `table`: rivals_table()."""
    at = rivals.nonzero()[:, 0]
    likely = (logits[at].float().softmax(dim=-1) * table[rivals[at]]).sum(dim=-1)
    return -torch.log1p(-likely.clamp(max=0.999)).sum()


def losses_of(model, ids, weights, rivals, table, total, count):
    """This worker's part of the mean loss that is learned from, and of the plain one that is noted down: `total` is the weight of
    the whole batch, `count` how many tokens in it have one."""
    with torch.autocast("cpu", torch.bfloat16, enabled=HAS_BFLOAT16):
        logits = model(ids[:, :-1])
    losses = F.cross_entropy(logits.flatten(0, 1).float(), ids[:, 1:].flatten(), reduction="none")
    weights, rivals = weights[:, 1:].flatten().float(), rivals[:, 1:].flatten()
    weighted = (losses * weights).sum()
    if rivals.any():
        weighted = weighted + WORD_WEIGHT * unlikelihood(logits.flatten(0, 1), rivals, table)
    return weighted / total, (losses.detach() * (weights > 0)).sum().item() / count


def optimizers_of(model):
    """Muon for the layers' matrices, AdamW for the embedding and the norms."""
    matrices = [weight for name, weight in model.named_parameters() if weight.ndim == 2 and "embed" not in name]
    others = [weight for name, weight in model.named_parameters() if weight.ndim != 2 or "embed" in name]
    return [
        Muon(matrices, lr=0.02, weight_decay=0.02),
        torch.optim.AdamW(others, lr=4e-3, betas=(0.9, 0.98), weight_decay=0.0),
    ]


def save_state(file, model, optimizers, step):
    new = file.with_suffix(".new")
    torch.save({"model": model.state_dict(), "optimizers": [o.state_dict() for o in optimizers], "step": step}, new)
    os.replace(new, file)


def load_state(file, model, optimizers):
    state = torch.load(file)
    model.load_state_dict(state["model"])
    for optimizer, kept in zip(optimizers, state["optimizers"]):
        optimizer.load_state_dict(kept)
    return state["step"]


class Notes:
    """What the first worker writes down: the loss, the checkpoints, and the state to go on from."""

    def __init__(self, out, tokenizer_file, first, plan):
        self.out, self.tokenizer_file, self.first, self.last = out, tokenizer_file, first, plan.total
        self.begun, self.saved = time.time(), plan.saved_steps()
        kept = self.read(out / "loss.csv") if first else []
        self.file = (out / "loss.csv").open("w", newline="")
        self.log = csv.writer(self.file)
        self.log.writerows([["step", "loss"], *kept])

    def read(self, file):
        """The losses up to the state that the run goes on from; later ones come again."""
        with file.open(newline="") as lines:
            return [row for row in list(csv.reader(lines))[1:] if int(row[0]) <= self.first]

    def after(self, step, loss, model, optimizers):
        if step % 10 == 0:
            self.log.writerow([step, f"{loss:.4f}"])
            self.file.flush()
        if step % 50 == 0:
            speed = (step - self.first) * BATCH * ROW / (time.time() - self.begun)
            print(f"step {step}: loss {loss:.4f}, {speed:.0f} tokens/s", flush=True)
        if step in self.saved:
            write_folder(self.out / f"step-{step:06d}", model, self.tokenizer_file, SAMPLING)
        if step % SAVE_STATE == 0 or step == self.last:
            save_state(self.out / "state.pt", model, optimizers, step)


def learn(team, rank, waiting, out, tokenizer_file, plan, seed, first):
    """One worker: the same model as the others have, its own rows of every batch."""
    torch.set_num_threads(1)
    model = new_model(seed)
    parameters, optimizers = list(model.parameters()), optimizers_of(model)
    rates = [[group["lr"] for group in optimizer.param_groups] for optimizer in optimizers]
    if first:
        load_state(out / "state.pt", model, optimizers)
    notes = Notes(out, tokenizer_file, first, plan) if rank == 0 else None
    rows, shard = BATCH // team.size, None
    table = torch.from_numpy(rivals_table(load_tokenizer(tokenizer_file)))
    for step in range(first, plan.total):
        place = step % SHARD_STEPS
        if shard is None or place == 0:
            shard = waiting.get()
        ids, weights, rivals = (torch.from_numpy(part[place * rows : (place + 1) * rows].astype("int64")) for part in shard[:3])
        loss, plain = losses_of(model, ids, weights, rivals, table, *shard[3][place].tolist())
        for weight in parameters:
            weight.grad = None
        loss.backward()
        plain = team.add_up(step, rank, parameters, plain)
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        for optimizer, kept in zip(optimizers, rates):
            for group, rate in zip(optimizer.param_groups, kept):
                group["lr"] = rate * plan.learning_rate(step)
            optimizer.step()
        if notes:
            notes.after(step + 1, plain, model, optimizers)


def train(arguments):
    out = Path(arguments.out)
    out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    tokenizer_file, state_file = out / "tokenizer.model", out / "state.pt"
    plan = Plan()
    model = new_model(arguments.seed)
    resumed = arguments.resume and state_file.exists()
    first = load_state(state_file, model, optimizers_of(model)) if resumed else 0
    if not resumed:
        train_tokenizer(arguments.seed, tokenizer_file)
    tokens = plan.total * BATCH * ROW / 1e6
    print(f"{model.parameter_count()} parameters, {tokens:.1f} million tokens, from step {first} on", flush=True)
    corpus = shards(arguments.seed, tokenizer_file, plan, first, arguments.workers)
    run(Team(arguments.workers, model.parameter_count()), learn, (out, tokenizer_file, plan, arguments.seed, first), corpus)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", required=True)
    parser.add_argument("--seed", default="cria")
    parser.add_argument("--workers", type=int, default=2, choices=(1, 2, 4, 8), help="processes that learn; others add in another order")
    parser.add_argument("--resume", action="store_true")
    train(parser.parse_args())


if __name__ == "__main__":
    main()
