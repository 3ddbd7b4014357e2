"""What the model cannot do, and how it says so: politely, and with an offer of what it can."""

from .grammar import expand, one_of

SUBJECTS = (
    "the moon|the sun|electricity|gravity|the war|the government|money|the stock market|history|science|physics|biology|"
    "chemistry|football results|the president|the economy|vitamins|the weather in London|the internet|computers|taxes|"
    "atoms|space travel|black holes|volcanoes|medicine|law|religion|philosophy|music theory|grammar|quantum mechanics|"
    "machine learning|climate change|photosynthesis|the human brain|Rome|Shakespeare|elections|the news|cooking"
).split("|")
COUNTRIES = "France|Italy|Spain|Germany|Japan|China|India|Brazil|Egypt|Canada|Norway|Peru|Kenya|Poland|Greece|Mexico".split("|")
LANGUAGES = "French|German|Spanish|Latin|Chinese|Italian|Russian|Japanese|Greek|Dutch".split("|")
CODE = "Python|Java|C++|JavaScript|Rust|SQL|HTML|Go|bash".split("|")
TASKS = "sort a list|add two numbers|open a file|draw a circle|count words|find a prime number|read a web page|print the time".split("|")
OTHER_TEXTS = "an essay|a letter to my boss|an email|a report|a speech|a song|an article|a recipe|a summary|a review|a contract|a CV".split("|")

# What is asked, and what it is called in the answer.
ASKED = [
    ("sums", ["What is {n} [plus|minus|times|divided by] {m}?", "What is {n} [+|-|*|/] {m}?", "{n} + {m}", "Calculate {n} * {m}.", "How much is {n} and {m}?", "Solve x + {n} = {m}.", "What is the square root of {n}?", "Can you do [maths|math|sums]?", "Help me with my [maths|math] homework."]),
    ("code", ["Write a {code} program[| to {task}].", "Write a function to {task} in {code}.", "How do I {task} in {code}?", "Can you [write code|program in {code}]?", "Fix this code for me.", "Explain this {code} code.", "Do you know {code}?"]),
    ("the news", ["What is [new|in the news][| today]?", "What happened [today|yesterday|last week]?", "Who won the [election|match|game|race]?", "Tell me the news.", "Who is the president[| of {country}]?", "What is the latest news about {subject}?"]),
    ("facts about the world", ["What is the capital of {country}?", "Explain {subject}[| to me].", "Tell me about {subject}.", "What do you know about {subject}?", "What is {subject}?", "How does {subject} work?", "Who invented {subject}?", "How many people live in {country}?", "Where is {country}?", "How far away is the moon?", "Why is the sky blue?", "When did the war end?", "Who wrote Hamlet?"]),
    ("other languages", ["Translate this into {language}.", "How do you say [hello|cat|thank you|tree|good night] in {language}?", "Do you speak {language}?", "Can you speak {language}?", "What does this mean in {language}?"]),
    ("that", ["Write {text}[| about {subject}][| for me].", "Can you write {text}?", "What is the weather[| like][| today| tomorrow]?", "What time is it?", "What day is it[| today]?", "Search the web for {subject}.", "Draw me a picture.", "Play some music.", "Open a web page.", "Send an email.", "Set an alarm for {hour} o'clock.", "Call my mother.", "Book me a flight to {country}.", "Order a pizza.", "Can you see me?", "What do I look like?", "Read my mind.", "What should I buy?"]),
    ("advice", ["I have a [headache|fever|cold|sore throat]. What should I do?", "Should I [buy a house|sell my car|change my job|learn {language}]?", "How do I [lose weight|get rich|find a job|sleep better|fix my car]?", "What medicine should I take?", "Give me some advice.", "What is the meaning of life?", "How can I earn money?"]),
]  # fmt: skip
ANSWERS = [
    "I am sorry, I cannot help with {what}. I am a very small model, and I only tell stories.",
    "Sorry, {what} [is|are] too hard for me. I can only tell little stories.",
    "I am too small for {what}. But I can tell you a story.",
    "I cannot help with {what}. I only know how to tell small stories.",
    "I am sorry, I do not know anything about {what}. I am only a little storyteller.",
    "That is too hard for such a small model. I am good at stories, not at {what}.",
    "Sorry, I never learned {what}. All I can do is tell stories.",
]  # fmt: skip
PLURAL = {"sums", "facts about the world", "other languages"}
OFFERS = [
    "[Would you like|Shall I tell you|Do you want] one about {topic}?",
    "[Shall I tell you|May I tell you|Would you like] a story about {topic}?",
    "Try this: \"Tell me a story about {topic}.\"",
    "[You could ask|Ask] me for a story about {topic}.",
]  # fmt: skip


def values_for(rng):
    return {
        "n": str(rng.choice([rng.randrange(2, 13), rng.randrange(2, 1000)])), "m": str(rng.choice([rng.randrange(2, 13), rng.randrange(2, 1000)])),
        "hour": str(rng.randrange(1, 13)), "code": rng.choice(CODE), "task": rng.choice(TASKS), "country": rng.choice(COUNTRIES),
        "subject": rng.choice(SUBJECTS), "language": rng.choice(LANGUAGES), "text": rng.choice(OTHER_TEXTS),
    }  # fmt: skip


def refuse(rng, topic):
    """(question, answer, whether the answer offers a story about `topic`)"""
    what, questions = rng.choice(ASKED)
    values = values_for(rng) | {"what": what, "topic": topic}
    question = one_of(questions, values, rng)
    answer = rng.choice(ANSWERS).replace("[is|are]", "are" if what in PLURAL else "is")
    answer = expand(answer, values, rng)
    offers = rng.random() < 0.7
    if offers:
        answer += " " + one_of(OFFERS, values, rng)
    return question, answer, offers
