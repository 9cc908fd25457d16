"""What a dermatologist gets out of it: said once more in a new version, never altered."""

from dataclasses import dataclass

from django.db import connection

from catalog import pick_words, picks
from catalog.models import Dermatologist, Disclosure, Pick


@dataclass(frozen=True)
class Interests:
    """What a dermatologist gets out of it."""

    sells_it: bool
    gifts: bool
    paid: bool
    consultancy: bool
    equity: bool
    text: str


def write_disclosure(
    *, dermatologist: Dermatologist, interests: Interests, occasion: picks.Occasion
) -> Disclosure:
    """The newest version of somebody's interests; her picks must be signed again with it.

    Writes  Disclosure; Pick, PublishedPage of all that she stands behind.
    Locks   the dermatologist; her picks and their products, in the order of the products.
    Raises  PickNotReady: the words deny what she earns, or do not say it.
    """
    assert connection.in_atomic_block, "write_disclosure() joins its caller's transaction"
    what = {name: value for name, value in vars(interests).items() if name != "text"}
    why = pick_words.refuse_interests(interests.text, earns=any(what.values()))
    if why:
        raise picks.PickNotReady(why)
    Dermatologist.objects.select_for_update().get(pk=dermatologist.pk)
    last = dermatologist.disclosures.order_by("-version").first()
    row = Disclosure.objects.create(
        dermatologist=dermatologist,
        version=(last.version if last else 0) + 1,
        made_by=occasion.by,
        made_at=occasion.now,
        **vars(interests),
    )
    for pick in _lock_standing(dermatologist):
        picks.settle_words(pick=pick, occasion=occasion, adopts=False)
    return row


def _lock_standing(dermatologist: Dermatologist) -> list[Pick]:
    standing = Pick.objects.standing().filter(dermatologist=dermatologist).order_by("product_id", "pk")
    return list(standing.select_for_update(no_key=True))
