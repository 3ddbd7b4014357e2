"""Whether sentences are well formed. The grammar is the judge: a sentence is, if the corpus has one of the same form, which is the
sentence with a sign for each name, kind, thing, adjective and place. A form keeps every other word, so "he helped she" has none. What
the corpus could write and happens not to counts as malformed: of its own sentences too a few do."""

import random
import re
from functools import cache

from tales import people, places, things
from tales.grammar import article, plural
from tales.requests import request

STORIES = 10000
SEED = "forms of sentences"
ADJECTIVES = [people.TRAITS, people.HELPER_TRAITS, things.COLOURS, things.LOOKS, things.FOOD_LOOKS, places.SKIES, people.GOOD, *people.BAD.values()]
NAMES = {name: gender for table in (people.NAMES, people.RARE_NAMES) for gender, names in table.items() for name in names}
SIGNS = {word: "ADJECTIVE" for words in ADJECTIVES for word in words}
SIGNS |= dict.fromkeys(places.PLACE_NAMES, "PLACE") | dict.fromkeys(people.HOUSES, "HOUSE") | dict.fromkeys(people.HABITS, "HABIT")
for nouns, sign in ((things.OBJECTS + things.RARE, "THING"), (people.GENDERS, "KIND")):
    SIGNS |= {plural(noun): sign + "S" for noun in nouns} | dict.fromkeys(nouns, sign)
SIGNS |= dict.fromkeys(NAMES, "NAME")
KNOWN = re.compile(r"(?:\b([Aa]n?) )?\b(" + "|".join(sorted(map(re.escape, SIGNS), key=len, reverse=True)) + r")\b")
SENTENCE = re.compile(r'(?<=[.!?])"? +(?=["A-Z])')


def sign_of(found):
    """An article stays only where it does not fit the word behind it."""
    before, word = found.groups()
    if before is None:
        return SIGNS[word]
    return ("" if article(word).startswith(before.lower() + " ") else before + "! ") + "a " + SIGNS[word]


def forms(text):
    return [KNOWN.sub(sign_of, sentence).lower() for sentence in SENTENCE.split(text.strip())]


@cache
def known_forms():
    rng = random.Random(SEED)
    return {form for _ in range(STORIES) for form in forms(request(rng)[0].reply)}


def well_formed(text):
    """For each sentence of a reply that tells a story."""
    return [form in known_forms() for form in forms(text)]
