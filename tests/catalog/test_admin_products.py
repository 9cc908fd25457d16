"""The catalogue desk: whatever is saved there is published, priced with history and versioned."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from catalog.models import Image, PriceChange, Product, PublishedPage
from tests.builders import make_category, make_market, make_product
from tests.builders.pictures import draw_picture
from tests.builders.staff import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def curator() -> Client:
    for market in ("eu", "jp"):
        make_market(market)
    return sign_in("curator")


def fill_in(product: Product, **changes: Any) -> dict[str, Any]:
    """What the product's page would send unchanged, with changes."""
    variant = product.variants.get()
    formula = product.current_formula
    page: dict[str, Any] = {
        "name": product.name,
        "slug": product.slug,
        "brand": product.brand_id,
        "category": product.category_id,
        "summary": product.summary,
        "description": product.description,
        "concerns": [concern.pk for concern in product.concerns.all()],
        "published_at_0": product.published_at.date() if product.published_at else "",
        "published_at_1": product.published_at.time() if product.published_at else "",
        "label_text": formula.label_text if formula else "",
        "variants-TOTAL_FORMS": 1,
        "variants-INITIAL_FORMS": 1,
        "variants-0-id": variant.pk,
        "variants-0-product": product.pk,
        "variants-0-sku": variant.sku,
        "variants-0-name": variant.name,
        "variants-0-net_quantity": variant.net_quantity,
        "variants-0-net_unit": variant.net_unit,
        "variants-0-barcode": variant.barcode or "",
        "variants-0-weight_g": variant.weight_g,
        "variants-0-position": variant.position,
        "variants-0-price_EUR": "19.99",
        "images-TOTAL_FORMS": 0,
        "images-INITIAL_FORMS": 0,
        "formulas-TOTAL_FORMS": 0,
        "formulas-INITIAL_FORMS": 0,
    }
    return page | changes


def save(client: Client, product: Product, **changes: Any) -> Any:
    return client.post(f"/admin/catalog/product/{product.pk}/change/", fill_in(product, **changes))


def read_page(product: Product, market: str = "eu") -> dict[str, Any]:
    page: dict[str, Any] = json.loads(PublishedPage.objects.get(product=product, market=market).page)
    return page


def errors_of(response: Any) -> str:
    context = response.context
    return f"{context['adminform'].errors} {[f.formset.errors for f in context['inline_admin_formsets']]}"


def test_saving_a_product_publishes_what_customers_read(curator: Client) -> None:
    product = make_product("Quiet Cream")

    answer = save(curator, product, name="Quieter Cream", summary="Calms.")

    assert answer.status_code == 302, errors_of(answer)
    page = read_page(product)
    assert (page["name"], page["summary"]) == ("Quieter Cream", "Calms.")


def test_a_changed_price_is_sold_at_once_and_leaves_its_history(curator: Client) -> None:
    product = make_product()

    answer = save(curator, product, **{"variants-0-price_EUR": "24.50", "variants-0-price_JPY": "3900"})

    assert answer.status_code == 302, errors_of(answer)
    changes = PriceChange.objects.order_by("pk").values_list(
        "old_cents", "new_cents", "currency", "changed_by__email"
    )
    assert list(changes) == [
        (None, 1999, "EUR", None),
        (1999, 2450, "EUR", "curator@regimen.example"),
        (None, 3900, "JPY", "curator@regimen.example"),
    ]
    assert read_page(product)["price_from"] == {"amount": 2450, "currency": "EUR"}
    assert read_page(product, "jp")["price_from"] == {"amount": 3900, "currency": "JPY"}


def test_saving_without_a_change_writes_no_history(curator: Client) -> None:
    product = make_product()

    assert save(curator, product).status_code == 302
    assert PriceChange.objects.count() == 1
    assert product.formulas.count() == 1


@pytest.mark.parametrize(
    ("price", "words"),
    [
        ("nineteen", "is not a number like 19.90"),
        ("-1", "must be more than zero"),
        ("0", "must be more than zero"),
        ("19.999", "has more than 2 decimals"),
        ("", "This field is required"),
    ],
)
def test_a_price_that_cannot_be_is_refused_and_nothing_is_saved(
    curator: Client, price: str, words: str
) -> None:
    product = make_product("Quiet Cream")

    answer = save(curator, product, name="Other", **{"variants-0-price_EUR": price})

    assert answer.status_code == 200
    assert words in errors_of(answer)
    assert read_page(product)["name"] == "Quiet Cream"
    assert PriceChange.objects.count() == 1


def test_a_new_label_text_becomes_a_new_version_and_the_old_one_stays(curator: Client) -> None:
    product = make_product(label_text="Aqua, Glycerin")

    save(curator, product, label_text="Aqua, Glycerin, Panthenol")

    assert list(product.formulas.order_by("version").values_list("version", "label_text")) == [
        (1, "Aqua, Glycerin"),
        (2, "Aqua, Glycerin, Panthenol"),
    ]
    shown = read_page(product)["ingredients"]
    assert (shown["text"], shown["version"]) == ("Aqua, Glycerin, Panthenol", 2)


def test_an_emptied_label_means_unknown(curator: Client) -> None:
    product = make_product(label_text="Aqua, Glycerin")

    save(curator, product, label_text="  ")

    assert read_page(product)["ingredients"] is None
    assert product.formulas.count() == 1


def test_a_product_is_made_with_its_first_size(curator: Client) -> None:
    brand, category = make_product().brand, make_category("Face > Serums")
    blank = {
        "id": "",
        "product": "",
        "sku": "NEW-30",
        "name": "30 ml",
        "net_quantity": "30",
        "net_unit": "ml",
    }
    blank |= {"barcode": "", "weight_g": "", "position": 0, "price_EUR": "12.00", "price_JPY": ""}
    page = {"name": "New Serum", "slug": "new-serum", "brand": brand.pk, "category": category.pk}
    page |= {"published_at_0": "2026-01-01", "published_at_1": "00:00", "label_text": "Aqua"}
    page |= {f"variants-0-{name}": value for name, value in blank.items()}
    for rows in ("images", "formulas"):
        page |= {f"{rows}-TOTAL_FORMS": 0, f"{rows}-INITIAL_FORMS": 0}
    page |= {"variants-TOTAL_FORMS": 1, "variants-INITIAL_FORMS": 0}

    answer = curator.post("/admin/catalog/product/add/", page)

    assert answer.status_code == 302, errors_of(answer)
    shown = read_page(Product.objects.get(slug="new-serum"))
    assert [variant["sku"] for variant in shown["variants"]] == ["NEW-30"]
    assert (shown["ingredients"]["text"], shown["ingredients"]["version"]) == ("Aqua", 1)


def test_a_retired_size_leaves_the_page_and_may_come_back(curator: Client) -> None:
    product = make_product()
    variant = product.variants.get()

    save(curator, product, **{"variants-0-retired": "on"})
    variant.refresh_from_db()
    assert variant.retired_at is not None
    assert not PublishedPage.objects.exists()

    save(curator, product)
    variant.refresh_from_db()
    assert variant.retired_at is None
    assert read_page(product)["variants"][0]["sku"] == variant.sku


def test_a_picture_is_added_and_taken_away(curator: Client) -> None:
    product = make_product()
    upload = SimpleUploadedFile("jar.png", draw_picture(), "image/png")
    row = {"images-TOTAL_FORMS": 1, "images-0-alt_text": "A white jar", "images-0-position": 0}

    answer = save(curator, product, **row, **{"images-0-upload": upload})
    assert answer.status_code == 302, errors_of(answer)
    image = Image.objects.get()
    assert (image.alt_text, image.width_px, image.height_px) == ("A white jar", 400, 500)
    assert read_page(product)["images"][0]["alt"] == "A white jar"

    row |= {"images-INITIAL_FORMS": 1, "images-0-id": image.pk, "images-0-product": product.pk}
    save(curator, product, **row | {"images-0-alt_text": "A jar with a lid"})
    assert read_page(product)["images"][0]["alt"] == "A jar with a lid"

    save(curator, product, **row | {"images-0-DELETE": "on"})
    assert read_page(product)["images"] == []
    assert not Image.objects.exists()


def test_a_new_file_beside_a_picture_takes_its_place(curator: Client) -> None:
    product = make_product()
    row = {"images-TOTAL_FORMS": 1, "images-0-alt_text": "A jar", "images-0-position": 0}
    old = SimpleUploadedFile("old.png", draw_picture("#ffffff"), "image/png")
    save(curator, product, **row | {"images-0-upload": old})
    before = Image.objects.get()

    row |= {"images-INITIAL_FORMS": 1, "images-0-id": before.pk, "images-0-product": product.pk}
    for _ in range(2):  # the same file twice is the same picture
        new = SimpleUploadedFile("new.png", draw_picture("#a6492a"), "image/png")
        save(curator, product, **row | {"images-0-upload": new, "images-0-id": Image.objects.get().pk})

    after = Image.objects.get()
    assert after.source_sha256 != before.source_sha256
    assert list(read_page(product)["images"][0]["sources"]) == ["320"]


def test_a_file_that_is_no_picture_is_refused_and_nothing_is_saved(curator: Client) -> None:
    product = make_product("Quiet Cream")
    upload = SimpleUploadedFile("jar.png", b"not a picture", "image/png")
    row = {"images-TOTAL_FORMS": 1, "images-0-alt_text": "A jar", "images-0-position": 0}

    answer = save(curator, product, name="Other", **row, **{"images-0-upload": upload})

    assert answer.status_code == 200
    assert "The picture is not a JPEG, PNG or WebP picture. Nothing was saved." in errors_of(answer)
    assert answer.context["adminform"].form["name"].value() == "Other", "what was typed in is still there"
    assert read_page(product)["name"] == "Quiet Cream"
    assert not Image.objects.exists()


def test_the_warehouse_may_look_at_a_product_but_not_change_it(curator: Client) -> None:
    product, warehouse = make_product("Quiet Cream"), sign_in("warehouse")
    assert warehouse.get(f"/admin/catalog/product/{product.pk}/change/").status_code == 200
    assert save(warehouse, product, name="Other").status_code == 403
    assert read_page(product)["name"] == "Quiet Cream"
