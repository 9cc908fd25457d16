"""What customers may type into the demo shop, and what they mean by it.

A wanted name is a product's slug, or what must stand beside products ("concern:milia"). Of several names
each is a good answer: the first one that is met counts. NOTHING: neither products nor anything beside them.
"""

from typing import NamedTuple

NOTHING = ""


class Query(NamedTuple):
    text: str
    sort: str
    wanted: tuple[str, ...]


def of_sort(sort: str, table: dict[str, str]) -> list[Query]:
    return [Query(text, sort, tuple(names.split())) for text, names in table.items()]


SUN = (
    "daily-fluid-spf-50 tinted-mineral-spf-30 sun-stick-spf-50 body-sun-milk-spf-50 "
    "high-cold-spf-50 veil-tint-spf-50 matte-sun-gel-spf-30 quiet-mineral-spf-30"
)
CREAMS = (
    "barrier-cream everyday-lotion water-gel plain-cream matte-day-fluid peony-day-cream "
    "velvet-night-cream winter-cream calendula-rich-cream lipid-emulsion-3-1-1 retinol-cream-03 "
    "nettle-day-lotion"
)
DEMO = [
    *of_sort(
        "exact",
        {
            "Oat Milk Cleanser": "oat-milk-cleanser",
            "barrier cream": "barrier-cream",
            "Lipid Emulsion 3:1:1": "lipid-emulsion-3-1-1",
            "Vitamin C 15": "vitamin-c-fifteen",
            "niacinamide 10": "niacinamide-ten",
            "Gardener's Hand Cream": "gardeners-hand-cream",
            "gardeners hand cream": "gardeners-hand-cream",
            "Almond & Plum Cleansing Oil": "almond-plum-cleansing-oil",
            "daily fluid SPF 50": "daily-fluid-spf-50",
            "Retinol Cream 0.3": "retinol-cream-03",
            "low-foam salicylic wash": "low-foam-salicylic-wash",
            "WHILE YOU SLEEP MASK": "while-you-sleep-mask",
            "sage & beeswax balm": "sage-beeswax-balm",
            "quiet harbour plain cream": "plain-cream",
            "maren ostby urea": "urea-ten-lotion",
            "solvenna stick": "sun-stick-spf-50 lip-stick-spf-30",
            "Kaldmoen": "brand:kaldmoen",
        },
    ),
    *of_sort(
        "prefix",
        {
            "nia": "niacinamide-ten",
            "oat mi": "oat-milk-cleanser",
            "glyc": "glycolic-seven-night-liquid",
            "hyalu": "hyaluronic-water-serum",
            "bakuch": "bakuchiol-oil-serum",
            "cold ho": "cold-hour-serum",
            "sunsc": SUN,
            "pelli": "niacinamide-ten retinal-night-serum azelaic-ten lipid-emulsion-3-1-1 "
            "salicylic-two-liquid caffeine-five-eye-serum",
            "moistur": CREAMS,
            "mili": "concern:milia",
        },
    ),
    *of_sort(
        "one typo",
        {
            "niacinimide": "niacinamide-ten",
            "glicolic": "glycolic-seven-night-liquid",
            "retnol": "retinol-cream-03",
            "azelaik": "azelaic-ten",
            "cleansr": "oat-milk-cleanser kelp-gel-cleanser rose-milk-cleanser "
            "almond-plum-cleansing-oil nine-ingredient-face-wash "
            "low-foam-salicylic-wash cold-water-micellar fir-cleansing-balm",
            "barier cream": "barrier-cream",
            "rosehp oil": "rosehip-night-oil",
            "calendua cream": "calendula-rich-cream",
            "hyaluronc serum": "hyaluronic-water-serum",
            "mandellic": "mandelic-eight",
            "sunscren": SUN,
            "vitamine c": "vitamin-c-fifteen",
            "rosacae": "concern:rosacea",
            "sulphr paste": "sulphur-spot-paste",
            "quiet harbor": "brand:quiet-harbour",
        },
    ),
    *of_sort(
        "two typos",
        {
            "niacynamde": "niacinamide-ten",
            "glycollik": "glycolic-seven-night-liquid",
            "salycilic": "salicylic-two-liquid low-foam-salicylic-wash",
            "hylauronic": "hyaluronic-water-serum",
            "ceramyd creme": "barrier-cream lipid-emulsion-3-1-1",
            "cafeine eye serm": "caffeine-five-eye-serum",
            "moisterizer": CREAMS,
            "bakuciol": "bakuchiol-oil-serum",
            "tranexanic acid": "even-tone-drops",
            "excema": "concern:eczema-prone",
        },
    ),
    *of_sort(
        "synonym",
        {
            "milk spots": "concern:milia",
            "oil seeds": "concern:milia",
            "spf": SUN,
            "sun cream": SUN,
            "sunblock": SUN,
            "SPF50": "daily-fluid-spf-50 sun-stick-spf-50 body-sun-milk-spf-50 "
            "high-cold-spf-50 veil-tint-spf-50",
            "retin-a": "guide:prescription-retinoids",
            "tretinoin": "guide:prescription-retinoids",
            "face wash": "nine-ingredient-face-wash oat-milk-cleanser kelp-gel-cleanser "
            "low-foam-salicylic-wash",
            "zits": "concern:acne",
            "wrinkles": "concern:fine-lines",
            "atopic dermatitis": "concern:eczema-prone",
            "chicken skin": "concern:keratosis-pilaris",
            "pregnancy mask": "concern:melasma",
            "vitamin b3": "niacinamide-ten balance-toner even-tone-drops while-you-sleep-mask",
            "shea butter": "velvet-eye-balm velvet-night-cream peony-day-cream rose-body-cream",
            "vaseline": "plain-ointment plain-lip-balm winter-cream",
            "sulfur": "sulphur-spot-paste",
        },
    ),
    *of_sort(
        "colloquial",
        {
            "cream for dry skin": "barrier-cream plain-cream winter-cream calendula-rich-cream "
            "unscented-eye-cream",
            "something for oily skin": "water-gel matte-day-fluid balance-toner kelp-gel-cleanser "
            "niacinamide-ten matte-sun-gel-spf-30 marsh-clay-mask "
            "salicylic-two-liquid low-foam-salicylic-wash",
            "white bumps under eyes": "concern:milia",
            "how to start retinol": "guide:retinoids-how-to-begin",
            "what order serum": "guide:layering-and-routine",
            "red face": "concern:rosacea",
            "sunscreen for melasma": "veil-tint-spf-50 tinted-mineral-spf-30 daily-fluid-spf-50",
            "acid for acne": "salicylic-two-liquid mandelic-eight low-foam-salicylic-wash azelaic-ten",
            "anti aging serum": "retinal-night-serum peptide-silk-serum bakuchiol-oil-serum "
            "vitamin-c-fifteen hyaluronic-water-serum",
            "eye cream for dark circles": "concern:dark-circles",
            "body lotion rough arms": "urea-ten-lotion lactic-ten-body-lotion",
            "pregnant": "guide:pregnancy-and-skincare",
        },
    ),
    *of_sort(
        "ingredient",
        {
            "glycolic acid": "glycolic-seven-night-liquid",
            "salicylic acid": "salicylic-two-liquid low-foam-salicylic-wash",
            "vitamin c": "vitamin-c-fifteen",
            "C E Ferulic": "vitamin-c-fifteen",
            "hyaluronic acid": "hyaluronic-water-serum",
            "ceramides": "barrier-cream lipid-emulsion-3-1-1 unscented-eye-cream",
            "retinoids": "retinol-cream-03 retinal-night-serum velvet-night-cream",
            "aha": "glycolic-seven-night-liquid mandelic-eight five-percent-lactic-toner "
            "lactic-ten-body-lotion",
            "zinc oxide": "quiet-mineral-spf-30 tinted-mineral-spf-30 veil-tint-spf-50 sulphur-spot-paste",
            "urea": "urea-ten-lotion",
            "lanolin": "gardeners-hand-cream",
            "ascorbic acid": "vitamin-c-fifteen",
            "peptides": "peptide-silk-serum",
        },
    ),
    *of_sort(
        "avoid-list",
        {
            "fragrance free moisturizer": "barrier-cream everyday-lotion water-gel plain-cream winter-cream "
            "lipid-emulsion-3-1-1 retinol-cream-03",
            "cleanser without perfume": "oat-milk-cleanser nine-ingredient-face-wash cold-water-micellar "
            "low-foam-salicylic-wash",
            "sunscreen no alcohol": "tinted-mineral-spf-30 sun-stick-spf-50 body-sun-milk-spf-50 "
            "high-cold-spf-50 veil-tint-spf-50 quiet-mineral-spf-30 "
            "matte-sun-gel-spf-30",
            "silicone-free serum": "niacinamide-ten vitamin-c-fifteen ectoin-serum even-tone-drops "
            "hyaluronic-water-serum cold-hour-serum bakuchiol-oil-serum "
            "alpha-arbutin-two rosehip-night-oil",
            "eye cream free of fragrance and essential oils": "unscented-eye-cream",
            "hand cream without lanolin": "night-hand-balm hand-wash-oil",
        },
    ),
    *of_sort(
        "nonsense",
        {
            "xqzzy": NOTHING,
            "qwrtpsdf": NOTHING,
            "!!! ??? ---": NOTHING,
            "🧴✨": NOTHING,
            "the of and": NOTHING,
            "zzzzzzzzzzzzzzzzzzzzzzzz": NOTHING,
        },
    ),
]
