"""What the buttons of the label desk do: settle a name, keep a label, and say what came of it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone

from catalog import formulas, inci, keeping, settling, vocabulary
from catalog.admin import label_pages
from catalog.models import Formula, IngredientClass, IngredientName, Product
from catalog.settling import Settled, Substance

MAY_SETTLE = ("catalog.change_ingredient", "catalog.add_ingredientname")
LONGEST_FUNCTION, LONGEST_CAS = 60, 200


class NotUnderstood(Exception):
    """What was typed beside a name is no ingredient, or no class, that we know."""


def settle(request: HttpRequest, do: str, rest: str) -> None:
    """One name of the label, as the button beside it says.

    Takes   `do`: name or add; `rest`: the number of its fields, and the ingredient that was suggested.
    """
    if not request.user.has_perms(MAY_SETTLE):
        raise PermissionDenied
    number, _, suggested = rest.partition(":")
    typed = request.POST
    token = typed.get(f"token-{number}", "")
    try:
        if do == "name":
            settled = _name(token, suggested or typed.get(f"means-{number}", ""), typed, number, request.user)
        else:
            settled = _add(token, typed, number, request.user)
    except settling.NameTaken as taken:
        messages.error(
            request, f"“{taken.text}” is a name of {taken.ingredient} already. Nothing was written."
        )
    except settling.NotAName as refusal:
        messages.error(request, f"“{refusal.text}” cannot be a name on a label. Nothing was written.")
    except NotUnderstood as refusal:
        messages.error(request, f"{refusal} Nothing was written.")
    else:
        _tell_settled(request, token, settled)


def _name(token: str, means: str, typed: Any, number: str, by: Any) -> Settled:
    ingredient = settling.owner_of(means) if means.strip() else None
    if not means.strip():
        raise NotUnderstood(f"Say first which ingredient “{token[:80]}” is.")
    if ingredient is None:
        near = " or ".join(label_pages.suggest(means))
        hint = f" Did you mean {near}?" if near else ""
        raise NotUnderstood(f"No ingredient is called “{means[:80]}”.{hint}")
    kind = typed.get(f"kind-{number}", "")
    if kind not in (IngredientName.Kind.SYNONYM, IngredientName.Kind.MISSPELLING):
        kind = IngredientName.Kind.SYNONYM
    return settling.name_ingredient(
        ingredient=ingredient, text=token, kind=IngredientName.Kind(kind), by=by, now=timezone.now()
    )


def _add(token: str, typed: Any, number: str, by: Any) -> Settled:
    classes = typed.getlist(f"classes-{number}")
    if not set(classes) <= set(IngredientClass.values):
        raise NotUnderstood("One of these classes is not known.")
    functions = [one.strip().lower() for one in typed.get(f"functions-{number}", "").split(",")]
    functions = [one for one in functions if one]
    cas = typed.get(f"cas-{number}", "").strip()
    if len(cas) > LONGEST_CAS or any(len(one) > LONGEST_FUNCTION for one in functions):
        raise NotUnderstood(
            f"A function has at most {LONGEST_FUNCTION} characters, a CAS number {LONGEST_CAS}."
        )
    substance = Substance(
        inci_name=typed.get(f"inci-{number}", "").strip() or token,
        cas=cas,
        functions=functions,
        classes=classes,
        also=token,
    )
    return settling.add_ingredient(substance=substance, by=by, now=timezone.now())


def _tell_settled(request: HttpRequest, token: str, settled: Settled) -> None:
    said = f"“{token[:80]}” is {settled.ingredient.inci_name} from now on."
    if settled.labels:
        said += f" {settled.labels} kept labels were read again, {settled.changed} say more than before."
    if settled.left:
        said += f" {settled.left} wait: “manage.py load_knowledge” reads them."
    messages.success(request, said)


def keep(request: HttpRequest, text: str) -> Formula | None:
    """The label as a product's newest one; None, and why, when it could not be kept."""
    if not request.user.has_perm("catalog.change_product"):
        raise PermissionDenied
    asked = request.POST.get("product", "").strip()
    product = keeping.find_product(asked)
    if product is None:
        words = (
            f"No product is called “{asked[:80]}”."
            if asked
            else "Say first which product it is the label of."
        )
        messages.error(request, f"{words} Nothing was kept: type a product's address word or a SKU.")
        return None
    if _is_hasty(request, product, text):
        return None
    try:
        kept = keeping.keep_label(
            product=product,
            label_text=text,
            source=request.POST.get("source", "").strip()[:200],
            seen=request.POST.get("seen", ""),
            by=request.user,
            now=timezone.now(),
        )
    except keeping.NoText:
        messages.error(request, "There is nothing to keep: this is no text. Nothing was kept.")
        return None
    except keeping.AnotherLabel as refusal:
        messages.error(
            request,
            f"Somebody kept version {refusal.version} of this label while you were reading. "
            "Nothing was kept: look at it first, then keep yours once more.",
        )
        request.label_seen = refusal.seen  # type: ignore[attr-defined]  # from here on that one was seen
        return None
    messages.success(
        request,
        f"Kept as version {kept.version} of the label of {product.name}. Customers read it from now on.",
    )
    return kept


def _is_hasty(request: HttpRequest, product: Product, text: str) -> bool:
    """Whether a text that is no list would take a list's place, and nobody has said yet that it shall."""
    reading = inci.read_label(text, vocabulary.current().names)
    current = product.current_formula
    if reading.status != "unknown" or current is None or current.status != "read":
        return False
    sure = formulas.hash_label(text)
    if request.POST.get("sure") == sure:
        return False
    messages.error(
        request,
        f"{reading.reason} Customers read a list for {product.name} now, and would read that its maker has "
        "published none. Nothing was kept: if that is so, keep it once more.",
    )
    request.label_sure = sure  # type: ignore[attr-defined]
    return True
