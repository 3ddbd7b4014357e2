"""Plots of courage and wonder: a storm, a show, a riddle in the dark, a lonely day."""

STORM = {
    "helped": True,
    "owned": True,
    "night": True,
    "not": {"big"},
    "bad": "fear",
    "clause": "who is afraid of {fright} and has {a_obj}",
    "moral": ["being brave is easier with a friend", "the dark is not so dark with a friend", "everyone is afraid sometimes"],
    "why": "{he} was afraid of {fright}",
    "summary": "{H} was afraid of {fright}, and {F} and {the_obj} made {him} brave.",
    "where": ["{H} had {the_obj} with {him}."],
    "beats": [
        ["But {H} had a secret: {he} was afraid of {fright}.", "There was one thing that {H} did not like, and that was {fright}.", "{H} was afraid of {fright}, but {he} told nobody."],
        ["{One_night}, {he} was {at} and had only {a_seen_obj} with {him}.", "{One_night}, {H} had to go {to}. {He} took {a_seen_obj} along."],
        ["Again and again, {he} thought of {fright}. {H} felt {bad} and held {the_obj} tight.", "{H} thought of {fright} and was {bad}. {He} held on to {the_obj}.", "{H} hid {spot} with {the_obj}. {He} was so {bad}!"],
        "MEET",
        ["\"Are you afraid of {fright}?\" asked {F}. \"So was I, once.\"", "\"I am afraid of {fright},\" said {H}. \"That is all right,\" said {F}. \"[I am here now|Stay close to me].\"", "ASK \"It is {fright},\" said {H}."],
        ["{F} saw {the_obj}. \"[Let us {use_inf}|We could {use_inf}]!\" {fhe} said.", "Then {F} looked at {the_seen_obj}. \"Let us {use_inf},\" {fhe} said. \"Then we will not be afraid.\""],
        ["They {use_past}, and soon {H} forgot all about {fright}.", "So they {use_past} and laughed, and {fright} did not seem so bad.", "They {use_past} until the morning came."],
        "THANKS?",
    ],
    "qa": [
        (["What was {H} afraid of?", "What scared {H}?", "What was {H} afraid of?"], ["{H} was afraid of {fright}.", "{He} was afraid of {fright}.", "It was {fright}."]),
        (["What did {H} take along?", "What did {H} have with {him}?", "What did {H} hold?"], ["{H} had {a_seen_obj}.", "{He} had {a_obj} with {him}.", "It was {a_seen_obj}."]),
        (["Who made {H} brave?"], ["{F} the {fkind} did.", "It was {F} the {fkind}."]),
    ],
}  # fmt: skip

SHOW = {
    "helped": True,
    "owned": True,
    "not": {"food"},
    "bad": "fear",
    "clause": "who shows {a_obj} at a fair",
    "moral": ["trying is more important than winning", "a kind word gives courage", "everyone is good at something"],
    "why": "{he} had to stand in front of so many people",
    "summary": "{H} showed {a_obj} at the fair, and {F} gave {him} courage.",
    "where": ["{H} brought {the_obj} {to}.", "It was {at}."],
    "beats": [
        ["{He} had {a_seen_obj}, and {he} had looked after it for years.", "{His} {obj} was famous in the whole street. It was {a_seen_obj}.", "With {his} own hands, {he} had cleaned {a_seen_obj} until it shone."],
        ["{One_day}, there was a fair {at}. Everyone could show something, and {H} brought {the_obj}.", "{One_day}, a big show was held {at}, and {H} wanted to show {the_obj}."],
        ["But when {he} saw so many people, {he} felt {bad}.", "But the others had such fine things, and {H} was {bad}. \"They will laugh at my {obj},\" {he} said."],
        "MEET",
        ["\"I like your {obj},\" said {F}. \"[Just smile|Take a deep breath|Look at me when you are up there].\"", "ASK \"I am not good enough,\" said {H}. \"You are,\" said {F}, \"and {the_obj} is lovely.\""],
        ["So {H} stepped up with {the_obj} and [took a bow|told everyone about it|held {his} head high].", "{H} took a deep breath and showed {the_seen_obj} to everyone."],
        ["The people clapped and clapped, and {F} clapped the loudest.", "\"Hooray!\" shouted {F}, and everybody cheered.", "It was quiet for a moment. Then everybody cheered for {H} and {the_obj}."],
        ["The first prize went to {H}: it was {a_obj2}.%gift", "{H} did not win a prize, but {he} won a friend.", "The judge gave {H} {a_obj2} as a prize.%gift", "{H} won the second prize and bowed."],
    ],
    "qa": [
        (["What did {H} show?", "What did {H} bring to the fair?", "What did {H} show to everyone?"], ["{H} showed {a_seen_obj}.", "{He} showed {his} {obj}.", "It was {a_seen_obj}."]),
        (["Where did {H} show {the_obj}?"], ["{H} showed it {at}.", "It was {at}."]),
        (["Who gave {H} courage?"], ["{F} the {fkind} did.", "It was {F} the {fkind}."]),
    ],
}  # fmt: skip

RIDDLE = {
    "night": True,
    "not": {"big"},
    "bad": "fear",
    "clause": "who sees something strange, and it is {a_obj}",
    "moral": ["many things look scary only from far away", "it is better to look than to guess", "a stranger can become a friend"],
    "why": "there was {noise} in the dark",
    "summary": "{H} heard {noise}, and it was {F} with {a_obj}.",
    "found": ["{H} found {F} the {fkind} with {a_seen_obj}.", "{He} found {F}, who had {a_seen_obj}."],
    "finder": ["Nobody had to find {the_obj}. It was {F}'s."],
    "where": ["{F} had {the_obj} {spot}.", "It was {spot}."],
    "beats": [
        "HABIT?",
        ["{One_night}, {H} heard {noise} {at}.", "{One_night}, {he} woke up. There was {noise} {at}!"],
        ["{He} was {bad}. \"Is it a monster?\" {he} whispered.", "{H} felt {bad} and pulled the blanket over {his} head.", "\"What can it be?\" {he} wondered, and {he} was {bad}."],
        ["But {he} wanted to know. [Slowly|On tiptoe|With a beating heart], {he} went to look.", "Then {he} took a deep breath and went {to}."],
        ["And who was there, {spot}? It was {a_helper} with {a_seen_obj}!", "{Spot} stood {a_helper} with {a_seen_obj}."],
        ["\"I am {F},\" said the {fkind}. \"Did I wake you? I only wanted to {use_inf}.\"", "\"Do not be afraid,\" said the {fkind}. \"My name is {F}, and this is my {obj}.\""],
        ["{H} laughed. \"I thought {the_obj} was a monster!\"", "\"So it was only {a_obj}!\" said {H} and laughed.", "\"And I was {bad} because of {a_obj}!\" said {H}."],
        ["Then they {use_past} together.", "{F} showed {H} {the_seen_obj}, and they {use_past}.", "\"May I try?\" asked {H}, and so they {use_past}."],
    ],
    "qa": [
        (["What did {H} hear?", "What did {H} hear in the night?"], ["{H} heard {noise}.", "It was {noise}.", "{He} heard {noise} {at}."]),
        (["Who made the noise?", "Who was there in the dark?"], ["It was {F} the {fkind}.", "It was {F} with {a_seen_obj}.", "{F} the {fkind} was there."]),
        (["What did {F} have?", "What did {F} bring?"], ["{F} had {a_seen_obj}.", "{Fhe} had {a_seen_obj}."]),
    ],
}  # fmt: skip

LONELY = {
    "owned": True,
    "bad": "loss",
    "clause": "who is lonely and has {a_obj}",
    "moral": ["it takes only one word to make a friend", "a friend may be just around the corner", "saying hello can change a day"],
    "why": "{he} had nobody to play with",
    "summary": "{H} was lonely with {his} {obj}, until {F} came and they became friends.",
    "where": ["{H} had {the_obj} with {him}."],
    "beats": [
        ["{He} had {a_seen_obj}, but nobody to share it with.", "{His} {obj} was {look}, but what good is {a_obj} without a friend?"],
        ["{One_day}, {H} sat {at} with {the_obj} and felt {bad}.", "{One_day}, {he} looked at {the_obj} and was {bad}. Then {he} went {to}."],
        ["\"I wish I had a friend,\" {he} said to {himself}.", "\"[Does nobody|Who will] like {a_obj}?\" {he} asked, but nobody answered.", "The hours went by, and nobody came."],
        "MEET",
        ["\"Is that your {obj}?\" asked {F}. \"[How {look} it is|It is so {look}]!\"", "{F} pointed at {the_obj}. \"I have never seen {a_seen_obj} before,\" {fhe} said.", "\"I have no one to play with,\" said {F}. \"[Me neither|I know how that feels],\" said {H}."],
        ["\"Would you like to {use_inf} with me?\" asked {H}.", "\"We could {use_inf},\" said {H} in a small voice.", "\"Let us {use_inf} together!\" said {H}."],
        ["\"Yes, please!\" said {F}, and they {use_past}.", "{F} jumped up. \"I would love to!\" {fhe} said, and so they {use_past}.", "They {use_past}, and they talked about everything."],
        ["Before {fhe} went home, {F} gave {H} {a_obj2}.%gift", "The time flew by like a bird.", "\"Will you come again tomorrow?\" asked {H}. \"Of course,\" said {F}.", "They laughed so much that their bellies hurt."],
    ],
    "qa": [
        (["What did {H} have?", "What did {H} share?"], ["{H} had {a_seen_obj}.", "{He} shared {his} {obj}.", "It was {a_seen_obj}."]),
        (["Where did {H} meet {F}?", "Where did they meet?"], ["They met {at}.", "{H} met {F} {at}."]),
        (["What did they do together?", "What did {H} and {F} do?"], ["They {use_past}.", "{H} and {F} {use_past}."]),
        (["Who became {H}'s friend?"], ["It was {F} the {fkind}.", "{F} the {fkind} did."]),
    ],
}  # fmt: skip

PLOTS = [STORM, SHOW, RIDDLE, LONELY]
