"""The corpus: documents from a seed. Run it to look at some, or to write them out."""

import argparse
import random
import sys

from .practice import practice
from .story import tell
from .talks import dialogue, render, talk
from .turn import Tale

SHARES = {"story": 0.22, "dialogue": 0.16, "talk": 0.62}


def story_alone(rng):
    story = tell(rng)
    return Tale(story.text, story.kept())


WRITERS = (story_alone, dialogue, talk)


def document(seed, index, practising=False):
    """Document `index` of the corpus: a Tale, or a talk (a list of turns)."""
    rng = random.Random(f"{seed}/{index}")
    if practising:
        return practice(rng)
    return rng.choices(WRITERS, SHARES.values())[0](rng)


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
