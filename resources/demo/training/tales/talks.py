"""Whole talks in the plain form: "User: ..\\nAssistant: ..", one line each."""

from . import people, smalltalk, things
from .grammar import article, plural
from .questions import ask
from .refusals import refuse
from .requests import answered, as_typed, held_out_topic, request, tell_about
from .turn import Turn

MAX_CHARS = 1750  # about 450 tokens
YES = [
    "Yes", "Yes, please", "Yes please", "Sure", "Please do", "Okay", "Of course", "I would like that", "Go on", "Why not", "Gladly",
    "Yes, tell me", "Yes, tell me that story", "Please",
]  # fmt: skip


def offer(rng):
    """What the model may propose: a topic and its words."""
    while True:
        want = {"kind": people.draw_kind(rng), "thing": things.draw(rng)}
        if not held_out_topic(want) and not things.alike(*want.values()):
            return want, f"{article(want['kind'])} and {article(want['thing'])}"


def small_values(rng, topic):
    kind, thing = rng.choice(people.KINDS), rng.choice(things.OBJECTS)
    return {
        "topic": topic, "kind": kind, "thing": thing, "a_kind": article(kind), "a_thing": article(thing),
        "plural_kind": plural(kind), "plural_thing": plural(thing), "name": people.draw_name(rng, rng.choice(("she", "he"))),
    }  # fmt: skip


def without_story(rng, told=False):
    """One turn that is no story; and what it offered, if anything. `told`: whether there was a story before."""
    want, topic = offer(rng)
    if rng.random() < 0.5:
        question, answer, offers = refuse(rng, topic)
    else:
        question, answer = smalltalk.chat(rng, small_values(rng, topic), told)
        offers = topic in answer
    return Turn(as_typed(question, rng), answer), ((want, topic) if offers and answer.endswith("?") else None)


def dialogue(rng):
    """Some turns and no story."""
    return [without_story(rng)[0] for _ in range(rng.choice((1, 2, 3, 4)))]


def story_with_questions(rng, turns, again, counts=(0, 1, 1, 2, 2, 3, 3, 4)):
    turn, story = request(rng, again)
    turns.append(turn)
    add_questions(rng, turns, story, counts)


def questions_after_a_story(rng):
    turns = []
    story_with_questions(rng, turns, again=False, counts=(2, 3, 4))
    return cut(turns)


def add_questions(rng, turns, story, counts=(0, 1, 1, 2, 2, 3, 3, 4), asking=ask):
    turns += [turn._replace(user=as_typed(turn.user, rng)) for turn in asking(story, rng, rng.choice(counts))]


def turns_of_talk(rng):
    turns = []
    while rng.random() < 0.3 and len(turns) < 3:
        turn, offered = without_story(rng)
        turns.append(turn)
        if offered and rng.random() < 0.5:
            story, *_ = tell_about(rng, offered[0], offered[1])
            turns.append(answered(as_typed(rng.choice(YES) + rng.choice(".!"), rng), story, offered[0]))
            add_questions(rng, turns, story)
            return turns
    story_with_questions(rng, turns, again=False)
    if rng.random() < 0.15:
        story_with_questions(rng, turns, again=True)
    elif rng.random() < 0.35:
        turns.append(without_story(rng, told=True)[0])
    if rng.random() < 0.15:
        _, topic = offer(rng)
        question, answer = smalltalk.say(rng, rng.choice((smalltalk.THANKS, smalltalk.BYE)), small_values(rng, topic))
        turns.append(Turn(as_typed(question, rng), answer))
    return turns


def cut(turns):
    """Where it would be too long for the context."""
    kept, size = [], 0
    for turn in turns:
        size += len(turn.user) + len(turn.reply) + 18
        if size > MAX_CHARS:
            break
        kept.append(turn)
    return kept


def talk(rng):
    """A list of turns."""
    return cut(turns_of_talk(rng))


def render(turns):
    return "\n".join(f"User: {turn.user}\nAssistant: {turn.reply}" for turn in turns)
