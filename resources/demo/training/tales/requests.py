"""How somebody asks for a story, with what should be in it."""

from . import people, things
from .grammar import article, expand, one_of, plural
from .story import tell
from .turn import Turn

ASKING = [
    "Tell me a story[| please]", "Tell me a story", "Tell a story", "Can you tell me a story", "Could you tell me a story",
    "Please tell me a story", "I want a story", "I would like to hear a story", "Write a story", "Write me a short story",
    "Write a short story", "Make up a story", "Tell me a short story", "Tell me a bedtime story", "Tell me a little story",
    "A story", "Give me a story", "Can I have a story", "Tell us a story", "I want to hear a story", "Tell me a tale",
    "Tell me something", "Do you know a story", "Will you tell me a story", "Story", "Tell me a nice story", "I'd like a story",
    "Make me a story", "Invent a story", "I would love a story", "Let me hear a story", "Could I hear a story", "Please write a story",
    "I'd like to hear a tale", "Now tell me a story", "Would you tell me a story", "Please make up a story", "Tell me another story",
]  # fmt: skip
QUESTION_WORDS = ("Can", "Could", "Do", "Will", "Would")
WANTED = ("kind", "fkind", "thing", "thing2")
PLAIN_ASKING = [
    "Tell me a story", "Can you tell me a story", "Please tell me a story", "A story, please", "I am bored", "Tell me something",
    "I want to hear a story", "Surprise me", "Do you know a story", "Tell me a bedtime story", "Write a story", "Another story",
    "I cannot sleep", "What can you tell me", "Go on, tell me a story", "Any story will do", "Once upon a time", "Tell me a new story",
]  # fmt: skip
AGAIN = [
    "Tell me another [one|story]", "Another one[|, please]", "One more[| story]", "Again", "Now tell me a story", "Can I have another story",
    "I want another one", "Tell me a different story", "Next story[|, please]", "Now one",
]  # fmt: skip
OPENINGS = [
    "Of course!", "Sure!", "Gladly!", "Yes, listen.", "Here is a story about {topic}.", "This is a story about {topic}.",
    "A story about {topic}? Gladly!", "Yes! Here is one about {topic}.", "All right.", "Here it is.",
]  # fmt: skip
BARE = {"{kind} and {obj}": "{a_kind} and {a_obj}", "{kind}, {obj}": "{a_kind} and {a_obj}", "{obj} and {obj2}": "{a_obj} and {a_obj2}"}
PLAIN_OPENINGS = ["Of course!", "Sure!", "Gladly!", "All right.", "Listen.", "Here is a story.", "Yes! Here it is."]


def draw_topic(rng):
    """What must be in it, and a template that says so."""
    while True:
        want, topic = any_topic(rng)
        if not things.alike(*(want[key] for key in WANTED if key in want)):
            return want, topic


def any_topic(rng):
    draw = rng.random()
    kind, thing = people.draw_kind(rng), things.draw(rng)
    if draw < 0.42:
        topic = rng.choice(["{a_kind} and {a_obj}"] * 5 + ["{a_obj} and {a_kind}"] * 2 + ["{a_kind} with {a_obj}", "{a_kind} who has {a_obj}", "{kind} and {obj}", "{kind}, {obj}", "the {kind} and the {obj}"])
        return {"kind": kind, "thing": thing}, topic
    if draw < 0.52:
        return {"thing": thing}, rng.choice(["{a_obj}"] * 4 + ["{plural_obj}", "the {obj}", "{a_obj} and a friend"])
    if draw < 0.62:
        return {"kind": kind}, rng.choice(["{a_kind}"] * 3 + ["{plural_kind}", "the {kind}", "a little {kind}"])
    if draw < 0.70:
        fkind = people.draw_kind(rng)
        if fkind == kind:
            return any_topic(rng)
        return {"kind": kind, "fkind": fkind}, rng.choice(["{a_kind} and {a_fkind}"] * 4 + ["{a_fkind} and {a_kind}", "{a_kind} who meets {a_fkind}", "two friends, {a_kind} and {a_fkind}"])
    if draw < 0.80:
        small = [name for name in things.OBJECTS if name not in things.BIG]
        thing, thing2 = rng.sample(small, 2)
        return {"thing": thing, "thing2": thing2}, rng.choice(["{a_obj} and {a_obj2}"] * 3 + ["{a_obj2} and {a_obj}", "{obj} and {obj2}"])
    if draw < 0.85:
        return {"kind": kind}, rng.choice(["{a_kind} named {H}", "{a_kind} called {H}", "{H} the {kind}"])
    if draw < 0.89:
        return {"kind": kind, "thing": thing}, rng.choice(["{a_kind} named {H} and {a_obj}", "{H} the {kind} and {a_obj}", "{H} the {kind} and {his} {obj}"])
    if draw < 0.93:
        return {"kind": kind, "thing": thing}, "{a_kind} {clause}"
    if draw < 0.96:
        return {"kind": kind, "trait": rng.choice(people.TRAITS)}, rng.choice(["{a_hero}", "{a_hero} and {a_obj}"])
    return {"thing": thing, "look": rng.choice([colour for colour in things.COLOURS if colour not in thing])}, rng.choice(["{a_seen_obj}", "{a_kind} and {a_seen_obj}"])


def tell_about(rng, want, topic):
    """A story that has what is wanted, and the topic in words: as the user says it, and as the answer repeats it."""
    story = tell(rng, want)
    values = dict(story.values)
    values["plural_obj"] = plural(values["obj"])
    values["plural_kind"] = plural(values["kind"])
    values["clause"] = expand(story.plot["clause"], values, rng)
    said = expand(topic, values, rng)
    return story, said, expand(BARE[topic], values, rng) if topic in BARE else said


def as_typed(text, rng):
    """People forget capitals and stops."""
    draw = rng.random()
    if draw < 0.08:
        text = text[:1].lower() + text[1:]
    if draw > 0.75 or draw < 0.05:
        text = text.rstrip(".?!")
    return text.lower() if draw > 0.93 else text


def punctuated(text, rng):
    mark = "?" if text.startswith(QUESTION_WORDS) else rng.choice("....!")
    return text + mark


def words_of_request(rng, topic, again):
    if again:
        start = expand(rng.choice(AGAIN), {}, rng)
        start = start.removesuffix(", please")
    else:
        start = expand(rng.choice(ASKING), {}, rng).removesuffix(" please")
    joint = rng.choice(["about"] * 8 + ["with", "of", "on", "featuring"]) if " who " not in topic and " with " not in topic else "about"
    text = f"{start} {joint} {topic}"
    if rng.random() < 0.06:
        text = rng.choice(["Hello! ", "Hi! ", "Please. ", "Hey, ", "Good evening. "]) + text
    if rng.random() < 0.1:
        text += ", please"
    if not again and rng.random() < 0.04:
        text = topic[:1].upper() + topic[1:]
    return as_typed(punctuated(text, rng), rng)


def answered(asked, story, want=None, start=""):
    """The turn that tells the story. What matters most are the things that were wanted; and the one beside them, lest the
    model learn that a wanted word is always the better guess, and tell of "a cherry and a cherry"."""
    words = [want[key] for key in WANTED if key in want] + [story.values["obj2"]] if want else []
    return Turn(asked, f"{start} {story.text}".strip(), tuple(words), story.kept())


def plain_request(rng, again):
    """For any story."""
    story = tell(rng)
    words = expand(rng.choice(AGAIN[:7] if again else PLAIN_ASKING), {}, rng)
    start = rng.choice(PLAIN_OPENINGS) if rng.random() < 0.15 else ""
    return answered(as_typed(punctuated(words, rng), rng), story, start=start), story


def request_about(rng, draw, again=False):
    """For a story about what `draw` finds."""
    while True:
        want, topic = draw(rng)
        if not held_out_topic(want):
            break
    story, said, repeated = tell_about(rng, want, topic)
    start = one_of(OPENINGS, {"topic": repeated}, rng) if rng.random() < 0.2 else ""
    return answered(words_of_request(rng, said, again), story, want, start), story


def request(rng, again=False):
    """A turn that asks for a story and gets it; and the story."""
    return plain_request(rng, again) if rng.random() < 0.12 else request_about(rng, draw_topic, again)


def held_out_topic(want):
    from .world import any_held_out

    return any_held_out([want[key] for key in WANTED if key in want])
