"""Classes of a substance that only CosIng knows: from its functions, and from how its name is built.

Where it is unsure it says more rather than less: a class that is missing makes a product "free of" it.
"""

import re
from collections.abc import Sequence

from catalog.models import IngredientClass as Class

FUNCTIONS: dict[str, tuple[Class, ...]] = {
    "absorbent": (Class.ABSORBENT,),
    "antioxidant": (Class.ANTIOXIDANT,),
    "antiperspirant": (Class.ANTIPERSPIRANT,),
    "buffering": (Class.PH_ADJUSTER,),
    "chelating": (Class.CHELATOR,),
    "colorant": (Class.COLORANT,),
    "film forming": (Class.FILM_FORMER,),
    "fragrance": (Class.PERFUMING,),
    "gel forming": (Class.THICKENER,),
    "humectant": (Class.HUMECTANT,),
    "perfuming": (Class.PERFUMING,),
    "ph adjusters": (Class.PH_ADJUSTER,),
    "preservative": (Class.PRESERVATIVE,),
    "propellant": (Class.PROPELLANT,),
    "skin conditioning - emollient": (Class.EMOLLIENT,),
    "skin conditioning - humectant": (Class.HUMECTANT,),
    "skin conditioning - occlusive": (Class.OCCLUSIVE,),
    "solvent": (Class.SOLVENT,),
    "soothing": (Class.SOOTHING,),
    "surfactant - cleansing": (Class.SURFACTANT,),
    "surfactant - emulsifying": (Class.EMULSIFIER,),
    "tanning": (Class.SELF_TANNER,),
    "uv filter": (Class.UV_FILTER,),
    "viscosity controlling": (Class.THICKENER,),
}
PART = r"(leaf|root|flower|fruit|seed|bark|peel|stem|wood|bud|herb|sprout|rhizome|bulb|branch|kernel|needle)"
SULFATE = re.compile(r"(?<![a-z])sulfate$")  # a methosulfate is a conditioner
MINERAL = re.compile(r"\b(zinc oxide|titanium dioxide)\b")
PRESSED = re.compile(r"(kernel|nut|germ|bran) oil$")
PRESSED_OR_DISTILLED = re.compile(r"(seed|fruit) oil$")  # sunflower, and dill
# Nobody presses a petal, whatever else the inventory says of its oil.
DISTILLED = re.compile(r"(leaf|flower|peel|bark|wood|root|needle) oil$")
# Each pattern is tried on the name in small letters; none has two repeats that could share a text.
NAMES: list[tuple[re.Pattern[str], tuple[Class, ...]]] = [
    (re.compile(pattern), classes)
    for pattern, classes in (
        (r"^ci \d{5}", (Class.COLORANT,)),
        (r"\bretin(ol|al|oic|oate|yl|oxy)", (Class.RETINOID,)),
        (r"paraben\b", (Class.PARABEN, Class.PRESERVATIVE)),
        (r"isothiazolinone\b", (Class.ISOTHIAZOLINONE, Class.PRESERVATIVE)),
        (r"methicon|siloxan|silsesquioxane|siloxysilicate", (Class.SILICONE,)),
        (r"lanolin|\blaneth", (Class.LANOLIN, Class.ANIMAL_DERIVED)),
        (r"\bceramide\b", (Class.CERAMIDE, Class.BARRIER_LIPID)),
        (r"hyaluron", (Class.HYALURONATE, Class.HUMECTANT)),
        (r"peptide", (Class.PEPTIDE,)),
        (r"\bcopper\b[ a-z-]*peptide", (Class.COPPER_PEPTIDE,)),
        (r"\bascorb", (Class.VITAMIN_C_DERIVATIVE,)),
        (r"\bsalicylate$", (Class.SALICYLATE,)),
        (r"\bferment\b|\bferment$", (Class.FERMENT,)),
        (r"\b(hydrolyzed|protein|collagen|keratin|elastin|amino acids)\b", (Class.PROTEIN_AMINO_ACID,)),
        (r"\bbutter$", (Class.BUTTER,)),
        (r"\b(cera|wax)$", (Class.WAX,)),
        (PART + r" (extract|water|juice|powder)$", (Class.PLANT_EXTRACT,)),
        # Fatty acids of 11 to 24 carbons bound to something: what the yeast can split.
        (
            r"(laur|myrist|palmit|stear|ole|linole|linolen|behen|arachid|coco|olivo|palm|tallow|ricinole)ates?$"
            r"|^polysorbate",
            (Class.MALASSEZIA_FOOD,),
        ),
    )
]


def derive_classes(name: str, functions: Sequence[str]) -> list[str]:
    """The classes of a substance, in the order of the closed set."""
    lower = name.casefold()
    found = {one for function in functions for one in FUNCTIONS.get(function, ())}
    for pattern, classes in NAMES:
        if pattern.search(lower):
            found.update(classes)
    if SULFATE.search(lower) and Class.SURFACTANT in found:
        found.add(Class.SULFATE)  # salts such as magnesium sulfate do not cleanse
    if Class.UV_FILTER in found:
        found.add(Class.UV_MINERAL if MINERAL.search(lower) else Class.UV_ORGANIC)
    if lower.endswith(" oil"):
        found |= _sort_oil(lower, found)
    return [one.value for one in Class if one in found]


def _sort_oil(name: str, found: set[Class]) -> set[Class]:
    """An oil that smells and does not soften is distilled, unless it is one that can only be pressed."""
    smells, softens = Class.PERFUMING in found, Class.EMOLLIENT in found
    if name.startswith(("hydrogenated", "peg-")) or "lanolin" in name or "mineral oil" in name:
        return set()
    if PRESSED.search(name) or (PRESSED_OR_DISTILLED.search(name) and (softens or not smells)):
        return {Class.PLANT_OIL, Class.MALASSEZIA_FOOD}
    is_distilled = smells and (not softens or DISTILLED.search(name) is not None)
    return {Class.ESSENTIAL_OIL} if is_distilled else set()
