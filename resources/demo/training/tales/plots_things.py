"""Plots around one thing: lost, found, broken, shared, made, hoped for."""

LOST = {
    "helped": True,
    "owned": True,
    "not": {"big", "food"},
    "bad": "loss",
    "clause": "who [loses|lost] {a_obj}",
    "moral": ["friends help each other", "two pairs of eyes see more than one", "it is good to ask for help"],
    "why": "{he} had lost {his} {obj}",
    "summary": "{H} lost {his} {obj}, and {F} helped to find it {spot}.",
    "found": ["{F} the {fkind} found {a_seen_obj} {spot}.", "{F} found the {seen_obj}, and it was {H}'s."],
    "finder": ["{F} the {fkind} found {the_obj}.", "{F} found it {spot}."],
    "where": ["{The_obj} was {spot}.", "It was {spot}."],
    "beats": [
        [
            "{He} had {a_seen_obj}[, and {he} took it everywhere| that {he} loved very much|, which {he} had got from {his} {relative}].",
            "{His} {relative} had given {him} {a_seen_obj}[|, and {he} was very proud of it| for {his} birthday].",
            "{He} owned {a_seen_obj}, and it was {his} greatest treasure.",
        ],
        [
            "{One_day}, {H} took {the_obj} {to}. [On the way home|After a while|When it grew late], {he} [saw|noticed] that it was gone.",
            "{One_day}, {he} was playing {at} when {he} saw that {the_obj} was missing.",
            "But {one_day}, {the_obj} was gone. {H} had lost it somewhere {at}.",
        ],
        [
            "{H} was so {bad}. \"Where is my {obj}?\" {he} [cried|asked].",
            "\"Oh no, my {obj}!\" [said|cried] {H}. {He} felt {bad}.",
            "How {bad} {he} was! {He} wanted {the_obj} back.",
        ],
        [
            "{He} looked {spot2}, but found only {trifle}.",
            "{He} searched {spot2} and found {trifle}, but no {obj}.",
            "First {he} looked {spot2}. {He} saw {trifle}, but {the_obj} was not there.",
        ],
        "MEET",
        ["ASK \"I have lost my {obj},\" [said|answered] {H}.", "\"Have you seen my {obj}?\" asked {H}. \"No, but [I will help you look|let us look together],\" said {F}."],
        [
            "They [looked|searched] [high and low|everywhere|for a long time]. [At last|Finally], {F} [found|saw] {the_seen_obj} {spot}!",
            "[Together|Side by side], they walked [around|up and down]. {Spot}, {F} saw something. It was {the_seen_obj}!",
            "{F} had sharp eyes. {Fhe} looked {spot}, and there was {the_seen_obj}!",
        ],
        "THANKS",
    ],
    "qa": [
        (["What did {H} lose?", "What was lost?", "What was missing?"], ["{H} lost {a_seen_obj}.", "{He} lost {his} {obj}.", "It was {the_obj}."]),
        (["Where was {the_obj}?", "Where did they find {the_obj}?", "Where was it found?"], ["{The_obj} was {spot}.", "It was {spot}.", "They found it {spot}."]),
        (["Who found {the_obj}?", "Who found it?"], ["{F} the {fkind} found {the_obj}.", "It was {F} who found it.", "{F} found it {spot}."]),
        (["Where did {H} lose {the_obj}?"], ["{He} lost it {at}.", "{H} lost {the_obj} {at}."]),
    ],
}  # fmt: skip

FOUND = {
    "not": {"big"},
    "bad": "loss",
    "clause": "who finds {a_obj}",
    "moral": ["it is good to be honest", "giving something back feels better than keeping it", "honest people find friends"],
    "why": None,
    "summary": "{H} found {a_seen_obj} {spot} and gave it back to {F}.",
    "found": ["{H} found {a_seen_obj}.", "{He} found {a_seen_obj} {spot}.", "It was {a_seen_obj}."],
    "finder": ["{H} the {kind} found {the_obj}.", "{H} found it {spot}."],
    "where": ["{The_obj} was {spot}.", "It was {spot}."],
    "beats": [
        "HABIT",
        "GO",
        [
            "There, {spot}, {he} [found|saw|discovered] {a_seen_obj}.",
            "{Spot}, [something caught {his} eye|{he} saw something]. It was {a_seen_obj}!",
            "Suddenly {he} [stopped|stood still]. {Spot} lay {a_seen_obj}.",
        ],
        [
            "\"Whose {obj} is this?\" {he} [wondered|asked].",
            "\"What {a_seen_obj}!\" said {H}. \"Somebody must miss it.\"",
            "{He} wanted to keep {the_obj}, but it was not {his} own.",
            "{He} picked it up. \"Who has lost {a_obj}?\" {he} called.",
        ],
        [
            "{He} asked everyone {he} met. [Nobody knew|\"It is not mine,\" they all said].",
            "{He} carried {the_obj} from door to door.",
            "{He} waited and waited {at}.",
        ],
        [
            "At last {he} met {a_helper} named {F}, who looked so {bad}. \"[I lost my {obj}|My {obj} is gone],\" said {F}.",
            "Then {he} heard somebody cry. It was {F}, {a_helper}. \"I cannot find my {obj},\" {fhe} said.",
            "In the end, {a_helper} came running. \"That is my {obj}!\" {fhe} called. \"My name is {F}, and I looked for it all day.\"",
        ],
        [
            "{H} gave {F} {the_obj} at once.",
            "\"Here it is,\" said {H}, and [held out|gave {F}] {the_obj}.",
            "\"Then this is yours,\" said {H} and handed {F} {the_seen_obj}.",
        ],
        [
            "\"You are so honest,\" said {F}. \"[Come, let us|Let us] {use_inf} together!\"",
            "{F} [laughed|clapped|smiled] with joy. \"Thank you, {H}!\"",
            "As a thank-you, {F} gave {H} {a_obj2}.%gift",
        ],
    ],
    "qa": [
        (["What did {H} find?", "What did {he} find?", "What was found?"], ["{H} found {a_seen_obj}.", "{He} found {a_obj}.", "It was {a_seen_obj}."]),
        (["Where did {H} find {the_obj}?", "Where was {the_obj}?", "Where did {he} find it?"], ["{He} found it {spot}.", "{H} found {the_obj} {spot}.", "{The_obj} was {spot}."]),
        (["Whose {obj} was it?", "Who had lost {the_obj}?", "Who did {the_obj} belong to?"], ["It was the {obj} of {F} the {fkind}.", "{F} had lost {the_obj}.", "It belonged to {F}."]),
    ],
}  # fmt: skip

BROKEN = {
    "helped": True,
    "owned": True,
    "not": {"food", "treasure", "magic", "paper", "wear", "soft"},
    "bad": "loss",
    "clause": "whose {obj} breaks",
    "moral": ["what is broken can be mended", "a friend can mend many things", "patience can mend almost everything"],
    "why": "{the_obj} was broken",
    "summary": "{H} broke {the_obj}, and {F} mended it.",
    "where": ["{The_obj} was {at} when it broke.", "It was {at}."],
    "beats": [
        ["{He} had {a_seen_obj}[, and {he} was very proud of it|. There was none like it in the whole land|].", "{His} {relative} once gave {him} {a_seen_obj}."],
        "HABIT?",
        [
            "{One_day}, {H} [slipped|tripped over a root|was in a hurry|was not careful] {at}, and crack! {The_obj} was broken.",
            "{One_day}, there was a loud crack {at}. {The_obj} was broken!",
            "But {one_day}, {at}, {the_obj} broke into two pieces.",
        ],
        ["{H} was so {bad}.", "\"My poor {obj}!\" said {H}. {He} felt {bad}.", "{He} was so {bad} that {he} [began to cry|sat down on the ground]."],
        "MEET",
        "ASK?",
        ["\"My {obj} is broken,\" said {H}[| sadly| in a small voice].", "{H} showed {F} the broken {obj}."],
        "OFFER",
        [
            "{F} [took out|fetched|brought] some {glue}, and [piece by piece|slowly and carefully], {fhe} mended {the_obj}.",
            "They worked [all day|for hours|until dark] with some {glue}, and then {the_obj} was whole again.",
            "With some {glue}, {F} made {the_obj} as good as new.",
        ],
        "THANKS",
    ],
    "qa": [
        (["What broke?", "What was broken?", "What did {H} break?"], ["{The_obj} broke.", "It was {the_obj}.", "The {obj} of {H} broke."]),
        (["Who mended {the_obj}?", "Who fixed {the_obj}?", "Who repaired it?"], ["{F} the {fkind} mended {the_obj}.", "{F} mended it.", "It was {F}."]),
        (["How did {F} mend {the_obj}?", "What did {F} use?"], ["{F} used some {glue}.", "{Fhe} mended it with some {glue}."]),
        (["Where did {the_obj} break?"], ["It broke {at}.", "{The_obj} broke {at}."]),
    ],
}  # fmt: skip

SHARED = {
    "owned": True,
    "bad": "quarrel",
    "clause": "who cannot share {a_obj}",
    "moral": ["sharing makes everything better", "things are more fun when they are shared", "a friend is worth more than {a_obj}"],
    "why": "{he} wanted {the_obj} for {himself}",
    "summary": "{H} and {F} both wanted {the_obj}, and then they learned to share it.",
    "found": ["{H} and {F} found {a_seen_obj}.", "They found {a_seen_obj} {at}."],
    "finder": ["{H} and {F} found {the_obj}.", "Both of them did, {H} and {F}."],
    "where": ["{The_obj} was {at}.", "It was {at}."],
    "beats": [
        ["{His} friend was {F}, {a_helper}.", "{He} had a friend named {F}, who was {a_helper}.", "Next door lived {F}, {a_helper}."],
        ["{One_day}, the two of them found {a_seen_obj} {at}.", "{One_day}, they were {at} and saw {a_seen_obj}[| right in front of them| at the same time].", "{One_day}, there was {a_seen_obj} {at}, and nobody knew whose it was."],
        ["\"It is mine!\" said {H}. \"No, it is mine!\" said {F}.", "\"I saw {the_obj} first!\" [said|shouted] {H}. \"[No, I did|That is not true]!\" [said|shouted] {F}.", "Both of them wanted {the_obj}, and neither would let go."],
        ["{H} was {bad}, and {F} was {bad} too.", "{H} felt {bad} and turned away.", "They did not speak to each other for [an hour|the whole day]. {H} was {bad}."],
        [
            "[After a while|Then], {H} looked at {F}. {F} looked [sad|lonely]. \"I am sorry,\" said {H}. \"[You can have it first|Let us take turns|Let us share {the_obj}].\"",
            "But {the_obj} was no fun alone. \"[Shall we share it|Why do we not take turns]?\" asked {H}.",
            "Then it began to rain on {the_obj}. \"[Quick|Help]!\" said {H}, and together they [brought it to a dry place|covered it with leaves].",
        ],
        ["\"Yes!\" said {F}. \"I am sorry too.\"", "{F} [smiled|nodded]. \"[That is a good idea|I would like that],\" {fhe} said.", "\"Together is better,\" said {F}."],
        ["So they {use_past} [side by side|together|one after the other].", "For hours and hours, they {use_past}.", "They {use_past}, and it was twice as much fun."],
    ],
    "qa": [
        (["What did they find?", "What did they quarrel about?", "What did both of them want?"], ["It was {a_seen_obj}.", "They both wanted {the_obj}.", "They found {a_seen_obj}."]),
        (["Where did they find {the_obj}?", "Where was {the_obj}?"], ["They found it {at}.", "{The_obj} was {at}."]),
        (["Who was {H}'s friend?", "Who else wanted {the_obj}?"], ["It was {F} the {fkind}.", "{F} the {fkind}."]),
    ],
}  # fmt: skip

MADE = {
    "helped": True,
    "owned": True,
    "not": {"treasure", "magic", "machine", "grown"},
    "bad": "block",
    "clause": "who [wants to make|makes] {a_obj}",
    "moral": ["one should never give up", "everybody can learn something new", "practice makes it better"],
    "why": "{his} first {obj} went wrong",
    "summary": "{H} wanted to make {a_obj}, and {F} showed {him} how.",
    "finder": ["Nobody found {the_obj}. {H} and {F} made it."],
    "beats": [
        "HABIT?",
        ["{One_day}, {H} wanted to make {a_seen_obj}.", "{One_day}, {he} had an idea. \"I will make {a_obj}!\" {he} said.", "{One_day}, {he} saw {a_seen_obj} {at} and wanted to make one just like it."],
        ["{He} tried and tried, but it [fell apart|came out crooked|looked more like {a_obj3}].", "The first {obj} [fell apart|was crooked]. The second one [was even worse|looked like {a_obj3}].", "It was [hard|not easy]. {His} first {obj} looked like {a_obj3}."],
        ["{H} felt {bad}. \"I will never [learn it|make {a_obj}],\" {he} said.", "{He} was so {bad} that {he} went {to} to be alone.", "\"I give up,\" said {H}, who was {bad}."],
        "MEET",
        "ASK?",
        ["\"I wanted to make {a_obj},\" said {H}, \"but I do not know how.\"", "{H} told {F} about {the_obj}."],
        ["\"I made {a_obj} once,\" said {F}. \"[Go slowly|Start again and take your time|Watch me].\"", "{F} knew all about it. {Fhe} showed {H} [every step|how to begin|how to hold the tools].", "\"Nobody can do it the first time,\" said {F}. \"[Try again|Let us try once more]!\""],
        ["[Bit by bit|Step by step|Little by little], they made {a_seen_obj}.", "They worked side by side, and in the end there was {a_seen_obj} in front of them.", "This time it worked. It was {a_seen_obj}, the best one {at}!"],
        "THANKS?",
    ],
    "qa": [
        (["What did {H} make?", "What did {he} want to make?"], ["{H} wanted to make {a_obj}.", "{He} made {a_seen_obj}.", "It was {a_obj}."]),
        (["Who showed {H} how to make it?", "Who taught {H}?", "Who knew how to make {a_obj}?"], ["{F} the {fkind} showed {him}.", "It was {F} the {fkind}.", "{F} knew how to make {a_obj}."]),
    ],
}  # fmt: skip

PLOTS = [LOST, FOUND, BROKEN, SHARED, MADE]
