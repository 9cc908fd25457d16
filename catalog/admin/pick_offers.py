"""What may be done with a pick now, and by whom."""

from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from catalog import picks
from catalog.models import Pick
from catalog.pick_states import Standing, is_about_today

CHANGE, SIGN, WITHDRAW = "catalog.change_pick", "catalog.sign_pick", "catalog.withdraw_pick"


def offer(pick: Pick, standing: Standing, user: Any) -> list[dict[str, str]]:
    """The actions that make sense now and that this person may take, the one thing to do first."""
    may = user.has_perm
    stands, hers = standing.state != "withdrawn", picks.is_hers(pick, user)
    changed = has_other_formula(pick)
    signed = standing.state in ("live", "signed", "lapsed")
    review = standing.state in ("draft", "suspended") and not changed
    actions = [
        ("adopt", "Adopt the new formula", stands and changed and (may(CHANGE) or (may(SIGN) and hers))),
        ("sign", "Renew" if signed else "Sign", stands and not changed and may(SIGN) and hers),
        ("submit", "Give to review", review and may(CHANGE)),
        ("preview", "Preview", True),
        ("withdraw", "Withdraw", stands and may_withdraw(pick, user)),
    ]
    offered = [(name, title) for name, title, sensible in actions if sensible]
    return [
        {
            "title": title,
            "url": reverse(f"admin:catalog_pick_{name}", args=[pick.pk]),
            "tone": "primary" if place == 0 and name != "preview" else "",
        }
        for place, (name, title) in enumerate(offered)
    ]


def may_withdraw(pick: Pick, user: Any) -> bool:
    """She takes back what is hers; whoever appoints dermatologists, what anybody signed."""
    appoints: bool = user.has_perm(WITHDRAW) and user.has_perm("catalog.add_dermatologist")
    return appoints or (user.has_perm(WITHDRAW) and picks.is_hers(pick, user))


def has_other_formula(pick: Pick) -> bool:
    return pick.product.current_formula is not None and not is_about_today(pick)


def link_comparison(pick: Pick) -> str:
    """Where the list that she wrote about stands beside that of today; empty when they are the same."""
    if not has_other_formula(pick):
        return ""
    query = {"old": pick.formula_id, "new": pick.product.current_formula_id or 0}
    return f"{reverse('compare-formulas')}?{urlencode(query)}"
