"""What customers may type into a shop that sells the catalogue of 2019, and what they mean by it.

The pattern is looked for in "brand | name", whatever the case; "concern:…" or "guide:…" must stand beside.
"""

from tests.catalog.finding.queries import NOTHING

OF_2019 = {
    # exact
    "Take The Day Off Cleansing Balm": r"take the day off cleansing balm",
    "Black Tea Firming Overnight Mask": r"black tea firming overnight mask",
    "facial treatment essence": r"facial treatment essence",
    "Advanced Night Repair": r"advanced night repair",
    "moisture surge": r"moisture surge",
    "lip sleeping mask": r"lip sleeping mask",
    "tlc sukari babyfacial": r"sukari babyfacial",
    # a brand, and a brand with a thing
    "la mer": r"^la mer \|",
    "creme de la mer": r"crème de la mer",
    "drunk elephant": r"^drunk elephant \|",
    "kiehls ultra facial cream": r"kiehl.*ultra facial cream",
    "dr jart": r"^dr\. jart",
    "dr. dennis gross retinol": r"dennis gross.*retinol",
    "estee lauder eye": r"^estée lauder.*\beye",
    "lancome serum": r"^lancôme.*serum|^lancôme.*\b(genifique|génifique|visionnaire)",
    "sk ii mask": r"^sk-ii.*mask",
    # prefix
    "supergo": r"^supergoop",
    "plantscr": r"plantscription",
    "squal": r"squalane",
    "micell": r"micellar",
    "resver": r"resveratr",
    # typos
    "clinque": r"^clinique",
    "shisedo": r"^shiseido",
    "drunk elefant": r"^drunk elephant",
    "hyalauronic acid": r"hyaluronic",
    "niacinimide": r"ingredient:niacinamide",  # no name has it
    "vitamin c serm": r"vitamin c.*serum|c-firma|potent-c.*serum",
    "glicolic cleanser": r"glycolic.*cleans",
    "sunscren": r"\| .*(sunscreen|spf)",
    "slaicylic acid": r"salicylic",
    "cleansing oli": r"cleansing oil",
    "tatcha camelia oil": r"tatcha.*camellia.*oil",
    # what is in it, and what it is for
    "retinol eye cream": r"retinol.*eye cream",
    "ferulic retinol": r"ferulic.*retinol",
    "clay mask": r"clay.*mask|mask.*clay|mud",
    "sulfur mask": r"sulfur.*mask",
    "aha serum": r"aha.*serum|glycolic.*serum|lactic|good genes",
    "coconut toner": r"coconut.*toner",
    "mineral sunscreen stick": r"mineral sunscreen stick",
    "tinted moisturizer spf 30": r"(tint|color correcting).*spf 30|spf 30.*tint",
    "oil free moisturizer": r"oil[- ]free.*moisturizer|moisturizer.*oil[- ]free",
    "anti aging eye serum": r"eye.*serum|serum.*eye",
    "sheet mask lavender": r"lavender.*sheet mask",
    "setting spray": r"setting (spray|mist)",
    "blotting paper": r"blotting (papers|film)",
    # our own words
    "milk spots": r"concern:milia",
    "retin-a": r"guide:prescription-retinoids",
    "wrinkles": r"concern:fine-lines",
    # nonsense
    "xqzzy": NOTHING,
    "🧴": NOTHING,
}
