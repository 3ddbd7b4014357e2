"""Draws who and what a story is about, and keeps some pairs of things out of the training."""

from zlib import crc32

from . import people, places, things
from .grammar import article

HELD_OUT_ONE_IN = 64
NOISES = (
    "strange humming|loud rattling|soft tapping|long squeak|deep rumble|quiet rustling|funny clicking|low growl|"
    "ringing sound|gentle knocking|hollow thump|high whistle"
).split("|")
FRIGHTS = "thunder|the dark|the storm|the howling wind|lightning|the night|the rain|the fog".split("|")
NIGHTS = "dark stormy rainy windy cold quiet foggy moonless".split()
GLUES = "glue|string|tape|wire|thread|wax|clay|nails|paste".split("|")


def held_out(a, b):
    """Pairs of things that no training story has: for the test of what was never paired."""
    return crc32("|".join(sorted((a, b))).encode()) % HELD_OUT_ONE_IN == 0


def any_held_out(all_things):
    return any(held_out(a, b) for i, a in enumerate(all_things) for b in all_things[i + 1 :])


def draw_person(rng, kinds, taken):
    while True:
        kind = rng.choice(kinds) if kinds else people.draw_kind(rng)
        gender = rng.choice(people.GENDERS[kind])
        name = people.draw_name(rng, gender)
        if kind not in taken and name not in taken:
            return kind, gender, name


def phrase(rng, adjectives, kind, middle):
    """("curious", "a curious little fox")"""
    adjective = rng.choice(adjectives)
    if rng.random() < middle and adjective not in ("tiny", "young", "old", "small"):
        return adjective, f"{article(adjective)} little {kind}"
    return adjective, f"{article(adjective)} {kind}"


def draw_things(rng, plot, kind, thing, thing2):
    """The two things and a third one, which is only mentioned."""
    while True:
        one = thing or things.draw(rng)
        two = thing2 or rng.choice(things.OBJECTS)
        three = rng.choice(things.OBJECTS)
        if len({one, two, three}) < 3 or two in things.BIG:
            if thing and thing2 and (one == two or two in things.BIG):
                raise ValueError(f"no story has {one} and {two}")
            continue
        return one, two, three


def fits(plot, thing):
    if plot.get("small") and thing in things.BIG:
        return False
    return things.CATEGORY.get(thing) not in plot.get("not", ())


def draw_world(rng, plots, want=None, check=True):
    """A plot and the values of its templates. `want` may fix kind, fkind, thing, thing2, name, trait, look, place."""
    want = want or {}
    while True:
        plot = rng.choice(plots)
        kind, gender, name = draw_person(rng, [want["kind"]] if "kind" in want else None, ())
        friends = [want["fkind"]] if "fkind" in want else None
        fkind, fgender, fname = draw_person(rng, friends, (kind, name))
        thing, thing2, thing3 = draw_things(rng, plot, kind, want.get("thing"), want.get("thing2"))
        if fits(plot, thing) and not (check and any_held_out((kind, fkind, thing, thing2, thing3))):
            break
    trait, hero = phrase(rng, people.TRAITS, kind, 0.3)
    _, helper = phrase(rng, people.HELPER_TRAITS, fkind, 0.1)
    category = things.CATEGORY[thing]
    looks = things.FOOD_LOOKS if category == "food" else things.COLOURS + things.LOOKS
    look = rng.choice(looks)
    place, near = rng.sample(places.PLACE_NAMES, 2)
    preposition = places.PLACE_PREPOSITION[place]
    obstacle, obstacle_why, fixes = rng.choice(places.OBSTACLES)
    sky, time = rng.choice(places.SKIES), rng.choice(places.TIMES)
    spot, spot2 = rng.sample(things.SPOTS, 2)
    to_use, used = rng.choice(things.USES[category])
    ride = {"o": "the " + thing, "in": "on" if thing in things.ON else "in"}
    values = {
        "H": name, "kind": kind, "a_kind": article(kind), "trait": trait, "a_hero": hero,
        "F": fname, "fkind": fkind, "a_fkind": article(fkind), "a_helper": helper,
        "obj": thing, "a_obj": article(thing), "the_obj": "the " + thing, "look": look,
        "seen_obj": f"{look} {thing}", "a_seen_obj": article(f"{look} {thing}"), "the_seen_obj": f"the {look} {thing}",
        "obj2": thing2, "a_obj2": article(thing2), "the_obj2": "the " + thing2, "a_obj3": article(thing3),
        "use_inf": to_use.format(**ride), "use_past": used.format(**ride),
        "place": place, "at": f"{preposition} the {place}", "to": f"to the {place}",
        "home": f"in {article(rng.choice(people.HOUSES))} {rng.choice(('near', 'close to', 'not far from'))} the {near}",
        "spot": spot, "spot2": spot2, "trifle": rng.choice(things.TRIFLES),
        "obst": obstacle[2:], "a_obst": obstacle, "the_obst": "the " + obstacle[2:], "obst_why": obstacle_why,
        "fix": rng.choice(fixes).format(H=name), "noise": article(rng.choice(NOISES)), "fright": rng.choice(FRIGHTS),
        "glue": rng.choice(GLUES), "relative": rng.choice(people.RELATIVES), "habit": rng.choice(people.HABITS),
        "bad": rng.choice(people.BAD[plot["bad"]]), "good": rng.choice(people.GOOD),
        "sky": sky, "time": time, "a_sky_time": article(f"{sky} {time}"),
        "one_day": f"one {sky} {time}", "one_night": f"one {rng.choice(NIGHTS)} night",
        "moral": rng.choice(plot["moral"]), "is_colour": look if look in things.COLOURS else "",
    }  # fmt: skip
    values |= people.PRONOUNS[gender]
    values |= {"f" + key: value for key, value in people.PRONOUNS[fgender].items()}
    return plot, values
