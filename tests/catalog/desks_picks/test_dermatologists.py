"""The dermatologist desk: credentials, a login, and interests in versions that nobody alters."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from catalog.models import Dermatologist, Disclosure, Pick
from tests.builders.desk import words_of
from tests.builders.picks import EARNS, make_dermatologist, make_pick, sign
from tests.builders.staff import make_staff, sign_in
from tests.catalog.desks.browser import Browser

pytestmark = pytest.mark.django_db(transaction=True)
ADD = reverse("admin:catalog_dermatologist_add")


def page(doctor: Dermatologist) -> str:
    return reverse("admin:catalog_dermatologist_change", args=[doctor.pk])


def typed(**changes: Any) -> dict[str, Any]:
    whole = {
        "name": "Ada Wirth",
        "slug": "ada-wirth",
        "credentials": "MD, FAAD",
        "role": "owner",
        "licence_number": "MD1",
        "licence_state": "US-WA",
        "licence_source": "The register",
        "licence_verified_on": "2026-11-01",
        "text": EARNS,
        "sells_it": "on",
    }
    return whole | changes


def test_a_dermatologist_is_made_with_licence_login_and_interests() -> None:
    login, owner = make_staff("dermatologist"), Browser("owner")
    owner.open(ADD)
    answer = owner.send(ADD, owner.form_with("credentials"), **typed(user=login.pk))
    assert answer.status_code == 302, str(answer.context["adminform"].errors)
    doctor = Dermatologist.objects.get()
    interests = doctor.disclosures.get()
    assert (doctor.user, interests.version, interests.text) == (login, 1, EARNS)
    assert (interests.sells_it, interests.gifts, interests.paid) == (True, False, False)
    assert interests.made_by is not None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"licence_source": ""}, "This field is required"),
        ({"licence_verified_on": ""}, "This field is required"),
        ({"text": ""}, "This field is required"),
        ({"text": "She is not affiliated with the maker."}, "cannot stand where she earns"),
        ({"text": "A word about the weather."}, "Say in plain words what she earns"),
    ],
)
def test_without_a_licence_or_with_denied_interests_nobody_is_made(changes: Any, words: str) -> None:
    owner = Browser("owner")
    owner.open(ADD)
    answer = owner.send(ADD, owner.form_with("credentials"), **typed(**changes))
    assert answer.status_code == 200
    assert words in str(answer.context["adminform"].errors)
    assert not Dermatologist.objects.exists()


def test_other_words_make_a_new_version_and_the_same_do_not() -> None:
    doctor = make_dermatologist()
    pick = make_pick(dermatologist=doctor)
    sign(pick, now=timezone.now())
    owner = Browser("owner")
    owner.open(page(doctor))
    assert owner.send(page(doctor), owner.form_with("text"), bio="Twenty years of skin.").status_code == 302
    assert Disclosure.objects.count() == 1
    assert Pick.objects.live(timezone.now().date()).exists()

    owner.open(page(doctor))
    owner.send(page(doctor), owner.form_with("text"), text=f"{EARNS} The maker sends her jars.", gifts="on")
    assert list(doctor.disclosures.order_by("version").values_list("version", "gifts")) == [
        (1, False),
        (2, True),
    ]
    assert not Pick.objects.live(timezone.now().date()).exists()
    assert "1 pick must be signed again." in words_of(owner.open(page(doctor)))


def test_a_dermatologist_changes_her_own_interests_and_nothing_that_was_verified() -> None:
    hers = make_dermatologist(user=make_staff("dermatologist"))
    other = make_dermatologist("Somebody Else")
    doctor = Browser("dermatologist")
    doctor.open(page(hers))
    form = doctor.form_with("text")
    assert "licence_number" not in form
    doctor.send(page(hers), form, bio="Skin, mostly.", licence_number="MD666", user="", paid="on")
    hers.refresh_from_db()
    assert (hers.bio, hers.licence_number == "MD666", hers.user is None) == ("Skin, mostly.", False, False)
    assert hers.disclosures.count() == 2
    assert doctor.client.post(page(other), typed()).status_code == 403
    assert doctor.open(ADD).status_code == 403


def test_a_curator_only_looks_and_nobody_deletes() -> None:
    doctor = make_dermatologist()
    [before] = Dermatologist.objects.values()
    shown = sign_in("curator").get(page(doctor))
    assert "Ada Wirth" in words_of(shown)
    assert 'name="bio"' not in shown.content.decode()
    assert Browser("curator").client.post(page(doctor), typed()).status_code == 403
    gone = f"/admin/catalog/dermatologist/{doctor.pk}/delete/"
    assert sign_in("owner").post(gone, {"post": "yes"}).status_code == 403
    assert list(Dermatologist.objects.values()) == [before]
    assert doctor.disclosures.count() == 1


def test_a_changed_name_reaches_the_badge() -> None:
    doctor = make_dermatologist()
    pick = make_pick(dermatologist=doctor)
    sign(pick, now=timezone.now())
    owner = Browser("owner")
    owner.open(page(doctor))
    owner.send(page(doctor), owner.form_with("text"), credentials="MD, PhD")
    shown = owner.client.get(f"/api/v1/products/{pick.product.slug}/").json()["pick"]
    assert shown["dermatologist"]["credentials"] == "MD, PhD"
