"""Dermatologists and what they stand behind; each by the verbs of the shop."""

import itertools
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from catalog import disclosing, formulas, history, picks, publishing
from catalog.disclosing import Interests
from catalog.models import Dermatologist, Formula, Pick, PickEvidence, Product, Signature
from catalog.picks import Occasion, Wish
from shop.models import User
from tests.builders.clock import NOW
from tests.builders.goods import make_product

PASSWORD = "a-quiet-waiting-room"
EARNS = "Dr Wirth owns this shop and earns when it is sold here."
WORDS: dict[str, Any] = {
    "headline": "Light enough for skin that is prone to milia",
    "for_whom": ["Skin that feels heavy under creams"],
    "not_for": ["Very dry skin in winter"],
    "slot": "pm",
    "how_to_use": "A pea for the whole face, after cleansing.",
    "why_worth_it": "Four plain ingredients, and none that sits on the skin.",
    "cheaper_words": "Any plain gel cream with glycerin does nearly the same.",
    "would_change_mind": "A heavier oil in the list.",
}
_number = itertools.count(1)


def make_dermatologist(
    name: str = "Ada Wirth", *, user: User | None = None, discloses: bool = True
) -> Dermatologist:
    """Somebody with a licence, a login that may sign, and interests disclosed."""
    number = next(_number)
    slug = name.lower().replace(" ", "-")
    if user is None:
        user = User.objects.create_user(f"{slug}{number}@regimen.example", PASSWORD)
    doctor = Dermatologist.objects.create(
        slug=f"{slug}-{number}" if Dermatologist.objects.filter(slug=slug).exists() else slug,
        name=name,
        credentials="MD, FAAD",
        licence_number=f"MD{number:08}",
        licence_state="US-WA",
        licence_source="https://register.example/licences",
        licence_verified_on=date(2026, 11, 1),
        role="owner",
        user=user,
    )
    if discloses:
        disclose(doctor)
    return doctor


def disclose(doctor: Dermatologist, text: str = EARNS, now: datetime = NOW, **what: bool) -> None:
    """Her interests: she earns by the sale, unless told otherwise."""
    facts = {"sells_it": True, "gifts": False, "paid": False, "consultancy": False, "equity": False} | what
    interests = Interests(text=text, **facts)
    with transaction.atomic():
        history.act_as("builder")
        disclosing.write_disclosure(dermatologist=doctor, interests=interests, occasion=Occasion(None, now))


def make_pick(
    product: Product | None = None,
    *,
    dermatologist: Dermatologist | None = None,
    now: datetime = NOW,
    evidence: bool = True,
    **changes: Any,
) -> Pick:
    """A draft that could be signed, about what is in the product now."""
    product = product or make_product()
    product.refresh_from_db()
    assert product.current_formula is not None
    doctor = dermatologist or make_dermatologist()
    with transaction.atomic():
        history.act_as("builder")
        pick = Pick.objects.create(
            product=product,
            formula=product.current_formula,
            dermatologist=doctor,
            disclosure=picks.newest_disclosure(doctor),
            created_at=now,
            **WORDS | changes,
        )
        if evidence:
            PickEvidence.objects.create(
                pick=pick,
                claim="Niacinamide calms redness.",
                source="PMC0000001",
                grade="B",
                reviewed_by="Ada Wirth",
                reviewed_on=date(2026, 11, 1),
            )
        picks.settle_words(pick=pick, occasion=Occasion(None, now), adopts=True)
    return pick


def sign(
    pick: Pick, *, now: datetime = NOW, by: Any = None, text_sha256: str | None = None, **wish: Any
) -> Signature:
    """Her signature, from today for a year, unless told otherwise."""
    pick.refresh_from_db()
    dates: dict[str, Any] = {
        "live_from_on": now.date(),
        "review_by_on": now.date() + timedelta(days=365),
        "password": PASSWORD,
    } | wish
    return picks.sign_pick(
        pick_id=pick.pk,
        wish=Wish(text_sha256=text_sha256 or pick.text_sha256, **dates),
        occasion=Occasion(by or pick.dermatologist.user, now),
    )


def relabel(product: Product, label_text: str, now: datetime = NOW) -> Formula | None:
    """Another label for a product, and its pages, in one transaction."""
    with transaction.atomic():
        history.act_as("builder")
        formula = formulas.record_label(product=product, label_text=label_text, now=now)
        publishing.publish_products(product_ids=[product.pk], now=now)
    return formula
