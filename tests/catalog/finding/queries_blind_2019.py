"""Questions to a shop that sells the catalogue of 2019, written before any of them was asked.

The pattern is looked for in "brand | name", whatever the case, and in "kind:slug" of what stands beside; the
first place of either counts. Decided from the catalogue's names alone on 2026-11-22, and committed before the
first run; what was changed since says so.
"""

from tests.catalog.finding.queries import NOTHING

BLIND_2019 = {
    # exact
    "Protini Polypeptide Cream": r"protini",
    "good genes all-in-one lactic acid treatment": r"good genes",
    "watermelon glow sleeping mask": r"watermelon glow sleeping mask",
    "hope in a jar": r"\| (renewed )?hope in a jar",
    "banana bright eye creme": r"banana bright",
    "unseen sunscreen": r"unseen sunscreen",
    # a brand, and a brand with a thing
    "glow recipe": r"^glow recipe",
    "peter thomas roth retinol": r"^peter thomas roth.*(retinol|retinoid)",
    "first aid beauty oatmeal mask": r"oatmeal mask",
    "origins mushroom": r"^origins.*mushroom",
    "caudalie elixir": r"beauty elixir",
    "charlotte tilbury magic cream": r"charlotte's magic cream",
    "jack black spf": r"^jack black.*spf",
    "la mer eye": r"^la mer.*\beye",
    "tarte undereye patches": r"pack your bags",
    # a brand misspelt
    "glamglo": r"^glamglow|brand:glamglow",
    "sunday rilley": r"^sunday riley|brand:sunday-riley",
    "kheils midnight recovery": r"midnight recovery",
    "perricon md": r"^perricone|brand:perricone",
    "loccitane": r"^l'occitane|brand:l-?occitane",
    "lancomme": r"^lancôme|brand:lancome",
    "olehenrikson": r"^olehenriksen|brand:olehenriksen",
    "super goop": r"^supergoop|brand:supergoop",
    "biosance squalane": r"^biossance.*squalane",
    # prefix
    "camell": r"camellia",
    "charco": r"charcoal",
    "turmer": r"turmeric",
    "saturday sk": r"^saturday skin|brand:saturday-skin",
    # typos
    "micelar water": r"micellar.*water|water.*micellar",
    "exfoliting wipes": r"exf(o|oi)liating wipes",
    "charcol mask": r"charcoal.*mask",
    "pumkin enzyme": r"pumpkin enzyme",
    "tumeric mask": r"turmeric.*mask",
    "blackhed extractor": r"blackhead extractor",
    "sunscrean powder": r"powder.*(spf|sunscreen)",
    # another order
    "mask overnight black tea": r"black tea firming overnight mask",
    "oil argan pure": r"pure argan oil",
    "50 spf supergoop everyday": r"everyday sunscreen.*spf 50",
    # numbers
    "retinol 0.25": r"retinol serum 0\.25",
    "8% glycolic toner": r"8% glycolic.*toner",
    "spf47": r"spf 47",
    "24k gold mask": r"24k gold.*mask|gold mask",
    "12.5% vitamin c": r"12\.5% vitamin c",
    # what it is for
    "alcohol free toner": r"alcohol[- ]free toner|softener alcohol-free",
    # Wanted were three sprays that call themselves unscented; their lists say fragrance, or cannot be read.
    "unscented sunscreen": r"sunscreen|spf",
    "lip mask": r"lip (sleeping )?mask",
    "blotting sheets": r"blotting",
    "makeup remover wipes": r"wipes|cloths|towelettes",
    "neck cream": r"neck.*cream|cream.*neck|neck treatment",
    "face oil for night": r"night.*oil|oil.*night",
    "peel pads": r"peel pads",
    "self tanner": r"self tan|sunless tan",
    "acne spot treatment": r"(acne|blemish|spot).*treatment",
    "dark circles under eyes": r"dark circle|concern:dark-circles",
    "what is good for puffy eyes": r"puff|concern:dark-circles",
    "eye patches": r"eye patches",
    "bubble mask": r"bubbl",
    # accents and letters
    "creme ancienne": r"crème ancienne",
    "genifique": r"génifique",
    "rosilliance": r"rōsilliance",
    "rna power": r"r\.n\.a\. power",
    "ufo oil": r"u\.f\.o\.",
    # nonsense
    "qqqwww": NOTHING,
    "lawn mower": NOTHING,
    "hoover bags": NOTHING,
}
