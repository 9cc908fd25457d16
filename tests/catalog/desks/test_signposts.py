"""A shelf that is renamed or taken away at its desk is found, or not found, from that moment on."""

import pytest

from catalog.models import Brand, Category, Concern, Signpost
from tests.builders import make_brand, make_category, make_market
from tests.catalog.desks.browser import Browser

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("model", [Brand, Concern, Category])
def test_what_is_renamed_is_found_by_its_new_name_only(
    model: type[Brand] | type[Concern] | type[Category],
) -> None:
    make_market("eu")
    make_brand("Milia")
    make_category("Milia")
    Concern.objects.create(slug="milia", name="Milia")
    row, curator = model.objects.get(), Browser("curator")
    kind = row._meta.model_name
    Signpost.objects.filter(kind=kind).delete()
    page = f"/admin/catalog/{kind}/{row.pk}/change/"

    curator.open(page)
    assert (
        curator.send(page, curator.form_with("slug"), name="Milk spots", slug="milk-spots").status_code == 302
    )
    assert list(Signpost.objects.filter(kind=kind).values_list("slug", "title")) == [
        ("milk-spots", "Milk spots")
    ]
    curator.open(page)
    curator.send(page, curator.form_with("slug"), slug="spots")
    assert list(Signpost.objects.filter(kind=kind).values_list("slug", flat=True)) == ["spots"]

    curator.open(page.replace("change", "delete"))
    curator.send(page.replace("change", "delete"), curator.form_with("post"))
    assert not model.objects.exists()
    assert not Signpost.objects.filter(kind=kind).exists()
