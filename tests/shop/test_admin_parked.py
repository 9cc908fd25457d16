"""Parked errands: one page, one button; trying again wakes exactly what a person chose."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from catalog.models import Variant
from orders.errands import Errand
from orders.models import OrderMail
from payments.models import PaymentAttempt, Receipt, Refund, StripeEvent
from shop import parked
from shop.models import AlertMail, StaffMail
from tests.builders.house import furnish
from tests.builders.staff import sign_in
from tests.builders.waiting import furnish_waiting

pytestmark = pytest.mark.django_db
PAGE = "/admin/errands/parked/"


def park_all() -> None:
    """One order with a parked errand of every kind."""
    furnish()
    state = {"done_at": None, "due_at": None, "attempts": 8, "failures": 8, "last_error": "Timeout: 10 s"}
    OrderMail.objects.filter(kind="CANCELLED").update(**state)
    OrderMail.objects.exclude(kind="CANCELLED").update(done_at=timezone.now(), due_at=None)
    furnish_waiting(Variant.objects.all()[0])
    for kind in (Receipt, Refund, StripeEvent, AlertMail, StaffMail):
        kind.objects.update(**state)
    PaymentAttempt.objects.update(**state | {"state": "CREATED"})


def awake() -> set[str]:
    return {name for name, kind in parked.KINDS.items() if kind.objects.filter(due_at__isnull=False).exists()}


@pytest.fixture
def support() -> Client:
    client = sign_in("support")
    park_all()
    return client


def test_every_kind_of_errand_is_on_the_page() -> None:
    def kinds(kind: type[Errand]) -> Iterator[type[Errand]]:
        for below in kind.__subclasses__():
            yield below
            yield from kinds(below)

    assert {kind for kind in kinds(Errand) if not kind._meta.abstract} == set(parked.KINDS.values())


def test_the_page_says_what_was_given_up_and_why(support: Client) -> None:
    page = support.get(PAGE)

    assert [row["what"] for row in page.context["rows"]] == [
        "Mail to a customer",
        "Receipt to a customer",
        "Refund at Stripe",
        "Payment page at Stripe",
        "Stripe's news",
        "Mail about an alert",
        "Mail to our own people",
    ]
    assert page.content.decode().count("Timeout: 10 s") == 7
    assert parked.count_parked() == parked.NeedsPerson(parked=7, disputed=0)


@pytest.mark.parametrize("kind", list(parked.KINDS))
def test_one_errand_is_tried_again_and_the_others_rest(support: Client, kind: str) -> None:
    pk = parked.KINDS[kind].objects.parked().get().pk
    others = [f"{name}:{each.objects.parked().first().pk}" for name, each in parked.KINDS.items()]

    answer = support.post(PAGE, {"only": f"{kind}:{pk}", "errand": others}, follow=True)

    assert "1 errand is due again" in answer.content.decode()
    assert awake() == {kind}
    errand = parked.KINDS[kind].objects.get(pk=pk)
    assert errand.failures == 0, "with fresh patience"


def test_what_was_ticked_is_tried_again(support: Client) -> None:
    chosen = [f"{name}:{parked.KINDS[name].objects.parked().get().pk}" for name in ("mail", "refund")]

    answer = support.post(PAGE, {"errand": chosen}, follow=True)

    assert "2 errands are due again" in answer.content.decode()
    assert awake() == {"mail", "refund"}


@pytest.mark.parametrize("chosen", ["", "mail", "mail:", "mail:x", "refund:1", "planet:1", "mail:999999"])
def test_what_is_no_parked_errand_wakes_nothing(support: Client, chosen: str) -> None:
    answer = support.post(PAGE, {"errand": [chosen]}, follow=True)

    assert "Nothing to try" in answer.content.decode()
    assert awake() == set()


def test_a_desk_wakes_its_own_in_bulk() -> None:
    owner = sign_in("owner")
    park_all()
    pk = StripeEvent.objects.get().pk

    answer = owner.post(
        "/admin/payments/stripeevent/", {"action": "try_again", "_selected_action": [pk]}, follow=True
    )

    assert "1 errand is due again" in answer.content.decode()
    assert awake() == {"news"}


@pytest.mark.parametrize("query", ["errand=parked", "errand=owed", "errand=done"])
def test_a_desk_tells_parked_from_owed_and_done(query: str) -> None:
    owner = sign_in("owner")
    park_all()
    counts: Any = {"errand=parked": 1, "errand=owed": 0, "errand=done": 0}

    shown = owner.get(f"/admin/payments/receipt/?{query}").context["cl"].result_list

    assert len(shown) == counts[query]


def test_the_payload_is_shown_so_that_a_person_can_read_it() -> None:
    owner = sign_in("owner")
    furnish()
    event = StripeEvent.objects.get()

    page = owner.get(f"/admin/payments/stripeevent/{event.pk}/change/").content.decode()

    assert "  &quot;nested&quot;: {\n    &quot;amount&quot;: 4370" in page


def test_nothing_parked_is_said_in_words() -> None:
    assert "Nothing is parked." in sign_in("owner").get(PAGE).content.decode()


@pytest.mark.parametrize("role", ["curator", "warehouse"])
def test_other_roles_do_not_find_the_page(role: str) -> None:
    client = sign_in(role)
    park_all()

    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, {"errand": [f"mail:{OrderMail.objects.parked().get().pk}"]}).status_code == 403
    assert awake() == set()
