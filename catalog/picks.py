"""Why this jar: a pick is written, given to review, signed, renewed, and one day withdrawn.

Whether it is live is asked, never stored: see `PickQuerySet.live`. A change of a word, of the formula or of
the interests takes the badge away by itself, because the signature no longer fits.
"""

import logging
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from catalog import history, pick_states, pick_texts, pick_words, publishing, tries
from catalog.models import Dermatologist, Disclosure, Pick, Product, Signature
from catalog.models.picks import LONGEST_DAYS

logger = logging.getLogger(__name__)


@dataclass(eq=False)
class PickNotReady(Exception):
    """The pick cannot be signed as it is; every reason at once."""

    why: list[str]


@dataclass(eq=False)
class FormulaChanged(Exception):
    """What is in the product is no longer what the pick was written about."""

    product: str


@dataclass(eq=False)
class PickChanged(Exception):
    """Somebody changed the words after they were read for signing."""


@dataclass(eq=False)
class NotTheDermatologist(Exception):
    """Only the dermatologist herself signs, with her own login."""

    name: str


@dataclass(eq=False)
class WrongPassword(Exception):
    """The password that was entered for signing is not the signer's."""


@dataclass(eq=False)
class PickWithdrawn(Exception):
    """A withdrawn pick stays as it is: write a new one."""


@dataclass(frozen=True)
class Occasion:
    """Who does it, when."""

    by: Any
    now: datetime


def settle_words(*, pick: Pick, occasion: Occasion, adopts: bool) -> Pick:
    """The pick after its words were changed at the desk: with today's interests.

    Joins the transaction in which the form saved the row and its parts.
    Takes   `adopts`: from now on it is about what is in the product today; somebody has looked at it.
    Writes  Pick.text_sha256, formula, disclosure; PublishedPage.
    """
    assert connection.in_atomic_block, "settle_words() joins its caller's transaction"
    product = Product.objects.select_related("current_formula").get(pk=pick.product_id)
    if adopts and product.current_formula is not None:
        pick.formula = product.current_formula
    pick.disclosure = newest_disclosure(pick.dermatologist)
    before = pick.text_sha256
    pick.text_sha256 = pick_texts.hash_words(pick)
    if before and before != pick.text_sha256:
        pick.submitted_at = None  # what was given to review said something else
    pick.save(update_fields=["formula", "disclosure", "text_sha256", "submitted_at"])
    publishing.publish_products(product_ids=[pick.product_id], now=occasion.now)
    return pick


def submit_pick(*, pick_id: int, occasion: Occasion) -> Pick:
    """The pick, given to be reviewed and signed.

    Raises  PickWithdrawn, FormulaChanged, PickNotReady.
    """
    with transaction.atomic(durable=True):
        history.act_as(occasion.by)
        pick = _lock(pick_id)
        _refuse_unready(pick)
        pick.submitted_at = occasion.now
        pick.save(update_fields=["submitted_at"])
    return pick


@dataclass(frozen=True)
class Wish:
    """What the signer wants: which words, from when, until when, and her password once more."""

    text_sha256: str
    live_from_on: date
    review_by_on: date
    password: str


def sign_pick(*, pick_id: int, wish: Wish, occasion: Occasion) -> Signature:
    """The signature under these very words, good until its day; signing again renews it.

    Takes   `wish.text_sha256`: of the words that the signer read.
    Writes  Signature, PublishedPage; PasswordTries, which stay counted when nothing is signed.
    Locks   the pick, then its product: neither words nor label change between reading and signing.
    Raises  TooManyTries, WrongPassword, NotTheDermatologist, PickWithdrawn, PickChanged, FormulaChanged,
            PickNotReady.
    """
    _prove_password(occasion, wish.password)
    with transaction.atomic(durable=True):
        history.act_as(occasion.by)
        pick = _lock(pick_id)
        if not is_hers(pick, occasion.by):
            raise NotTheDermatologist(pick.dermatologist.name)
        if not pick.text_sha256 == wish.text_sha256 == pick_texts.hash_words(pick):
            raise PickChanged
        _lock_product(pick)
        _refuse_unready(pick, dates=(wish.live_from_on, wish.review_by_on, occasion.now.date()))
        signature = Signature.objects.create(
            pick=pick,
            formula=pick.formula,
            text_sha256=pick.text_sha256,
            text=pick_texts.words_of(pick),
            signed_by=occasion.by,
            signed_at=occasion.now,
            signed_on=occasion.now.date(),
            live_from_on=wish.live_from_on,
            review_by_on=wish.review_by_on,
        )
        if pick.submitted_at is None:
            pick.submitted_at = occasion.now
            pick.save(update_fields=["submitted_at"])
        publishing.publish_products(product_ids=[pick.product_id], now=occasion.now)
    return signature


def is_hers(pick: Pick, user: Any) -> bool:
    """Whether a login is that of the dermatologist who stands behind a pick."""
    return pick.dermatologist.user_id is not None and pick.dermatologist.user_id == user.pk


def _prove_password(occasion: Occasion, password: str) -> None:
    """Before any row is locked: looking at a password takes its time."""
    lock = tries.own_password(occasion.by)
    tries.count_try(locks=[lock], now=occasion.now)
    if not occasion.by.check_password(password):
        logger.warning("wrong password for signing a pick: user %s", occasion.by.pk)
        raise WrongPassword
    tries.forget_tries(locks=[lock])


def adopt_formula(*, pick_id: int, occasion: Occasion) -> Pick:
    """The pick, now about what is in the product today; it must be signed again.

    Raises  PickWithdrawn.
    """
    with transaction.atomic(durable=True):
        history.act_as(occasion.by)
        pick = settle_words(pick=_lock(pick_id), occasion=occasion, adopts=True)
    return pick


def withdraw_pick(*, pick_id: int, reason: str, occasion: Occasion) -> Pick:
    """The pick, taken back for a reason that customers read from now on.

    Raises  PickWithdrawn; PickNotReady without a reason.
    """
    if len(reason.strip()) < 10:
        raise PickNotReady(["Say why, in a sentence that customers will read."])
    with transaction.atomic(durable=True):
        history.act_as(occasion.by)
        pick = _lock(pick_id)
        pick.withdrawn_at, pick.withdrawn_reason = occasion.now, reason.strip()
        pick.save(update_fields=["withdrawn_at", "withdrawn_reason"])
        publishing.publish_products(product_ids=[pick.product_id], now=occasion.now)
    return pick


def newest_disclosure(dermatologist: Dermatologist) -> Disclosure:
    """What she gets out of it, as disclosed last. Raises PickNotReady when she never disclosed anything."""
    newest = dermatologist.disclosures.order_by("-version").first()
    if newest is None:
        raise PickNotReady([f"{dermatologist.name} has not disclosed her interests yet."])
    return newest


def _lock(pick_id: int) -> Pick:
    pick = Pick.objects.select_for_update(no_key=True, of=["self"]).get(pk=pick_id)
    if pick.withdrawn_at is not None:
        raise PickWithdrawn
    return pick


def _lock_product(pick: Pick) -> None:
    """A label that is recorded meanwhile waits, or was recorded before: then the pick knows it."""
    pick.product = Product.objects.select_for_update(no_key=True).get(pk=pick.product_id)


def _refuse_unready(pick: Pick, dates: tuple[date, date, date] | None = None) -> None:
    if not pick_states.is_about_today(pick):
        raise FormulaChanged(pick.product.name)
    why = pick_words.find_faults(pick)
    if pick.disclosure_id != newest_disclosure(pick.dermatologist).pk:
        why.append("Her interests were disclosed anew since: save the pick once more.")
    if dates is not None:
        why += _look_at_dates(*dates) + _find_gap(pick, dates[0], dates[2])
    if why:
        raise PickNotReady(why)


def _look_at_dates(live_from_on: date, review_by_on: date, today: date) -> list[str]:
    why = []
    if live_from_on < today:
        why.append("It cannot be live before it is signed.")
    if review_by_on <= live_from_on:
        why.append("The review must come after the first day.")
    if (live_from_on - today).days > LONGEST_DAYS:
        why.append("It cannot begin more than a year ahead.")
    if (review_by_on - today).days > LONGEST_DAYS:
        why.append("A signature stands for twelve months at most.")
    return why


def _find_gap(pick: Pick, live_from_on: date, today: date) -> list[str]:
    """A renewal that leaves days without a badge is a slip of the calendar: she is told before she signs."""
    running = pick.signatures.filter(text_sha256=pick.text_sha256, review_by_on__gt=today)
    until = max(running.values_list("review_by_on", flat=True), default=None)
    if until is None or live_from_on <= until:
        return []
    return [f"There would be days without a signature: begin by {until:%-d %B %Y}."]
