"""What all plots share: how a story opens, how two meet, how it ends."""

OPEN = [
    "Once upon a time, there was {a_hero} named {H}. {H} lived {home}.",
    "Once upon a time, {a_hero} [named|called] {H} lived {home}.",
    "Once upon a time, there lived {a_hero} [named|called] {H}. {His} home was {home}.",
    "Once there was {a_hero} [named|called] {H}, who lived {home}.",
    "There once was {a_hero} [named|called] {H}. {He} lived {home}.",
    "Long ago, {a_hero} [named|called] {H} lived {home}.",
    "A long time ago, there was {a_hero} whose name was {H}. {He} lived {home}.",
    "{Home} lived {a_hero} [named|called] {H}.",
    "{Home}, there lived {a_hero}. {His} name was {H}.",
    "{H} was {a_hero}. {He} lived {home}.",
    "{H} was {a_hero} who lived {home}.",
    "This is the story of {H}, {a_hero} who lived {home}.",
    "In a land far away, there was {a_hero} named {H}. {He} lived {home}.",
    "Not so long ago, {a_hero} named {H} lived {home}.",
    "Have you heard of {H}? {He} was {a_hero} and lived {home}.",
]  # fmt: skip

HABIT = [
    "{He} loved {habit}.",
    "More than anything, {he} loved {habit}.",
    "{H} liked {habit}[| every day| when the work was done| after breakfast].",
    "[Every|Each] day, {he} found time {habit}.",
    "What {he} liked best was {habit}.",
    "Nothing made {him} happier than {habit}.",
    "[Everybody|Everyone] knew that {H} loved {habit}.",
]  # fmt: skip

GO = [
    "{One_day}, {H} went {to}[| all alone| to be by {himself}| for a walk| to look around].",
    "{One_day}, {he} [set out|walked|wandered] {to}.",
    "{One_day}, {H} was {at}.",
    "It was {a_sky_time}. {H} [went|walked|made {his} way] {to}.",
    "Then came {a_sky_time}, and {H} went {to}.",
]  # fmt: skip

MEET = [
    "[Just then|Then|Soon|After a while|A moment later], {a_helper} [named|called] {F} came [by|along|down the path].",
    "[Just then,|Then] {he} met {a_helper} [named|called] {F}.",
    "[Nearby|Not far away], {a_helper} named {F} was resting [on a stone|on a log|against a tree].",
    "Along came {F}, {a_helper}.",
    "\"Hello!\" said a voice. It was {F}, {a_helper}.",
    "{A_helper} was watching. {Fhis} name was {F}.",
    "[Luckily|As luck would have it], {a_helper} named {F} [lived close by|was passing by|heard {him}].",
]  # fmt: skip

ASK = [
    "\"What is [wrong|the matter]?\" asked {F}.",
    "\"Why do you look so {bad}?\" asked {F}.",
    "\"Can I help you?\" [asked|said] {F}.",
    "\"You look {bad},\" said {F}. \"[What happened|Tell me why|What is it]?\"",
    "{F} sat down [beside|next to] {H}. \"[What happened|Is something wrong|What is it]?\" {fhe} asked.",
]  # fmt: skip

OFFER = [
    "\"[Do not worry|Do not be {bad}|Cheer up],\" said {F}. \"[I will help you|We can do it together|Two are better than one].\"",
    "\"[Let us|We can] try together,\" [said|answered] {F}[ with a smile|].",
    "{F} [thought for a moment|nodded slowly|smiled]. \"[I have an idea|I can help|Come with me],\" {fhe} said.",
    "\"Then I will help,\" said {F}[| at once| kindly].",
]  # fmt: skip

THANKS = [
    "\"Thank you, {F}!\" said {H}.",
    "\"[Thank you|Thank you so much]! [I could not have done it alone|You are a true friend|You are so kind],\" {H} [said|told {F}].",
    "{H} thanked {F} [again and again|with all {his} heart|with a big hug].",
    "\"How can I ever thank you?\" asked {H}. \"[That is what friends are for|Just be my friend|Your smile is enough],\" said {F}.",
]  # fmt: skip

END_FEELING = [
    "{H} felt {good}.",
    "[Now|At last], {H} was {good}[| again].",
    "{H} was so {good} that {he} [danced all the way home|laughed out loud|sang a little song|jumped for joy|could not stop smiling|clapped {his} hands].",
    "{H} had never been so {good}.",
    "How {good} {H} was!",
    "Nobody in the whole [land|world] was as {good} as {H}.",
]  # fmt: skip

# The last words name the hero, the helper and the thing, so that wrong ones can be told from right ones.
CLOSE = [
    "And whenever {H} saw {a_obj}, {he} thought of {F} the {fkind}.",
    "So {H} the {kind} [learned|found out] that {moral}.",
    "{F} smiled, and {H} [knew|learned] that {moral}.",
    "To this day, {H} and {F} still talk about {the_obj}.",
    "That was the day when {H} the {kind} made a friend, and {the_obj} was the start of it.",
    "\"[What a day|What a lovely day]!\" said {F}. {H} thought of {the_obj} and [agreed|smiled].",
    "From that day on, {H} and {F} were [best|good|the best of] friends, and it all began with {a_obj}.",
    "{H} the {kind} never forgot {F} the {fkind} and {the_seen_obj}.",
    "And that is how {H} the {kind} and {F} the {fkind} became friends, because of {a_obj}.",
]  # fmt: skip

# Where the thing is still there to be used, and where it is the hero's.
CLOSE_USED = [
    "From that day on, {H} and {F} {use_past} every week.",
    "{H} and {F} {use_past} [until the sun went down|until the stars came out|together|all evening].",
    "[After that|From then on], {H} the {kind} and {F} the {fkind} often {use_past} together.",
    "And if you go {to}, you may still see {H} and {F} with {the_obj}.",
]  # fmt: skip
CLOSE_OWNED = [
    "And {the_obj}? {H} [kept it for many years|never forgot to take care of it|gave it a place of honour], and {F} came to visit every [week|Sunday|spring].",
    "They [walked|went] home together, {H} with {the_obj} and {F} with a [smile|song].",
    "{H} kept {the_obj} safe, and {F} the {fkind} stayed {his} friend for ever.",
]  # fmt: skip

THE_END = ["", "", "", "", " The end.", " And that is the end of the story."]

# What came after the story, for those who ask "And then?".
SEQUEL = [
    "The next day, {H} and {F} met again {at}. [They {use_past} once more|They talked about {the_obj} for a long time].",
    "The next {time}, {F} came to visit {H}. They [had soup|drank tea|ate bread and jam] and {use_past}.",
    "After that, {H} told the whole [village|family|street] about {the_obj}. Everyone wanted to meet {F} the {fkind}.",
    "A week later, {H} went back {to}. {F} was already there[|, waiting with a smile].",
    "Then {H} went home and [slept|rested]. In {his} dream, {he} saw {the_obj} again.",
    "Then winter came. {H} and {F} sat by the fire and remembered the day with {the_obj}.",
]  # fmt: skip
