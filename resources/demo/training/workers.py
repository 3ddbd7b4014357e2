"""Learns with several processes of one thread each. On a busy machine they wait for each other once a step and not, as the
threads of torch do, in every operation; and what they add up, they add in the same order every time."""

import queue

import torch
from torch import multiprocessing

PATIENCE = 600  # seconds that a worker may be late: the machine may be busy, a lost worker never comes


class Team:
    """What the workers share: a row of gradients each, and the point at which they wait for each other."""

    def __init__(self, size, parameters):
        self.size = size
        self.gradients = torch.zeros(2, size, parameters).share_memory_()
        self.losses = torch.zeros(2, size).share_memory_()
        self.context = multiprocessing.get_context("spawn")
        self.barrier = self.context.Barrier(size)

    def add_up(self, step, rank, parameters, loss):
        """Gives every worker the sum of all gradients and losses. Steps take turns with two places, so that nobody
        writes where another one still reads."""
        place = step % 2
        torch.cat([weight.grad.flatten() for weight in parameters], out=self.gradients[place, rank])
        self.losses[place, rank] = loss
        self.barrier.wait(PATIENCE)
        total = self.gradients[place].sum(dim=0)
        at = 0
        for weight in parameters:
            weight.grad = total[at : at + weight.numel()].view_as(weight)
            at += weight.numel()
        return self.losses[place].sum().item()

    def __getstate__(self):
        return {key: value for key, value in self.__dict__.items() if key != "context"}


def run(team, work, arguments, shards):
    """Calls work(team, rank, next_shard, *arguments) in each worker; `shards` yields a part for each of them at a time."""
    queues = [team.context.Queue(2) for _ in range(team.size)]
    processes = [
        team.context.Process(target=work, args=(team, rank, queues[rank], *arguments), daemon=True) for rank in range(team.size)
    ]
    for process in processes:
        process.start()
    for parts in shards:
        for part, waiting in zip(parts, queues):
            put(part, waiting, processes)
    for process in processes:
        process.join()
        if process.exitcode:
            raise SystemExit(f"a worker failed ({process.exitcode})")


def put(part, waiting, processes):
    while True:
        try:
            return waiting.put(part, timeout=5)
        except queue.Full:
            if any(process.exitcode for process in processes):
                raise SystemExit("a worker failed") from None
