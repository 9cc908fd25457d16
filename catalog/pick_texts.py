"""A pick word for word, and the digest that a signature stands under."""

import hashlib
from collections.abc import Sequence
from typing import Any

import orjson

from catalog.models import Pick


def hash_words(pick: Pick) -> str:
    """The SHA-256 of everything that a signature stands for: words, formula, interests."""
    return hashlib.sha256(orjson.dumps(words_of(pick), option=orjson.OPT_SORT_KEYS)).hexdigest()


def words_of(pick: Pick) -> dict[str, Any]:
    """The pick word for word, as it is signed."""
    columns: Sequence[str] = (
        "headline for_whom not_for slot how_to_use order_override why_worth_it cheaper_words "
        "would_change_mind tested_where tested_people tested_weeks tested_blinded tested_notes "
        "compared_notes regimen_since_on regimen_until_on regimen_notes"
    ).split()
    words = {column: getattr(pick, column) for column in columns}
    words |= {column: str(words[column]) for column in ("regimen_since_on", "regimen_until_on")}
    rows = pick.evidence.order_by("position", "id").values("claim", "source", "grade")
    return words | {
        "product": pick.product.slug,
        "formula": pick.formula.contents_sha256,
        "dermatologist": pick.dermatologist.slug,
        "disclosure": pick.disclosure.version,
        "cheaper_product": pick.cheaper_product.slug if pick.cheaper_product else None,
        "compared_with": sorted(pick.compared_with.values_list("slug", flat=True)),
        "evidence": list(rows),
    }
