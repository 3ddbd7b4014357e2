"""Draws the loss of a run and writes the table of its checkpoints.

    python report.py RUN RUN/evaluation.json --svg ../loss.svg step-000100 step-000700 step-001500 step-006912

The table goes to standard output, as Markdown.
"""

import argparse
import csv
import json
import math
from pathlib import Path

WIDTH, HEIGHT = 640, 360
LEFT, RIGHT, TOP, BOTTOM = 44, 20, 40, 44
TOKENS_A_STEP = 8 * 512
LOSSES = (0.3, 0.5, 1, 2, 4, 8)
STEPS = (10, 30, 100, 300, 1000, 3000, 10000)
LABEL = 70  # as wide as the name of a checkpoint
SMOOTH = 7  # readings on each side
INK, PALE, LINE = "#444", "#ddd", "#b4632d"


def read_losses(file):
    with file.open() as lines:
        return [(int(row["step"]), float(row["loss"])) for row in csv.DictReader(lines)]


def smooth(losses):
    """The mean of the neighbours, as many before as after; of few where it is steep, which is the beginning."""
    found = []
    for i, (step, _) in enumerate(losses):
        reach = min(SMOOTH, i // 4, len(losses) - 1 - i)
        found.append((step, sum(loss for _, loss in losses[i - reach : i + reach + 1]) / (2 * reach + 1)))
    return found


class Axes:
    """Both logarithmic; from the first reading to the last, and from the lowest line under all losses up."""

    def __init__(self, losses):
        self.last = losses[-1][0]
        lowest = min(loss for _, loss in losses)
        self.losses = [loss for i, loss in enumerate(LOSSES) if i + 1 == len(LOSSES) or LOSSES[i + 1] > lowest]
        self.steps = [step for step in STEPS if step <= self.last]

    def x(self, step):
        return LEFT + (WIDTH - LEFT - RIGHT) * math.log(step / STEPS[0]) / math.log(self.last / STEPS[0])

    def y(self, loss):
        return TOP + (HEIGHT - TOP - BOTTOM) * math.log(self.losses[-1] / loss) / math.log(self.losses[-1] / self.losses[0])

    def line(self, losses, look):
        points = " ".join(f"{self.x(step):.1f},{self.y(loss):.1f}" for step, loss in losses)
        return f'<polyline points="{points}" fill="none" {look}/>'


def text(x, y, words, anchor="middle", look=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{look}>{words}</text>'


def draw(losses, checkpoints):
    """An SVG: every reading pale, their mean over it, a dot for each checkpoint that is kept."""
    axes, means = Axes(losses), smooth(losses)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12" fill="{INK}">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        text(LEFT, 22, "Loss of the demo llama, and the checkpoints that are kept", "start", ' font-size="14"'),
    ]
    for loss in axes.losses:
        parts.append(f'<path d="M{LEFT} {axes.y(loss):.1f}H{WIDTH - RIGHT}" stroke="{PALE}"/>' + text(LEFT - 8, axes.y(loss) + 4, loss, "end"))
    for step in axes.steps:
        parts.append(f'<path d="M{axes.x(step):.1f} {HEIGHT - BOTTOM}v5" stroke="{INK}"/>' + text(axes.x(step), HEIGHT - BOTTOM + 18, f"{step:,}"))
    parts.append(text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, "step"))
    parts.append(axes.line(losses, f'stroke="{LINE}" stroke-opacity="0.3"'))
    parts.append(axes.line(means, f'stroke="{LINE}" stroke-width="2"'))
    halo = ' stroke="white" stroke-width="4" stroke-linejoin="round"'
    for checkpoint in checkpoints:
        step, loss = min(means, key=lambda reading: abs(reading[0] - checkpoint))
        x, y = axes.x(step), axes.y(loss)
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{LINE}" stroke="white" stroke-width="1.5"/>')
        begin = x - LABEL if x > WIDTH - RIGHT - LABEL else x
        top = min([y] + [axes.y(loss) for step, loss in losses if begin <= axes.x(step) <= begin + LABEL]) - 10
        label = (begin + LABEL, top, f"step {checkpoint:,}", "end") if begin < x else (x + 6, top, f"step {checkpoint:,}", "start")
        parts += [text(*label, halo), text(*label)]
    return "\n".join(parts) + "\n</svg>\n"


def percent(share):
    return "" if share is None else f"{100 * share:.1f}%"


STORIES = {"both_things": "both things in the story", "names_kept": "names kept", "well_formed": "sentences well formed", "ended": "came to an end", "name_answered": "name answered"}
TALKS = {"greets": "greets", "says_what_it_is": "says what it is", "refuses": "refuses politely", "follow_up_known": "answers about the story just told", "follow_up": "in new wordings"}


def row(cells):
    return "| " + " | ".join(cells) + " |"


def table(results, checkpoints):
    """Of all checkpoints, how they grew; below it, of those that were asked, how they talk."""
    lines = [row(["checkpoint", "tokens seen", "held-out perplexity", "multiple choice", *STORIES.values()]), "|" + (len(STORIES) + 4) * "---|"]
    for name in checkpoints:
        found = results[name]
        tokens = f"{int(name.removeprefix('step-')) * TOKENS_A_STEP / 1e6:.2f} M"
        shares = [percent(found.get(key)) for key in ("multiple_choice", *STORIES)]
        lines.append(row([f"`{name}`", tokens, f"{found['perplexity']:.2f}", *shares]))
    asked = [name for name in checkpoints if "greets" in results[name]]
    if asked:
        lines += ["", row(["checkpoint", *TALKS.values()]), "|" + (len(TALKS) + 1) * "---|"]
        lines += [row([f"`{name}`", *(percent(results[name][key]) for key in TALKS)]) for name in asked]
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("evaluation", type=Path)
    parser.add_argument("checkpoints", nargs="+")
    parser.add_argument("--svg", type=Path, required=True)
    arguments = parser.parse_args()
    steps = [int(name.removeprefix("step-")) for name in arguments.checkpoints]
    arguments.svg.write_text(draw(read_losses(arguments.run / "loss.csv"), steps))
    print(table(json.loads(arguments.evaluation.read_text()), arguments.checkpoints))


if __name__ == "__main__":
    main()
