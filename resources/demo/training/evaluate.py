"""Measures checkpoints and writes what it finds to a file.

    python evaluate.py RUN/step-000100 RUN/step-006912 --out RUN/evaluation.json
"""

import argparse
import hashlib
import json
from pathlib import Path

import torch

from evaluation import talks
from evaluation.checkpoint import Checkpoint
from evaluation.multiple_choice import accuracy
from evaluation.perplexity import perplexity
from evaluation.unseen_pairs import SEED, measure


def subject(folder, seed):
    """What was measured. Results of other weights, or for other prompts, are not mixed with these."""
    return {"weights": hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest(), "prompts": seed}


def evaluate(folder, sampled, seed):
    checkpoint = Checkpoint(folder)
    found = {"perplexity": perplexity(checkpoint), "multiple_choice": accuracy(checkpoint)}
    if sampled:
        found |= measure(checkpoint, seed) | talks.measure(checkpoint)
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoints", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--prompts", default=SEED, help="seed of the prompts for stories; another one to choose the sampling by")
    parser.add_argument("--no-samples", action="store_true", help="only what needs no sampling")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    results = json.loads(arguments.out.read_text()) if arguments.out.exists() else {}
    for folder in arguments.checkpoints:
        known, what = results.get(folder.name, {}), subject(folder, arguments.prompts)
        if not what.items() <= known.items():
            known = what
        results[folder.name] = known | evaluate(folder, not arguments.no_samples, arguments.prompts)
        shown = {key: round(value, 3) for key, value in results[folder.name].items() if isinstance(value, float)}
        print(folder.name, shown, flush=True)
        arguments.out.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
