"""Muon: momentum, made orthogonal, for the matrices of the layers."""

import torch

from model import HAS_BFLOAT16


def orthogonal(update, steps=5):
    """Newton-Schulz iteration towards the nearest (semi-)orthogonal matrices; update is [n, rows, columns]."""
    a, b, c = 3.4445, -4.7750, 2.0315
    x = update.bfloat16() if HAS_BFLOAT16 else update
    tall = x.shape[-2] > x.shape[-1]
    if tall:
        x = x.mT
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(steps):
        gram = x @ x.mT
        x = a * x + (b * gram + c * gram @ gram) @ x
    return (x.mT if tall else x).float()


class Muon(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.95, weight_decay=0.0):
        super().__init__(list(params), {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            by_shape = {}
            for weight in group["params"]:
                by_shape.setdefault(weight.shape, []).append(weight)
            for shape, weights in by_shape.items():
                self.update(shape, weights, group)

    def update(self, shape, weights, group):
        updates = []
        for weight in weights:
            state = self.state[weight]
            if not state:
                state["momentum"] = torch.zeros_like(weight)
            state["momentum"].lerp_(weight.grad, 1 - group["momentum"])
            updates.append(weight.grad.lerp(state["momentum"], group["momentum"]))
        scale = group["lr"] * max(1.0, shape[0] / shape[1]) ** 0.5
        for weight, update in zip(weights, orthogonal(torch.stack(updates))):
            weight.mul_(1 - group["lr"] * group["weight_decay"]).add_(update, alpha=-scale)
