"""A small vocabulary for labels that nobody ever printed."""

from catalog import inci
from catalog.inci import FormulaRead, Reading, Vocabulary

# INCI name | other names | classes
KNOWN = """
Water | Aqua, Eau, Purified Water |
Parfum | Fragrance, Perfume, Aroma | fragrance perfuming
Glycerin | Glycerol, Glycérine, Glycerine | humectant
1,2-Hexanediol | | solvent
2,3-Butanediol | | solvent
Butylene Glycol | | humectant
Alcohol Denat. | SD Alcohol 40-B | drying_alcohol
Caprylic/Capric Triglyceride | | emollient
Acrylates/C10-30 Alkyl Acrylate Crosspolymer | | thickener
Leuconostoc/Radish Root Ferment Filtrate | | ferment
Helianthus Annuus (Sunflower) Seed Oil | Sunflower Oil | plant_oil
Butyrospermum Parkii (Shea) Butter | Shea Butter | butter
Lavandula Angustifolia (Lavender) Oil | Lavender Oil | essential_oil
Avena Sativa (Oat) Kernel Extract | | soothing
Panthenol | Provitamin B5 | humectant
Tocopherol | Vitamin E | antioxidant
Tocopheryl Acetate | | antioxidant
Niacinamide | | niacinamide
Salicylic Acid | | bha salicylate
Retinol | | retinoid
Zinc Oxide | CI 77947 | uv_filter uv_mineral
Titanium Dioxide | CI 77891 | uv_filter uv_mineral
Iron Oxides | CI 77491, CI 77492, CI 77499, Iron Oxide | colorant
Mica | CI 77019 | colorant
CI 42090 | Blue 1, FD&C Blue No. 1 | colorant
CI 19140 | Yellow 5 | colorant
Butyl Methoxydibenzoylmethane | Avobenzone | uv_filter uv_organic
Octocrylene | | uv_filter uv_organic
Linalool | | fragrance_allergen
Limonene | | fragrance_allergen
Citral | | fragrance_allergen
Geraniol | | fragrance_allergen
Phenoxyethanol | | preservative
Dimethicone | | silicone
Squalane | | emollient
Mel | Honey, Miel | humectant
Ceramide NP | Ceramide 3 | ceramide
Sodium Hyaluronate | | humectant
Hydrolyzed Linseed Extract | |
Polysorbate 20 | | surfactant
Colloidal Oatmeal | | soothing
Paraffinum Liquidum | Mineral Oil, Huile Minerale | occlusive
Talc | | absorbent
Xanthan Gum | | thickener
Charcoal Powder | | absorbent
"""


def make_vocabulary() -> Vocabulary:
    """Forty-odd ingredients with what else labels call them."""
    names: dict[str, inci.Entry] = {}
    for line in KNOWN.strip().splitlines():
        name, others, classes = (part.strip() for part in line.split("|"))
        entry = inci.Entry(inci.fold(name).replace(" ", "-"), name, frozenset(classes.split()))
        others_split = [other.strip() for other in others.split(", ")] if others else []
        for one in [name, *others_split]:
            assert names.setdefault(inci.fold(one), entry) == entry, one
    return Vocabulary(names)


VOCABULARY = make_vocabulary()


def read(text: str) -> Reading:
    """A label, read with that vocabulary."""
    return inci.read_label(text, VOCABULARY)


def read_one(text: str) -> FormulaRead:
    """The only formula on a label."""
    reading = read(text)
    assert reading.status == "read", reading.reason
    assert len(reading.formulas) == 1, [part.title for part in reading.formulas]
    return reading.formulas[0]


def names(text: str) -> list[str]:
    """What the only formula on a label holds: our names, and “?…” for what is not understood."""
    return [item.name if item.slug else f"?{item.text}" for item in read_one(text).ingredients]


def check_cover(text: str, reading: Reading) -> None:
    """Every sign is in exactly one span, and what is shown is what was printed."""
    place = 0
    for span in reading.spans:
        assert span.start == place, (span, place)
        assert span.end > span.start
        place = span.end
    assert place == len(text)
    starts = {span.start for span in reading.spans}
    for part in reading.formulas:
        for item in (*part.ingredients, *part.may_contain):
            assert text[item.start : item.end] == item.text
            assert item.start in starts
