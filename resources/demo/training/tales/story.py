"""Tells one story: a text, and what can be asked about it."""

from dataclasses import dataclass, field

from . import beats, plots_nights, plots_things, plots_ways
from .grammar import one_of
from .things import CATEGORY
from .turn import Tale
from .world import draw_world

PLOTS = plots_things.PLOTS + plots_ways.PLOTS + plots_nights.PLOTS
SHARED_BEATS = {"HABIT": beats.HABIT, "GO": beats.GO, "MEET": beats.MEET, "ASK": beats.ASK, "OFFER": beats.OFFER, "THANKS": beats.THANKS}


@dataclass
class Story:
    plot: dict
    values: dict
    text: str  # all of it
    body: str  # without its last words
    told: set = field(default_factory=set)  # the optional things that it tells: HABIT, FEELING, GIFT, DAY, MORAL

    def kept(self):
        """Whom and what it tells of from beginning to end."""
        return tuple(self.values[key] for key in ("H", "F", "kind", "fkind", "obj", "obj2"))


def write_beat(beat, values, rng, told):
    """A beat is one template, a list to choose from, or the name of a shared list; with "?", perhaps nothing."""
    if isinstance(beat, list):
        beat = rng.choice(beat)
    if beat.endswith("?") and beat[:-1] in SHARED_BEATS:
        if rng.random() < 0.5:
            return ""
        beat = beat[:-1]
    if beat in SHARED_BEATS:
        told.add(beat)
        return one_of(SHARED_BEATS[beat], values, rng)
    if beat.endswith("%gift"):
        told.add("GIFT")
        beat = beat[: -len("%gift")]
    if beat.startswith("ASK "):
        return one_of(beats.ASK, values, rng) + " " + one_of([beat[4:]], values, rng)
    if "ne_day}" in beat:
        told.add("DAY")
    return one_of([beat], values, rng)


def closing(plot, values, rng):
    choices = list(beats.CLOSE)
    if CATEGORY[values["obj"]] != "food":
        if plot.get("owned"):
            choices += beats.CLOSE_USED + beats.CLOSE_OWNED
    return rng.choice(choices)


def tell(rng, want=None, check=True, plots=None):
    while True:
        plot, values = draw_world(rng, plots or plots_for(want), want, check)
        told = set()
        sentences = [one_of(beats.OPEN, values, rng)]
        for beat in plot["beats"]:
            sentences.append(write_beat(beat, values, rng, told))
        if want and "thing2" in want and not plot.get("both") and "GIFT" not in told:
            continue
        if rng.random() < 0.75:
            told.add("FEELING")
            sentences.append(one_of(beats.END_FEELING, values, rng))
        close = closing(plot, values, rng)
        if "{moral}" in close:
            told.add("MORAL")
        body = " ".join(sentence for sentence in sentences if sentence)
        text = body + " " + one_of([close], values, rng) + rng.choice(beats.THE_END)
        return Story(plot, values, text, body, told)


def story_alone(rng):
    story = tell(rng)
    return Tale(story.text, story.kept())


def plots_for(want):
    """Two things need a plot in which both matter."""
    if not want or "thing2" not in want:
        return PLOTS
    return [plot for plot in PLOTS if plot.get("both")] * 2 + [plot for plot in PLOTS if has_gift(plot)]


def has_gift(plot):
    return any("%gift" in template for beat in plot["beats"] if isinstance(beat, list) for template in beat)

