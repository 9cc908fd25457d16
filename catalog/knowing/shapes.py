"""The kinds of knowledge and their fields. docs/knowledge.md says the same for people."""

from collections.abc import Mapping
from dataclasses import dataclass

from catalog.knowing.fields import (
    Field,
    cas_numbers,
    choice,
    classes,
    day,
    each,
    keyed,
    language,
    number,
    one_class,
    paragraphs,
    percent,
    slug,
    text,
    whole,
    yes_or_no,
)
from catalog.models import AdviceRule, Grade, Jurisdiction, LegalRule, ProductKind, RegulatoryClass, Statement


@dataclass(frozen=True)
class Shape:
    """What a kind's rows look like. `one_per_file`: the file itself is the row."""

    fields: Mapping[str, Field]
    is_fact: bool = False
    one_per_file: bool = False


name_of_ingredient = text(500)
names_of_ingredients = each(name_of_ingredient, noun="names")
customers_words = each(text(80), noun="words")

REVIEW = {"reviewed_by": Field(text(120)), "reviewed_on": Field(day)}
FACT = {
    "source": Field(text(500), needed=True),
    "grade": Field(choice(Grade.values), needed=True),
    **REVIEW,  # needed too, but the top of the file may say it for all its rows
}
INGREDIENT = {
    "inci": Field(name_of_ingredient, needed=True),
    "cas": Field(cas_numbers, empty=""),
    "functions": Field(
        each(text(60, pattern=r"[a-z0-9][a-z0-9 ()/-]*", noun="function in small letters"), noun="functions"),
        empty=(),
    ),
    "classes": Field(classes, empty=()),
    "also": Field(names_of_ingredients, empty=()),
    "translations": Field(
        keyed(language, names_of_ingredients, noun="names by language, such as fr: [Eau]"), empty={}
    ),
    "misspelt": Field(names_of_ingredients, empty=()),
}
CLAIM = {
    "slug": Field(slug(60), needed=True),
    "name": Field(text(120), needed=True),
    "free_from": Field(slug(60), empty=""),
    "absent": Field(classes, empty=()),
    "present": Field(classes, empty=()),
    "unsure": Field(classes, empty=()),
}
LAW = {
    "slug": Field(slug(100), needed=True),
    "jurisdiction": Field(choice(Jurisdiction.values), needed=True),
    "sort": Field(choice(LegalRule.Sort.values), needed=True),
    "ingredients": Field(names_of_ingredients, empty=()),
    "classes": Field(classes, empty=()),
    "product_kinds": Field(each(choice(ProductKind.values), noun="kinds of products"), empty=()),
    "max_percent": Field(percent),
    "counted_as": Field(
        keyed(
            name_of_ingredient,
            number("0", "10", "factor above 0 and up to 10"),
            noun="factors by ingredient, such as Retinyl Palmitate: 0.546",
        ),
        empty={},
    ),
    "without_declaration": Field(choice(LegalRule.Undeclared.values)),
    "valid_from_placing": Field(day),
    "valid_from_available": Field(day),
    "regulatory_class": Field(choice(RegulatoryClass.values)),
    "label_text": Field(text(400), empty=""),
    "label_above_percent": Field(
        keyed(choice(["leave_on", "rinse_off"]), percent, noun="percentages, such as leave_on: 0.001"),
        empty={},
    ),
    "words": Field(text(500), needed=True),
    **FACT,
}
ADVICE = {
    "slug": Field(slug(100), needed=True),
    "when": Field(choice(AdviceRule.When.values), needed=True),
    "first": Field(one_class, needed=True),
    "second": Field(one_class),
    "within_first": Field(whole(1, 100)),
    "audience": Field(choice([value for value in AdviceRule.Audience.values if value]), empty=""),
    "severity": Field(choice(AdviceRule.Severity.values), needed=True),
    "words": Field(text(600), needed=True),
    "other_view": Field(text(600), empty=""),
    **FACT,
}
STATEMENT = {
    "kind": Field(choice(Statement.Kind.values), needed=True),
    "heading": Field(text(120), empty=""),
    "text": Field(paragraphs(4000), needed=True),
    "class": Field(one_class),
    "dispute": Field(slug(80), empty=""),
    **FACT,
}
CONCERN = {
    "slug": Field(slug(80), needed=True),
    "name": Field(text(80), needed=True),
    "position": Field(whole(0, 30_000), empty=0),
    "also_called": Field(customers_words, empty=()),
    "one_line": Field(text(300), needed=True),
}
GUIDE = {
    "slug": Field(slug(80), needed=True),
    "title": Field(text(160), needed=True),
    "summary": Field(text(400), empty=""),
    "position": Field(whole(0, 30_000), empty=0),
    "concerns": Field(each(slug(80), noun="concerns"), empty=()),
    "search_words": Field(customers_words, empty=()),
    "sells": Field(yes_or_no, empty=True),
}
WORDING = {
    "words": Field(customers_words, needed=True),
    "leads_to": Field(
        text(
            160,
            pattern=r"(concern|guide|category|ingredient|class|text):.+",
            noun="place such as concern:milia (or guide:, category:, ingredient:, class:, text:)",
        ),
        needed=True,
    ),
    "language": Field(language, needed=True),
}

SHAPES: dict[str, Shape] = {
    "ingredients": Shape(INGREDIENT),
    "claims": Shape(CLAIM),
    "law": Shape(LAW, is_fact=True),
    "advice": Shape(ADVICE, is_fact=True),
    "concern": Shape(CONCERN, one_per_file=True),
    "guide": Shape(GUIDE, one_per_file=True),
    "wordings": Shape(WORDING),
    "ingredient_facts": Shape(
        {"ingredient": Field(name_of_ingredient, needed=True), **STATEMENT}, is_fact=True
    ),
}
