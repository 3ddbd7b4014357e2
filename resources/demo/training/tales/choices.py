"""Multiple choice: a story and four endings, of which three contradict its names, things or friends."""

from . import beats, people, things
from .grammar import article, expand
from .story import tell
from .world import draw_person

# Only endings that name the hero, the helper and the thing.
ENDINGS = [template for template in beats.CLOSE if "{H}" in template and "{F}" in template and "obj}" in template]


def wrong_person(rng, values, other):
    """A person of the same sex who is not in the story, so that every pronoun stays right."""
    while True:
        kind, gender, name = draw_person(rng, None, (values["kind"], values["fkind"], values["H"], values["F"]))
        if people.PRONOUNS[gender]["he"] == values["fhe" if other else "he"]:
            return kind, name


def wrong_values(rng, values, what):
    changed = dict(values)
    if what == "hero":
        changed["kind"], changed["H"] = wrong_person(rng, values, other=False)
    elif what == "helper":
        changed["fkind"], changed["F"] = wrong_person(rng, values, other=True)
    else:
        thing = rng.choice([thing for thing in things.OBJECTS if thing not in (values["obj"], values["obj2"])])
        changed |= {"obj": thing, "a_obj": article(thing), "the_obj": "the " + thing}
        changed["the_seen_obj"] = f"the {values['look']} {thing}"
    return changed


def question(rng):
    story = tell(rng)
    template = rng.choice(ENDINGS)
    seed = rng.random()
    worlds = [story.values] + [wrong_values(rng, story.values, what) for what in ("hero", "helper", "thing")]

    def ending(values):
        import random

        return expand(template, values, random.Random(seed))  # the same wording for all four

    endings = [ending(values) for values in worlds]
    right = rng.randrange(4)
    endings[0], endings[right] = endings[right], endings[0]
    return {"story": story.body, "endings": endings, "answer": right}
