"""Tables that leave the house: what the import would read back unchanged, and what a lawyer asks for.

A spreadsheet runs what begins with a sign of calculation: such cells get an apostrophe in front, and the
import takes exactly that one away again (`importing.columns.unprotect`).
"""

import csv
import io
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from tempfile import TemporaryFile
from typing import Any

import orjson
from django.db.models import Prefetch

from catalog import pick_states, pick_texts
from catalog.importing.columns import COLUMNS, PRICE, is_slug
from catalog.importing.guarding import as_cell, protect
from catalog.importing.sizes import Size
from catalog.models import Category, Concern, Pick, Price, Product, Signature, Variant
from catalog.money import major
from catalog.publishing import BATCH

BOM = "\ufeff"  # by which spreadsheets know UTF-8
CHUNK = 64 * 1024
TEXTS = ("name", "summary", "description")
LEFT_OUT = {
    "image",
    "image_alt",
}  # pictures are files beside the table; a column that is not there changes nothing
WORDS = (
    *("headline", "for_whom", "not_for", "slot", "how_to_use", "order_override", "why_worth_it"),
    *("cheaper_words", "would_change_mind", "tested_where", "tested_people", "tested_weeks"),
    *("tested_blinded", "tested_notes", "compared_notes", "regimen_since_on", "regimen_until_on"),
)

Table = Iterator[Sequence[str]]


def write_csv(table: Table) -> Iterator[bytes]:
    """A table as CSV in UTF-8, row by row; whatever a spreadsheet would run is protected."""
    for number, row in enumerate(table):
        line = io.StringIO(newline="")
        csv.writer(line, lineterminator="\r\n").writerow([protect(cell) for cell in row])
        yield ((BOM if number == 0 else "") + line.getvalue()).encode()


def write_xlsx(table: Table) -> Iterator[bytes]:
    """The same as a workbook; every cell is text. It grows in a file, not in memory."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Regimen")
    for row in table:
        sheet.append([protect(cell) or None for cell in row])
    with TemporaryFile() as file:
        book.save(file)
        file.seek(0)
        while chunk := file.read(CHUNK):
            yield chunk


def list_catalogue(*, product_ids: Collection[int] | None = None) -> Table:
    """Every size on sale in the columns of the import, header first; of these products, or of all.

    Reads some 500 products at a time, whatever the size of the house.
    """
    currencies = sorted(set(Price.objects.order_by().values_list("currency", flat=True).distinct()))
    names = [name for name in COLUMNS if name not in LEFT_OUT]
    yield [*names, *(f"{PRICE}{currency.lower()}" for currency in currencies)]
    shelves = {shelf.pk: shelf for shelf in Category.objects.all()}
    for product in _walk(product_ids):
        path = [shelves[pk].name for pk in shelves[product.category_id].lineage]
        about = _show_product(product, path)
        for variant in product.variants.all():
            cells = about | _show_variant(variant)
            prices = {price.currency: price for price in variant.prices.all()}
            yield [cells[name] for name in names] + [
                str(major(prices[one].amount_cents, one)) if one in prices else "" for one in currencies
            ]


def _walk(product_ids: Collection[int] | None) -> Iterator[Product]:
    on_sale = Variant.objects.filter(retired_at=None).order_by("position", "id")
    products = (
        Product.objects.order_by("id")
        .select_related("brand", "current_formula")
        .defer("current_formula__reading", "current_formula__claims")
        .prefetch_related(
            Prefetch("variants", on_sale.prefetch_related(Prefetch("prices", Price.objects.all()))),
            Prefetch("concerns", Concern.objects.order_by("position", "name")),
        )
    )
    if product_ids is not None:
        products = products.filter(pk__in=product_ids)
    last = 0
    while batch := list(products.filter(pk__gt=last)[:BATCH]):
        yield from batch
        last = batch[-1].pk


def _show_product(product: Product, path: Sequence[str]) -> dict[str, str]:
    formula = product.current_formula
    return {name: as_cell(getattr(product, name), lines=COLUMNS[name].lines) for name in TEXTS} | {
        "product": product.slug if is_slug(product.slug) else "",  # then the SKU says where it belongs
        "brand": product.brand.name,
        "category": " > ".join(path),
        "concerns": "|".join(concern.slug for concern in product.concerns.all()),
        "skin_types": "|".join(product.skin_types),
        "ingredients": as_cell(formula.label_text, lines=True) if formula else "",
        "label_source": formula.label_source if formula else "",
        "published": _show_moment(product.published_at) or "no",
        "hidden": _show_moment(product.hidden_at),
    }


def _show_variant(variant: Variant) -> dict[str, str]:
    return {
        "sku": variant.sku,
        "variant": as_cell(variant.name),
        "size": Size(variant.net_quantity, variant.net_unit).in_words(),
        "barcode": variant.barcode or "",
        "weight_g": str(variant.weight_g or ""),
    }


def _show_moment(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def list_picks(pick_ids: Collection[int], *, on: date) -> Table:
    """Picks word for word, a row for every signature; one without any has a row without."""
    signed = (
        "signed_at",
        "signed_by",
        "live_from",
        "review_by",
        "label_version",
        "words_sha256",
        "words_signed",
    )
    yield [
        *("product", "dermatologist", "state_today", "disclosure", *WORDS, "evidence", "compared_with"),
        *("written_at", "withdrawn_at", "withdrawn_reason", *signed),
    ]
    everyone = pick_states.with_signatures(Pick.objects.filter(pk__in=pick_ids).order_by("pk"))
    for pick in everyone.prefetch_related("signatures__signed_by", "signatures__formula"):
        about = _show_pick(pick, on)
        for signature in pick.signatures.all() or [None]:
            yield [*about, *(_show_signature(signature) if signature else [""] * len(signed))]


def _show_pick(pick: Pick, on: date) -> list[str]:
    words = pick_texts.words_of(pick)
    return [
        pick.product.slug,
        str(pick.dermatologist),
        pick_states.stand_of(pick, on).state,
        pick.disclosure.text,
        *(_show(words.get(name)) for name in WORDS),
        _show([f"{one['claim']} ({one['source']}, grade {one['grade']})" for one in words["evidence"]]),
        _show(words["compared_with"]),
        _show_moment(pick.created_at),
        _show_moment(pick.withdrawn_at),
        pick.withdrawn_reason,
    ]


def _show_signature(signature: Signature) -> list[str]:
    return [
        _show_moment(signature.signed_at),
        signature.signed_by.email,
        signature.live_from_on.isoformat(),
        signature.review_by_on.isoformat(),
        str(signature.formula.version),
        signature.text_sha256,
        orjson.dumps(signature.text, option=orjson.OPT_SORT_KEYS).decode(),
    ]


def _show(value: Any) -> str:
    if value in (None, "None", ""):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    lines: Iterable[Any] = value if isinstance(value, list) else [value]
    return "\n".join(map(str, lines))
