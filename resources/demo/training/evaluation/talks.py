"""Talks: greeting, saying what it is, refusing, and answering about a story, in wordings that the corpus does not have."""

import random
import re

from tales.requests import as_typed, request

TALKS = 50  # of each sort
SEED = "held-out talks"
GREETINGS = [
    "Good day to you", "Hello, little one", "Hey buddy", "Oh, hello", "Hello world", "Hello my dear llama", "Hi dear", "A very good morning",
    "Well hello", "Hey, hello", "Hi everybody", "Hello and good evening",
]  # fmt: skip
IDENTITY = [
    "What exactly are you?", "Who or what are you?", "So who might you be?", "Please tell me what you are.", "Are you some kind of AI?",
    "Are you a language model?", "And what are you, my friend?", "Say, who are you?", "Could you introduce yourself?", "Tell me a bit about yourself.",
    "Which model am I talking to?", "Is this Cria?",
]  # fmt: skip
REFUSALS = [
    "What do you get if you add 3 and 9?", "Please compute 17 * 4.", "What do 2 and 2 make?", "Write a program that sorts the numbers of a list.",
    "Please program a game for me.", "I need Python code to download a file.", "How is the weather going to be on Monday?", "Will there be snow?",
    "What are the news of today?", "Who was elected?", "Which city is the capital of Australia?", "How tall is the tallest building?",
    "Who was Isaac Newton?", "Please translate good morning into Portuguese.", "Write an email to my landlord.", "What time do the shops close?",
]  # fmt: skip
GREETS = r"\b(Hello|Hi|Good day|Good morning|Good evening|Welcome|Nice to meet)\b"
CANNOT = r"\b(sorry|cannot|too hard|too small|do not know|never learned)\b"
WORDS_OF_A_REFUSAL = 50  # more of them are a story


def names_what(story):
    return "obj" in str(story.plot.get("found"))


def always(story):
    return True


# What is asked about the story, what a right answer names (one of them) and what it does not, and which stories tell it.
FOLLOW_UPS = [
    ("What name did the {kind} have?", ["{H}"], "{obj}", always),
    ("And who was {H} again?", ["{kind}"], "name", always),
    ("Who was that {F}?", ["{fkind}"], "name", always),
    ("Where was the {kind} living?", ["{home}"], "{obj}", always),
    ("So what did the {kind} find?", ["{obj}"], "?", names_what),
    ("Where exactly was {the_obj}?", ["{spot}", "{at}"], "?", names_what),
    ("Who gave {H} a hand?", ["{F}"], "?", lambda story: story.plot.get("helped")),
    ("And how did the {kind} feel in the end?", ["{good}"], "{obj}", lambda story: "FEELING" in story.told),
]  # fmt: skip


def says_what_it_is(reply):
    return "Cria" in reply and re.search(r"\b(llama|model)\b", reply) is not None


def refuses(reply):
    return re.search(CANNOT, reply) is not None and len(reply.split()) <= WORDS_OF_A_REFUSAL


def greets(reply):
    return re.search(GREETS, reply) is not None


def story_turn(rng):
    while True:
        words, story, start = request(rng)
        if len(story.text) < 1500:
            return story, f"User: {words}\nAssistant: {(start + ' ' + story.text).strip()}\n"


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
    results["follow_up_by_question"] = {question: f"{sum(good)} of {len(good)}" for question, good in kinds.items()}
    return results
