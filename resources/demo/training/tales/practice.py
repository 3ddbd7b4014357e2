"""Practice in what is hardest: to tell of just what was asked for, and to say who was who."""

from .grammar import one_of
from .questions import ask, people_facts, question_values
from .requests import as_typed, draw_topic, held_out_topic, tell_about, words_of_request

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


def practice(rng):
    """A request for two things, its story, and perhaps a question about it."""
    want, topic = two_things(rng)
    story, topic = tell_about(rng, want, topic)
    turns = [(words_of_request(rng, topic, again=False), story.text)]
    words = [[want[key] for key in THINGS if key in want]]
    draw = rng.random()
    if draw < 0.7:
        if draw < 0.45:
            values = question_values(story, rng)
            questions, answers = rng.choice([people_facts(values, rng)[i] for i in (0, 0, 2, 3, 4)])
            question, answer = one_of(questions, values, rng), one_of(answers, values, rng)
        else:
            question, answer = ask(story, rng, 1)[0]
        turns.append((as_typed(question, rng), answer))
        words.append([story.values[key] for key in ("H", "F", "kind", "fkind", "obj") if story.values[key] not in question])
    return Turns(turns, words)
