from io import StringIO

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from shop import roles
from shop.models import User

pytestmark = pytest.mark.django_db
GOOD = "a-quiet-waiting-room"
TOO_SHORT = "This password is too short. It must contain at least 8 characters."


def may(role: str, permission: str) -> bool:
    user = roles.make_staff(email=f"{role}@regimen.example", role=role, password=GOOD)
    return User.objects.get(pk=user.pk).has_perm(permission)


@pytest.mark.parametrize(
    ("role", "permission", "allowed"),
    [
        ("curator", "catalog.change_product", True),
        ("curator", "catalog.import_catalogue", True),
        ("curator", "catalog.change_lot", False),
        ("curator", "orders.view_order", False),
        ("curator", "catalog.change_pick", True),
        ("curator", "catalog.sign_pick", False),
        ("curator", "catalog.withdraw_pick", False),
        ("curator", "catalog.change_dermatologist", False),
        ("dermatologist", "catalog.sign_pick", True),
        ("dermatologist", "catalog.withdraw_pick", True),
        ("dermatologist", "catalog.change_product", False),
        ("dermatologist", "orders.view_order", False),
        ("dermatologist", "catalog.add_dermatologist", False),
        ("warehouse", "catalog.change_lot", True),
        ("warehouse", "orders.ship_order", True),
        ("warehouse", "orders.cancel_order", False),
        ("warehouse", "catalog.change_product", False),
        ("warehouse", "payments.view_payment", False),
        ("support", "orders.cancel_order", True),
        ("support", "payments.view_refund", True),
        ("support", "payments.resend_receipt", True),
        ("support", "orders.ship_order", False),
        ("support", "orders.change_order", False),
        ("owner", "shop.change_user", True),
        ("owner", "payments.retry_errand", True),
        ("owner", "auth.change_group", True),
    ],
)
def test_a_role_may_do_its_work_and_no_other(role: str, permission: str, allowed: bool) -> None:
    roles.load_roles()
    assert may(role, permission) is allowed


def test_loading_the_roles_again_takes_away_what_was_added_by_hand() -> None:
    first = roles.load_roles()
    curator, owner = Group.objects.get(name="curator"), Group.objects.get(name="owner")
    curator.permissions.set(owner.permissions.all())
    assert roles.load_roles() == first
    assert curator.permissions.count() == first["curator"] < first["owner"]


def test_making_staff_twice_gives_one_user_with_the_last_role_and_password() -> None:
    roles.load_roles()
    roles.make_staff(email="Ada@Regimen.example", role="curator", password=GOOD)
    user = roles.make_staff(email="ada@regimen.example", role="support", password="another-quiet-room")
    assert User.objects.count() == 1
    assert [group.name for group in user.groups.all()] == ["support"]
    assert user.check_password("another-quiet-room")
    assert (user.is_staff, user.is_superuser) == (True, False)


def test_the_same_password_is_not_hashed_again() -> None:
    before = roles.make_staff(email="ada@regimen.example", role="owner", password=GOOD).password
    assert roles.make_staff(email="ada@regimen.example", role="owner", password=GOOD).password == before


@pytest.mark.parametrize(
    ("email", "password", "reason"),
    [
        ("ada@regimen.example", "12345678", "This password is too common."),
        ("ada@regimen.example", "short", TOO_SHORT),
        ("ada@regimen.example", "", "The password is empty."),
        ("not an address", GOOD, "Enter a valid email address."),
    ],
)
def test_a_weak_password_or_a_bad_address_makes_nobody(email: str, password: str, reason: str) -> None:
    with pytest.raises(roles.CannotBeStaff) as refused:
        roles.make_staff(email=email, role="owner", password=password)
    assert reason in refused.value.why
    assert not User.objects.exists()


def test_an_unknown_role_makes_nobody() -> None:
    with pytest.raises(roles.NoSuchRole):
        roles.make_staff(email="ada@regimen.example", role="boss", password=GOOD)
    assert not User.objects.exists()


def test_the_command_takes_the_password_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAFF_PASSWORD", "weak")  # fine on a developer's own machine, and only there
    call_command("load_roles", stdout=StringIO())
    call_command("make_staff", email="ada@regimen.example", role="curator", stdout=StringIO())
    assert User.objects.get().check_password("weak")


def test_the_command_refuses_a_weak_password_in_production(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.SHOP_ENV = "production"
    monkeypatch.setenv("STAFF_PASSWORD", "weak")
    with pytest.raises(CommandError, match="too short"):
        call_command("make_staff", email="ada@regimen.example", role="curator", stdout=StringIO())
    assert not User.objects.exists()


def test_the_command_says_how_many_permissions_a_role_has() -> None:
    said = StringIO()
    call_command("load_roles", stdout=said)
    assert len(said.getvalue().splitlines()) == 5
    assert said.getvalue().startswith("curator: ")
