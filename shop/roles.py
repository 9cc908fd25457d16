"""Who may do what at the desks: five roles, kept as Django's groups."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.auth.models import Group, Permission
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from shop.models import User

OWNER = "owner"
DESK = ("view", "add", "change", "delete")
LOOK = ("view",)

# What advice is made of, for whoever writes it; whoever signs does that in her own name.
CURATED_ADVICE: dict[str, tuple[str, ...]] = {
    "catalog.pick": ("view", "add", "change"),
    "catalog.pickevidence": DESK,
    "catalog.signature": LOOK,
    "catalog.dermatologist": LOOK,
    "catalog.disclosure": LOOK,
    "catalog.guide": DESK,
    "catalog.statement": DESK,
    "catalog.wording": DESK,
    "catalog.searchmiss": LOOK,
}

# A recall, for whoever may open one; and for whoever only has to know of it.
RECALLS: dict[str, tuple[str, ...]] = {"orders.recall": LOOK, "orders.recalllot": LOOK}

# Health data: support takes it down, the dermatologist reads it, nobody else does.
INCIDENTS = {f"orders.{model}": LOOK for model in ("incident", "incidentduty", "incidentevent")}

# role → {floor.model: what Django's admin may do with it}, plus what only our own verbs do.
# A model that is not here is not shown: health data and errands stay out of reach by default.
ROLES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "curator": CURATED_ADVICE
    | {
        "catalog.brand": DESK,
        "catalog.category": DESK,
        "catalog.concern": DESK,
        "catalog.product": (*DESK, "import_catalogue"),
        "catalog.variant": DESK,
        "catalog.price": DESK,
        "catalog.image": DESK,
        "catalog.formula": LOOK,
        "catalog.ingredient": ("view", "add", "change"),
        "catalog.ingredientname": DESK,
        "catalog.legalrule": ("view", "add", "change"),
        "catalog.advicerule": ("view", "add", "change"),
        "catalog.declaration": ("view", "add"),
        "catalog.regulatorystatus": DESK,
        "catalog.barrier": LOOK,
        "catalog.claimrule": LOOK,
        "catalog.knowledgechange": LOOK,
        "catalog.rowchange": LOOK,
        "catalog.pricechange": LOOK,
        "catalog.markdown": ("view", "decide_markdown"),
        "catalog.purchaselimit": ("view", "add", "change"),
        "catalog.publishedpage": LOOK,
        "catalog.market": LOOK,
        "catalog.marketcountry": LOOK,
        "catalog.taxrate": LOOK,
    },
    "dermatologist": INCIDENTS
    | {
        "orders.recall": ("view", "add", "change", "open_recall"),
        "orders.recalllot": LOOK,
        "catalog.product": LOOK,
        "catalog.variant": LOOK,
        "catalog.image": LOOK,
        "catalog.formula": LOOK,
        "catalog.pick": ("view", "add", "change", "sign_pick", "withdraw_pick"),
        "catalog.pickevidence": DESK,
        "catalog.signature": LOOK,
        "catalog.dermatologist": ("view", "change"),  # herself only: see the desk
        "catalog.disclosure": LOOK,
        "catalog.concern": LOOK,
        "catalog.guide": LOOK,
        "catalog.statement": LOOK,
        "catalog.ingredient": LOOK,
        "catalog.ingredientname": LOOK,
        "catalog.legalrule": LOOK,
        "catalog.advicerule": LOOK,
        "catalog.claimrule": LOOK,
        "catalog.knowledgechange": LOOK,
        "catalog.rowchange": LOOK,
    },
    "warehouse": RECALLS
    | {
        "catalog.location": LOOK,
        "catalog.lot": ("view", "add", "change", "release_lot", "write_off_lot"),
        "catalog.lotdecision": LOOK,
        "catalog.movement": LOOK,
        "catalog.supplier": LOOK,
        "catalog.feed": ("view", "run_feed"),
        "catalog.feedrun": LOOK,
        "catalog.feedrefusal": LOOK,
        "catalog.markdown": LOOK,
        "shop.countpush": LOOK,
        "catalog.product": LOOK,
        "catalog.variant": LOOK,
        "orders.order": ("view", "ship_order"),
        "orders.orderline": LOOK,
        "orders.allocation": LOOK,
        "orders.orderevent": LOOK,
        "orders.shipment": LOOK,
        "orders.shipmentline": LOOK,
        "orders.orderreturn": ("view", "take_return"),
        "orders.returnline": LOOK,
        "orders.stockaudit": LOOK,
    },
    "support": RECALLS
    | INCIDENTS
    | {
        "orders.incident": ("view", "add", "change"),
        "orders.recallnotice": LOOK,
        "catalog.product": LOOK,
        "catalog.variant": LOOK,
        "orders.order": ("view", "cancel_order"),
        "orders.orderline": LOOK,
        "orders.allocation": LOOK,
        "orders.orderevent": LOOK,
        "orders.shipment": LOOK,
        "orders.shipmentline": LOOK,
        "orders.orderreturn": ("view", "take_return"),
        "orders.returnline": LOOK,
        "orders.ordermail": LOOK,
        "shop.stockalert": LOOK,
        "shop.alertmail": LOOK,
        "payments.paymentattempt": LOOK,
        "payments.payment": LOOK,
        "payments.refund": ("view", "add"),
        "payments.receipt": ("view", "resend_receipt"),
        "payments.stripeevent": ("retry_errand",),
    },
}
FLOORS = ("catalog", "orders", "payments", "shop", "auth")  # all of it is the owner's


@dataclass(eq=False)
class NoSuchRole(Exception):
    """There is no role of that name."""

    role: str


@dataclass(eq=False)
class CannotBeStaff(Exception):
    """The e-mail address or the password will not do."""

    why: list[str]


def load_roles() -> dict[str, int]:
    """The groups with exactly the permissions written here: {role: how many}.

    Writes  Group and its permissions; what somebody added by hand is taken away again.
    """
    with transaction.atomic(durable=True):
        everything = Permission.objects.filter(content_type__app_label__in=FLOORS)
        known = {
            (it.content_type.app_label, it.codename): it for it in everything.select_related("content_type")
        }
        wanted = {role: _find_permissions(desks, known) for role, desks in ROLES.items()}
        wanted[OWNER] = list(known.values())
        for role, permissions in wanted.items():
            group, _ = Group.objects.get_or_create(name=role)
            group.permissions.set(permissions)
    return {role: len(permissions) for role, permissions in wanted.items()}


def make_staff(*, email: str, role: str, password: str, weak_is_fine: bool = False) -> User:
    """The member of staff with this address, made or changed: one role, this password.

    Takes   `weak_is_fine`: on a developer's own machine.
    Raises  NoSuchRole; CannotBeStaff with every reason.
    """
    if role not in {*ROLES, OWNER}:
        raise NoSuchRole(role)
    _refuse_bad_login(email, password, weak_is_fine=weak_is_fine)
    with transaction.atomic(durable=True):
        group, _ = Group.objects.get_or_create(name=role)
        user = User.objects.select_for_update().filter(email__iexact=email).first()
        user = user or User.objects.create_user(email)
        user.is_staff = user.is_active = True
        if not user.check_password(password):
            user.set_password(password)
        user.save()
        user.groups.set([group])
    return user


def _find_permissions(
    desks: Mapping[str, tuple[str, ...]], known: Mapping[tuple[str, str], Permission]
) -> list[Permission]:
    found: list[Permission] = []
    for desk, actions in desks.items():
        floor, model = desk.split(".")
        names = [(floor, f"{action}_{model}" if action in DESK else action) for action in actions]
        missing = [name for name in names if name not in known]
        assert not missing, f"{desk}: there is no {missing}"
        found += [known[name] for name in names]
    return found


def _refuse_bad_login(email: str, password: str, *, weak_is_fine: bool) -> None:
    why: list[str] = []
    try:
        validate_email(email)
    except ValidationError as error:
        why += error.messages
    if not password:
        why.append("The password is empty.")
    elif not weak_is_fine:
        try:
            validate_password(password, User(email=email))
        except ValidationError as error:
            why += error.messages
    if why:
        raise CannotBeStaff(why)
