from datetime import date
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint


class Location(models.Model):
    """A place with shelves. What comes back from customers stands apart, where nothing is sold from."""

    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=80)
    takes_returns = models.BooleanField(
        default=False, db_default=False, help_text="Where parcels come back to. Nothing is sold from here."
    )

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["takes_returns"], condition=Q(takes_returns=True), name="one_place_takes_returns"
            )
        ]

    def __str__(self) -> str:
        return self.code


class Supplier(models.Model):
    """Whoever delivers to us."""

    code = models.CharField(max_length=24, unique=True)
    name = models.CharField(max_length=120)
    email = models.EmailField(blank=True)
    note = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.name


class LotQuerySet(models.QuerySet["Lot"]):
    def sellable(self, on: date) -> Self:
        """Released lots with free units and enough life left on that day for whoever gets the parcel."""
        fresh = Q(sell_until_on__isnull=True) | Q(sell_until_on__gte=on)
        return self.filter(fresh, status=Lot.Status.RELEASED, on_hand__gt=F("reserved"))


class Lot(models.Model):
    """Units of one variant that came together, stand together and expire together.

    Counters are units, written only by `catalog.stock`. `reserved` units are promised to orders
    but still on the shelf: a customer may buy `on_hand - reserved` of them, while the lot is released
    and fresh enough. Status is written only by `catalog.lots`, with a LotDecision; that a lot has expired
    is no status but a question.
    """

    class Status(models.TextChoices):
        QUARANTINE = "QUARANTINE", "In quarantine"
        RELEASED = "RELEASED", "Released"
        BLOCKED = "BLOCKED", "Blocked"
        RECALLED = "RECALLED", "Recalled"

    variant = models.ForeignKey("catalog.Variant", models.PROTECT, related_name="lots")
    location = models.ForeignKey(Location, models.PROTECT, related_name="lots")
    supplier = models.ForeignKey(Supplier, models.PROTECT, null=True, blank=True, related_name="lots")
    # The version of the list that is printed on these packs, when it was compared.
    formula = models.ForeignKey(
        "catalog.Formula", models.PROTECT, null=True, blank=True, related_name="lots", editable=False
    )
    code = models.CharField("lot code", max_length=40)
    code_known = models.BooleanField(
        default=True, db_default=True, help_text="Off: nobody noted what is printed; a recall must ask."
    )
    other_codes = ArrayField(
        models.CharField(max_length=40),
        default=list,
        blank=True,
        db_default=[],
        help_text="Further codes on the pack (F.I.L., ILN): a recall may name any of them.",
    )
    status = models.CharField(
        max_length=12, choices=Status, default=Status.QUARANTINE, db_default="QUARANTINE", editable=False
    )
    made_on = models.DateField(null=True, blank=True)
    received_on = models.DateField(null=True, blank=True, editable=False)
    expires_on = models.DateField(null=True, blank=True)
    pao_months = models.PositiveSmallIntegerField(
        "period after opening", null=True, blank=True, help_text="Months, as in the sign of the open jar."
    )
    # The last day on which it may be promised: expiry less the life that a customer must find.
    # Kept by `catalog.shelf_life`; empty: nothing limits it.
    sell_until_on = models.DateField(null=True, blank=True, editable=False)
    storage_note = models.CharField(max_length=120, blank=True, db_default="")
    counted_at = models.DateTimeField(null=True, blank=True, editable=False)
    on_hand = models.PositiveIntegerField(default=0)
    reserved = models.PositiveIntegerField(default=0)

    objects = LotQuerySet.as_manager()

    class Meta:
        permissions = [
            ("release_lot", "Can release a lot for sale, or block it"),
            ("write_off_lot", "Can write units off"),
        ]
        constraints = [
            UniqueConstraint(fields=["variant", "location", "code"], name="lot_named_once"),
            CheckConstraint(condition=Q(reserved__lte=F("on_hand")), name="lot_never_oversold"),
            CheckConstraint(
                condition=Q(status__in=["QUARANTINE", "RELEASED", "BLOCKED", "RECALLED"]),
                name="lot_status_known",
            ),
            CheckConstraint(
                condition=Q(expires_on__isnull=True)
                | Q(made_on__isnull=True)
                | Q(expires_on__gt=F("made_on")),
                name="lot_made_before_it_expires",
            ),
        ]
        indexes = [
            # Without `reserved`: promising a unit then changes no index, and the row stays on its page.
            Index(
                fields=["variant", "sell_until_on"],
                condition=Q(on_hand__gt=0, status="RELEASED"),
                name="lot_to_sell",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class LotDecision(models.Model):
    """Who let a lot onto the shelf, or took it off, and on what grounds. Rows are never altered."""

    class Kind(models.TextChoices):
        QUARANTINED = "QUARANTINED", "Put into quarantine"
        RELEASED = "RELEASED", "Released for sale"
        BLOCKED = "BLOCKED", "Blocked"
        RECALLED = "RECALLED", "Recalled"

    class Check(models.TextChoices):
        CODE_READABLE = "code_readable", "The lot code on the pack can be read"
        LABEL_MATCHES = "label_matches", "The list of ingredients on the pack is the one that we hold"
        LIFE_ENOUGH = "life_enough", "Enough life is left to sell it"

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=12, choices=Kind)
    checks = ArrayField(models.CharField(max_length=16, choices=Check), default=list, blank=True)
    note = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(kind__in=["QUARANTINED", "RELEASED", "BLOCKED", "RECALLED"]),
                name="lot_decision_kind_known",
            ),
            CheckConstraint(
                condition=Q(checks__contained_by=["code_readable", "label_matches", "life_enough"]),
                name="lot_decision_checks_known",
            ),
            CheckConstraint(
                condition=~Q(kind="RELEASED")
                | Q(checks__contains=["code_readable", "label_matches", "life_enough"]),
                name="lot_released_after_its_checks",
            ),
        ]
        indexes = [Index(fields=["lot", "-at"], name="lot_decision_by_lot")]

    def __str__(self) -> str:
        return self.get_kind_display()


class Movement(models.Model):
    """Why a lot's counters changed, by how much, when and by whom. Rows are never altered."""

    class Kind(models.TextChoices):
        RECEIVED = "RECEIVED", "Received"
        RESERVED = "RESERVED", "Promised to an order"
        RELEASED = "RELEASED", "Promise taken back"
        SHIPPED = "SHIPPED", "Shipped"
        COUNTED = "COUNTED", "Corrected by a count"
        WRITTEN_OFF = "WRITTEN_OFF", "Written off"
        RETURNED = "RETURNED", "Came back"
        MOVED = "MOVED", "Moved to another shelf"

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="movements")
    kind = models.CharField(max_length=12, choices=Kind)
    on_hand_change = models.IntegerField()
    reserved_change = models.IntegerField()
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    cause = models.CharField(max_length=80, help_text="An order's reference, a delivery note, a reason.")
    # Of a count: the moment of which it speaks, and the feed that brought it.
    counted_at = models.DateTimeField(null=True, blank=True)
    feed_run = models.ForeignKey(
        "catalog.FeedRun", models.PROTECT, null=True, blank=True, related_name="movements"
    )

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(
                    kind__in=[
                        "RECEIVED",
                        "RESERVED",
                        "RELEASED",
                        "SHIPPED",
                        "COUNTED",
                        "WRITTEN_OFF",
                        "RETURNED",
                        "MOVED",
                    ]
                ),
                name="movement_kind_known",
            ),
            CheckConstraint(
                condition=~Q(on_hand_change=0) | ~Q(reserved_change=0), name="movement_moves_something"
            ),
            # Each kind goes its own way: what is received adds, what is promised stays on the shelf.
            CheckConstraint(
                condition=Q(kind__in=["RECEIVED", "RETURNED"], on_hand_change__gt=0, reserved_change=0)
                | Q(kind="RESERVED", on_hand_change=0, reserved_change__gt=0)
                | Q(kind="RELEASED", on_hand_change=0, reserved_change__lt=0)
                | Q(kind="SHIPPED", on_hand_change__lt=0, reserved_change=F("on_hand_change"))
                | Q(kind="WRITTEN_OFF", on_hand_change__lt=0, reserved_change=0)
                | Q(kind__in=["COUNTED", "MOVED"], reserved_change=0),
                name="movement_goes_its_way",
            ),
        ]
        indexes = [
            Index(fields=["lot", "at"], name="movement_by_lot"),
            Index(fields=["cause"], name="movement_by_cause"),
            Index(fields=["at"], condition=Q(kind="SHIPPED"), name="movement_shipped"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.on_hand_change:+d}/{self.reserved_change:+d}"
