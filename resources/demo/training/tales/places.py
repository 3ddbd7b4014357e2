"""Where stories happen, and what stands in the way."""

PLACES = {
    "in": "forest|garden|meadow|village|market|valley|orchard|cave|barn|castle|park|desert|jungle|swamp|library|"
    "old tower|town square|cornfield|rose garden|school|workshop|palace|snowy woods|stable|bakery|"
    "museum|theatre|zoo|toy shop|bamboo grove",
    "on": "hill|beach|mountain|island|farm|playground|frozen lake|cliff|moor|high rock",
    "by": "river|lake|sea|old mill|pond|waterfall|harbour|stream|bridge|railway station|lighthouse|wishing well|campfire|"
    "oak tree|crossroads|stone wall|windmill|village fountain",
}
PLACE_PREPOSITION = {place: preposition for preposition, places in PLACES.items() for place in places.split("|")}
PLACE_NAMES = list(PLACE_PREPOSITION)

SKIES = "sunny rainy windy snowy foggy cloudy warm cold stormy bright misty chilly".split()
TIMES = "morning afternoon evening day".split()

# What is in the way, why, and how {F}, the helper, got past it (past tense, {F} is the subject).
OBSTACLES = [
    ("a wide river", "too deep to cross", ["rolled a log across the water", "showed {H} a row of flat stones", "made a raft from branches"]),
    ("a high wall", "too high to climb", ["found a little door behind the ivy", "stacked some boxes against the wall", "found a gap in the stones"]),
    ("a locked gate", "shut tight", ["fetched the key from its hiding place", "opened the lock with a bent pin", "asked the guard to open it"]),
    ("a thick thorn bush", "too prickly to pass", ["held the branches apart for {H}", "found a path around the thorns", "cut a small tunnel through the bush"]),
    ("a steep hill", "too steep to climb", ["pulled {H} up with a vine", "showed {H} a winding path to the top", "pushed {H} from behind"]),
    ("a dark tunnel", "as black as night", ["led the way through the tunnel", "brought some glowing moss", "held {H} by the hand"]),
    ("a broken bridge", "full of holes", ["laid new boards over the holes", "tied the ropes of the bridge again", "laid a ladder over the gap"]),
    ("a muddy ditch", "too wide to jump over", ["laid a plank across the mud", "filled the ditch with dry straw", "jumped first and reached out to {H}"]),
    ("a fallen tree", "too heavy to move", ["dug a way under the trunk", "called some friends to push it", "lifted one end of the tree"]),
    ("a tall fence", "without a gate", ["loosened one of the boards of the fence", "made a step from a bucket", "dug a hole under the fence"]),
    ("a grumpy troll", "who let nobody pass", ["told the troll a funny joke", "gave the troll a sweet berry", "asked the troll very politely"]),
    ("a sleeping giant", "who lay right across the path", ["tickled the giant's nose", "tiptoed past and waved to {H}", "sang until the giant rolled over"]),
    ("a thick fog", "so grey that nobody could see", ["rang a small bell to show the way", "led {H} along a path with white stones", "waited with {H} until the fog was gone"]),
    ("a deep snowdrift", "higher than a house", ["shovelled a path through the snow", "made snowshoes from twigs", "slid over the snow on a board"]),
    ("a flock of angry geese", "who hissed at everybody", ["threw the geese a handful of corn", "spoke softly to the geese", "led the geese back to their pond"]),
    ("a crooked maze", "full of wrong turns", ["dropped crumbs to mark the way", "climbed up and saw the way out", "remembered every turn of the maze"]),
]  # fmt: skip
