"""Stories about two things that no training story has together, asked for in a talk and sampled as a user would get them."""

import random
import re

from evaluation.sentences import NAMES, well_formed
from tales import people, places, requests, things
from tales.grammar import article
from tales.world import held_out

PROMPTS = 200
SEED = "unseen pairs"
ASKING = ["Tell me a story about {}.", "Can you tell me a story about {}?", "Please tell me a story about {}.", "I want to hear a story about {}."]
# Words that stories have besides what they are about, so that no pair with them is unseen.
ELSEWHERE = set(re.findall(r"[a-z]+", " ".join([*people.RELATIVES, *things.TRIFLES, *things.SPOTS, *people.HOUSES, *places.PLACE_NAMES, str(places.OBSTACLES)])))
ECHOES = re.compile("|".join(re.escape(opening).replace(re.escape("{topic}"), ".*?") for opening in requests.OPENINGS if "{topic}" in opening))


def pairs(rng):
    """(a, b): mostly a kind and a thing, also two kinds, and two things that one can carry."""
    small = [thing for thing in things.OBJECTS if thing not in things.BIG]
    while True:
        first, second = rng.choice([(people.KINDS, things.OBJECTS)] * 3 + [(people.KINDS, people.KINDS), (small, small)])
        a, b = rng.choice(first), rng.choice(second)
        if a != b and held_out(a, b) and ELSEWHERE.isdisjoint((a + " " + b).split()):
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


def told(text):
    """Without an opening that only repeats what was asked for."""
    return ECHOES.sub("", text, count=1)


KINDS = "|".join(sorted(map(re.escape, people.GENDERS), key=len, reverse=True))
NAME = r"([A-Z][a-z]+)"
NAMED = [rf"\b({KINDS}),? (?:named|called|whose name was) {NAME}\b", rf"\b({KINDS})\. (?:His|Her) name was {NAME}\b"]
NAME_FIRST = [rf"\b{NAME} the ({KINDS})\b", rf"\b{NAME}(?:,| was) (?:who was )?an? (?:\w+ ){{1,2}}({KINDS})\b"]


def kinds_of_names(text):
    """For each name of a story, what it is said to be: "Rosa the fox", "a clever fox named Rosa"."""
    found = {name: set() for name in names_in(text)}
    said = [(name, kind) for form in NAMED for kind, name in re.findall(form, text)]
    for name, kind in said + [pair for form in NAME_FIRST for pair in re.findall(form, text)]:
        found.get(name, set()).add(kind)
    return found


def keeps_names(text):
    """Two names and no third one, each of one kind from beginning to end that can have it ("a girl. His name was Hugo" cannot), and
    no two of the same."""
    kinds = kinds_of_names(text)
    known = [kind for of_name in kinds.values() for kind in of_name]
    fit = all(NAMES[name] in people.GENDERS[kind] for name, of_name in kinds.items() for kind in of_name)
    return fit and len(kinds) == 2 and all(len(of_name) <= 1 for of_name in kinds.values()) and len(set(known)) == len(known)


def share(hits):
    return sum(hits) / len(hits)


def form_of(a, b):
    """What sort of two was asked for."""
    kinds = (a in people.GENDERS) + (b in people.GENDERS)
    return ("two things", "someone and a thing", "two people")[kinds]


def measure(checkpoint, seed=SEED):
    """Shares of the stories that have both things, keep their names, came to an end; and of right answers."""
    asked = prompts(seed)
    stories = checkpoint.replies([f"User: {prompt}\nAssistant:" for _, _, prompt in asked])
    both = [has(told(text), a) and has(told(text), b) for (a, b, _), (text, _) in zip(asked, stories)]
    kept = [keeps_names(text) for text, _ in stories]
    formed = [good for text, _ in stories for good in well_formed(text)]
    answered = follow_up(checkpoint, asked, stories)
    forms = {}
    for (a, b, _), good in zip(asked, both):
        forms.setdefault(form_of(a, b), []).append(good)
    return {
        "both_things": share(both),
        "by_form": {form: f"{sum(good)} of {len(good)}" for form, good in sorted(forms.items())},
        "names_kept": share(kept),
        "well_formed": share(formed),
        "ended": share([ended for _, ended in stories]),
        "tokens": sum(len(checkpoint.encode(text)) for text, _ in stories) / len(stories),
        "name_answered": sum(answered) / max(1, len(answered)),
        "examples": [{"prompt": prompt, "story": text} for (_, _, prompt), (text, _) in zip(asked[:5], stories)],
        "missed": [{"prompt": prompt, "story": text} for (_, _, prompt), (text, _), good in zip(asked, stories, both) if not good][:5],
    }


def follow_up(checkpoint, asked, stories):
    """Asks for the name of the kind: right is the name that the story gives it, where it gives it one."""
    talks, names = [], []
    for (kind, _, prompt), (text, _) in zip(asked, stories):
        named = [name for name, kinds in kinds_of_names(text).items() if kinds == {kind}]
        if len(named) == 1:
            talks.append(f"User: {prompt}\nAssistant: {text}\nUser: What was the name of the {kind}?\nAssistant:")
            names += named
    if not talks:
        return []
    return [has(answer, name) for name, (answer, _) in zip(names, checkpoint.replies(talks))]
