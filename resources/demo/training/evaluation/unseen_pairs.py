"""Stories about two things that no training story has together, asked for in a talk and sampled as a user would get them."""

import random
import re

from tales import people, things
from tales.grammar import article
from tales.world import held_out

PROMPTS = 200
SEED = "unseen pairs"
ASKING = ["Tell me a story about {}.", "Can you tell me a story about {}?", "Please tell me a story about {}.", "I want to hear a story about {}."]
NAMES = {name for table in (people.NAMES, people.RARE_NAMES) for names in table.values() for name in names}


def pairs(rng):
    """(a, b): mostly a kind and a thing, also two kinds, and two things that one can carry."""
    small = [thing for thing in things.OBJECTS if thing not in things.BIG]
    while True:
        first, second = rng.choice([(people.KINDS, things.OBJECTS)] * 3 + [(people.KINDS, people.KINDS), (small, small)])
        a, b = rng.choice(first), rng.choice(second)
        if a != b and held_out(a, b):
            yield a, b


def prompts(seed=SEED):
    rng = random.Random(seed)
    found = []
    for (a, b), _ in zip(pairs(rng), range(PROMPTS)):
        found.append((a, b, rng.choice(ASKING).format(f"{article(a)} and {article(b)}")))
    return found


def has(text, thing):
    return re.search(rf"\b{re.escape(thing)}\b", text) is not None


def names_in(text):
    return [word for word in re.findall(r"\b[A-Z][a-z]+\b", text) if word in NAMES]


def share(hits):
    return sum(hits) / len(hits)


def form_of(a, b):
    """What sort of two was asked for."""
    kinds = (a in people.GENDERS) + (b in people.GENDERS)
    return ("two things", "someone and a thing", "two people")[kinds]


def measure(checkpoint, seed=SEED):
    """Shares of the stories that have both things, have no third name, came to an end; and of right answers."""
    asked = prompts(seed)
    stories = checkpoint.replies([f"User: {prompt}\nAssistant:" for _, _, prompt in asked])
    both = [has(text, a) and has(text, b) for (a, b, _), (text, _) in zip(asked, stories)]
    kept = [1 <= len(set(names_in(text))) <= 2 for text, _ in stories]
    answered = follow_up(checkpoint, asked, stories)
    forms = {}
    for (a, b, _), good in zip(asked, both):
        forms.setdefault(form_of(a, b), []).append(good)
    return {
        "both_things": share(both),
        "by_form": {form: f"{sum(good)} of {len(good)}" for form, good in sorted(forms.items())},
        "names_kept": share(kept),
        "ended": share([ended for _, ended in stories]),
        "tokens": sum(len(checkpoint.encode(text)) for text, _ in stories) / len(stories),
        "name_answered": sum(answered) / max(1, len(answered)),
        "examples": [{"prompt": prompt, "story": text} for (_, _, prompt), (text, _) in zip(asked[:5], stories)],
        "missed": [{"prompt": prompt, "story": text} for (_, _, prompt), (text, _), good in zip(asked, stories, both) if not good][:5],
    }


def follow_up(checkpoint, asked, stories):
    """Asks for the name of the kind: right is the first name in the story, when the story begins with that kind."""
    talks, names = [], []
    for (kind, _, prompt), (text, _) in zip(asked, stories):
        opening = re.match(r"(.*?[.!?] ){0,3}", text).group()
        if kind in people.GENDERS and has(opening, kind) and names_in(text):
            talks.append(f"User: {prompt}\nAssistant: {text}\nUser: What was the name of the {kind}?\nAssistant:")
            names.append(names_in(text)[0])
    if not talks:
        return []
    return [has(answer, name) for name, (answer, _) in zip(names, checkpoint.replies(talks))]
