"""Draws the loss of a run and writes the table of its checkpoints.

    python report.py RUN RUN/evaluation.json --svg ../loss.svg step-000100 step-000500 step-001000 step-003648

The table goes to standard output, as Markdown.
"""

import argparse
import csv
import json
import math
from pathlib import Path

WIDTH, HEIGHT = 640, 320
LEFT, RIGHT, TOP, BOTTOM = 48, 16, 16, 36
TOKENS_A_STEP = 8 * 512
LOSSES = (0.4, 0.5, 0.7, 1, 2, 4, 8)
STEPS = (10, 30, 100, 300, 1000, 3000)


def read_losses(file):
    """(step, loss), the mean of five lines each."""
    with file.open() as lines:
        rows = [(int(row["step"]), float(row["loss"])) for row in csv.DictReader(lines)]
    return [(step, sum(loss for _, loss in rows[max(0, i - 2) : i + 3]) / len(rows[max(0, i - 2) : i + 3])) for i, (step, _) in enumerate(rows)]


def x_of(step, last):
    return LEFT + (WIDTH - LEFT - RIGHT) * math.log(step / STEPS[0]) / math.log(last / STEPS[0])


def y_of(loss):
    return TOP + (HEIGHT - TOP - BOTTOM) * math.log(LOSSES[-1] / loss) / math.log(LOSSES[-1] / LOSSES[0])


def text(x, y, words, anchor="middle"):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{words}</text>'


def draw(losses, checkpoints):
    """An SVG: both axes logarithmic, a dot for each checkpoint that is kept."""
    last = losses[-1][0]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="11" fill="#666">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
    ]
    for loss in LOSSES:
        parts.append(f'<path d="M{LEFT} {y_of(loss):.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>' + text(LEFT - 6, y_of(loss) + 4, loss, "end"))
    for step in STEPS:
        if step <= last:
            parts.append(text(x_of(step, last), HEIGHT - 20, step))
    parts.append(text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 5, "step (loss: mean over 5 readings)"))
    line = " ".join(f"{x_of(step, last):.1f},{y_of(loss):.1f}" for step, loss in losses)
    parts.append(f'<polyline points="{line}" fill="none" stroke="#b4632d" stroke-width="1.5"/>')
    for checkpoint in checkpoints:
        step, loss = min(losses, key=lambda reading: abs(reading[0] - checkpoint))
        parts.append(f'<circle cx="{x_of(step, last):.1f}" cy="{y_of(loss):.1f}" r="4" fill="#b4632d"/>')
        parts.append(text(x_of(step, last), y_of(loss) - 9, checkpoint, "end" if step == last else "start"))
    return "\n".join(parts) + "\n</svg>\n"


def percent(share):
    return "" if share is None else f"{100 * share:.1f}%"


def table(results, checkpoints):
    lines = [
        "| checkpoint | tokens seen | held-out perplexity | multiple choice | both things in the story | names kept | came to an end | name answered |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name in checkpoints:
        found = results[name]
        shares = [percent(found.get(key)) for key in ("multiple_choice", "both_things", "names_kept", "ended", "name_answered")]
        tokens = f"{int(name.removeprefix('step-')) * TOKENS_A_STEP / 1e6:.2f} M"
        lines.append(f"| `{name}` | {tokens} | {found['perplexity']:.2f} | " + " | ".join(shares) + " |")
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
