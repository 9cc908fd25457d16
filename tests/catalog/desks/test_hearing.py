"""What somebody hears who does not see a page: each field has a name, each button says what it does."""

import re

import pytest
from django.urls import reverse

from tests.builders import make_product
from tests.builders.staff import sign_in

pytestmark = pytest.mark.django_db


def test_every_field_of_a_page_has_a_name() -> None:
    product = make_product()
    page = sign_in("owner").get(reverse("admin:catalog_product_change", args=[product.pk])).content.decode()

    assert 'aria-label="Shown from: day"' in page
    assert 'aria-label="Shown from: time"' in page
    form = page[page.index('id="product_form"') :].partition("</form>")[0]
    labelled = set(re.findall(r'<label[^>]* for="([^"]+)"', form))
    nameless = [
        field
        for field in re.findall(r"<(?:input|select|textarea)[^>]*>", form)
        if 'type="hidden"' not in field and "aria-label=" not in field
        if not labelled & set(re.findall(r'id="([^"]+)"', field))
    ]
    assert nameless == []


def test_a_list_says_what_is_searched_and_its_buttons_what_they_do() -> None:
    page = sign_in("owner").get(reverse("admin:catalog_lot_changelist")).content.decode()

    assert 'name="q"' in page
    for name in ("Search", "Add one"):
        assert f'aria-label="{name}"' in page
