"""Templates: "{key}" is filled from a dictionary, "[a|b|]" is one of its alternatives.

A key with a capital first letter gives its value with a capital first letter. Alternatives nest.
"""

import re
from functools import lru_cache

TOKEN = re.compile(r"[\[\]|]|\{[A-Za-z_0-9]+\}|[^\[\]|{}]+")


@lru_cache(maxsize=None)
def compile_template(template):
    """A list of parts: a string, ("key", name) or ("one of", [parts, parts, ..])."""
    stack = [[[]]]  # of open brackets, each a list of alternatives
    for token in TOKEN.findall(template):
        if token == "[":
            stack.append([[]])
        elif token == "]":
            choice = stack.pop()
            stack[-1][-1].append(("one of", choice))
        elif token == "|" and len(stack) > 1:
            stack[-1].append([])
        elif token[0] == "{":
            stack[-1][-1].append(("key", token[1:-1]))
        else:
            stack[-1][-1].append(token)
    if len(stack) != 1:
        raise ValueError("unbalanced brackets in " + template)
    return stack[0][0]


def capital(text):
    return text[:1].upper() + text[1:]


def value_of(key, values):
    if key in values:
        return values[key]
    return capital(values[key[0].lower() + key[1:]])


def write_parts(parts, values, rng, out):
    for part in parts:
        if isinstance(part, str):
            out.append(part)
        elif part[0] == "key":
            out.append(value_of(part[1], values))
        else:
            write_parts(rng.choice(part[1]), values, rng, out)


def expand(template, values, rng):
    out = []
    write_parts(compile_template(template), values, rng, out)
    text = "".join(out)
    return text if "{" not in text else expand(text, values, rng)


def one_of(templates, values, rng):
    return expand(rng.choice(templates), values, rng)


def article(noun):
    """ "a fox", "an owl", "an hourglass", "a unicorn"."""
    word = noun.lower()
    if word.startswith(("hour", "honest")):
        return "an " + noun
    if word.startswith(("uni", "ukul", "use", "one", "euro")):
        return "a " + noun
    return ("an " if word[0] in "aeiou" else "a ") + noun


IRREGULAR = {
    "mouse": "mice", "goose": "geese", "wolf": "wolves", "elf": "elves", "deer": "deer", "sheep": "sheep",
    "loaf of bread": "loaves of bread", "leaf": "leaves", "fisherman": "fishermen", "postman": "postmen",
    "snowman": "snowmen", "moose": "moose", "fish": "fish", "scarf": "scarves", "knife": "knives",
}  # fmt: skip


def plural(noun):
    if noun in IRREGULAR:
        return IRREGULAR[noun]
    first, of, rest = noun.partition(" of ")
    if of:
        return plural(first) + of + rest
    if noun.endswith(("s", "x", "sh", "ch")):
        return noun + "es"
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + "s"
