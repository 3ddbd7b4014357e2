"""Practice in what is hardest: to tell of just what was asked for, and to say who was who."""

from . import people
from .questions import ask_who
from .requests import WANTED, draw_topic, request, request_about
from .story import story_alone
from .talks import add_questions, cut, dialogue, questions_after_a_story

# Two things without anybody are the hardest, and rare elsewhere.
PAIRS = {("kind", "thing"): 5, ("thing", "thing2"): 3, ("kind", "fkind"): 2}


def draw_pair(rng):
    """A topic of two."""
    sought = rng.choices(list(PAIRS), PAIRS.values())[0]
    while True:
        want, topic = draw_topic(rng)
        if tuple(key for key in WANTED if key in want) == sought:
            return want, topic


def draw_she_or_he(rng):
    """A topic with somebody whose kind says which names fit: a queen, a rooster. They are rare elsewhere."""
    while True:
        want, topic = draw_topic(rng)
        if any(len(people.GENDERS[want[key]]) == 1 for key in ("kind", "fkind") if key in want):
            return want, topic


def unfit(turn, name, kind, gender):
    """What would be wrong at the second of a name and its kind: names that this kind cannot have, or kinds that this name cannot."""
    other = "he" if gender == "she" else "she"
    if turn.first(name).start() < turn.first(kind).start():
        return [(kind, other + " alone")]
    return [(name, other)] if len(people.GENDERS[kind]) == 1 else []


def told_apart(turn, story):
    """Says what would be wrong where the two are first named: what does not fit, and for the friend the hero's name."""
    values = story.values
    hero = unfit(turn, values["H"], values["kind"], values["he"])
    friend = unfit(turn, values["F"], values["fkind"], values["fhe"])
    return turn._replace(rivals=tuple([(values["F"], values["H"])] + hero + friend))


def ask_for_two(rng, apart=False):
    """A request for two things, its story, and perhaps a question about it."""
    turn, story = request_about(rng, draw_pair)
    turns = [told_apart(turn, story) if apart else turn]
    add_questions(rng, turns, story, (0, 1, 2))
    return cut(turns)


def two_told_apart(rng):
    return ask_for_two(rng, apart=True)


def who_was_who(rng):
    """A request, its story, and questions that are answered by who knows the two in it apart."""
    while True:
        turn, story = request_about(rng, draw_she_or_he) if rng.random() < 0.2 else request(rng, again=False)
        # The last sentence may begin with either name, and is hard to end for whom it began with.
        if not story.text.startswith(story.values["F"], len(story.body) + 1):
            break
    turns = [told_apart(turn, story)]
    add_questions(rng, turns, story, (1, 2, 3), ask_who)
    return cut(turns)


def two_things(rng):
    """Half of it is requests for two; the rest keeps what was learned before: questions, and talk without a story."""
    return rng.choice((ask_for_two, ask_for_two, questions_after_a_story, dialogue))(rng)


def names(rng):
    """Half of it is who was who; the rest keeps what was learned before."""
    keep = (ask_for_two, questions_after_a_story, dialogue, dialogue, story_alone)
    return rng.choice((who_was_who,) * len(keep) + keep)(rng)


def both(rng):
    """Two fifths of it are requests for two, one is who was who; both say which names would be wrong."""
    return rng.choice((two_told_apart, two_told_apart, who_was_who, questions_after_a_story, dialogue))(rng)
