"""The corpus: documents from a seed. Run it to look at some, or to write them out."""

import argparse
import random
import sys

from . import practice
from .story import story_alone
from .talks import dialogue, render, talk
from .turn import Tale

SHARES = {story_alone: 0.22, dialogue: 0.16, talk: 0.62}


def anything(rng):
    return rng.choices(list(SHARES), SHARES.values())[0](rng)


MIXES = {"anything": anything, "two things": practice.two_things, "names": practice.names, "both": practice.both}


def document(seed, index, mix="anything"):
    """Document `index` of the corpus: a Tale, or a talk (a list of turns)."""
    return MIXES[mix](random.Random(f"{seed}/{index}"))


def text_of(doc):
    return doc.text if isinstance(doc, Tale) else render(doc)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", default="cria")
    parser.add_argument("--megabytes", type=float, default=0.01)
    arguments = parser.parse_args()
    written = index = 0
    while written < arguments.megabytes * 1e6:
        text = text_of(document(arguments.seed, index)) + "\n\n"
        written += len(text)
        index += 1
        sys.stdout.write(text)


if __name__ == "__main__":
    main()
