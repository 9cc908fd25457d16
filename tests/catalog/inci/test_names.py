"""What one name on a label means."""

import pytest

from catalog import inci
from tests.catalog.inci.words import VOCABULARY, names, read_one


@pytest.mark.parametrize(
    "printed",
    [
        "WATER\\AQUA\\EAU",
        "Water / Aqua / Eau",
        "water/aqua/eau.",
        "Aqua/\u200bWater/\u200bEau",
        "Water​ (Aqua)",
        "Aqua (Water, Eau)",
        "Purified Water",
    ],
)
def test_water_is_water_in_every_spelling(printed: str) -> None:
    assert names(f"{printed}, Talc, Glycerin") == ["Water", "Talc", "Glycerin"]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("PEG-8", "Peg 8"),
        ("Glycérine", "GLYCERINE"),
        ("Alcohol Denat.", "alcohol denat"),
        ("Helianthus Annuus(Sunflower)Seed Oil", "Helianthus annuus [Sunflower] Seed Oil"),
        ("1, 2-Hexanediol", "1,2-hexanediol"),
        ("Cire d’Abeille", "cire d'abeille"),
        ("certiﬁed", "certified"),
        ("C.I. 77891", "CI 77891"),
    ],
)
def test_names_that_differ_only_in_print_fold_to_one_key(left: str, right: str) -> None:
    fold_left, fold_right = inci.fold(left), inci.fold(right)
    assert fold_left == fold_right or VOCABULARY.find(left) == VOCABULARY.find(right) != None  # noqa: E711


def test_a_number_in_a_name_keeps_its_comma() -> None:
    assert names("Water, 1,2-Hexanediol, 2,3-Butanediol,1,2- Hexanediol") == [
        "Water",
        "1,2-Hexanediol",
        "2,3-Butanediol",
        "1,2-Hexanediol",
    ]


def test_a_number_in_a_name_keeps_its_comma_before_a_blank_and_behind_another_number() -> None:
    assert names("Water, 1, 2-Hexanediol, Ceramide 3,1,2-Hexanediol, Polysorbate 20,1,2-Hexanediol") == [
        "Water",
        "1,2-Hexanediol",
        "Ceramide NP",
        "1,2-Hexanediol",
        "Polysorbate 20",
        "1,2-Hexanediol",
    ]


def test_a_comma_in_brackets_parts_nothing() -> None:
    assert names("Talc, Iron Oxides (CI 77491, CI 77492, CI 77499), Mica") == ["Talc", "Iron Oxides", "Mica"]


def test_a_slash_in_one_name_parts_nothing() -> None:
    text = "Caprylic/Capric Triglyceride, Acrylates/C10-30 Alkyl Acrylate Crosspolymer, Talc"
    assert names(text) == text.split(", ")
    assert names("Leuconostoc / Radish Root Ferment Filtrate, Talc")[0].startswith("Leuconostoc/Radish")


def test_a_slash_between_translations_is_one_ingredient() -> None:
    text = "Mineral Oil\\Paraffinum Liquidum\\Huile Minerale, Parfum/Fragrance, CI 77891/Titanium Dioxide"
    assert names(text) == ["Paraffinum Liquidum", "Parfum", "Titanium Dioxide"]


def test_a_slash_between_two_different_ingredients_is_not_understood() -> None:
    assert names("Water, Talc/Mica, Glycerin") == ["Water", "?Talc/Mica", "Glycerin"]


def test_a_colour_with_a_small_l_for_an_i_is_found() -> None:
    assert names("Talc, Cl 42090, C1 19140, Ci77891, C.I. 77019") == [
        "Talc",
        "CI 42090",
        "CI 19140",
        "Titanium Dioxide",
        "Mica",
    ]


def test_a_colours_number_with_its_name_behind_it_is_the_colour() -> None:
    printed = "Talc, Cl 42090 Blue 1, Blue 1 (CI 42090), FD&C Blue No. 1, Zebra Lake/Ci 42090"
    assert names(printed) == ["Talc"] + ["CI 42090"] * 4


def test_brackets_may_be_left_out_or_stand_elsewhere() -> None:
    assert names("Helianthus Annuus Seed Oil, Helianthus Annuus (Sunflower Seed) Oil, Talc") == [
        "Helianthus Annuus (Sunflower) Seed Oil",
        "Helianthus Annuus (Sunflower) Seed Oil",
        "Talc",
    ]


def test_brackets_that_hold_more_than_an_everyday_name_may_not_be_left_out() -> None:
    printed = (
        "(Eclipta Prostrata/Houttuynia Cordata) Leaf Extract",
        "Sodium Cocoyl (Arginine/Glycine)",
        "Mica",
    )
    known = inci.Vocabulary({inci.fold(name): inci.Entry(name.lower(), name) for name in printed})
    (part,) = inci.read_label("Leaf Extract, Sodium Cocoyl, Mica", known).formulas
    assert [item.slug for item in part.ingredients] == [None, None, "mica"]
    assert [known.find(name) is not None for name in printed] == [True, True, True]


def test_the_proper_name_in_brackets_wins_over_an_everyday_one_before_them() -> None:
    assert names(
        "Vitamin E (Tocopheryl Acetate), Provitamin B5 (Panthenol), Soothing Complex (Panthenol)"
    ) == [
        "Tocopheryl Acetate",
        "Panthenol",
        "Panthenol",
    ]
    assert names("Retinol (Vitamin E), Talc") == ["Retinol", "Talc"]


def test_an_everyday_word_in_brackets_explains_an_unknown_name_and_is_not_taken_for_it() -> None:
    assert names("Talc, Zebra Ferment (Honey)") == ["Talc", "?Zebra Ferment (Honey)"]


def test_praise_before_a_name_is_no_part_of_it() -> None:
    assert names("Organic Lavender Oil, Certified Organic Honey, Encapsulated Salicylic Acid") == [
        "Lavandula Angustifolia (Lavender) Oil",
        "Mel",
        "Salicylic Acid",
    ]


def test_nano_is_seen_in_both_kinds_of_bracket() -> None:
    items = read_one("Titanium Dioxide [Nano], Zinc Oxide (nano), Mica").ingredients
    assert [(item.name, item.nano) for item in items] == [
        ("Titanium Dioxide", True),
        ("Zinc Oxide", True),
        ("Mica", False),
    ]


def test_glued_names_are_never_resolved_only_suggested() -> None:
    assert names("Water, HydrolyzedLinseedExtract, Talc") == ["Water", "?HydrolyzedLinseedExtract", "Talc"]
    assert VOCABULARY.suggest("HydrolyzedLinseedExtract") == ["Hydrolyzed Linseed Extract"]


def test_a_word_that_the_end_of_a_line_had_parted_is_whole_again() -> None:
    assert names("Water, Dime- Thicone, Niacin-\namide, Ta-lc") == [
        "Water",
        "Dimethicone",
        "Niacinamide",
        "Talc",
    ]


def test_a_slash_may_be_left_out() -> None:
    assert names("Water, Caprylic Capric Triglyceride, Talc")[1] == "Caprylic/Capric Triglyceride"


def test_a_name_that_a_stray_comma_parted_is_whole_again() -> None:
    assert names("Water, Leuconostoc, Radish Root Ferment Filtrate, Salicylic, Acid, Iron, Oxides, Talc") == [
        "Water",
        "Leuconostoc/Radish Root Ferment Filtrate",
        "Salicylic Acid",
        "Iron Oxides",
        "Talc",
    ]
    whole = read_one("Water, Helianthus, Annuus (Sunflower) Seed Oil*, Talc").ingredients[1]
    assert (whole.text, whole.name, whole.marks, whole.rank) == (
        "Helianthus, Annuus (Sunflower) Seed Oil",
        "Helianthus Annuus (Sunflower) Seed Oil",
        "*",
        2,
    )


def test_two_known_names_remain_two_and_a_guess_joins_nothing() -> None:
    assert names("Mica, Zinc, Talc, Glycerin, Water") == ["Mica", "?Zinc", "Talc", "Glycerin", "Water"]
    assert names("Salicylic 2%, Acid, Water, Talc")[:2] == ["?Salicylic", "?Acid"]
    assert names("Zebra Clay, Titanium Dioxide (CI 77891), Water") == [
        "?Zebra Clay",
        "Titanium Dioxide",
        "Water",
    ]


def test_an_essential_oil_of_a_plant_is_its_oil() -> None:
    assert names("Water, Lavender Essential Oil, Lavandula Angustifolia (Lavender) Essential Oil*, Talc") == [
        "Water",
        "Lavandula Angustifolia (Lavender) Oil",
        "Lavandula Angustifolia (Lavender) Oil",
        "Talc",
    ]


def test_names_that_lack_their_comma_are_suggested_each() -> None:
    assert names("Water Glycerin, Talc, Honey")[0] == "?Water Glycerin"
    assert VOCABULARY.suggest("Talc/Huile de Zebra/Mica (Zebra)") == ["Talc", "Mica"]
    assert VOCABULARY.suggest("Butylene Glycol Zinc Oxide Talc") == ["Butylene Glycol", "Zinc Oxide", "Talc"]


def test_a_translation_with_a_name_glued_before_it_is_not_understood() -> None:
    assert names("Talc Water/Aqua/Eau, Mica, Citral")[0] == "?Talc Water/Aqua/Eau"


def test_a_part_in_french_beside_a_known_name_is_its_translation() -> None:
    assert names("Avena Sativa Kernel Extract/Extrait d'Avoine, Talc, Talc/Extrait de Rien/Zebra") == [
        "Avena Sativa (Oat) Kernel Extract",
        "Talc",
        "?Talc/Extrait de Rien/Zebra",
    ]


@pytest.mark.parametrize(
    ("typo", "meant"),
    [("Niacinimide", "Niacinamide"), ("Glycerln", "Glycerin"), ("Dimethicon", "Dimethicone")],
)
def test_a_typo_is_not_resolved_but_its_nearest_name_comes_first(typo: str, meant: str) -> None:
    assert names(f"Water, {typo}, Talc")[1] == f"?{typo}"
    assert VOCABULARY.suggest(typo)[0] == meant


def test_nothing_is_near_to_nonsense() -> None:
    assert VOCABULARY.suggest("qqqqwwww") == []
    assert VOCABULARY.suggest("") == []


def test_what_perfume_is_said_to_hold_is_on_the_list_too() -> None:
    assert names("Talc, Fragrance (Linalool, Citral), Fragrance (Geraniol)") == [
        "Talc",
        "Parfum",
        "Linalool",
        "Citral",
        "Parfum",
        "Geraniol",
    ]


def test_a_mixture_under_a_name_of_its_own_is_what_it_holds() -> None:
    assert names("Water, Botanical Blend [Panthenol, Honey, Squalane], Talc") == [
        "Water",
        "Panthenol",
        "Mel",
        "Squalane",
        "Talc",
    ]


def test_and_between_brackets_parts_names() -> None:
    assert names("Water** (and) Glycerin* (and) Talc") == ["Water", "Glycerin", "Talc"]


def test_an_ampersand_between_many_parts_names_of_which_not_all_are_known() -> None:
    assert names("Water & Glycerin &Zebra Oil & Talc, Mica") == [
        "Water",
        "Glycerin",
        "?Zebra Oil",
        "Talc",
        "Mica",
    ]


def test_footnote_marks_stay_with_their_name() -> None:
    items = read_one("*Honey, Squalane**, Linalool *, Citral†, Talc").ingredients
    assert [(item.name, item.marks) for item in items] == [
        ("Mel", "*"),
        ("Squalane", "**"),
        ("Linalool", "*"),
        ("Citral", "†"),
        ("Talc", ""),
    ]
