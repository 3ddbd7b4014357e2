"""Multiple choice: a story and four endings, of which three name another hero, another friend or another thing.

All four differ in the same place, so that a model that does not look at the story is right one time in four.
"""

import random

from . import beats, people, things
from .grammar import article, expand
from .story import tell
from .world import draw_person, fits

# Only endings that name the hero, the helper and the thing.
ENDINGS = [template for template in beats.CLOSE if "{H}" in template and "{F}" in template and "obj}" in template]


def wrong_person(rng, values, he):
    """A person of the same sex who is not in the story, so that every pronoun stays right."""
    while True:
        kind, gender, name = draw_person(rng, None, (values["kind"], values["fkind"], values["H"], values["F"]))
        if gender == he:
            return kind, name


def wrong_thing(rng, plot, values):
    """As rare or as common as the right one: by the same draw, for the same plot."""
    while True:
        thing = things.draw(rng)
        if fits(plot, thing) and not things.alike(thing, *(values[key] for key in ("kind", "fkind", "obj", "obj2"))):
            return thing


def wrong_values(rng, story, what):
    values, changed = story.values, dict(story.values)
    if what == "hero":
        changed["kind"], changed["H"] = wrong_person(rng, values, values["he"])
    elif what == "friend":
        changed["fkind"], changed["F"] = wrong_person(rng, values, values["fhe"])
    else:
        thing = wrong_thing(rng, story.plot, values)
        changed |= {"obj": thing, "a_obj": article(thing), "the_obj": "the " + thing}
        changed["the_seen_obj"] = f"the {values['look']} {thing}"
    return changed


def question(rng):
    """The story without its last words, four endings, and which of them is right."""
    story = tell(rng)
    template, wording = rng.choice(ENDINGS), rng.random()

    def ending(values):
        return expand(template, values, random.Random(wording))  # the same words for all four

    what = rng.choice(("hero", "friend", "thing"))
    right = ending(story.values)
    endings = [right]
    while len(endings) < 4:
        wrong = ending(wrong_values(rng, story, what))
        if wrong not in endings:
            endings.append(wrong)
    rng.shuffle(endings)
    return {"story": story.body, "endings": endings, "answer": endings.index(right)}
