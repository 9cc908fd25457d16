"""The page behind the link in a recall's mail: without JavaScript, for whoever has the token."""

from typing import Any

import pytest
from django.test import Client

from orders import recalls
from orders.models import Incident, RecallNotice
from tests.builders import NOW, make_delivery, make_market, make_product
from tests.builders.recalls import make_lots, make_recall, send_order

pytestmark = pytest.mark.django_db
NOTHING_MORE = "The buyer answered a recall: the skin reacted. Nothing more is known yet."


@pytest.fixture
def notice() -> RecallNotice:
    make_market()
    make_delivery()
    gel = make_product("Clear Gel").variants.get()
    (bad,) = make_lots(gel, "BAD")
    send_order(gel, 1, lot=bad)
    recall = make_recall((gel, "BAD"), depth="CONSUMER")
    recalls.open_recall(recall_id=recall.pk, now=NOW)
    return RecallNotice.objects.get()


def answer(notice: RecallNotice, **typed: str) -> Any:
    return Client(enforce_csrf_checks=True).post(f"/recalls/{notice.token}/", typed)


def test_a_reaction_is_an_adverse_report_with_all_that_we_know(notice: RecallNotice) -> None:
    assert answer(notice, reply="REACTION").status_code == 302
    incident = Incident.objects.get()
    assert (incident.source, incident.symptoms, incident.lot_code) == ("RECALL", NOTHING_MORE, "BAD")
    assert (incident.order_id, incident.email, incident.country) == (notice.order_id, "ida@example.org", "DE")
    assert incident.product.name == "Clear Gel"
    answer(notice, reply="REACTION", words="Red cheeks the next morning.")
    answer(notice, reply="REACTION", words="Red cheeks the next morning.")
    incident = Incident.objects.get()
    assert incident.symptoms == "Red cheeks the next morning."
    answer(notice, reply="REACTION", words="They are still red.")
    assert Incident.objects.get().symptoms == "Red cheeks the next morning.\n\nThey are still red."


def test_other_answers_report_nothing(notice: RecallNotice) -> None:
    answer(notice, reply="DISCARDED", words="Thank you.")
    assert not Incident.objects.exists()
    notice.refresh_from_db()
    assert notice.reply == "DISCARDED"


@pytest.mark.parametrize(
    "typed",
    [{}, {"reply": "WHAT"}, {"reply": ""}, {"reply": "REACTION", "words": "x" * 4001}, {"words": "a\x00b"}],
)
def test_what_cannot_be_read_is_asked_again_and_nothing_is_written(
    notice: RecallNotice, typed: dict[str, str]
) -> None:
    page = answer(notice, **typed)
    assert page.status_code == 422
    assert 'role="alert"' in page.content.decode()
    notice.refresh_from_db()
    assert (notice.reply, Incident.objects.count()) == (None, 0)


def test_words_of_a_recall_stay_words(notice: RecallNotice) -> None:
    recall = notice.recall
    recall.reason, recall.source = "<script>alert(1)</script>", "javascript:alert(1) http://ok.example/a<b"
    recall.texts = {"en": {"subject": "s", "text": "<b>bold</b>\n\n<img src=x>", "where": ""}}
    recall.save()
    page = Client().get(f"/recalls/{notice.token}/").content.decode()
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "javascript:" not in page
    assert 'href="http://ok.example/a"' in page


def test_only_the_token_opens_it_and_no_cache_keeps_it(notice: RecallNotice) -> None:
    page = Client().get(f"/recalls/{notice.token}/")
    assert "no-store" in page["Cache-Control"]
    lost = Client().get(f"/recalls/{notice.token[:-1]}/", headers={"accept": "text/html"})
    assert lost.status_code == 404
    assert Client().post(f"/recalls/{'a' * 40}/", {"reply": "DISCARDED"}).status_code == 404
    assert Client().put(f"/recalls/{notice.token}/").status_code == 405
