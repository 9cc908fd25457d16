"""Every desk opens for those whose work it is, stays shut for the others, and asks the database little."""

import html
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.forms import model_to_dict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from orders.models import StockAudit
from shop.models import User
from tests.builders import NOW, house, make_market
from tests.builders.counts import furnish_pushes
from tests.builders.feeds import furnish_feeds
from tests.builders.incidents import make_incident
from tests.builders.known_house import furnish_knowledge
from tests.builders.recalls import furnish_recall
from tests.builders.staff import make_staff, sign_in
from tests.builders.waiting import furnish_waiting

pytestmark = pytest.mark.django_db
DESKS = sorted(admin.site._registry, key=lambda model: model._meta.label)
MOST_STATEMENTS = 25
EVERY_ROLE = ("curator", "warehouse", "support", "owner")


def furnish(products: int = 1) -> None:
    """At least one row of everything that a desk shows."""
    order = house.furnish(products)
    product = order.lines.get().variant.product
    furnish_knowledge(product, signer=User.objects.create_user("ada@regimen.example"))
    furnish_waiting(order.lines.get().variant)
    furnish_recall(make_market())
    furnish_pushes()
    furnish_feeds()
    make_incident(product)
    StockAudit.objects.create(at=NOW, took_ms=1, is_clean=True)


def address(model: Any, page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def may_add(model: Any) -> bool:
    return "ReadOnly" not in {kind.__name__ for kind in type(admin.site._registry[model]).__mro__}


def list_of(model: Any) -> str:
    everything = "?stage=all" if model._meta.label == "orders.Order" else ""
    return address(model, "changelist") + everything


@pytest.mark.parametrize("model", DESKS, ids=lambda model: model._meta.label)
def test_a_desk_shows_its_list_and_a_row_to_the_owner(model: Any) -> None:
    owner = sign_in("owner")
    furnish()
    row = model._default_manager.first()

    assert owner.get(list_of(model)).status_code == 200
    assert owner.get(address(model, "change", row.pk)).status_code == 200
    assert owner.get(address(model, "add")).status_code == (200 if may_add(model) else 403)


def test_a_list_of_fifty_rows_takes_few_statements() -> None:
    owner = sign_in("owner")
    furnish(50)
    asked = {}
    for model in DESKS:
        owner.get(list_of(model))  # content types are remembered from now on
        with CaptureQueriesContext(connection) as queries:
            owner.get(list_of(model))
        asked[model._meta.label] = len(queries)

    assert {label: count for label, count in asked.items() if count > MOST_STATEMENTS} == {}


def test_an_empty_desk_says_what_to_do_next() -> None:
    owner = sign_in("owner")
    for model in DESKS:
        words = admin.site._registry[model].empty_words
        page = owner.get(list_of(model)).content.decode()
        assert words, f"{model._meta.label} has no words for its empty state"
        assert (words in html.unescape(page)) == (not model._default_manager.exists()), model


def test_what_only_verbs_write_cannot_be_changed_or_deleted_by_hand() -> None:
    owner = sign_in("owner")
    furnish()
    for model in (model for model in DESKS if not may_add(model)):
        row = model._default_manager.first()
        assert owner.get(address(model, "delete", row.pk)).status_code == 403, model
        assert owner.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403, model
        owner.post(address(model, "change", row.pk), {"_save": "Save"})
        again = model._default_manager.get(pk=row.pk)
        assert model_to_dict(again) == model_to_dict(row)


@pytest.mark.parametrize("role", EVERY_ROLE)
def test_a_desk_opens_only_with_its_permission(role: str) -> None:
    client, staff = sign_in(role), User.objects.get(email=f"{role}@regimen.example")
    furnish()
    opened = {model._meta.label_lower for model in DESKS if client.get(list_of(model)).status_code == 200}

    allowed = {m for m in DESKS if staff.has_perm(f"{m._meta.app_label}.view_{m._meta.model_name}")}
    assert opened == {model._meta.label_lower for model in allowed}
    assert ("orders.order" in opened) == (role != "curator")


@pytest.mark.parametrize(
    ("role", "sees", "not_sees"),
    [
        (
            "curator",
            ["Products", "Import", "Categories"],
            ["Orders", "Lots", "Payments", "Staff", "Parked errands"],
        ),
        ("warehouse", ["Orders", "Lots", "Movements"], ["Import", "Payments", "Staff", "Refunds"]),
        ("support", ["Orders", "Payments", "Refunds", "Parked errands"], ["Lots", "Import", "Staff"]),
        (
            "owner",
            ["Orders", "Lots", "Products", "Import", "Payments", "Staff", "Roles", "Parked errands"],
            [],
        ),
    ],
)
def test_the_margin_leads_to_the_desks_of_the_role(role: str, sees: list[str], not_sees: list[str]) -> None:
    page = sign_in(role).get("/admin/").content.decode()
    margin = page[page.index("nav-sidebar-apps") : page.index('id="main"')]
    lines = [part.split("</span>")[0] for part in margin.split("<span>")]

    assert [line for line in sees if line not in lines] == []
    assert [line for line in not_sees if line in lines] == []


def test_a_stranger_is_asked_to_sign_in_and_told_what_was_wrong() -> None:
    make_staff("owner")
    stranger = Client()

    assert stranger.get("/admin/").status_code == 302
    page = stranger.post("/admin/login/", {"username": "owner@regimen.example", "password": "wrong"})

    assert "do not open the house" in page.content.decode()
    stranger.post("/admin/login/", {"username": "owner@regimen.example", "password": "a-quiet-waiting-room"})
    assert stranger.get("/admin/").status_code == 200


def test_a_customer_who_signs_in_finds_the_desks_shut() -> None:
    customer = Client()
    customer.force_login(User.objects.create_user("ida@example.org", "a-quiet-waiting-room"))

    assert customer.get("/admin/").status_code == 302


def test_an_owner_cannot_stand_above_the_roles_or_change_who_does() -> None:
    owner = sign_in("owner")
    above = User.objects.create_superuser("root@regimen.example", "a-quiet-waiting-room")
    me = User.objects.get(email="owner@regimen.example")

    owner.post(
        address(User, "change", me.pk),
        {
            "email": me.email,
            "groups": me.groups.get().pk,
            "is_active": "on",
            "is_staff": "on",
            "is_superuser": "on",
        },
    )
    assert not User.objects.get(pk=me.pk).is_superuser
    password = {
        "password1": "another-quiet-room",
        "password2": "another-quiet-room",
        "usable_password": "true",
    }
    assert owner.post(f"/admin/shop/user/{above.pk}/password/", password).status_code == 403
    assert User.objects.get(pk=above.pk).check_password("a-quiet-waiting-room")


def test_an_owner_makes_a_colleague_with_a_role() -> None:
    owner = sign_in("owner")
    role = User.objects.get(email="owner@regimen.example").groups.model.objects.get(name="warehouse")

    owner.post(
        address(User, "add"),
        {
            "email": "new@regimen.example",
            "password1": "another-quiet-room",
            "password2": "another-quiet-room",
            "usable_password": "true",
            "groups": role.pk,
            "is_staff": "on",
        },
    )

    colleague = User.objects.get(email="new@regimen.example")
    assert colleague.check_password("another-quiet-room")
    assert colleague.is_staff
    assert colleague.has_perm("orders.ship_order")
    assert not colleague.has_perm("orders.cancel_order")
