"""Import with preview: what is shown first is what is imported then, and nothing before."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from catalog.importing import runs
from catalog.models import ImportRun, PriceChange, Product, PublishedPage
from tests.builders import make_market
from tests.builders.staff import sign_in

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/admin/catalog/import/"
HEADER = "sku,product,name,brand,category,size,price_eur,published\n"
GOOD = "QC-50,quiet-cream,Quiet Cream,Maren Ostby,Face > Creams,50 ml,24.90,yes\n"
BAD = "LB-50,loud-balm,Loud Balm,Maren Ostby,Face > Creams,fifty,24.90,yes\n"


@pytest.fixture
def curator() -> Client:
    make_market("eu")
    return sign_in("curator")


def show(client: Client, text: str | bytes, name: str = "goods.csv") -> Any:
    content = text.encode() if isinstance(text, str) else text
    return client.post(PAGE, {"file": SimpleUploadedFile(name, content, "text/csv")})


def test_a_preview_tells_everything_and_writes_nothing(curator: Client) -> None:
    answer = show(curator, HEADER + GOOD + BAD)

    report = answer.context["report"]
    assert (report.created, report.changed, report.unchanged, report.refused_rows) == (1, 0, 0, 1)
    assert [(bad.line, bad.column, bad.value) for bad in report.refused] == [(3, "size", "fifty")]
    assert "Nothing has been written yet" in answer.content.decode()
    assert not Product.objects.exists()


def agree(client: Client, agreed: str) -> Any:
    """The page of the import, after a worker has done it."""
    asked = client.post(PAGE, {"agreed": agreed})
    for run in ImportRun.objects.due(timezone.now()):
        assert runs.run_import(run_id=run.pk, now=timezone.now())
    return client.get(asked["Location"])


def test_what_was_previewed_is_imported_and_published(curator: Client) -> None:
    agreed = show(curator, HEADER + GOOD + BAD).context["agreed"]

    answer = agree(curator, agreed)

    assert answer.context["report"].created == 1
    assert [product.slug for product in Product.objects.all()] == ["quiet-cream"]
    assert PublishedPage.objects.filter(slug="quiet-cream", market="eu").exists()
    change = PriceChange.objects.get()
    assert (change.new_cents, change.cause) == (2490, "import of goods.csv")
    assert change.changed_by is not None
    assert change.changed_by.email == "curator@regimen.example"


def test_the_same_file_again_offers_nothing_to_import(curator: Client) -> None:
    agree(curator, show(curator, HEADER + GOOD).context["agreed"])

    page = show(curator, HEADER + GOOD).content.decode()

    assert "no row would change anything" in page


def test_a_preview_is_imported_once(curator: Client) -> None:
    agreed = show(curator, HEADER + GOOD).context["agreed"]
    pages = [curator.post(PAGE, {"agreed": agreed})["Location"] for _ in range(2)]
    agree(curator, agreed)

    assert pages[0] == pages[1]
    assert ImportRun.objects.count() == 1
    assert PriceChange.objects.count() == 1


@pytest.mark.parametrize("forged", ["", "nonsense", "eyJrZXB0IjoiLi4vLi4vZXRjL3Bhc3N3ZCJ9:1w:x"])
def test_an_agreement_that_we_did_not_write_imports_nothing(curator: Client, forged: str) -> None:
    answer = curator.post(PAGE, {"agreed": forged}, follow=True)

    assert "Nothing was imported now" in answer.content.decode()


def test_somebody_elses_preview_cannot_be_agreed_to(curator: Client) -> None:
    agreed = show(curator, HEADER + GOOD).context["agreed"]

    sign_in("owner").post(PAGE, {"agreed": agreed})

    assert not ImportRun.objects.exists()
    assert not Product.objects.exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty"),
        (b"\xff\xfes\x00k\x00u\x00", "UTF-16"),
        (b"sku,product\n", "no row below it"),
        (b"<html><body>", "This is a web page"),
        (b"\x00\x01\x02", "Nothing was imported"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_the_reason(
    curator: Client, content: bytes, words: str
) -> None:
    answer = show(curator, content)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Product.objects.exists()


def test_a_file_of_more_than_20_mb_is_refused_in_words(curator: Client) -> None:
    answer = show(curator, b"x" * 20_000_001)

    assert answer.status_code == 422
    assert "at most 20 MB are read at once" in answer.content.decode()


def test_no_file_is_answered_with_a_question(curator: Client) -> None:
    answer = curator.post(PAGE, {})

    assert "Choose a file first." in answer.content.decode()


def test_only_who_may_import_sees_the_page(curator: Client) -> None:
    for role in ("warehouse", "support"):
        client = sign_in(role)
        assert client.get(PAGE).status_code == 403
        assert show(client, HEADER + GOOD).status_code == 403
    assert Client().get(PAGE).status_code == 302
    assert not Product.objects.exists()
