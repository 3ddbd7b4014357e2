"""Who stories are about: kinds, names, how they are, where they live, what they love."""

ANIMALS = (
    "fox bear rabbit mouse owl cat dog hedgehog squirrel deer frog turtle duck goose lamb goat pony horse pig "
    "donkey wolf badger otter beaver mole sparrow crow robin swan penguin seal lion tiger elephant giraffe zebra monkey "
    "camel llama panda koala kangaroo parrot peacock snail bee ant butterfly ladybug cricket spider crab raccoon hamster "
    "kitten puppy chick lizard bat moose chipmunk weasel dragon unicorn hippo rhino leopard eagle pigeon turkey "
    "sheep dolphin whale fish octopus dinosaur alpaca toad worm beetle stork flamingo crocodile snake gorilla"
).split()

PEOPLE = (
    "baker sailor farmer knight giant painter teacher doctor tailor shepherd gardener miller shoemaker clown pirate "
    "captain cook miner blacksmith carpenter dancer singer inventor astronaut fairy elf troll scarecrow ghost detective "
    "clockmaker musician explorer robot monster dwarf juggler firefighter potter weaver hunter merchant librarian"
).split()
RARE = (
    "aardvark accountant actor albatross alien alligator antelope anteater archer architect armadillo artist athlete baboon banker "
    "barber bartender beekeeper bison boxer buffalo bumblebee butcher butler buzzard canary caterpillar centipede cheetah "
    "chemist chicken chimpanzee cobra cockatoo composer conductor cougar coyote crane cyclops dentist diver dodo dragonfly driver "
    "druid eel electrician emu engineer falcon ferret firefly flea florist fly gazelle gecko genie gerbil glowworm gnome goblin "
    "goldfish grasshopper grocer guard guinea_pig gull hare hawk hermit heron hyena ibex iguana jackal jaguar jailer janitor "
    "jellyfish jester judge kingfisher kiwi lawyer lemur lobster locksmith lynx magician magpie mammoth manatee marmot mayor "
    "mechanic meerkat minstrel mongoose monk mosquito mummy narwhal newt nightingale nurse ogre opossum orangutan ostrich oyster "
    "pelican pheasant phoenix pilot platypus plumber poet policeman porcupine president professor puffin python quail raven "
    "reindeer salamander salmon scientist scorpion sculptor secretary seagull seahorse shark shrew shrimp skunk sloth smith "
    "soldier spy starling student superhero swallow tadpole tarantula thief tortoise toucan trumpeter tuna vampire viking "
    "violinist vulture waiter walrus warrior wasp watchman werewolf wombat woodpecker yak zombie"
).split()  # fmt: skip
RARE = [word.replace("_", " ") for word in RARE]
SHE = "girl queen princess witch grandmother mermaid hen cow".split()
HE = "boy king prince wizard grandfather fisherman postman snowman rooster bull".split()

GENDERS = {kind: ("she",) for kind in SHE} | {kind: ("he",) for kind in HE}
GENDERS |= {kind: ("she", "he") for kind in ANIMALS + PEOPLE}
KINDS = list(GENDERS)
GENDERS |= {kind: ("she", "he") for kind in RARE} | {"policeman": ("he",), "watchman": ("he",)}

NAMES = {
    "she": "Mia Lily Anna Bella Clara Ella Flora Greta Hanna Ida Julia Kate Lena Molly Nora Olive Penny Rosa Sara "
    "Tilda Una Vera Wilma Zoe Amy Betty Coco Dora Emma Fay Hazel Iris Jenny Kiki Lucy Maya Nina Poppy Sophie "
    "Tina Violet Willow Alma Bonnie Dot Elsa Frida Lola Mabel Nelly Stella".split(),
    "he": "Finn Max Tom Ben Leo Sam Jack Oscar Hugo Otto Paul Rufus Simon Toby Victor Arlo Bruno Charlie Dan Emil "
    "Felix Gus Henry Ivan Jasper Karl Louis Milo Ned Oliver Pip Quentin Theo Ulf Walter Zack Albert Basil Casper "
    "Dexter Ernie Fred George Harry Jonas Kim Lars Mo Noah Peter Ralph Sven Tim Bob".split(),
}
RARE_NAMES = {
    "she": "Abigail Agnes Aisha Alice Amelia Amira Andrea Angela Astrid Beatrice Camila Carla Carmen Charlotte Chloe Claire "
    "Cora Diana Edith Eleanor Elena Eliza Emily Esther Eva Fatima Freya Gloria Grace Heidi Helen Ines Ingrid Isabel Jane "
    "Jasmine Joan Judith Karin Laura Layla Leila Linda Louise Luna Maria Marta Mary Matilda Mira Nadia Naomi Nina Ophelia "
    "Paula Priya Rachel Rita Rosie Sally Sandra Sarah Selma Sonia Susan Sylvia Tamara Teresa Ursula Valerie Wendy Yara Yuki Zara".split(),
    "he": "Adam Ahmed Alan Alex Ali Andrew Anton Arthur Axel Barney Benjamin Bernard Boris Bill Carlos Chris Clive Daniel David "
    "Diego Edgar Edward Elias Eric Ethan Felipe Frank Gabriel Gerald Gilbert Hans Hassan Hector Herbert Howard Hubert Igor Isaac "
    "Jacob James Jim Joe John Joseph Juan Julian Kevin Kurt Lewis Liam Lucas Luke Marco Mark Martin Matthew Michael Mike Miguel "
    "Nathan Nick Nigel Omar Patrick Pedro Philip Ravi Richard Robert Roger Roland Samuel Sean Stanley Steve Terry Thomas Vincent William".split(),
}  # fmt: skip
PRONOUNS = {
    "she": {"he": "she", "him": "her", "his": "her", "himself": "herself"},
    "he": {"he": "he", "him": "him", "his": "his", "himself": "himself"},
}

TRAITS = (
    "curious brave shy clever gentle cheerful quiet kind lazy busy tiny clumsy proud young merry hungry careful stubborn "
    "lonely honest playful sleepy bold patient forgetful grumpy dreamy friendly polite nervous"
).split()
HELPER_TRAITS = (
    "wise old kind friendly clever gentle young strong tall quiet helpful cheerful patient small funny grey tired good "
    "busy polite jolly brave"
).split()

HOUSES = (
    "small house|tiny cottage|cosy hut|little cabin|old tower|wooden house|stone cottage|narrow house|round hut|"
    "quiet village|little town|green valley|yellow house|house with a red roof|small farmhouse|crooked house"
).split("|")

HABITS = [
    "to sing", "to count the clouds", "to climb hills", "to tell jokes", "to pick berries", "to dance in the rain",
    "to watch the stars", "to take long walks", "to draw pictures", "to collect shells", "to sleep in the sun",
    "to bake bread", "to swim", "to listen to the wind", "to help the neighbours", "to play hide and seek",
    "to plant flowers", "to whistle", "to read by the fire", "to build things", "to run fast", "to tell riddles",
    "to look at maps", "to paint", "to jump over puddles", "to fix old things", "to feed the birds", "to make soup",
    "to explore", "to roll down the hill", "to hum old songs", "to ask questions", "to skip stones", "to race the wind",
]  # fmt: skip

RELATIVES = "grandmother grandfather mother father aunt uncle sister brother cousin neighbour teacher".split()

BAD = {
    "loss": "sad worried upset miserable unhappy heartbroken".split(),
    "fear": "afraid scared nervous frightened worried uneasy".split(),
    "block": "sad disappointed worried upset unhappy gloomy".split(),
    "quarrel": "cross angry upset jealous grumpy annoyed".split(),
}
GOOD = "happy proud glad thankful delighted cheerful joyful pleased merry content".split()


def draw_kind(rng):
    return rng.choice(RARE if rng.random() < 0.1 else KINDS)


def draw_name(rng, gender):
    return rng.choice((RARE_NAMES if rng.random() < 0.1 else NAMES)[gender])
