"""Writes the model card of each checkpoint that is kept.

    python cards.py RUN/evaluation.json ../step-000100 ../step-006912
"""

import argparse
import json
from pathlib import Path

from report import TOKENS_A_STEP, table

CARD = """---
license: apache-2.0
language: en
library_name: transformers
pipeline_tag: text-generation
---

# The demo llama of Cria, step {step}

A Llama of 2.7 million parameters that tells small stories. It comes with Cria, the app in which one
chats with a Llama at every age of its training, so that there is one to talk to at once. This is checkpoint {number} of {count} from one run.

| | |
|---|---|
| model | `LlamaForCausalLM`, 6 layers of 192, 6 heads that share 2 of keys and values, tied head; weights in float16, 5.5 MB |
| tokenizer | SentencePiece BPE, {pieces:,} pieces, byte fallback |
| context | 1,024 positions; trained on 512 tokens |
| form | a story alone, or lines of `User: ..` and `Assistant: ..`, after `<s>`; `</s>` at the end |
| sampling | temperature {temperature}, top-k {top_k}, top-p {top_p} (`generation_config.json`) |

## What it can do

{ability}

> User: {prompt}
>
> Assistant: {story}

(The first of the 200 prompts below, not a chosen one.)

{table}

Perplexity, multiple choice, stories and talks are measured on what the training never saw; two things are asked for that no story of the
training has together. The talks are in wordings that the training never had,
but for the questions about the story just told. What each column
means: `training/README.md` in Cria's sources, beside this folder. Empty: not measured.

![The loss of the run, step by step](../loss.svg)

## What it was trained on, and how

On {tokens} million tokens, up to here, of stories and talks that a grammar in Cria's sources (`resources/demo/training`) wrote from a seed.
No text of others is in them. What was learned when, and how: `training/README.md`.

## What it cannot do

It knows nothing of the world and no language but the plain English of its stories; what it says of itself and of anything else it
has learned by heart. It was made to show an app, and is good for nothing else. Licence: Apache-2.0.
"""


def ability(found):
    choices, both = found["multiple_choice"], found["both_things"]
    if both < 0.05:
        start = "Hardly more than babble: it has words and the shape of sentences, and neither names nor things last."
    elif both < 0.6:
        start = "It has grammar and the shape of a story, but names and things change from one sentence to the next."
    elif both < 0.9:
        start = "It tells a story and mostly keeps to it, but what was asked for gets lost now and then."
    else:
        start = "It tells a story about what it is asked for, mostly keeps to its names and things, and answers plain questions about it, not always rightly."
    return f"{start} Of four endings it finds the right one in {choices:.0%}; both things that were asked for are in {both:.0%} of its stories."


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("evaluation", type=Path)
    parser.add_argument("folders", nargs="+", type=Path)
    arguments = parser.parse_args()
    results = json.loads(arguments.evaluation.read_text())
    names = [folder.name for folder in arguments.folders]
    for number, folder in enumerate(arguments.folders, 1):
        found, step = results[folder.name], int(folder.name.removeprefix("step-"))
        words = {"step": step, "number": number, "count": len(names), "tokens": f"{step * TOKENS_A_STEP / 1e6:.1f}"}
        words["pieces"] = json.loads((folder / "config.json").read_text())["vocab_size"]
        sampling = json.loads((folder / "generation_config.json").read_text())
        words |= {"ability": ability(found), "table": table(results, names)} | found["examples"][0] | sampling
        (folder / "README.md").write_text(CARD.format(**words))


if __name__ == "__main__":
    main()
