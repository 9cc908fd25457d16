import secrets

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from orders.models.order import new_reference


def new_token() -> str:
    """192 random bits: whoever has them may answer a notice."""
    return secrets.token_urlsafe(24)


class Recall(models.Model):
    """Goods that must not stay where they are: which, why, on whose word, and how far down the chain.

    At retail depth the shelf is cleared; at consumer depth every buyer is told as well. One does not
    follow from the other: the authority (or we) decide it. See `orders.recalls`.
    """

    class Depth(models.TextChoices):
        RETAIL = "RETAIL", "Retail: off the shelf"
        CONSUMER = "CONSUMER", "Consumer: buyers are told"

    class Remedy(models.TextChoices):
        NONE = "NONE", "Nothing to do for buyers"
        DISCARD = "DISCARD", "Stop using it and throw it away"
        REFUND = "REFUND", "Money back"
        REPLACE = "REPLACE", "Replaced"

    class State(models.TextChoices):
        DRAFT = "DRAFT", "Draft"
        OPEN = "OPEN", "Open"
        CLOSED = "CLOSED", "Closed"

    reference = models.CharField(max_length=9, unique=True, default=new_reference, editable=False)
    title = models.CharField(max_length=160)
    authority = models.CharField(max_length=120, blank=True, help_text="FDA, BfArM… Empty: our own decision.")
    source = models.CharField(max_length=500, help_text="The notice that it rests on, with its place.")
    reason = models.CharField(max_length=500, help_text="In plain words: buyers read it.")
    depth = models.CharField(max_length=12, choices=Depth, default=Depth.RETAIL)
    remedy = models.CharField(max_length=12, choices=Remedy, default=Remedy.NONE)
    announced_on = models.DateField(help_text="The day of the authority's notice, or of our decision.")
    # Every lot of this product, or of this formula; or the lots of `RecallLot`; or all of these.
    product = models.ForeignKey(
        "catalog.Product", models.PROTECT, null=True, blank=True, related_name="recalls"
    )
    formula = models.ForeignKey(
        "catalog.Formula", models.PROTECT, null=True, blank=True, related_name="recalls"
    )
    # {"en": {"subject": "…", "text": "…", "where": "…"}, "de": …}: what buyers read, in the language of
    # the order's country when it is there. `where` says where the lot code stands on the pack.
    texts = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.DRAFT, editable=False)
    opened_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    closing_note = models.CharField(max_length=500, blank=True, editable=False)

    class Meta:
        permissions = [("open_recall", "Can open, deepen and close a recall")]
        constraints = [
            CheckConstraint(condition=Q(depth__in=["RETAIL", "CONSUMER"]), name="recall_depth_known"),
            CheckConstraint(
                condition=Q(remedy__in=["NONE", "DISCARD", "REFUND", "REPLACE"]), name="recall_remedy_known"
            ),
            CheckConstraint(condition=Q(state__in=["DRAFT", "OPEN", "CLOSED"]), name="recall_state_known"),
            CheckConstraint(
                condition=Q(state="DRAFT", opened_at__isnull=True)
                | (~Q(state="DRAFT") & Q(opened_at__isnull=False)),
                name="recall_opened_iff_not_draft",
            ),
            CheckConstraint(
                condition=Q(state="CLOSED", closed_at__isnull=False)
                | (~Q(state="CLOSED") & Q(closed_at__isnull=True)),
                name="recall_closed_iff_closed_at",
            ),
            CheckConstraint(condition=~Q(source=""), name="recall_has_a_source"),
        ]

    def __str__(self) -> str:
        return self.title


class RecallLot(models.Model):
    """A lot code that a recall names, as printed in the notice. We may never have had it."""

    recall = models.ForeignKey(Recall, models.CASCADE, related_name="lots")
    product = models.ForeignKey("catalog.Product", models.PROTECT, related_name="+")
    code = models.CharField("lot code", max_length=40)
    note = models.CharField(max_length=120, blank=True, help_text="What else the notice says: 04/2025.")

    class Meta:
        constraints = [
            UniqueConstraint(fields=["recall", "product", "code"], name="recall_names_a_lot_once"),
            CheckConstraint(condition=~Q(code=""), name="recall_lot_has_a_code"),
        ]

    def __str__(self) -> str:
        return self.code


class RecallNotice(models.Model):
    """One order that may hold recalled units, and the proof that its buyer was told."""

    class Sort(models.TextChoices):
        KNOWN_LOT = "KNOWN_LOT", "Has units of a recalled lot"
        UNKNOWN_LOT = "UNKNOWN_LOT", "May have: nobody noted the lot"

    class Reply(models.TextChoices):
        NONE_LEFT = "NONE_LEFT", "Has none of it"
        DISCARDED = "DISCARDED", "Threw it away"
        SENDS_BACK = "SENDS_BACK", "Sends it back"
        UNHARMED = "UNHARMED", "Has stopped using it"
        REACTION = "REACTION", "The skin reacted"

    recall = models.ForeignKey(Recall, models.PROTECT, related_name="notices")
    order = models.ForeignKey("orders.Order", models.PROTECT, related_name="recall_notices")
    sort = models.CharField(max_length=12, choices=Sort)
    units = models.PositiveIntegerField()
    lot_codes = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    found_at = models.DateTimeField()
    owed_at = models.DateTimeField(null=True, blank=True, help_text="Since when we owe the mail.")
    reply = models.CharField(max_length=12, choices=Reply, null=True, blank=True)
    replied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["recall", "order"], name="recall_tells_an_order_once"),
            CheckConstraint(
                condition=Q(sort__in=["KNOWN_LOT", "UNKNOWN_LOT"]), name="recall_notice_sort_known"
            ),
            CheckConstraint(
                condition=Q(reply__in=["NONE_LEFT", "DISCARDED", "SENDS_BACK", "UNHARMED", "REACTION"]),
                name="recall_reply_known",
            ),
            CheckConstraint(
                condition=Q(reply__isnull=True, replied_at__isnull=True)
                | Q(reply__isnull=False, replied_at__isnull=False),
                name="recall_reply_has_its_moment",
            ),
            CheckConstraint(condition=Q(units__gt=0), name="recall_notice_has_units"),
        ]

    def __str__(self) -> str:
        return f"{self.recall_id} to {self.order_id}"


class RecallEvent(models.Model):
    """The diary of a recall. Rows are never altered."""

    class Kind(models.TextChoices):
        OPENED = "OPENED", "Opened"
        DEEPENED = "DEEPENED", "Taken to consumers"
        FOUND = "FOUND", "More was found"
        NOTED = "NOTED", "Noted"
        CLOSED = "CLOSED", "Closed"

    recall = models.ForeignKey(Recall, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=8, choices=Kind)
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(kind__in=["OPENED", "DEEPENED", "FOUND", "NOTED", "CLOSED"]),
                name="recall_event_kind_known",
            )
        ]
        indexes = [Index(fields=["recall", "at"], name="recall_event_by_recall")]

    def __str__(self) -> str:
        return self.get_kind_display()
