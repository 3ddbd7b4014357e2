"""Draws who and what a story is about, and keeps some pairs of things out of the training."""

from zlib import crc32

from . import people, places, things
from .grammar import article

HELD_OUT_ONE_IN = 64
COMMON = {"a", "of", "with"}
SIZES = {"tiny", "young", "old", "small", "little", "big", "large"}
NOISES = (
    "strange humming|loud rattling|soft tapping|long squeak|deep rumble|quiet rustling|funny clicking|low growl|"
    "ringing sound|gentle knocking|hollow thump|high whistle"
).split("|")
FRIGHTS = "thunder|the dark|the storm|the howling wind|lightning|the wind|the rain|the fog".split("|")
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


def fresh(rng, choices, used):
    """One of the choices, with no word that was used before."""
    choice = rng.choice([choice for choice in choices if used.isdisjoint(choice.split())])
    used |= set(choice.split()) - COMMON
    return choice


def phrase(rng, adjective, kind, middle, used):
    """ "a curious fox" or "a curious little fox" """
    if rng.random() < middle and adjective not in SIZES:
        used.add("little")
        return f"{article(adjective)} little {kind}"
    return f"{article(adjective)} {kind}"


def draw_things(rng, kinds, thing, thing2):
    """The two things and a third one, which is only mentioned."""
    while True:
        one = thing or things.draw(rng)
        two = thing2 or rng.choice(things.OBJECTS)
        three = rng.choice(things.OBJECTS)
        if not things.alike(one, two, three, *kinds) and two not in things.BIG:
            return one, two, three


def fits(plot, thing):
    return not any(things.is_a(thing, sort) for sort in plot.get("not", ()))


def draw_world(rng, plots, want=None, check=True):
    """A plot and the values of its templates. `want` may fix kind, fkind, thing, thing2, name, trait, look, place."""
    want = want or {}
    wanted = [want[key] for key in ("kind", "fkind", "thing", "thing2") if key in want]
    if things.alike(*wanted) or want.get("thing2") in things.BIG:
        raise ValueError("no story has " + " and ".join(wanted))
    while True:
        plot = rng.choice(plots)
        kind, gender, name = draw_person(rng, [want["kind"]] if "kind" in want else None, ())
        friends = [want["fkind"]] if "fkind" in want else None
        fkind, fgender, fname = draw_person(rng, friends, (kind, name))
        if things.alike(kind, fkind, *wanted[sum(key in want for key in ("kind", "fkind")) :]):
            continue
        thing, thing2, thing3 = draw_things(rng, (kind, fkind), want.get("thing"), want.get("thing2"))
        if fits(plot, thing) and not (check and any_held_out((kind, fkind, thing, thing2, thing3))):
            break
    category = things.CATEGORY[thing]
    looks = things.FOOD_LOOKS if category == "food" else things.COLOURS + things.LOOKS
    used = {word for name in (kind, fkind, thing, thing2, thing3) for word in name.split()}
    look = want.get("look") or fresh(rng, looks, used)
    trait = want.get("trait") or fresh(rng, people.TRAITS, used)
    hero = phrase(rng, trait, kind, 0 if "trait" in want or look in SIZES else 0.3, used)
    used |= {trait, look}
    helper = phrase(rng, fresh(rng, people.HELPER_TRAITS, used), fkind, 0, used)
    bad, good = fresh(rng, people.BAD[plot["bad"]], used), fresh(rng, people.GOOD, used)
    house = fresh(rng, people.HOUSES, used)
    place, near = fresh(rng, places.PLACE_NAMES, used), fresh(rng, places.PLACE_NAMES, used)
    preposition = places.PLACE_PREPOSITION[place]
    obstacle, obstacle_why, fixes = rng.choice(places.OBSTACLES)
    sky, night, time = fresh(rng, places.SKIES, used), fresh(rng, NIGHTS, used), rng.choice(places.TIMES)
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
        "home": f"in {article(house)} {rng.choice(('near', 'close to', 'not far from'))} the {near}",
        "spot": spot, "spot2": spot2, "trifle": rng.choice(things.TRIFLES),
        "obst": obstacle[2:], "a_obst": obstacle, "the_obst": "the " + obstacle[2:], "obst_why": obstacle_why,
        "fix": rng.choice(fixes).format(H=name), "noise": article(rng.choice(NOISES)), "fright": rng.choice(FRIGHTS),
        "glue": rng.choice(GLUES), "relative": rng.choice(people.RELATIVES), "habit": rng.choice(people.HABITS),
        "bad": bad, "good": good,
        "sky": sky, "time": time, "a_sky_time": article(f"{sky} {time}"),
        "one_day": f"one {sky} {time}", "one_night": f"one {night} night",
        "moral": rng.choice(plot["moral"]), "is_colour": look if look in things.COLOURS else "",
    }  # fmt: skip
    values |= people.PRONOUNS[gender]
    values |= {"f" + key: value for key, value in people.PRONOUNS[fgender].items()}
    return plot, values
