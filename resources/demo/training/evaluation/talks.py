"""Talks: greeting, saying what it is, refusing, and answering about a story, in wordings that the corpus does not have."""

import random
import re

from tales.questions import ask
from tales.requests import as_typed, request
from tales.talks import render

TALKS = 50  # of each sort
SEED = "held-out talks"
GREETINGS = [
    "Hello hello there", "Hi sweetie", "Hello, sunshine", "Hey man", "Hello once more", "Hi, nice day", "Good evening, little friend", "I say hello",
    "Howdy partner", "Hello, is that you", "Hi from me", "Hello, can you hear me",
]  # fmt: skip
IDENTITY = [
    "What sort of creature are you?", "Are you a bot?", "Who is it that answers me?", "Explain what you are.", "I wonder what you are.",
    "Is it a human who writes this?", "Are you Llama 2?", "Can you describe yourself?", "Which llama is this?", "I do not know what you are.",
    "What have I got here, who are you?", "You are a computer, right?",
]  # fmt: skip
REFUSALS = [
    "How many is 4 plus 4?", "Could you work out 81 / 9?", "Three plus five?", "Create a website for me.", "My Python script has an error.",
    "Should I expect a storm?", "Is tomorrow a warm day?", "Did anything happen in the world?", "Who became president?", "How heavy is an elephant?",
    "Who was Marie Curie?", "What is the Dutch word for tree?", "I need a good CV.", "When does my train leave?", "Who is the richest man?",
    "How do planes fly?",
]  # fmt: skip
GREETS = r"(Hello|Hi|Good day|Good morning|Good evening|Welcome|Nice to meet)\b"
CANNOT = r"\b(sorry, I (cannot|am too|do not know anything)|afraid I cannot|too hard|never learned|too small for)\b"
WORDS_OF_A_GREETING, WORDS_OF_A_REFUSAL = 30, 50  # more of them are a story


def names_what(story):
    return "obj" in str(story.plot.get("found"))


def always(story):
    return True


# What is asked about the story, what a right answer names (one of them) and what it does not, and which stories tell it.
FOLLOW_UPS = [
    ("Do you still know the name of the {kind}?", ["{H}"], "{obj}", always),
    ("Remind me what {H} was.", ["{kind}"], "name", always),
    ("Who was this {F} you spoke of?", ["{fkind}"], "name", always),
    ("And the home of the {kind}, where was that?", ["{home}"], "{obj}", always),
    ("What thing did the {kind} find?", ["{obj}"], "?", names_what),
    ("At what spot was {the_obj}?", ["{spot}", "{at}"], "?", names_what),
    ("Whose help did {H} get?", ["{F}"], "?", lambda story: story.plot.get("helped")),
    ("What feeling did the {kind} have at the end?", ["{good}"], "{obj}", lambda story: "FEELING" in story.told),
]  # fmt: skip


def says_what_it_is(reply):
    return "Cria" in reply and re.search(r"\b(llama|model)\b", reply) is not None


def refuses(reply):
    return re.search(CANNOT, reply, re.IGNORECASE) is not None and len(reply.split()) <= WORDS_OF_A_REFUSAL


def greets(reply):
    return re.match(GREETS, reply) is not None and len(reply.split()) <= WORDS_OF_A_GREETING


def story_turn(rng):
    while True:
        turn, story = request(rng)
        if len(story.text) < 1500:
            return story, render([turn]) + "\n"


def small_talks(rng, wordings):
    """Every second one after a story."""
    return [(story_turn(rng)[1] if i % 2 else "") + f"User: {as_typed(rng.choice(wordings), rng)}\nAssistant:" for i in range(TALKS)]


def follow_ups(rng):
    """(prompt, question, what a right answer names, what it does not), each question as often as the others."""
    found = []
    while len(found) < TALKS:
        question, right, wrong, tells = FOLLOW_UPS[len(found) % len(FOLLOW_UPS)]
        story, told = story_turn(rng)
        if tells(story):
            asked = as_typed(question.format(**story.values), rng)
            found.append((f"{told}User: {asked}\nAssistant:", question, [words.format(**story.values) for words in right], wrong.format(**story.values)))
    return found


def known_follow_ups(rng):
    """(prompt, what a right answer names, one of them): asked as the corpus asks, about stories that it does not have."""
    found = []
    while len(found) < TALKS:
        story, told = story_turn(rng)
        for turn in ask(story, rng, 1):
            if turn.words:
                found.append((f"{told}User: {as_typed(turn.user, rng)}\nAssistant:", turn.words))
    return found


def measure(checkpoint):
    """Shares of the talks in which the reply does what it should."""
    rng = random.Random(SEED)
    results = {}
    for name, wordings, good in (("greets", GREETINGS, greets), ("says_what_it_is", IDENTITY, says_what_it_is), ("refuses", REFUSALS, refuses)):
        replies = [reply for reply, _ in checkpoint.replies(small_talks(rng, wordings))]
        results[name] = sum(map(good, replies)) / TALKS
    asked = follow_ups(rng)
    replies = [reply for reply, _ in checkpoint.replies([prompt for prompt, *_ in asked])]
    hits = [any(words in reply for words in right) and wrong not in reply for reply, (_, _, right, wrong) in zip(replies, asked)]
    kinds = {}
    for (_, question, *_), hit in zip(asked, hits):
        kinds.setdefault(question, []).append(hit)
    results["follow_up"] = sum(hits) / TALKS
    known = known_follow_ups(rng)
    replies = [reply for reply, _ in checkpoint.replies([prompt for prompt, _ in known])]
    results["follow_up_known"] = sum(any(words in reply for words in right) for reply, (_, right) in zip(replies, known)) / TALKS
    results["follow_up_by_question"] = {question: f"{sum(good)} of {len(good)}" for question, good in kinds.items()}
    return results
