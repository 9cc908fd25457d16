"""The re-review desk and its line on the first page."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.builders.desk import words_of
from tests.builders.picks import make_dermatologist, make_pick, relabel, sign
from tests.builders.staff import make_staff, sign_in

pytestmark = pytest.mark.django_db(transaction=True)
QUEUE = reverse("re-review")


def test_an_empty_desk_says_so() -> None:
    assert "Nothing waits." in words_of(sign_in("curator").get(QUEUE))


def test_the_desk_says_what_why_until_when_and_leads_on() -> None:
    now = timezone.now()
    pick = make_pick(dermatologist=make_dermatologist(user=make_staff("dermatologist")))
    sign(pick, now=now)
    old, new = pick.formula, relabel(pick.product, "Aqua, Petrolatum", now=now)
    assert new is not None
    other = make_pick(headline="Of somebody else")
    sign(other, now=now, review_by_on=now.date() + timedelta(days=7))

    answer = sign_in("dermatologist").get(QUEUE)
    said, text = words_of(answer), answer.content.decode()
    assert "Suspended The formula has changed since it was signed." in said
    assert f'href="/admin/formulas/compare/?old={old.pk}&amp;new={new.pk}"' in text
    assert f'href="/admin/catalog/pick/{pick.pk}/adopt/"' in text
    assert "Live Its time ends soon." in said
    assert "All 2" in said
    assert "Mine 1" in said

    mine = words_of(sign_in("dermatologist").get(QUEUE, {"whose": "mine"}))
    assert "Of somebody else" not in mine


def test_the_first_page_counts_them() -> None:
    client = sign_in("curator")
    assert "Every live pick is signed and current." in words_of(client.get("/admin/"))
    pick = make_pick()
    sign(pick, now=timezone.now())
    relabel(pick.product, "Aqua, Petrolatum")
    page = client.get("/admin/")
    assert (page.context["to_review"].count, page.context["to_review"].without_badge) == (1, 1)
    assert "1 without its badge for now." in words_of(page)


def test_only_who_may_see_picks_sees_the_desk() -> None:
    assert sign_in("warehouse").get(QUEUE).status_code == 403


def test_the_number_of_statements_does_not_grow_with_the_picks() -> None:
    client, counts = sign_in("curator"), []
    for more in (1, 5):
        for _ in range(more):
            relabel(sign(make_pick()).pick.product, "Aqua, Petrolatum")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(QUEUE)
        counts.append(len(asked))
    assert counts[0] == counts[1]
