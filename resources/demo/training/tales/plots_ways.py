"""Plots on the way somewhere: a wish, a gift to bring, a rescue, a trade, a choice."""

WISH = {
    "helped": True,
    "owned": True,
    "small": False,
    "bad": "block",
    "obstacle": True,
    "clause": "who wants {a_obj}",
    "moral": ["nothing is too hard for two", "a friend can show the way", "it is worth trying"],
    "why": "{the_obst} was in the way",
    "summary": "{H} wanted {a_obj}, {the_obst} was in the way, and {F} helped.",
    "beats": [
        ["{He} had one wish: {he} wanted {a_seen_obj}.", "All {he} wanted was {a_seen_obj}.", "{He} had always dreamed of {a_seen_obj}.", "\"If only I had {a_obj}!\" {he} often said."],
        ["{One_day}, {his} {relative} told {him} that there was {a_seen_obj} {at}. {H} set out at once.", "{One_day}, {he} heard of {a_seen_obj} {at}, and off {he} went.", "{One_day}, {he} packed some bread and walked {to}, for {the_obj} was there."],
        ["But there was {a_obst} in the way, {obst_why}.", "Soon {he} came to {a_obst}, {obst_why}.", "Halfway there, {he} had to stop. There was {a_obst}, {obst_why}."],
        ["{H} was {bad}. \"Now I will never get {the_obj},\" {he} said.", "\"What shall I do?\" asked {H}. {He} felt {bad}.", "{He} felt {bad} and [sat down|almost went home]."],
        "MEET",
        ["\"I want {the_obj}, but I cannot get past {the_obst},\" said {H}.", "{H} told {F} about {the_obj}.", "ASK \"I cannot get past {the_obst},\" said {H}."],
        ["{F} {fix}.", "\"That is easy,\" said {F}, and {fhe} {fix}.", "{F} thought about it. Then {fhe} {fix}."],
        ["On the other side, {spot}, was {the_seen_obj}!", "And there it was, {spot}: {the_seen_obj}!", "Soon they were {at}, and {H} had {his} {seen_obj} at last."],
        "THANKS?",
    ],
    "qa": [
        (["What did {who} want?", "What was {H}'s wish?", "What did {he} dream of?"], ["{H} wanted {a_seen_obj}.", "{He} wanted {a_obj}.", "It was {a_seen_obj}."]),
        (["What was in the way?", "What stopped {H}?", "What was the problem?"], ["There was {a_obst} in the way.", "It was {a_obst}.", "{A_obst} was in the way."]),
        (["How did {F} help?", "What did {F} do?"], ["{F} {fix}.", "{Fhe} {fix}."]),
        (["Where was {the_obj}?"], ["{The_obj} was {at}.", "It was {at}."]),
    ],
}  # fmt: skip

GIFT = {
    "helped": True,
    "small": True,
    "bad": "block",
    "obstacle": True,
    "clause": "who brings {a_obj} to {his} {relative}",
    "moral": ["a gift is best when it comes from the heart", "a good friend is the best gift of all", "giving makes us happy"],
    "why": "{the_obst} was in the way",
    "summary": "{H} brought {a_obj} to {his} {relative}, and {F} helped on the way.",
    "beats": [
        ["It was the birthday of {his} {relative}, who lived {at}.", "{His} {relative} lived {at} and had a birthday."],
        ["{One_day}, {H} [wrapped|packed] {a_seen_obj} and set out.", "\"I will bring my {relative} {a_obj}!\" said {H}. {One_day}, {he} set out with {a_seen_obj}.", "{H} had {a_seen_obj} as a gift. {One_day}, {he} was on {his} way."],
        ["But there was {a_obst} on the road, {obst_why}.", "Soon {he} came to {a_obst}, {obst_why}.", "Then {he} saw {a_obst}, {obst_why}."],
        ["{H} held {the_obj} and felt {bad}.", "\"I will be too late,\" said {H}. {He} was {bad}.", "{He} put down {the_obj}. How {bad} {he} was!"],
        "MEET",
        "ASK?",
        ["\"I want to bring {the_obj} to my {relative},\" said {H}.", "{H} showed {F} {the_seen_obj} and pointed at {the_obst}."],
        ["{F} {fix}.", "\"Follow me,\" said {F}, and {fhe} {fix}.", "At once {F} {fix}."],
        ["Soon the {relative} opened the door. \"{A_obj}! [Just what I wanted|How lovely|You are so kind]!\"", "The {relative} unwrapped {the_obj} and [laughed with joy|gave {H} a kiss|clapped].", "They were just in time. The {relative} loved {the_seen_obj}."],
        ["\"Come in, both of you,\" said the {relative}, and there was cake for everyone.", "\"And who is this?\" asked the {relative}. \"This is {F}, my new friend,\" said {H}.", "{F} was invited too, and they {use_past}."],
    ],
    "qa": [
        (["What was the gift?", "What did {who} bring?", "What did {H} give away?"], ["The gift was {a_seen_obj}.", "{H} brought {a_seen_obj}.", "It was {a_obj}."]),
        (["Who was the gift for?", "Who got {the_obj}?"], ["It was for {his} {relative}.", "The {relative} of {H} got {the_obj}.", "{His} {relative} got it."]),
        (["What was in the way?", "What was on the road?"], ["There was {a_obst} in the way.", "It was {a_obst}."]),
        (["How did {F} help?", "What did {F} do?"], ["{F} {fix}.", "{Fhe} {fix}."]),
    ],
}  # fmt: skip

RESCUE = {
    "owned": True,
    "small": True,
    "bad": "fear",
    "clause": "who carries {a_obj} and helps somebody",
    "moral": ["it is good to stop and help", "help comes back to those who give it", "being kind is never a waste of time"],
    "why": "{he} heard somebody cry for help",
    "summary": "{H} was carrying {a_obj}, stopped to help {F}, and won a friend.",
    "beats": [
        "HABIT?",
        ["{One_day}, {H} was carrying {a_seen_obj} {to}.", "{One_day}, {he} was {at} with {a_seen_obj} in {his} bag."],
        ["\"Help! Help!\" cried [a voice|someone].", "Suddenly {he} heard somebody call for help.", "Then there was a cry. \"Please help me!\""],
        ["{H} was {bad}, but {he} [looked around|went closer|did not run away].", "{He} felt {bad}. Who could it be?"],
        ["{A_helper} named {F} was stuck {spot}.", "{Spot} sat {F}, {a_helper}, who [could not get out|could not move|was stuck].", "It was {F}, {a_helper}, stuck {spot}."],
        ["{H} put down {the_obj} and pulled and pulled.", "\"Hold on!\" said {H}. {He} put {the_obj} on the ground and [pulled hard|took {F} by the hand].", "{H} forgot all about {the_obj} and ran to help."],
        ["Pop! {F} was free.", "One, two, three, and {F} was free!", "At last {F} was free again."],
        "\"Thank you[|, {H}]!\" said {F}. \"[Let me carry your {obj}!|May I help you with {the_obj}?|What {a_seen_obj} you have!]\"",
        ["They went on together, and {F} carried {the_obj}.", "Together they brought {the_obj} home.", "Then they sat down and {use_past}."],
    ],
    "qa": [
        (["Who needed help?", "Who was stuck?", "Who called for help?"], ["{F} the {fkind} was stuck.", "It was {F} the {fkind}.", "{F} needed help."]),
        (["Where was {F} stuck?", "Where was {F}?"], ["{F} was stuck {spot}.", "{Fhe} was {spot}."]),
        (["What was {who} carrying?", "What did {H} carry?", "What did {H} have?"], ["{H} was carrying {a_seen_obj}.", "{He} had {a_obj}.", "It was {a_seen_obj}."]),
        (["Who helped {F}?", "Who saved {F}?"], ["{H} the {kind} helped {F}.", "It was {H}."]),
    ],
}  # fmt: skip

TRADE = {
    "small": True,
    "both": True,
    "bad": "block",
    "clause": "who trades {a_obj} for {a_obj2}",
    "moral": ["a fair trade makes two people happy", "one person's {obj} is another's treasure", "it is good to listen to others"],
    "why": "{he} had {a_obj} but wanted {a_obj2}",
    "summary": "{H} gave {F} {a_obj} and got {a_obj2}.",
    "beats": [
        ["{He} had {a_seen_obj}, but {he} wanted {a_obj2}.", "All {he} owned was {a_seen_obj}. But {he} dreamed of {a_obj2}.", "{His} {relative} had given {him} {a_seen_obj}, but {H} wished for {a_obj2}."],
        ["{One_day}, {H} went {to} with {the_obj}.", "{One_day}, {he} took {the_obj} and walked {to}."],
        ["{H} asked and asked, but nobody had {a_obj2}. {He} was {bad}.", "\"Who will give me {a_obj2}?\" {he} called. Nobody answered, and {he} felt {bad}.", "There was no {obj2} anywhere, and {H} was {bad}."],
        ["Then {he} met {F}, {a_helper}, who had {a_obj2}.", "Then {a_helper} named {F} came along, and {fhe} carried {a_obj2}!", "{Spot} sat {F}, {a_helper}, with {a_obj2}."],
        ["\"What {a_seen_obj}!\" said {F}. \"I would love to have {a_obj}.\"", "{F} looked at {the_obj}. \"I have always wanted {a_obj},\" {fhe} said.", "\"My {obj2} is no use to me,\" said {F}. \"But {a_obj} would be just right.\""],
        ["\"Let us trade,\" said {H}. \"My {obj} for your {obj2}!\"", "\"Take my {obj},\" said {H}, \"and give me {the_obj2}.\"", "\"Shall we trade?\" asked {H}. \"Yes!\" said {F}."],
        ["So {F} got {the_obj}, and {H} got {the_obj2}.", "{H} gave {F} {the_obj}, and {F} gave {H} {the_obj2}."],
        ["Both of them were happy.", "They shook hands on it.", "\"That was a good trade,\" said {F}."],
    ],
    "qa": [
        (["What did {H} get for {the_obj}?", "What did {who} get in the trade?"], ["{H} got {a_obj2}.", "{He} got {a_obj2} for {the_obj}.", "It was {a_obj2}."]),
        (["What did {H} give to {F}?", "What did {F} get in the trade?"], ["{F} got {the_obj}.", "{H} gave {F} {a_seen_obj}.", "It was {the_obj}."]),
        (["Who had {the_obj2}?", "Who traded with {H}?"], ["{F} the {fkind} did.", "It was {F} the {fkind}."]),
    ],
}  # fmt: skip

CHOICE = {
    "helped": True,
    "owned": True,
    "small": True,
    "both": True,
    "bad": "block",
    "clause": "who must choose between {a_obj} and {a_obj2}",
    "moral": ["sharing is better than having everything", "friends make every choice easier", "one does not need everything"],
    "why": "{he} could buy only one of two things",
    "summary": "{H} chose {the_obj}, {F} chose {the_obj2}, and they shared both.",
    "beats": [
        ["{His} {relative} had given {him} one coin.", "{He} had saved one shiny coin.", "{He} had a coin in {his} pocket."],
        ["{One_day}, {H} found a little shop {at}. In the window were {a_seen_obj} and {a_obj2}.", "{One_day}, there was a stall {at}. On the table lay {a_seen_obj} and {a_obj2}."],
        ["\"You can have one of them,\" said the shopkeeper, \"{the_obj} or {the_obj2}.\"", "{H} wanted both {the_obj} and {the_obj2}, but one coin was enough for one thing only."],
        ["{H} did not know what to do. {He} was {bad}.", "How {bad} {he} was! It was so hard to choose.", "{He} looked at {the_obj}, then at {the_obj2}, and felt {bad}."],
        "MEET",
        ["\"I have a coin too,\" said {F}. \"You take {the_obj} and I take {the_obj2}. Then we share!\"", "\"Which one would you take?\" asked {H}. \"{The_obj2},\" said {F}. \"Then you can have {the_obj}, and we share.\""],
        ["So {H} bought {the_seen_obj}, and {F} bought {the_obj2}.", "{H} chose {the_obj}, and {F} chose {the_obj2}."],
        ["They {use_past}. Then it was time for {the_obj2}.", "They took {the_obj} and {the_obj2} home and shared both.", "First they {use_past}, and after that they tried {the_obj2}."],
    ],
    "qa": [
        (["What did {who} buy?", "What did {H} choose?"], ["{H} bought {the_obj}.", "{He} chose {the_obj}.", "It was {a_seen_obj}."]),
        (["What did {F} buy?", "What did {F} choose?", "What did {F} take?"], ["{F} took {the_obj2}.", "{Fhe} chose {the_obj2}.", "It was {the_obj2}."]),
        (["Where did they buy {the_obj}?"], ["They bought it {at}.", "It was {at}."]),
    ],
}  # fmt: skip

PLOTS = [WISH, GIFT, RESCUE, TRADE, CHOICE]
