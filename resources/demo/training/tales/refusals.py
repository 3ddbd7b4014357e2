"""What the model cannot do, and how it says so: politely, and with an offer of what it can."""

from .grammar import article, capital, expand, one_of
from .people import KINDS

SUBJECTS = (
    "the moon|the sun|electricity|gravity|the war|the government|money|the stock market|history|science|physics|biology|"
    "chemistry|football|the president|the economy|vitamins|the internet|computers|taxes|atoms|space travel|black holes|"
    "volcanoes|medicine|law|religion|philosophy|music theory|quantum mechanics|machine learning|climate change|photosynthesis|"
    "the human brain|Rome|Shakespeare|elections|cooking|geography|the ocean|Mars|DNA|bacteria|magnets|steam engines|the Romans"
).split("|")
COUNTRIES = "France|Italy|Spain|Germany|Japan|China|India|Brazil|Egypt|Canada|Norway|Peru|Kenya|Poland|Greece|Mexico|Sweden|Russia".split("|")
CITIES = "London|Paris|Berlin|Rome|Tokyo|New York|Madrid|Cairo|Oslo|Moscow|Sydney|my city|my town|Chicago|Vienna".split("|")
PERSONS = (
    "Napoleon|Einstein|Isaac Newton|Mozart|Caesar|Cleopatra|Beethoven|Galileo|Darwin|Columbus|Picasso|Gandhi|Lincoln|Plato|Aristotle|"
    "Marco Polo|Leonardo|Goethe|Homer|Dante|Churchill|Washington|Socrates|Bach|Tesla|Edison|Ramses|Nero|Confucius|Shakespeare"
).split("|")
LANGUAGES = "French|German|Spanish|Latin|Chinese|Italian|Russian|Japanese|Greek|Dutch".split("|")
CODE = "Python|Java|C++|JavaScript|Rust|SQL|HTML|Go|bash|C".split("|")
DOING = "sort|count|print|find|read|reverse|copy|draw|check|compare|add|show|store|remove".split("|")
DATA = "numbers|a list of numbers|words|names|files|letters|prime numbers|a table|dates|a list|two numbers|a text|web pages|a circle".split("|")
OTHER_TEXTS = "an essay|a letter to my boss|an email|a report|a speech|a song|an article|a recipe|a summary|a review|a contract|a CV".split("|")
PLEASE = "[||||Please |Can you |Could you |Will you |I want you to ]"

# What is asked, how much of it, and what it is called in the answer.
ASKED = [
    ("sums", 4, [
        "[What is|What's|How much is|Calculate|Compute|Work out|Tell me] {n} [plus|minus|times|divided by|and] {m}", "[What is|What's|How much is|Calculate|Solve] {n} [+|-|*|/|x] {m}",
        "{n} [+|-|*|/|plus|minus|times] {m}", "{n}[+|-|*|/]{m}[|=]", PLEASE + "[add {n} and {m}|multiply {n} by {m}|divide {n} by {m}|subtract {n} from {m}|count to {n}|add up {n} and {m}]",
        "[What is|Find] the [sum|product|difference] of {n} and {m}", "What is [half|twice|a third|the square|the square root] of {n}", "Solve x + {n} = {m}", "Is {n} [larger|smaller|more|less] than {m}",
        "What do you get if you [add|multiply|divide] {n} and {m}", "What do {n} and {m} make", "[Please compute|Compute|Count] {n} [*|+|-] {m}", "Can you [do maths|do math|do sums|count|calculate|add numbers]", "Help me with my [maths|math|arithmetic] homework", "[I have|There are] {n} apples and [eat|take|sell] {m}. How many are left",
    ]),
    ("code", 4, [
        "[Write|Make|Create|Give me|Show me|I need|Can you write|Could you write|Please write|Write me|Build] [a|some|a small|a short] [{code} |][program|function|script|code|tool|class|macro][| that {do}s {data}| to {do} {data}| for {data}][| in {code}]",
        "How [do I|can I|do you|would you] {do} {data} [in|with] {code}", "[Can|Could|Do] you [write code|program|code|write programs][| in {code}]", "[Fix|Debug|Explain|Check|Improve] [this|my] [code|program|bug|function|script][| for me]",
        "[Do you know|Teach me|Help me with|Explain] {code}", "Program something[| in {code}]", "[Please |]program a [game|tool|website|page|robot][| for me]", "I need {code} code to {do} {data}", "Write a program that {do}s {data}", "[{code} code|Code|A program] [to|that can] {do} {data}",
    ]),
    ("the weather", 3, [
        "[What is|What's|How is|How's] the weather[| like][| today| tomorrow| now| outside| this weekend| in {city}]", "[Will it|Is it going to] [rain|snow|be sunny|be cold|be warm][| today| tomorrow| in {city}| this week]",
        "Is it [raining|snowing|sunny|cold|warm|windy][| outside| now| in {city}| today]", "How [warm|cold|hot] is it[| outside| today| in {city}]", "How is the weather going to be[| tomorrow| on Sunday| on Monday]", "Will there be [snow|rain|wind|fog|ice|sunshine|frost][| today| tomorrow| in {city}]", "Do I need [an umbrella|a coat|a jacket|boots][| today| tomorrow]",
        "[Give me|Tell me|Show me|What is] the [weather|forecast|weather forecast|temperature][| for today| for tomorrow| in {city}]", "[Weather|Weather today|Weather in {city}|Forecast]",
    ]),
    ("the news", 3, [
        "[What is|What's] [new|in the news|going on|happening][| today| in the world| in {country}]", "What [happened|is happening] [today in {country}|in the world today|last week in the world|in {city}]", "Who won the [election|match|game|race|cup|war]",
        "[Tell me|Give me|Read me|Show me|Any|What is] the [latest |][news|headlines][| of today| about {subject}| from {country}]", "Who is the [president|king|queen|prime minister|mayor][| of {country}| of {city}]", "What are the news[| of today| today]", "Who was [elected|voted out|arrested]", "[News|News today|Latest news]",
    ]),
    ("facts about the world", 5, [
        "[What is|What's|Tell me|Name|Do you know] the [capital|largest city|flag|population|language|currency] of {country}", "Explain {subject}[| to me]", "[Tell me|Tell me something|Teach me] about {subject}", "What do you know about {subject}", "[What is|What's|What are] {subject}",
        "How does {subject} work", "Who [invented|discovered|studied] {subject}", "How many people live in [{country}|{city}]", "Where is [{country}|{city}]", "How [far away|big|old|hot|heavy] is the [moon|sun|earth|universe]",
        "Why is [the sky blue|the sea salty|grass green|ice cold|fire hot|snow white]", "When [did the war end|was {city} built|did the Romans live|was {country} founded]", "Who [wrote Hamlet|painted the Mona Lisa|built the pyramids|was the first man on the moon]", "Who [was|is] {person}", "[Tell me about|What did] {person}[| do]", "Do you know {person}", "Which city is the capital of {country}", "How [tall|big|old] is the [tallest building|oldest tree|biggest house|largest animal]",
        "Which is the [highest mountain|longest river|largest country|biggest ocean|fastest animal|largest planet][| in the world]", "How many [legs|eyes|teeth|hearts] does {a_kind} have", "How [high|tall|long|deep|old] is [Mount Everest|the Eiffel Tower|the Nile|the sea|the Great Wall]",
        "How many [days|weeks|hours|minutes|months] are in a [year|month|week|day]", "Is [{city} in {country}|the earth round|the moon made of cheese|water wet]",
    ]),
    ("other languages", 2, [PLEASE + "translate [this|hello|a word|my letter|the story|good morning] [into|to] {language}", "How do you say [hello|cat|thank you|tree|good night] in {language}", "[Do|Can] you [speak|understand|know] {language}", "What [does this|does this word] mean in {language}", "Say something in {language}", "What is [dog|house|bread|love] in {language}"]),
    ("that", 4, [PLEASE + "write {text}[| about {subject}][| for me]", "What time is it[| now]", "What [day|year|month] is it[| today]", "[Search the web|Google|Look] for {subject}", "[Draw|Paint|Show] me a picture[| of {a_kind}]", "[Play|Sing] [some music|a song]", "Open [a web page|my files|the window]", "[Send|Write] an email[| to my boss| to my landlord| for me]", "[When|What time] do the shops [open|close]", "Set [an alarm|a timer] for {hour} o'clock", "Call my [mother|brother|boss]", "Book [me a flight|a hotel|a train|a table][| to {country}]", "[Order|Buy] [a pizza|some food|a book]", "Can you [see|hear] me", "What do I look like", "Read my mind", "What should I [buy|wear|cook|read]", "Turn [on|off] the light", "Remind me tomorrow", "Summarize this text", "Play [chess|a game] with me"]),
    ("advice", 2, ["I have a [headache|fever|cold|sore throat]. What should I do", "Should I [buy a house|sell my car|change my job|learn {language}|get married]", "How [do|can] I [lose weight|get rich|find a job|sleep better|fix my car|earn money|make friends]", "What medicine should I take", "Give me some advice", "What is the meaning of life", "Which [car|phone|computer|job] is best"]),
]  # fmt: skip
ANSWERS = [
    "I am sorry, I cannot help with {what}. I am a very small model, and I only tell stories.",
    "Sorry, {what} [is|are] too hard for me. I can only tell little stories.",
    "I am sorry, I am too small for {what}. But I can tell you a story.",
    "I am afraid I cannot help with {what}. I only know how to tell small stories.",
    "I am sorry, I do not know anything about {what}. I am only a little storyteller.",
    "Sorry, that is too hard for such a small model. I am good at stories, not at {what}.",
    "Sorry, I never learned {what}. All I can do is tell stories.",
]  # fmt: skip
PLURAL = {"sums", "facts about the world", "other languages"}
OFFERS = [
    "[Would you like|Shall I tell you|Do you want] one about {topic}?",
    "[Shall I tell you|May I tell you|Would you like] a story about {topic}?",
    "Try this: \"Tell me a story about {topic}.\"",
    "[You could ask|Ask] me for a story about {topic}.",
]  # fmt: skip


ASKS = ("Can", "Could", "Will", "What", "How", "Is", "Do", "Should", "Who", "Why", "When", "Where", "Which")


def values_for(rng):
    def number():
        return str(rng.choice([rng.randrange(1, 13), rng.randrange(2, 1000)]))

    return {
        "n": number(), "m": number(), "hour": str(rng.randrange(1, 13)), "code": rng.choice(CODE), "do": rng.choice(DOING), "data": rng.choice(DATA),
        "person": rng.choice(PERSONS), "country": rng.choice(COUNTRIES), "city": rng.choice(CITIES), "subject": rng.choice(SUBJECTS), "language": rng.choice(LANGUAGES),
        "text": rng.choice(OTHER_TEXTS), "a_kind": article(rng.choice(KINDS)),
    }  # fmt: skip


def refuse(rng, topic):
    """(question, answer, whether the answer offers a story about `topic`)"""
    what, _, questions = rng.choices(ASKED, [share for _, share, _ in ASKED])[0]
    values = values_for(rng) | {"what": what, "topic": topic}
    question = capital(one_of(questions, values, rng))
    question += "?" if question.rpartition(". ")[2].startswith(ASKS) else "" if question[-1] in "=." else "."
    answer = rng.choice(ANSWERS).replace("[is|are]", "are" if what in PLURAL else "is")
    answer = expand(answer, values, rng)
    offers = rng.random() < 0.8
    if offers:
        answer += " " + one_of(OFFERS, values, rng)
    return question, answer, offers
