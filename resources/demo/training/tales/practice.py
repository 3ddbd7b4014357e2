"""Practice in what is hardest: to tell of just what was asked for, and to say who was who."""

from .questions import ask
from .requests import as_typed, draw_topic, held_out_topic, tell_about, words_of_request
from .talks import dialogue, questions_after_a_story

THINGS = ("kind", "fkind", "thing", "thing2")


class Turns(list):
    """A talk, and for each turn the words of the reply that matter most."""

    def __init__(self, turns, words):
        super().__init__(turns)
        self.words = words


def two_things(rng):
    while True:
        want, topic = draw_topic(rng)
        if sum(key in want for key in THINGS) == 2 and not held_out_topic(want):
            return want, topic


def ask_for_two(rng):
    """A request for two things, its story, and perhaps a question about it."""
    want, topic = two_things(rng)
    story, topic = tell_about(rng, want, topic)
    turns = [(words_of_request(rng, topic, again=False), story.text)]
    words = [[want[key] for key in THINGS if key in want]]
    for question, answer in ask(story, rng, rng.choice((0, 1, 1))):
        turns.append((as_typed(question, rng), answer))
        words.append([story.values[key] for key in ("H", "F", "kind", "fkind", "obj") if story.values[key] not in question])
    return Turns(turns, words)


def practice(rng):
    """Half of it is that; the rest keeps what was learned before: questions, and talk without a story."""
    return rng.choice((ask_for_two, ask_for_two, questions_after_a_story, dialogue))(rng)
