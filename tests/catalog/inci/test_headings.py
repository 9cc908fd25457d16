"""Headings, instructions and titles around a list, in the languages in which shops print them."""

import pytest

from tests.catalog.inci.words import check_cover, names, read, read_one


@pytest.mark.parametrize(
    "heading",
    [
        *(
            "Skład:",
            "Składniki:",
            "Zusammensetzung:",
            "Inhaltsstoffe:",
            "Složení:",
            "Sastojci:",
            "Ingrediente:",
        ),
        *(
            "Ingrédients :",
            "Ingrediënten:",
            "Innehåll:",
            "Ainesosat:",
            "Komposisi :",
            "Thành phần:",
            "Состав:",
        ),
        *(
            "Composición:",
            "Συστατικά:",
            "12 Ingredients:",
            "Ingredients\n",
            "INGREDIENTS \n\n",
            "Ingrédients\n",
        ),
    ],
)
def test_a_heading_over_the_list_is_no_title_and_no_name(heading: str) -> None:
    part = read_one(f"{heading} Water, Glycerin, Talc")
    assert [item.name for item in part.ingredients] == ["Water", "Glycerin", "Talc"]
    assert (part.title, part.complete) == ("", True)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Pat it in.IngredientsWATER, GLYCERIN, TALC", "Water"),
        ("Pat it in. INGREDIENTSWater, Glycerin, Talc", "Water"),
    ],
)
def test_a_heading_may_be_glued_to_the_first_name(text: str, first: str) -> None:
    assert names(text)[0] == first
    check_cover(text, read(text))


@pytest.mark.parametrize(
    "words",
    [
        "Sposób użycia: nanieść na włosy, spłukać.",
        "Anwendung: Morgens auftragen, einmassieren.",
        "Mode d’emploi : appliquer matin, soir.",
        "Modo de uso: aplicar, enjuagar.",
        "Cara Pemakaian: oleskan, bilas.",
        "Made in Italy",
        "Wyprodukowano w Polsce",
        "Tillverkad av Zebra",
        "WEIGHT 40 ML",
        "Net Wt. 4 oz",
        "You may notice that some products contain the following: Linalool, Citral.",
    ],
)
def test_instructions_and_makers_are_no_ingredients(words: str) -> None:
    for gap in (". ", "\n"):
        text = f"Water, Glycerin, Talc{gap}{words}"
        assert names(text) == ["Water", "Glycerin", "Talc"], text
        check_cover(text, read(text))


def test_words_above_ingredients_are_no_formula() -> None:
    text = "Soft Zebra Cream\nFor face, hands, feet\nIngredients: Water, Glycerin, Talc"
    assert names(text) == ["Water", "Glycerin", "Talc"]


def test_unknown_names_without_a_heading_below_them_remain_names() -> None:
    assert names("Vibranium, Unobtainium, Kryptonite. Water, Talc, Mica")[:3] == [
        "?Vibranium",
        "?Unobtainium",
        "?Kryptonite",
    ]


def test_names_of_shades_before_the_colon_of_the_list_are_no_ingredients() -> None:
    text = (
        "Zebra, Crème Brulee, Panna Cotta, Honey, Latte, Mocha, Churro, Hot Fudge: Water, Talc, Mica, Citral"
    )
    assert names(text) == ["Water", "Talc", "Mica", "Citral"]
    check_cover(text, read(text))


def test_a_title_before_a_dash_is_no_ingredient() -> None:
    part = read_one("Honey & Talc - Mica, Water, Squalane, Citral")
    assert part.title == "Honey & Talc"
    assert [item.name for item in part.ingredients] == ["Mica", "Water", "Squalane", "Citral"]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Zebra Seed Oil - Mica, Water, Talc", "?Zebra Seed Oil - Mica"),
        ("Water - Talc - Mica - Citral", "Water"),
        ("Water - Talc, Mica, Citral", "Water"),
    ],
)
def test_a_dash_between_names_makes_no_title(text: str, first: str) -> None:
    assert names(text)[0] == first


@pytest.mark.parametrize(
    "printed",
    ["10 % organic of total.", "100 % natural origin of total.", "99,5 % natural origin of total."],
)
def test_a_share_of_what_is_natural_is_no_ingredient(printed: str) -> None:
    part = read_one(f"Water, Glycerin*, Talc. {printed}")
    assert (len(part.ingredients), part.actives) == (3, ())


@pytest.mark.parametrize("code", ["(Code F.I.L. Z123456/1)", "[BI 475]", "[Bi 2012]", "(f18)", "(lrc01)"])
def test_more_codes(code: str) -> None:
    gap = ". " if code[1].islower() else " "
    part = read_one(f"Water, Glycerin, Talc{gap}{code}")
    assert [item.name for item in part.ingredients] == ["Water", "Glycerin", "Talc"]
    assert part.label_codes == (code,)


@pytest.mark.parametrize(
    "heading",
    ["Liste des ingrédients", "Lista de ingredientes", "Lista degli ingredienti", "Liste der Inhaltsstoffe"],
)
def test_the_list_of_ingredients_is_announced_behind_instructions(heading: str) -> None:
    text = f"Bien agiter avant emploi, tenir debout. {heading} : Water, Talc, Mica"
    part = read_one(text)
    assert (part.title, part.complete) == ("", True)
    assert [item.name for item in part.ingredients] == ["Water", "Talc", "Mica"]
