"""Every named constraint is shown to refuse: a good row, copied with one thing wrong, is not taken."""

import copy
import re
import uuid
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.db.models import CheckConstraint, UniqueConstraint

from catalog.models import Category, Concern, Image, Product
from orders import mail
from orders.models import Order, OrderMail, Shipment
from payments import receipts, refunds
from payments.models import PaymentAttempt, ReceiptSeries, StripeEvent
from shop.models import Cart, CartLine, IdempotencyKey, User
from tests.builders import NOW, make_category, make_market
from tests.builders.orders import make_order, pay_order
from tests.payments.facts import begin

pytestmark = pytest.mark.django_db
FLOORS = ("catalog", "orders", "payments", "shop")
NOWHERE = 10**15  # foreign keys are checked at the commit, which never comes

# constraint → what is wrong with the copy. For a unique one: what must differ so that only it is hit.
WRONG: dict[str, dict[str, Any]] = {
    "formula_version_once": {"label_sha256": "0" * 64},
    "formula_label_once": {"version": 9},
    "formula_versions_from_one": {"version": 0},
    "formula_has_text": {"label_text": ""},
    "formula_hash_is_sha256": {"label_sha256": "A" * 64},
    "image_once_per_product": {},
    "image_has_alt_text": {"alt_text": ""},
    "market_currency_is_iso": {"currency": "Eur"},
    "market_country_is_iso": {"default_country": "de"},
    "market_ships_to_iso_country": {"country": "d1"},
    "tax_rate_once": {},
    "tax_rate_is_at_most_all": {"rate_bp": 10_001},
    "tax_rate_country_is_iso": {"country": "D"},
    "page_once_per_market": {"slug": "another"},
    "page_found_by_slug": {"product_id": NOWHERE},
    "page_stands_once_on_a_shelf": {},
    "price_once_per_currency": {},
    "price_is_positive": {"amount_cents": 0},
    "price_currency_is_iso": {"currency": "€UR"},
    "price_change_changes": {"old_cents": 1999, "new_cents": 1999},
    "price_change_currency_is_iso": {"currency": "EU"},
    "category_named_once_per_shelf": {},
    "category_not_its_own_parent": {"parent_id": NOWHERE, "id": NOWHERE},
    "variant_unit_known": {"net_unit": "oz"},
    "variant_has_content": {"net_quantity": 0},
    "variant_barcode_is_gtin": {"barcode": "123456789"},
    "variant_sku_is_plain": {"sku": "QC 50"},
    "lot_named_once": {},
    "lot_never_oversold": {"reserved": 10**6},
    "movement_kind_known": {"kind": "STOLEN"},
    "movement_moves_something": {"on_hand_change": 0, "reserved_change": 0},
    "delivery_rate_once_per_country": {},
    "delivery_days_in_order": {"min_days": 9},
    "delivery_country_is_iso": {"country": "de"},
    "delivery_currency_is_iso": {"currency": "eur"},
    "ordermail_done_is_not_due": {"done_at": NOW, "due_at": NOW},
    "order_mail_once_per_kind": {},
    "order_mail_kind_known": {"kind": "BIRTHDAY"},
    "order_status_known": {"status": "LOST"},
    "order_paid_iff_paid_at": {"status": "PAID"},
    "order_shipped_iff_shipped_at": {"shipped_at": NOW},
    "order_closed_iff_closed_at": {"closed_at": NOW},
    "order_total_adds_up": {"tax_cents": 1},
    "order_delivery_adds_up": {"delivery_tax_cents": 1},
    "order_total_is_positive": {"total_cents": 0, "net_cents": 0, "tax_cents": 0},
    "order_window_open": {"pay_before": NOW},
    "order_country_is_iso": {"country": "de"},
    "order_currency_is_iso": {"currency": "eur"},
    "line_once_per_variant": {},
    "line_has_units": {"units": 0, "total_cents": 0, "net_cents": 0, "tax_cents": 0},
    "line_total_adds_up": {"tax_cents": 1},
    "line_is_units_times_price": {"unit_cents": 1},
    "allocation_once_per_lot": {},
    "allocation_has_units": {"units": 0},
    "order_event_kind_known": {"kind": "FORGOTTEN"},
    "order_event_once": {},
    "stripeevent_done_is_not_due": {"done_at": NOW, "due_at": NOW},
    "paymentattempt_done_is_not_due": {"state": "PAID", "done_at": NOW, "due_at": NOW},
    "attempt_numbered_once": {"state": "REFUSED", "done_at": NOW, "due_at": None},
    "one_live_attempt_per_order": {"seq": 9, "state": "CREATED"},
    "attempt_state_known": {"state": "LOST"},
    "attempt_open_has_session": {"state": "OPEN", "url": ""},
    "attempt_done_iff_settled": {"state": "PAID"},
    "attempt_expires_later": {"expires_at": NOW},
    "one_payment_pays_an_order": {},
    "payment_status_known": {"status": "PERHAPS"},
    "payment_is_positive": {"amount_cents": 0},
    "receipt_done_is_not_due": {"done_at": NOW, "due_at": NOW, "pdf": b"%PDF"},
    "receipt_number_once": {},
    "receipt_numbers_from_one": {"number": 0},
    "receipt_sent_has_pdf": {"done_at": NOW, "due_at": None},
    "refund_done_is_not_due": {"done_at": NOW, "due_at": NOW},
    "one_refund_per_payment": {},
    "refund_state_known": {"state": "LOST"},
    "refund_reason_known": {"reason": "WHIM"},
    "refund_is_positive": {"amount_cents": 0},
    "cart_line_once_per_variant": {},
    "cart_line_units_in_range": {"units": 100},
    "idempotency_key_once_per_principal": {},
    "user_email_once": {"email": "ADA@regimen.example"},
    "user_has_email": {"email": ""},
}
# An unknown status has no date either: PostgreSQL may name the other constraint first.
SAME = {"order_status_known": "order_paid_iff_paid_at", "attempt_state_known": "attempt_done_iff_settled"}
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
    refunds.ask_refund(payment=payment, reason="CANCELLED", now=NOW)
    mail.owe_mail(order=order, kind=OrderMail.Kind.CANCELLED, now=NOW)
    product = Product.objects.all()[0]
    Image.objects.create(product=product, alt_text="A jar", source_sha256="0", width_px=1, height_px=1)
    StripeEvent.objects.create(stripe_id="evt_1", type="a", livemode=False, raw=b"{}", received_at=NOW)
    cart = Cart.objects.create(market=make_market(), created_at=NOW, touched_at=NOW)
    variant = product.variants.all()[0]
    CartLine.objects.create(cart=cart, variant=variant, units=1, seen_unit_cents=1, added_at=NOW)
    IdempotencyKey.objects.create(principal="cart:1", key="k", body_sha256="0", order=order, created_at=NOW)
    User.objects.create_user("ada@regimen.example")
    assert Category.objects.count() == 2


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
    furnish()
    model, constraint = CONSTRAINTS[name]
    row = copy_row(model, fields_of(constraint) if isinstance(constraint, UniqueConstraint) else frozenset())
    for field, value in WRONG[name].items():
        setattr(row, field, value)
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        row.save(force_insert=True)
    assert any(f'"{known}"' in str(refused.value) for known in (name, SAME.get(name)))


def test_every_row_has_a_name_that_a_person_can_read() -> None:
    furnish()
    ReceiptSeries.objects.get_or_create(year=2026)
    Shipment.objects.create(order=Order.objects.all()[0], carrier="DHL", shipped_at=NOW)
    for floor in FLOORS:
        for model in apps.get_app_config(floor).get_models():
            rows = list(model.objects.all())
            assert rows or model is Concern, f"no {model.__name__} in a furnished house"
            assert all(re.fullmatch(r"\S(.*\S)?", str(row)) and "object (" not in str(row) for row in rows)
    assert str(Concern(name="Milia")) == "Milia"


def test_there_is_a_wrong_row_for_every_constraint() -> None:
    assert set(WRONG) == set(CONSTRAINTS)
    assert all(isinstance(one, CheckConstraint | UniqueConstraint) for _, one in CONSTRAINTS.values())


def test_a_good_copy_is_taken() -> None:
    """So that it is the wrong thing that is refused above, and not the copying."""
    furnish()
    for model in (StripeEvent, Cart):
        copy_row(model, frozenset()).save(force_insert=True)
    assert StripeEvent.objects.count() == Cart.objects.count() == 2
    assert make_category("Face").lineage
