"""Every named constraint is shown to refuse: a good row, copied with one thing wrong, is not taken."""

import copy
import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.db.models import CheckConstraint, UniqueConstraint

from catalog.models import Category, Image, Product
from orders import mail
from orders.models import OrderMail, StockAudit
from payments import receipts, refunds
from payments.models import PaymentAttempt, ReceiptSeries, StripeEvent
from shop.models import Cart, CartLine, IdempotencyKey, User
from tests.builders import NOW, make_category, make_market
from tests.builders.counts import furnish_pushes
from tests.builders.feeds import furnish_feeds
from tests.builders.incidents import make_incident
from tests.builders.known_house import furnish_knowledge
from tests.builders.orders import make_order, pay_order
from tests.builders.parcels import furnish_parcels
from tests.builders.recalls import furnish_recall
from tests.builders.waiting import furnish_waiting
from tests.house.wrong_rows import NOWHERE, WRONG
from tests.payments.facts import begin

FLOORS = ("catalog", "orders", "payments", "shop")

# An unknown status has no date either: PostgreSQL may name the other constraint first.
SAME = {
    "order_status_known": "order_paid_iff_paid_at",
    "movement_kind_known": "movement_goes_its_way",
    "attempt_state_known": "attempt_done_iff_settled",
    "stock_alert_state_known": "stock_alert_ended_iff_over",
    "advice_when_known": "advice_names_its_classes",
}
CONSTRAINTS = {
    constraint.name: (model, constraint)
    for floor in FLOORS
    for model in apps.get_app_config(floor).get_models()
    for constraint in model._meta.constraints
}


def furnish() -> None:
    """One good row of everything."""
    make_market()
    order = make_order()
    begin(order)
    paid = make_order()
    payment = pay_order(paid)
    receipts.issue_receipt(order=paid, payment=payment, now=NOW)
    refunds.ask_what_is_left(payment=payment, reason="CANCELLED", now=NOW)
    mail.owe_mail(order=order, kind=OrderMail.Kind.CANCELLED, now=NOW)
    product = Product.objects.all()[0]
    Image.objects.create(product=product, alt_text="A jar", source_sha256="0", width_px=1, height_px=1)
    StripeEvent.objects.create(stripe_id="evt_1", type="a", livemode=False, raw=b"{}", received_at=NOW)
    cart = Cart.objects.create(market=make_market(), created_at=NOW, touched_at=NOW)
    variant = product.variants.all()[0]
    CartLine.objects.create(cart=cart, variant=variant, units=1, seen_unit_cents=1, added_at=NOW)
    IdempotencyKey.objects.create(principal="cart:1", key="k", body_sha256="0", order=order, created_at=NOW)
    furnish_knowledge(product, signer=User.objects.create_user("ada@regimen.example"))
    furnish_recall(make_market())
    furnish_pushes()
    furnish_waiting(variant)
    furnish_parcels()
    furnish_feeds()
    make_incident(product, country="DE", criteria=["hospital"])
    StockAudit.objects.create(at=NOW, took_ms=1, is_clean=True)
    assert Category.objects.count() == 2


@pytest.fixture(scope="module")
def furnished(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """One house for all that is tried here: furnishing it anew each time took longer than all the rest."""
    with django_db_blocker.unblock(), as_if_by_a_test(transaction.atomic()):
        furnish()
        yield
        transaction.set_rollback(True)


def as_if_by_a_test(block: Any) -> Any:
    """So that stories which insist on being the outermost may be told inside of it."""
    block._from_testcase = True
    return block


@pytest.fixture(autouse=True)
def undone(furnished: None) -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def copy_row(model: Any, spare: frozenset[str]) -> Any:
    """A copy of the first row that hurts nobody: a new key, and new values wherever a column is unique."""
    rows = model.objects.filter(state="OPEN") if model is PaymentAttempt else model.objects.order_by("pk")
    row = copy.copy(rows[0])
    row._state = copy.copy(row._state)
    row._state.adding = True
    row.pk = uuid.uuid4() if isinstance(model._meta.pk, models.UUIDField) else None
    for field in model._meta.concrete_fields:
        if field.unique and not field.primary_key and field.name not in spare:
            fresh = NOWHERE if field.is_relation else uuid.uuid4().hex[: field.max_length or 9]
            setattr(row, field.attname, None if field.null else fresh)
    return row


def fields_of(constraint: Any) -> frozenset[str]:
    return frozenset(getattr(constraint, "fields", ()) or ("email",))


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_the_constraint_refuses(name: str) -> None:
    model, constraint = CONSTRAINTS[name]
    row = copy_row(model, fields_of(constraint) if isinstance(constraint, UniqueConstraint) else frozenset())
    for field, value in WRONG[name].items():
        setattr(row, field, value)
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        row.save(force_insert=True)
    assert any(f'"{known}"' in str(refused.value) for known in (name, SAME.get(name)))


def test_every_row_has_a_name_that_a_person_can_read() -> None:
    ReceiptSeries.objects.get_or_create(year=2026)
    for floor in FLOORS:
        for model in apps.get_app_config(floor).get_models():
            rows = list(model.objects.all())
            assert rows, f"no {model.__name__} in a furnished house"
            assert all(re.fullmatch(r"\S(.*\S)?", str(row)) and "object (" not in str(row) for row in rows)


def test_there_is_a_wrong_row_for_every_constraint() -> None:
    assert set(WRONG) == set(CONSTRAINTS)
    assert all(isinstance(one, CheckConstraint | UniqueConstraint) for _, one in CONSTRAINTS.values())


def test_a_good_copy_is_taken() -> None:
    """So that it is the wrong thing that is refused above, and not the copying."""
    before = StripeEvent.objects.count(), Cart.objects.count()
    for model in (StripeEvent, Cart):
        copy_row(model, frozenset()).save(force_insert=True)
    assert (StripeEvent.objects.count(), Cart.objects.count()) == tuple(count + 1 for count in before)
    assert make_category("Face").lineage
