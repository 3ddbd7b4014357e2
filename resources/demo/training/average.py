"""Writes the mean of two checkpoints of one life: it has what each of them learned, where they did not drift apart.

    python average.py step-003648 RUN/step-004416 --out FOLDER
"""

import argparse
import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file


def average(first, second):
    return {name: ((weight.float() + second[name].float()) / 2).to(torch.float16) for name, weight in first.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("first", type=Path)
    parser.add_argument("second", type=Path, help="the later one, whose other files are taken")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    weights = average(*(load_file(folder / "model.safetensors") for folder in (arguments.first, arguments.second)))
    shutil.copytree(arguments.second, arguments.out, ignore=shutil.ignore_patterns("README.md", "model.safetensors"))
    save_file(weights, arguments.out / "model.safetensors", metadata={"format": "pt"})


if __name__ == "__main__":
    main()
