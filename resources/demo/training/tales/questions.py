"""Questions about a story that was just told, with answers that the story gives."""

from . import beats, people
from .grammar import article, one_of
from .turn import Turn


WRAPPED = ["And {}", "So {}", "Tell me, {}", "Do you remember? {}", "Now {}", "One question: {}", "Okay. {}", "Hm, {}", "But {}", "Please tell me, {}"]
QUESTION_WORDS = ("What", "Where", "Who", "How", "Why", "When", "Which", "Was", "Is", "Did")
FACTS = (
    "H", "F", "a_hero", "kind", "a_helper", "fkind", "obj", "obj2", "a_seen_obj", "look", "home", "spot", "spot2", "at", "good", "bad",
    "habit", "glue", "noise", "obst", "relative", "one_day", "one_night", "sky", "moral",
)  # fmt: skip
FOUND = [
    "What did {H} find?", "What did {H} find[| there| in the end| at last]?", "What has {H} found?", "What was it that {H} found?",
    "What was found?", "Did {H} find [something|anything]?", "What did {he} find?", "Tell me what {H} found.", "What did {H} come across?",
]  # fmt: skip
FINDER = ["Who found {the_obj}?", "Who found it?", "Who was it that found {the_obj}?", "Who found {the_obj} in the end?", "Who saw {the_obj} first?"]
WHERE = ["Where was {the_obj}?", "Where was it?", "Where is {the_obj}?", "Where was {the_obj} then?", "In what place was {the_obj}?", "Where [exactly|really] was {the_obj}?", "[Tell me where|Do you know where] {the_obj} was."]
A_FRIEND = ["{H} found a friend, {F} the {fkind}.", "{He} found a good friend: {F} the {fkind}."]
NOBODY = ["Nobody had to find {the_obj}. {H} had it.", "{H} had {the_obj} all the time."]


def asking_values(story, rng):
    """Users say "the fox" as often as its name."""
    named = {key: rng.choice((story.values[key], "the " + story.values[kind])) for key, kind in (("H", "kind"), ("F", "fkind"))}
    return story.values | named


def wrapped(question, rng):
    """ "What ..?" or "And what ..?" """
    if rng.random() > 0.25 or not question.startswith(QUESTION_WORDS):
        return question
    start = rng.choice(WRAPPED)
    return start.format(question if start[-4] in ".?:" else question[0].lower() + question[1:])


def found_facts(plot):
    """What most people ask first, whatever the story was."""
    facts = [(FOUND, plot.get("found", A_FRIEND)), (FINDER, plot.get("finder", NOBODY))]
    return facts + [(WHERE, plot["where"])] if "where" in plot else facts


def wrong_kind(story, rng):
    return article(rng.choice([kind for kind in people.KINDS if kind not in (story.values["kind"], story.values["fkind"])]))


def people_facts():
    """About who is in it."""
    facts = [
        (
            ["What was the name of the {kind}?", "What was the {kind}'s name?", "What was the {kind} called?", "Who was the {kind}?", "What name did the {kind} have?", "[Tell me|Say] the name of the {kind}.", "How was the {kind} called?", "The {kind}, what was {his} name?"],
            ["The {kind} was called {H}.", "{His} name was {H}.", "The name of the {kind} was {H}.", "{H}."],
        ),
        (
            ["Who was the story about?", "Who is the hero?", "Who was it about?", "Who is the main character?"],
            ["It was about {H} the {kind}.", "The hero is {H}, {a_hero}.", "It was about {a_kind} named {H}."],
        ),
        (["Who was {H}[| again| then]?", "Who is {H}?", "What was {H}?", "[Who|What] was that {H}?", "What kind of [animal or person|being] was {H}?", "{H}, who is that?"], ["{H} was {a_hero}.", "{H} was {a_kind}."]),
        (["Who did {H} meet?", "Who did the {kind} meet?", "Who was the friend of {H}?"], ["It was {F} the {fkind}.", "{F}, {a_helper}."]),
        (["Who was {F}[| again| then]?", "Who is {F}?", "What was {F}?", "[Who|What] was that {F}?", "Tell me about {F}.", "{F}, who is that?"], ["{F} was {a_helper}.", "{F} was {a_fkind}, and a friend of {H}.", "{F} was {a_fkind}."]),
        (
            ["What was the name of the {fkind}?", "What was the {fkind}'s name?", "What was the {fkind} called?", "What name did the {fkind} have?", "[Tell me|Say] the name of the {fkind}."],
            ["The {fkind} was called {F}.", "{Fhis} name was {F}.", "The name of the {fkind} was {F}."],
        ),
        (["Where did the {kind} live?", "Where did {H} live?", "Where was {H}'s home?", "Where was the home of the {kind}?", "Where was [{H}|the {kind}] living?", "Where [exactly|really] did {H} live?", "Tell me where {H} lived.", "In what place did the {kind} live?"], ["{H} lived {home}.", "{He} lived {home}."]),
    ]
    facts += [
        (["Was {H} {a_wrong}?", "Is {H} {a_wrong}?"], ["No, {H} was {a_kind}.", "No. {H} was {a_kind}."]),
        (["Was {H} {a_kind}?", "Is {H} {a_kind}?"], ["Yes, {H} was {a_hero}.", "Yes, {H} was {a_kind}."]),
        (["Was {F} {a_wrong}?"], ["No, {F} was {a_fkind}.", "No. {F} was {a_fkind}."]),
    ]
    return facts


def told_facts(story):
    """About what happened, as far as this telling has it."""
    facts = []
    if story.plot.get("helped"):
        facts.append(
            (
                ["Who helped {H}?", "Who helped {H}[| in the end| then]?", "Who helped {him}?", "Who gave {H} a hand?", "Did anybody help {H}?", "Who was it that helped {H}?", "From whom did {H} get help?"],
                ["{F} the {fkind} helped {him}.", "It was {F}, {a_helper}.", "{F} helped {H}.", "{A_fkind} named {F} helped {H}."],
            )
        )
    if "FEELING" in story.told:
        facts.append(
            (
                ["How did {H} feel at the end?", "How did {H} feel in the end?", "How did {H} feel?", "Was {H} happy at the end?", "How was {H} in the end?", "In the end, how did {H} feel?", "Tell me how {H} felt at the end."],
                ["{H} felt {good}.", "In the end, {H} was {good}.", "{He} was {good}."],
            )
        )
    if story.plot["why"]:
        facts.append(
            (
                ["Why was {H} {bad}?", "Why did {H} feel {bad}?", "Why was {H} {bad} first?"],
                ["{H} was {bad} because " + story.plot["why"] + ".", "Because " + story.plot["why"] + "."],
            )
        )
        facts.append(
            (["How did {H} feel at first?", "How did {H} feel at first?"], ["At first, {H} was {bad}.", "{H} felt {bad} because " + story.plot["why"] + "."])
        )
    if story.values["is_colour"]:
        facts.append((["What colour was {the_obj}?", "Which colour did {the_obj} have?"], ["{The_obj} was {look}.", "It was {look}.", "It was {a_seen_obj}."]))
    else:
        facts.append((["What was {the_obj} like?"], ["{The_obj} was {look}.", "It was {a_seen_obj}."]))
    if "HABIT" in story.told:
        facts.append((["What did {H} love?", "What did {H} like to do?"], ["{H} loved {habit}.", "{He} liked {habit}."]))
    if "DAY" in story.told:
        facts.append((["When did it happen?", "When was that?"], ["It was {one_day}.", "It happened {one_day}."]))
        facts.append((["How was the weather?", "What was the weather like?"], ["It was {a_sky_time}.", "It was {sky} that {time}."]))
    return facts


def about_the_whole(story):
    return [
        (["What is the moral of the story?", "What can we learn from it?", "What did {H} learn?", "What is the moral?"], ["{Moral}.", "The moral is that {moral}.", "{H} learned that {moral}."]),
        (["What happened in the story?", "Can you sum it up?", "Tell it again in one sentence.", "What was it about, in short?", "What happened?", "What was the story about?"], [story.plot["summary"]]),
        (["Did you like the story?", "Do you like the story?"], ["Yes, I like {H} very much.", "Yes, and I like {the_seen_obj} best.", "Yes, I like {F} the {fkind} best."]),
        (["Who do you like best?", "Who is your favourite?"], ["I like {F} the {fkind} best.", "I like {H} the {kind} best."]),
        (["Which part do you like best?"], ["I like the part with {the_seen_obj} best.", "I like it best when {F} the {fkind} comes."]),
        (["Is that a true story?", "Is it true?", "Did that really happen?"], ["No, I made it up.", "No, I made up {H} and {F}.", "No, it is only a story."]),
        (["And then?", "What happened next?", "What happened then?", "Go on.", "Tell me more.", "Please go on.", "More, please.", "What did they do next?"], beats.SEQUEL),
    ]


def answering_words(question, answer, story):
    """What of the answer is to be found in the story, and was not said in the question."""
    facts = (story.values[key] for key in FACTS if key != "moral" or "MORAL" in story.told)
    return tuple(fact for fact in facts if fact in answer and fact not in question)


def turn_of(fact, values, told, story, rng):
    questions, answers = fact
    question, answer = wrapped(one_of(questions, values, rng), rng), one_of(answers, told, rng)
    return Turn(question, answer, answering_words(question, answer, story))


# How often each of people_facts() is asked where they are practised: above all for the names, and most for the hero's, as people do.
PRACTISED = (6, 1, 2, 1, 2, 2, 2, 1, 1, 1)


def ask_who(story, rng, count):
    """`count` different questions about who was who."""
    told = story.values | {"a_wrong": wrong_kind(story, rng)}
    facts, shares, asked = people_facts(), list(PRACTISED), []
    for _ in range(count):
        index = rng.choices(range(len(facts)), shares)[0]
        shares.pop(index)
        asked.append(turn_of(facts.pop(index), told, told, story, rng))
    return asked


def ask(story, rng, count):
    """`count` different questions, each with its answer."""
    asking = asking_values(story, rng)
    told = story.values | {"a_wrong": wrong_kind(story, rng)}
    sources = [
        [(fact, asking) for fact in story.plot["qa"]],
        [(fact, asking) for fact in found_facts(story.plot)],
        [(fact, told) for fact in people_facts()],
        [(fact, asking) for fact in told_facts(story) + about_the_whole(story)],
    ]
    asked = []
    for _ in range(count):
        facts = rng.choices(sources, (3, 3, 3, 3))[0]
        if not facts:
            continue
        fact, values = facts.pop(rng.randrange(len(facts)))
        asked.append(turn_of(fact, values, told, story, rng))
    return asked
