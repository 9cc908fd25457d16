"""The pick desk: written by a curator, seen as customers will see it, signed by the one whose name it is."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalog.models import Dermatologist, Pick, Product, RowChange, Signature
from tests.builders import make_product
from tests.builders.desk import words_of
from tests.builders.picks import EARNS, PASSWORD, WORDS, make_dermatologist, make_pick, relabel, sign
from tests.builders.staff import make_staff, sign_in
from tests.catalog.desks.browser import Browser

pytestmark = pytest.mark.django_db(transaction=True)
DESK, ADD = reverse("admin:catalog_pick_changelist"), reverse("admin:catalog_pick_add")


@pytest.fixture
def curator() -> Browser:
    return Browser("curator")


def make_doctor() -> Dermatologist:
    """A dermatologist whose login has the role of one."""
    return make_dermatologist(user=make_staff("dermatologist"))


def page(pick: Pick, name: str = "change") -> str:
    return reverse(f"admin:catalog_pick_{name}", args=[pick.pk])


def typed(product: Product, doctor: Dermatologist, **changes: Any) -> dict[str, Any]:
    words = WORDS | {"for_whom": "Heavy feeling\n\n  Heavy   feeling \nShine", "not_for": "Very dry skin"}
    return {"product": product.pk, "dermatologist": doctor.pk} | words | changes


def write(curator: Browser, product: Product, doctor: Dermatologist, **changes: Any) -> Any:
    curator.open(ADD)
    form = curator.form_with("headline")
    return curator.send(ADD, form, **typed(product, doctor, **changes))


def errors_of(answer: Any) -> str:
    context = answer.context
    return f"{context['adminform'].errors} {[f.formset.errors for f in context['inline_admin_formsets']]}"


def test_a_curator_writes_a_pick_about_what_is_in_the_product_today(curator: Browser) -> None:
    product, doctor = make_product("Quiet Cream"), make_doctor()
    answer = write(curator, product, doctor)
    assert answer.status_code == 302, errors_of(answer)
    pick = Pick.objects.get()
    assert pick.for_whom == ["Heavy feeling", "Shine"], "a line each, once, without the space around"
    assert (pick.formula, pick.disclosure.version) == (product.formulas.get(), 1)
    assert pick.created_by is not None
    assert pick.created_by.email == "curator@regimen.example"
    assert len(pick.text_sha256) == 64
    assert "curator@regimen.example" in set(
        RowChange.objects.filter(table="catalog_pick").values_list("actor", flat=True)
    )


def test_evidence_is_written_on_the_same_page_and_belongs_to_the_words(curator: Browser) -> None:
    pick = make_pick(dermatologist=make_doctor(), evidence=False)
    before = pick.text_sha256
    curator.open(page(pick))
    form = curator.form_with("headline")
    row = {"claim": "It calms.", "source": "PMC1", "grade": "B", "reviewed_by": "Ada", "position": "0"}
    row |= {"reviewed_on": "2026-11-01", "id": "", "pick": str(pick.pk)}
    more = {f"evidence-0-{name}": value for name, value in row.items()} | {"evidence-TOTAL_FORMS": "1"}
    answer = curator.send(page(pick), form, **more)
    assert answer.status_code == 302, errors_of(answer)
    pick.refresh_from_db()
    assert pick.evidence.get().claim == "It calms."
    assert pick.text_sha256 != before


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"headline": ""}, "This field is required"),
        ({"for_whom": "x" * 161}, "there is room for 160 on a line"),
        ({"for_whom": "\n".join(map(str, range(101)))}, "At most 100 lines fit here"),
        ({"why_worth_it": "x" * 2001}, "There is room for 2,000"),
        ({"regimen_until_on": "2026-01-01"}, "say since when"),
        ({"regimen_since_on": "2026-02-01", "regimen_until_on": "2026-01-01"}, "say since when"),
        ({"tested_people": "-1"}, "greater than or equal to 0"),
    ],
)
def test_what_cannot_be_is_refused_and_what_was_typed_stays(
    curator: Browser, changes: dict[str, Any], words: str
) -> None:
    answer = write(curator, make_product(), make_doctor(), **changes)
    assert answer.status_code == 200
    assert words in errors_of(answer)
    assert answer.context["adminform"].form["how_to_use"].value() == WORDS["how_to_use"]
    assert not Pick.objects.exists()


def test_a_product_without_a_label_a_second_pick_and_itself_are_refused(curator: Browser) -> None:
    doctor, product = make_doctor(), make_product("Quiet Cream")
    answer = write(curator, make_product("No Label", label_text=""), doctor)
    assert "Nobody has typed in its label yet" in errors_of(answer)
    answer = write(curator, product, doctor, cheaper_product=product.pk, compared_with=[product.pk])
    assert "That is the product itself" in errors_of(answer)
    assert "It cannot be compared with itself" in errors_of(answer)
    make_pick(product, dermatologist=doctor)
    answer = write(curator, product, doctor)
    assert "Ada Wirth has a pick for it already" in errors_of(answer)
    assert Pick.objects.count() == 1


def test_nobody_writes_for_a_dermatologist_who_disclosed_nothing(curator: Browser) -> None:
    answer = write(curator, make_product(), make_dermatologist(discloses=False))
    assert "Ada Wirth has not disclosed her interests yet. Nothing was saved." in errors_of(answer)
    assert not Pick.objects.exists()


def test_the_list_says_where_each_stands_and_is_filtered_by_it() -> None:
    doctor = make_doctor()
    live, draft = (make_pick(dermatologist=doctor, headline=name) for name in ("The live one", "The draft"))
    sign(live, now=timezone.now())
    client = sign_in("curator")
    assert "Live 1" in words_of(client.get(DESK))
    for state, found in (
        ("live", [live]),
        ("draft", [draft]),
        ("suspended", []),
        ("nonsense", [draft, live]),
    ):
        assert list(client.get(DESK, {"state": state}).context["cl"].result_list) == found


def test_what_keeps_it_from_being_signed_stands_beside_the_form(curator: Browser) -> None:
    pick = make_pick(dermatologist=make_doctor(), headline="The best cream", not_for=[])
    said = words_of(curator.open(page(pick)))
    assert "It does not say for whom it is not." in said
    assert "“best” needs a comparison" in said
    assert "Nothing is missing" in words_of(curator.open(page(make_pick())))


def test_product_and_dermatologist_of_a_pick_stay(curator: Browser) -> None:
    pick, other = make_pick(dermatologist=make_doctor()), make_product()
    curator.open(page(pick))
    curator.send(page(pick), curator.form_with("headline"), product=other.pk, headline="Other words")
    pick.refresh_from_db()
    assert (pick.headline, pick.product_id == other.pk) == ("Other words", False)


def test_nobody_deletes_a_pick() -> None:
    pick = make_pick()
    for role in ("owner", "curator", "dermatologist"):
        assert (
            sign_in(role).post(f"/admin/catalog/pick/{pick.pk}/delete/", {"post": "yes"}).status_code == 403
        )
    assert Pick.objects.exists()


def test_the_preview_has_the_disclosure_beside_the_claim(curator: Browser) -> None:
    pick = make_pick(dermatologist=make_doctor(), headline="<script>alert(1)</script>")
    answer = curator.open(page(pick, "preview"))
    assert answer.status_code == 200
    said = words_of(answer)
    assert said.count(EARNS) == 2, "on the card and on the page"
    assert "The badge is not live: it is not signed yet." in said
    assert "<script>alert" not in answer.content.decode()
    for look in ("dark", "phone", "nonsense"):
        assert curator.open(page(pick, "preview"), look=look).status_code == 200


def test_the_preview_names_what_it_was_compared_with(curator: Browser) -> None:
    pick = make_pick(dermatologist=make_doctor(), compared_notes="It lasts longer.")
    pick.compared_with.add(make_product("Amber Balm"), make_product("Plain Cream"))
    said = words_of(curator.open(page(pick, "preview")))
    assert "Compared with Amber Balm, Plain Cream. It lasts longer." in said


def test_a_curator_gives_it_to_review_and_cannot_sign_or_withdraw(curator: Browser) -> None:
    pick = make_pick(dermatologist=make_doctor())
    curator.open(page(pick, "submit"))
    answer = curator.send(page(pick, "submit"), curator.form_with("csrfmiddlewaretoken"))
    assert answer.status_code == 302
    pick.refresh_from_db()
    assert pick.submitted_at is not None
    for name in ("sign", "withdraw"):
        assert curator.open(page(pick, name)).status_code == 403


def test_a_draft_with_faults_is_not_given_to_review(curator: Browser) -> None:
    pick = make_pick(dermatologist=make_doctor(), not_for=[])
    curator.open(page(pick, "submit"))
    answer = curator.send(page(pick, "submit"), curator.form_with("csrfmiddlewaretoken"))
    assert answer.status_code == 422
    assert "It does not say for whom it is not. Nothing was changed." in words_of(answer)


def open_signing(pick: Pick) -> tuple[Browser, dict[str, list[str]]]:
    doctor = Browser("dermatologist")
    answer = doctor.open(page(pick, "sign"))
    assert answer.status_code == 200
    return doctor, doctor.form_with("password")


def test_she_reads_the_words_once_more_and_signs_for_twelve_months() -> None:
    pick = make_pick(dermatologist=make_doctor())
    doctor, form = open_signing(pick)
    said = words_of(doctor.open(page(pick, "sign")))
    assert pick.headline in said
    assert EARNS in said
    answer = doctor.send(page(pick, "sign"), form, password=PASSWORD)
    assert answer.status_code == 302
    signature, today = Signature.objects.get(), timezone.now().date()
    assert (signature.live_from_on, signature.text_sha256) == (today, pick.text_sha256)
    assert 364 <= (signature.review_by_on - today).days <= 366
    assert "no-store" in doctor.open(page(pick, "sign")).headers["Cache-Control"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"password": "wrong"}, "That is not your password. Nothing was changed."),
        ({"password": ""}, "This field is required"),
        ({"review_by_on": "2099-01-01"}, "A signature stands for twelve months at most."),
        ({"live_from_on": "2020-01-01"}, "It cannot be live before it is signed."),
        ({"review_by_on": "soon"}, "Enter a valid date"),
        ({"text_sha256": "0" * 64}, "Somebody changed the words since you read them."),
        ({"text_sha256": "x"}, "Enter a valid value"),
    ],
)
def test_a_refused_signature_says_why_and_signs_nothing(changes: dict[str, Any], words: str) -> None:
    pick = make_pick(dermatologist=make_doctor())
    doctor, form = open_signing(pick)
    answer = doctor.send(page(pick, "sign"), form, **{"password": PASSWORD} | changes)
    assert answer.status_code == 422
    assert words in words_of(answer) + str(answer.context["form"].errors)
    assert not Signature.objects.exists()
    assert PASSWORD not in answer.content.decode()


def test_words_changed_meanwhile_are_shown_and_then_signed() -> None:
    pick = make_pick(dermatologist=make_doctor())
    doctor, form = open_signing(pick)
    curator = Browser("curator")
    curator.open(page(pick))
    curator.send(page(pick), curator.form_with("headline"), headline="What she has not read")
    answer = doctor.send(page(pick, "sign"), form, password=PASSWORD)
    assert answer.status_code == 422
    assert "What she has not read" in words_of(answer)
    answer = doctor.send(page(pick, "sign"), doctor.form_with("password"), password=PASSWORD)
    assert answer.status_code == 302
    assert Signature.objects.get().text["headline"] == "What she has not read"


def test_a_formula_changed_meanwhile_is_refused_compared_and_adopted() -> None:
    pick = make_pick(dermatologist=make_doctor())
    old = pick.formula
    doctor, form = open_signing(pick)
    new = relabel(pick.product, "Aqua, Petrolatum")
    assert new is not None
    answer = doctor.send(page(pick, "sign"), form, password=PASSWORD)
    assert answer.status_code == 422
    assert "has changed since this was written" in words_of(answer)
    assert not Signature.objects.exists()
    link = f"/admin/formulas/compare/?old={old.pk}&amp;new={new.pk}"
    assert link in doctor.open(page(pick, "adopt")).content.decode()
    doctor.send(page(pick, "adopt"), doctor.form_with("csrfmiddlewaretoken"))
    pick.refresh_from_db()
    assert pick.formula == new
    doctor, form = open_signing(pick)
    assert doctor.send(page(pick, "sign"), form, password=PASSWORD).status_code == 302


def test_another_dermatologist_and_the_owner_do_not_sign_in_her_name() -> None:
    pick = make_pick(dermatologist=make_dermatologist("Somebody Else"))
    for role in ("dermatologist", "owner"):
        client = sign_in(role)
        assert client.get(page(pick, "sign")).status_code == 403
        assert client.post(page(pick, "sign"), {"password": PASSWORD}).status_code == 403
    assert not Signature.objects.exists()


@pytest.mark.parametrize("name", ["submit", "sign", "adopt", "withdraw"])
def test_an_action_needs_the_token_of_its_own_page_and_a_get_changes_nothing(name: str) -> None:
    pick = make_pick(dermatologist=make_doctor())
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_staff("dermatologist"))
    form = {"password": PASSWORD, "reason": "A sentence for everybody."}
    assert client.post(page(pick, name), form).status_code == 403
    assert client.get(page(pick, name)).status_code == 200
    assert client.get("/admin/catalog/pick/999999/sign/").status_code == 404
    pick.refresh_from_db()
    assert (pick.submitted_at, pick.withdrawn_at) == (None, None)


def test_withdrawing_asks_for_a_public_reason_and_closes_the_page() -> None:
    pick = make_pick(dermatologist=make_doctor())
    sign(pick, now=timezone.now())
    doctor = Browser("dermatologist")
    doctor.open(page(pick, "withdraw"))
    answer = doctor.send(page(pick, "withdraw"), doctor.form_with("reason"), reason="no")
    assert answer.status_code == 422
    answer = doctor.send(
        page(pick, "withdraw"), doctor.form_with("reason"), reason="It stings more people than I thought."
    )
    assert answer.status_code == 302
    said = words_of(doctor.open(page(pick)))
    assert "Withdrawn" in said
    assert "It stings more people than I thought." in said
    curator = Browser("curator")
    curator.open(page(pick))
    assert curator.client.post(page(pick), {"headline": "Back again"}).status_code == 403
    pick.refresh_from_db()
    assert pick.headline == WORDS["headline"]


def test_she_takes_back_her_own_and_the_owner_anybodys() -> None:
    pick = make_pick(dermatologist=make_dermatologist("Somebody Else"))
    doctor = Browser("dermatologist")
    assert "Withdraw" not in words_of(doctor.open(page(pick)))
    assert doctor.client.get(page(pick, "withdraw")).status_code == 403
    owner = Browser("owner")
    owner.open(page(pick, "withdraw"))
    owner.send(page(pick, "withdraw"), owner.form_with("reason"), reason="She has left the clinic.")
    pick.refresh_from_db()
    assert pick.withdrawn_reason == "She has left the clinic."


def test_renewing_is_offered_while_it_is_live() -> None:
    pick = make_pick(dermatologist=make_doctor())
    sign(pick, now=timezone.now(), review_by_on=timezone.now().date() + timedelta(days=20))
    doctor, form = open_signing(pick)
    assert "Renew" in words_of(doctor.open(page(pick)))
    assert doctor.send(page(pick, "sign"), form, password=PASSWORD).status_code == 302
    assert Signature.objects.count() == 2


def test_two_who_write_at_once_and_the_second_is_told(curator: Browser) -> None:
    pick = make_pick(dermatologist=make_doctor())
    first, second = Browser("curator"), Browser("dermatologist")
    for browser in (first, second):
        browser.open(page(pick))
    forms = [browser.form_with("headline") for browser in (first, second)]
    assert first.send(page(pick), forms[0], headline="The first to save").status_code == 302
    answer = second.send(page(pick), forms[1], how_to_use="The second")
    assert answer.status_code == 200
    assert "Somebody changed this while you were writing" in words_of(answer)
    pick.refresh_from_db()
    assert (pick.headline, pick.how_to_use) == ("The first to save", WORDS["how_to_use"])


def test_the_export_has_a_row_for_every_signature_and_runs_nothing() -> None:
    pick = make_pick(dermatologist=make_doctor(), headline="=HYPERLINK(1)")
    sign(pick)
    sign(pick)
    draft = make_pick(dermatologist=pick.dermatologist)
    client = sign_in("curator")
    chosen = {"action": "export_picks", "_selected_action": [pick.pk, draft.pk]}
    answer: Any = client.post(DESK, chosen)
    rows = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    text = "\n".join(rows)
    assert text.count("'=HYPERLINK(1)") == 2
    assert text.count(pick.text_sha256) >= 2
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="picks-')
