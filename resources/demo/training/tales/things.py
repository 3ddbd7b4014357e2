"""The things that stories are about, by what one does with them."""

THINGS = {
    "light": "lantern lamp candle torch flashlight lighthouse_lamp night_light oil_lamp glow_stick candlestick",
    "music": "drum flute bell violin guitar trumpet whistle harp banjo fiddle horn accordion xylophone tambourine "
    "music_box harmonica ukulele cello clarinet gong recorder piano",
    "toy": "kite ball doll puppet marble yo-yo teddy_bear rocking_horse toy_train toy_boat puzzle balloon pinwheel "
    "hoop paper_plane skipping_rope board_game dollhouse wooden_sword snow_globe spinning_top toy_soldier toy_car "
    "paper_boat rubber_duck beach_ball football frisbee chess_set jigsaw robot toy_rocket bubble_wand swing",
    "wear": "hat scarf coat cap boot glove mitten crown ring necklace cape sweater ribbon mask belt jacket sock shawl "
    "apron bonnet bow_tie bracelet helmet cloak robe slipper brooch straw_hat raincoat vest shoe dress tiara",
    "food": "pie cake apple pear cookie carrot pumpkin cherry bun muffin loaf_of_bread sandwich pancake turnip plum "
    "peach melon potato lemon orange banana strawberry tomato cabbage coconut acorn pretzel biscuit tart waffle "
    "mushroom pineapple walnut jar_of_honey jar_of_jam bowl_of_soup pot_of_stew bag_of_sweets bar_of_chocolate pizza "
    "dumpling birthday_cake lollipop cupcake omelette chestnut watermelon cucumber bowl_of_porridge onion",
    "tool": "rope ladder shovel hammer bucket basket brush needle net broom saw spade rake fishing_rod compass "
    "telescope magnifying_glass paintbrush wheelbarrow umbrella kettle spoon pan jug barrel hook watering_can sack "
    "toolbox anchor axe ball_of_string bag_of_nails sewing_machine walking_stick spinning_wheel paddle wrench "
    "fork knife pencil pen crayon chain whisk feather_duster sponge",
    "treasure": "shell stone pearl coin feather gem crystal diamond button medal pebble bead ruby golden_egg trophy "
    "statue seed pine_cone leaf rose flower sunflower tulip daisy four-leaf_clover emerald seashell starfish "
    "treasure_chest locket silver_coin lucky_charm snowflake fossil jewel nest egg",
    "paper": "book letter map postcard picture diary storybook note scroll newspaper painting photograph drawing "
    "calendar recipe song_book birthday_card riddle treasure_map notebook ticket poem",
    "ride": "boat bicycle wagon sled cart raft canoe scooter skateboard sleigh tricycle kayak car train tractor "
    "hot-air_balloon spaceship rocket bus airplane submarine carriage rowing_boat motorbike ship",
    "home": "blanket pillow clock mirror cup teapot chair quilt vase rug cushion plate bowl watch stool jar bottle "
    "suitcase backpack mug hourglass tent box bed alarm_clock doormat birdhouse door table bathtub curtain "
    "window piggy_bank key bag purse flag weather_vane bench hammock",
    "magic": "wand magic_bean potion crystal_ball magic_carpet magic_lamp spell_book magic_ring wishing_stone "
    "magic_hat magic_mirror star rainbow cloud",
    "machine": "radio camera computer telephone typewriter engine clockwork_mouse microscope television calculator",
}  # fmt: skip

# Seldom seen, and so many that a model learns to repeat a word that it hardly knows.
RARE = (
    "abacus amulet antler apricot aquarium arrow avocado bagel bagpipe ballot bandage barometer barrette baton battery beaker "
    "beanie binder blazer blender blowpipe blueprint bobbin bonsai boomerang bottle_opener bouquet brick brochure bugle "
    "bulldozer burger burrito button_box cactus cannon canvas caramel cardigan carpet cauldron cello_bow chainsaw chandelier "
    "chariot chess_board chimney chisel chocolate_egg cigar_box cinnamon_roll clipboard clog coaster cocktail coffee_pot comb "
    "concertina cookbook cork cradle cricket_bat croissant crowbar crutch cube cufflink cupboard cymbal dagger dart desk dice "
    "didgeridoo doughnut drawer dream_catcher drill drone dumbbell earring easel elevator envelope eraser fan fiddle_bow fig "
    "file fishbowl flask folder fountain_pen freezer fridge funnel gate_key gemstone globe goblet goggle gondola "
    "grape grater guitar_string hairpin hammer_drill hamburger handkerchief harness headphone helicopter hoe hot_dog icicle idol "
    "igloo ink_pot iron ivory_box javelin joystick kaleidoscope kebab keyboard kilt kimono ladle laptop lasso lever light_bulb "
    "limousine loom lute macaroon magnet mallet mango marionette mattress megaphone metronome milkshake mitre moccasin mop mosaic "
    "muffler nacho napkin nectarine nightgown noodle nutcracker oar oboe oven padlock pager pancake_pan papaya parachute parasol "
    "parcel passport pendulum pepper periscope pestle phone pickle pinata pipe pitchfork plank plunger pogo_stick popsicle "
    "printer projector propeller pulley quill quiver racket radiator radish raisin rattle remote_control rolling_pin rucksack "
    "rudder saddle sandal sausage saxophone scale scissor_box screwdriver sculpture shield sieve sitar skull slingshot snorkel "
    "sofa speaker spear sphere spring stapler stamp stethoscope stopwatch stove surfboard sushi_roll sword syringe "
    "tablet tambour tape_recorder taco tea_bag teaspoon thermometer thimble throne toaster toothbrush top_hat totem towel trident "
    "trombone trunk tuba turban tweezer typewriter_ribbon unicycle vacuum_cleaner van violin_case viola visor wafer wallet "
    "washing_machine wheel wig windsock wok wreath yacht yoghurt zip zither"
).split()  # fmt: skip
RARE = [word.replace("_", " ") for word in RARE]

CATEGORY = {word.replace("_", " "): category for category, words in THINGS.items() for word in words.split()}
OBJECTS = list(CATEGORY)
CATEGORY |= {thing: "rare" for thing in RARE if thing not in CATEGORY}

# Nobody loses one of these, or carries it in a bag.
BIG = set(
    "piano|swing|door|table|bathtub|bed|window|bench|treasure chest|rainbow|cloud|star|statue|sewing machine|engine|"
    "lighthouse lamp|hammock|spinning wheel|wheelbarrow|television|barrel|rocking horse|boat|bicycle|wagon|sled|cart|"
    "raft|canoe|sleigh|tricycle|kayak|car|train|tractor|hot-air balloon|spaceship|rocket|bus|airplane|submarine|"
    "carriage|rowing boat|motorbike|ship|tent|weather vane|birdhouse|anchor|ladder|aquarium|bulldozer|cannon|carpet|"
    "cauldron|chandelier|chariot|chimney|cradle|cupboard|desk|easel|elevator|freezer|fridge|gondola|helicopter|igloo|"
    "limousine|loom|mattress|oven|radiator|sculpture|sofa|stove|throne|totem|trunk|van|washing machine|yacht".split("|")
)
RARE_FOOD = set(
    "apricot|avocado|bagel|burger|burrito|caramel|chocolate egg|cinnamon roll|cocktail|croissant|doughnut|fig|grape|hamburger|"
    "hot dog|kebab|macaroon|mango|milkshake|nacho|nectarine|noodle|papaya|pepper|popsicle|radish|raisin|sausage|sushi roll|"
    "taco|wafer|yoghurt".split("|")
)
# What grows, and what does not break with a crack.
GROWN = set(
    "apple|pear|carrot|pumpkin|cherry|turnip|plum|peach|melon|potato|lemon|orange|banana|strawberry|tomato|cabbage|coconut|"
    "acorn|mushroom|pineapple|walnut|chestnut|watermelon|cucumber|onion|apricot|avocado|cactus|bonsai|fig|grape|mango|"
    "nectarine|papaya|pepper|radish|raisin|antler|brick|cork|icicle|fossil|skull|ivory box".split("|")
)
SOFT = set(
    "ball|teddy bear|balloon|paper plane|paper boat|skipping rope|beach ball|football|rubber duck|rope|sponge|ball of string|"
    "sack|feather duster|blanket|pillow|quilt|rug|cushion|backpack|doormat|curtain|bag|purse|flag|hammock|tent|bandage|"
    "beanie|blazer|bouquet|canvas|cardigan|carpet|handkerchief|kilt|kimono|lasso|mattress|moccasin|muffler|napkin|"
    "nightgown|parachute|rucksack|sofa|tea bag|totem|towel|turban|wig|windsock|wreath|typewriter ribbon|guitar string|"
    "brochure|cookbook|envelope|folder|passport|stamp|button box|harness|pinata|bagpipe|scissor box|sandal|visor".split("|")
)
UNMADE = {"treasure", "magic"}  # what nobody can make

ON = set("bicycle sled raft scooter skateboard sleigh tricycle tractor motorbike train bus ship".split())

# (to .., past) of what one does with a thing in the end.
USES = {
    "light": [("light {o}", "lit {o}"), ("watch {o} shine", "watched {o} shine"), ("sit beside {o}", "sat beside {o}")],
    "music": [("play {o}", "played {o}"), ("make music with {o}", "made music with {o}"), ("dance to {o}", "danced to {o}")],
    "toy": [("play with {o}", "played with {o}"), ("have fun with {o}", "had fun with {o}"), ("take turns with {o}", "took turns with {o}")],
    "wear": [("try on {o}", "tried on {o}"), ("take turns wearing {o}", "took turns wearing {o}"), ("admire {o}", "admired {o}")],
    "food": [("share {o}", "shared {o}"), ("enjoy {o}", "enjoyed {o}"), ("taste {o}", "tasted {o}")],
    "tool": [("use {o}", "used {o}"), ("work with {o}", "worked with {o}"), ("try out {o}", "tried out {o}")],
    "treasure": [("admire {o}", "admired {o}"), ("look at {o}", "looked at {o}"), ("take good care of {o}", "took good care of {o}")],
    "paper": [("look at {o}", "looked at {o}"), ("study {o}", "studied {o}"), ("talk about {o}", "talked about {o}")],
    "ride": [("go for a ride {in} {o}", "went for a ride {in} {o}"), ("travel {in} {o}", "travelled {in} {o}"), ("polish {o}", "polished {o}")],
    "home": [("use {o}", "used {o}"), ("clean {o}", "cleaned {o}"), ("admire {o}", "admired {o}")],
    "magic": [("make a wish with {o}", "made a wish with {o}"), ("marvel at {o}", "marvelled at {o}"), ("dream about {o}", "dreamed about {o}")],
    "rare": [("try out {o}", "tried out {o}"), ("admire {o}", "admired {o}"), ("look at {o}", "looked at {o}")],
    "machine": [("try out {o}", "tried out {o}"), ("look after {o}", "looked after {o}"), ("learn about {o}", "learned about {o}")],
}  # fmt: skip

COLOURS = "red blue green yellow golden silver purple white black brown pink grey".split()
LOOKS = "old new tiny shiny little big beautiful strange lovely bright plain pretty small large fine wonderful".split()
FOOD_LOOKS = "big little fresh round lovely tasty fine wonderful huge tiny perfect small".split()

TRIFLES = [
    "a few dry leaves", "an old boot", "a sleepy beetle", "a bit of string", "a smooth grey stone", "two snails",
    "an empty bottle", "a puddle", "some moss", "a spider's web", "a broken plate", "a bent nail", "three acorns",
    "a rusty key", "a wet sock", "a pile of twigs", "a surprised worm", "some crumbs", "a scrap of paper", "nothing but dust",
]  # fmt: skip

SPOTS = [
    "under a bush", "behind a big rock", "inside a hollow tree", "between two roots", "under a pile of leaves",
    "on a mossy log", "beside a puddle", "high up in a tree", "under a bridge", "in the tall grass",
    "behind a fence", "on top of a wall", "in a deep hole", "next to a well", "under a wooden bench",
    "behind a barn", "at the bottom of a ditch", "beside a gate", "under a broken cart", "on a doorstep",
    "in a bed of nettles", "near a beehive", "in an empty barrel", "behind a waterfall", "among the flowers",
]  # fmt: skip


def alike(*names):
    """Whether two of them have a word in common, as "boat" and "paper boat"."""
    words = [word for name in names for word in name.split() if word != "of"]
    return len(set(words)) < len(words)


def is_a(thing, sort):
    """Whether it belongs to a category, or to one of the sets that go across them."""
    across = {"food": RARE_FOOD, "grown": GROWN, "soft": SOFT, "big": BIG}
    return CATEGORY.get(thing) == sort or thing in across.get(sort, ())


def draw(rng):
    return rng.choice(RARE if rng.random() < 0.1 else OBJECTS)
