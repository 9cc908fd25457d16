"""The desk of audits: which rule, which row, in words; to read only."""

import pytest

from orders.models import StockAudit
from tests.builders import NOW
from tests.builders.staff import sign_in

pytestmark = pytest.mark.django_db
DESK = "/admin/orders/stockaudit/"


def make_audit(count: int = 1) -> StockAudit:
    found = {"rule": "S1", "row": "lot 12 (QC-50/<b>)", "words": "on_hand 7, its movements say 8"}
    return StockAudit.objects.create(
        at=NOW, took_ms=1234, is_clean=False, broken={"S1": count}, findings=[found]
    )


def test_a_broken_row_is_named() -> None:
    audit = make_audit(count=1500)
    client = sign_in("warehouse")
    listed = client.get(DESK).content.decode()
    assert "S1: 1,500" in listed
    assert "1.2 s" in listed
    page = client.get(f"{DESK}{audit.pk}/change/").content.decode()
    for words in (
        "S1. A lot&#x27;s counters are the sums of its movements.",
        "lot 12 (QC-50/&lt;b&gt;)",
        "on_hand 7, its movements say 8",
        "The first 1 of 1,500.",
    ):
        assert words in page


def test_a_clean_answer_says_what_holds() -> None:
    audit = StockAudit.objects.create(at=NOW, took_ms=90, is_clean=True)
    page = sign_in("owner").get(f"{DESK}{audit.pk}/change/").content.decode()
    assert "All eight hold." in page


def test_nobody_changes_an_answer_and_not_everybody_reads_it() -> None:
    audit = make_audit()
    owner = sign_in("owner")
    assert owner.post(f"{DESK}{audit.pk}/change/", {"is_clean": True}).status_code == 403
    assert owner.get(f"{DESK}add/").status_code == 403
    assert owner.post(f"{DESK}{audit.pk}/delete/", {"post": "yes"}).status_code == 403
    assert sign_in("support").get(DESK).status_code == 403
    assert StockAudit.objects.get().is_clean is False
