"""Practice in what is hardest: to tell of just what was asked for, and to say who was who."""

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


def ask_for_two(rng):
    """A request for two things, its story, and perhaps a question about it."""
    turn, story = request_about(rng, draw_pair)
    turns = [turn]
    add_questions(rng, turns, story, (0, 1, 2))
    return cut(turns)


def who_was_who(rng):
    """A request, its story, and questions that are answered by who knows the two in it apart."""
    turn, story = request(rng, again=False)
    turns = [turn]
    add_questions(rng, turns, story, (1, 2, 3), ask_who)
    return cut(turns)


def two_things(rng):
    """Half of it is requests for two; the rest keeps what was learned before: questions, and talk without a story."""
    return rng.choice((ask_for_two, ask_for_two, questions_after_a_story, dialogue))(rng)


def names(rng):
    """More than a third of it is who was who; the rest keeps what was learned before."""
    keep = (ask_for_two, questions_after_a_story, dialogue, dialogue, story_alone)
    return rng.choice((who_was_who, who_was_who, who_was_who, *keep))(rng)
