"""The products of the shop: eight themes, and what the shop calls and asks for them.

An article (``TEAPOT``) comes in three designs (``RED RETROSPOT TEAPOT``). Designs are the
same in all themes and prices spread widely within each, so a theme shows only in the
articles' names and in what is bought together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import accumulate
from random import Random
from typing import NamedTuple

from sample.draws import happens, pick, pick_cumulative, shuffled, whole

DESIGNS = (
    "RED RETROSPOT",
    "PINK POLKADOT",
    "BLUE POLKADOT",
    "VINTAGE",
    "WOODLAND",
    "STRAWBERRY",
    "GINGHAM",
    "PAISLEY",
    "SWALLOW",
    "UNION JACK",
    "ENGLISH ROSE",
    "SCANDINAVIAN",
    "IVORY",
    "ANTIQUE SILVER",
    "FRENCH BLUE",
    "DOILEY",
)

# Article and usual price in GBP.
ARTICLES = {
    "kitchen": """
        MUG 2.95 | TEA TOWEL 3.25 | CAKE TIN 6.75 | CAKE STAND 3 TIER 12.75
        MIXING BOWL 7.95 | JAM JAR 1.06 | EGG CUPS SET OF 4 3.75 | BAKING SET 9 PIECE 4.95
        RECIPE BOX 9.95 | OVEN GLOVE 2.55 | APRON 5.95 | TEAPOT 8.50 | MILK JUG 2.10
        SUGAR BOWL 1.95 | LUNCH PLATES SET OF 8 2.08 | COOKIE CUTTER 0.55
        ROLLING PIN 1.65 | BREAD BIN 14.95 | SPICE TINS SET OF 6 4.25
        KITCHEN SCALES 10.95 | TEASPOON 0.42 | COASTER 0.85 | CHOPPING BOARD 5.45
        JELLY MOULD 1.25
    """,
    "garden": """
        WATERING CAN 4.95 | PLANT POT 1.25 | BIRD HOUSE 5.95 | BIRD FEEDER 3.75
        GARDEN GLOVES 2.10 | SEED PACKET 0.42 | HAND TROWEL 2.95 | HERB MARKER 0.65
        GARDEN TWINE 1.65 | FLOWER POTS SET OF 3 4.25 | GARDEN KNEELING PAD 1.95
        GARDEN PARASOL 14.95 | WIND CHIME 2.55 | GARDEN GNOME 6.75 | SUNDIAL 12.75
        HANGING FLOWER BASKET 7.95 | GARDEN BUNTING 5.45 | WINDOW PLANTER 8.50
        GARDEN TRELLIS 9.95 | GREENHOUSE THERMOMETER 3.25 | BUTTERFLY STAKE 0.85
        PLANT LABELS 1.06 | SEEDLING TRAY 0.55 | BIRD BATH 10.95
    """,
    "christmas": """
        BAUBLE 0.85 | CHRISTMAS TREE DECORATION 1.25 | CHRISTMAS STOCKING 2.95
        ADVENT CALENDAR 4.95 | CHRISTMAS GIFT TAGS 0.42 | CHRISTMAS WREATH 8.50
        TINSEL GARLAND 2.10 | FELT REINDEER 1.65 | WOODEN SNOWMAN 2.55 | SANTA HAT 1.06
        CHRISTMAS CRACKERS BOX OF 6 5.95 | SNOW GLOBE 6.75 | TREE TOP ANGEL 3.75
        CHRISTMAS TREE SKIRT 12.75 | NATIVITY SET 14.95 | TREE TOP STAR 3.25
        NUTCRACKER SOLDIER 7.95 | SLEIGH BELLS 4.25 | GINGERBREAD HOUSE KIT 9.95
        GLASS ICICLE 0.65 | MISTLETOE SPRIG 0.55 | CHRISTMAS RIBBON 1.95
        SANTA SACK 5.45 | REINDEER SLEIGH CENTREPIECE 10.95
    """,
    "stationery": """
        NOTEBOOK 1.65 | GREETING CARD 0.42 | PENCIL CASE 2.55 | PENCILS TUBE OF 12 0.85
        WOODEN RULER 0.65 | WRAPPING PAPER 0.55 | STICKER SHEET 1.06 | ENVELOPES 1.25
        WRITING SET 4.95 | ADDRESS BOOK 3.75 | MEMO PAD 1.95 | DESK JOTTER 2.10
        POSTCARD PACK 2.95 | PAPER CLIPS TIN 3.25 | INK PAD 4.25 | RUBBER STAMP SET 5.95
        DESK BLACKBOARD 6.75 | PENCIL SHARPENER 0.72 | PAPER FOLDER 1.45
        SCRAPBOOK 7.95 | FIVE YEAR DIARY 8.50 | LETTER RACK 9.95
        FOUNTAIN PEN 12.75 | WRITING DESK TIDY 14.95
    """,
    "candles and lights": """
        T-LIGHT HOLDER 1.25 | SCENTED CANDLE 3.75 | CANDLESTICK 4.95 | LANTERN 5.95
        FAIRY LIGHTS 7.95 | HANGING LAMP 10.95 | NIGHT LIGHT 2.10 | CANDLE PLATE 2.95
        TABLE LAMP 14.95 | LAMPSHADE 8.50 | T-LIGHTS PACK OF 6 0.85 | VOTIVE CANDLE 0.55
        PILLAR CANDLE 2.55 | CANDELABRA 12.75 | CHANDELIER T-LIGHT HOLDER 6.75
        LED STRING LIGHTS 9.95 | WAX MELT 0.42 | OIL BURNER 3.25 | CANDLE SNUFFER 1.65
        STORM LANTERN 4.25 | BIRTHDAY CANDLES 1.06 | GLASS T-LIGHT CUP 0.65
        DINNER CANDLE 0.72 | LANTERN HOOK 1.95
    """,
    "toys": """
        RAG DOLL 5.95 | TEDDY BEAR 8.50 | SPINNING TOP 1.25 | SKIPPING ROPE 1.65
        JIGSAW PUZZLE 3.75 | DOMINOES GAME 1.45 | TOY TRAIN 7.95 | BUILDING BLOCKS 6.75
        FLYING KITE 4.95 | YO-YO TOY 0.85 | TIN ROBOT TOY 4.25 | DOLLS HOUSE 14.95
        SKITTLES GAME 5.45 | PLAYING CARDS GAME 1.95 | SNAKES AND LADDERS GAME 2.10
        FINGER PUPPET 0.42 | ROCKING HORSE TOY 12.75 | BOUNCY BALL TOY 0.55
        MARBLES GAME 1.06 | PIGGY BANK 2.55 | MUSICAL TOY BOX 9.95 | TOY DRUM 3.25
        MAGIC SET TOY 2.95 | TOY SOLDIER 0.65
    """,
    "bags": """
        LUNCH BAG 1.65 | JUMBO BAG 2.08 | SHOPPER BAG 1.25 | TOTE BAG 3.75
        CHARLOTTE BAG 0.85 | BACKPACK 7.95 | COIN PURSE 1.06 | SHOULDER BAG 5.95
        DUFFEL BAG 8.50 | LEATHER HANDBAG 14.95 | WALLET 3.25 | LUGGAGE TAG 0.55
        SUITCASE 12.75 | STORAGE BAG 1.95 | BEACH BAG 4.95 | DRAWSTRING BAG 2.10
        SATCHEL 9.95 | PICNIC COOL BAG 6.75 | TRAVEL POUCH 2.55 | SHOE BAG 1.45
        PARTY BAG 0.42 | RUCKSACK 10.95 | BAG CHARM 0.72 | EVENING PURSE 4.25
    """,
    "bathroom": """
        SOAP DISH 1.65 | BATH TOWEL 7.95 | BATH MAT 5.95 | SHOWER CURTAIN 9.95
        TOOTHBRUSH HOLDER 2.95 | BATH SALTS 2.10 | SHOWER CAP 1.06 | BATH SPONGE 0.85
        BATH BOMB 0.65 | BODY BRUSH 3.25 | HAND CREAM 2.55 | SOAP BAR 0.42
        BATHROOM MIRROR 10.95 | TOILET ROLL HOLDER 4.95 | FACE FLANNEL 1.25
        BUBBLE BATH 3.75 | RUBBER DUCK 0.55 | BATHROOM CABINET 14.95
        WASH BASIN AND JUG 12.75 | TOWEL RAIL 8.50 | SOAP DISPENSER 4.25
        BATH PILLOW 6.75 | NAIL BRUSH 1.45 | BATHROOM SHELF 5.45
    """,
}

# Descriptions that break careless code: commas, quotes, markup, letters beyond ASCII.
AWKWARD_ARTICLES = {
    "kitchen": """
        SET OF 3 "HOME" TINS 4.95 | CAFÉ AU LAIT BOWL 2.55 | SALT & PEPPER SHAKERS 3.75
    """,
    "garden": """
        HERB POTS, SET OF 3 5.95 | FLOWER & FERN PRESS 6.75
        SIGN "KEEP OFF THE GRASS" 2.10
    """,
    "christmas": """
        BAUBLES, GLASS, BOX OF 12 8.50 | NOËL TREE HANGER 0.85
        SANTA & REINDEER PAPER CHAIN 2.95
    """,
    "stationery": """
        CARD <3 YOU 0.42 | NOTEBOOK "À LA CARTE" 1.65
        STICKER SHEET <script>alert(1)</script> 0.85
    """,
    "candles and lights": """
        CANDLE "CRÈME BRÛLÉE" 3.75 | LED LIGHTS, BATTERY <12V 9.95
        WHITE HANGING HEART T-LIGHT HOLDER 2.55
    """,
    "toys": """
        PIGGY BANK "SAVE £££" 2.95 | NOUGHTS & CROSSES GAME 1.25
        PUZZLE, FARM, 100 PIECES 4.25
    """,
    "bags": """
        LUNCH BAG "BON APPÉTIT" 1.65 | BAG & PURSE, MATCHING 8.50
        BAG "I AM NOT PLASTIC" 1.95
    """,
    "bathroom": """
        SOAP, ROSE & LAVENDER 1.25 | SIGN "BATHROOM" 2.10 | TOWELS, SET OF 2 9.95
    """,
}

THEMES = tuple(ARTICLES)

# Points in pence along which a design is dearer and a large quantity cheaper.
PENCE = (
    *(19, 29, 42, 55, 65, 72, 85, 106, 125, 145, 165, 195, 208, 210, 255, 295),
    *(325, 375, 425, 495, 545, 595, 675, 795, 850, 995, 1095, 1275, 1495, 1695, 1995),
)
PRICES = tuple(Decimal(pence) / 100 for pence in PENCE)

WHOLESALE_QUANTITY = 48
RETAIL_MARK_UP = Decimal("1.65")
RESPELLED_SHARE_OF_PRODUCTS = 0.1


class Product(NamedTuple):
    """A product: its first spelling is the usual one, its price is in GBP."""

    code: str
    theme: str
    spellings: tuple[str, ...]
    price: Decimal


class Shelf(NamedTuple):
    """The products of a theme with running totals of their popularity."""

    products: tuple[Product, ...]
    popularity: tuple[float, ...]


Catalogue = Mapping[str, Shelf]


def catalogue(random: Random) -> Catalogue:
    """Fill the shelf of each theme: 72 designed products and 3 awkward ones.

    The popularity of products falls with their rank as in shops (Zipf's law, flattened).
    """
    codes = iter(shuffled(random, range(20675, 23843, 4)))
    families = iter(shuffled(random, range(84016, 85098, 5)))
    shelves = {}
    for theme in THEMES:
        products = [
            *_designed_products(random, theme, codes, families),
            *_awkward_products(theme, codes),
        ]
        ranked = shuffled(random, products)
        popularity = accumulate((rank + 5) ** -0.7 for rank in range(len(ranked)))
        shelves[theme] = Shelf(tuple(ranked), tuple(popularity))
    return shelves


def product_from(random: Random, shelves: Catalogue, theme: str) -> Product:
    """Draw a product of the theme, popular ones more often."""
    return pick_cumulative(random, *shelves[theme])


def wholesale_price(product: Product, quantity: int) -> Decimal:
    """Ask a known customer's price, one step lower for a large quantity."""
    return _step(product.price, -1 if quantity >= WHOLESALE_QUANTITY else 0)


def retail_price(product: Product) -> Decimal:
    """Ask a guest's price, with mark-up and tax."""
    return (product.price * RETAIL_MARK_UP).quantize(Decimal("0.01"))


def articles(text: str) -> list[tuple[str, Decimal]]:
    """Read articles and prices from the text they are written in above.

    Examples
    --------
    >>> articles("MUG 2.95 | TEA TOWEL 3.25")
    [('MUG', Decimal('2.95')), ('TEA TOWEL', Decimal('3.25'))]
    """
    entries = text.strip().replace("\n", "|").split("|")
    split_entries = [entry.strip().rsplit(" ", 1) for entry in entries]
    return [(name, Decimal(price)) for name, price in split_entries]


def respelled(random: Random, description: str) -> str:
    """Spell a description another way, as a second clerk would."""
    first, rest = description.split(" ", 1)
    return pick(
        random,
        (
            f"{description}.",
            f"{first}  {rest}",
            f"{rest}, {first}",
            description.title(),
            f"{description[:-2]}{description[-1]}{description[-2]}",
        ),
    )


def _designed_products(
    random: Random, theme: str, codes: Iterator[int], families: Iterator[int]
) -> list[Product]:
    """List three designs of each article; some share a number and differ by its letter."""
    products = []
    for name, price in articles(ARTICLES[theme]):
        family = next(families) if happens(random, 0.4) else None
        for letter, design in zip("ABC", shuffled(random, DESIGNS), strict=False):
            code = f"{family}{letter}" if family else str(next(codes))
            spellings = _spellings(random, f"{design} {name}")
            asked = _step(price, whole(random, -2, 2))
            products.append(Product(code, theme, spellings, asked))
    return products


def _awkward_products(theme: str, codes: Iterator[int]) -> list[Product]:
    """List the awkward articles of a theme, among them the well-known 85123A."""
    return [
        Product(
            "85123A" if name.startswith("WHITE HANGING HEART") else str(next(codes)),
            theme,
            (name,),
            price,
        )
        for name, price in articles(AWKWARD_ARTICLES[theme])
    ]


def _spellings(random: Random, description: str) -> tuple[str, ...]:
    if happens(random, RESPELLED_SHARE_OF_PRODUCTS):
        return (description, respelled(random, description))
    return (description,)


def _step(price: Decimal, steps: int) -> Decimal:
    """Move a price some points up or down the list."""
    position = PRICES.index(price) + steps
    return PRICES[max(0, min(position, len(PRICES) - 1))]
