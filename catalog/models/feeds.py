from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint


class FeedHost(models.Model):
    """A machine that we may fetch feeds from, because the owner named it."""

    host = models.CharField(
        max_length=255, unique=True, help_text="files.supplier.example, or with its port: …example:8443"
    )
    note = models.CharField(max_length=200, blank=True)
    named_at = models.DateTimeField()
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(host__regex=r"^[a-z0-9.:\[\]-]+$"), name="feed_host_is_plain")
        ]

    def __str__(self) -> str:
        return self.host


class FeedQuerySet(models.QuerySet["Feed"]):
    def due(self, now: datetime) -> Self:
        """Feeds to be fetched now; of one that is running, `due_at` is the end of the lease."""
        return self.filter(paused_at=None, due_at__lte=now).order_by("due_at", "pk")

    def failing(self, at_least: int) -> Self:
        """Feeds that have failed so many times in a row; somebody paused the others on purpose."""
        return self.filter(paused_at=None, failures__gte=at_least)


class Feed(models.Model):
    """A supplier's file of counts: where it is, how it is read, and when it is fetched next."""

    class Format(models.TextChoices):
        CSV = "CSV", "CSV"
        XLSX = "XLSX", "Excel (XLSX)"
        JSON = "JSON", "JSON"

    class Encoding(models.TextChoices):
        UTF8 = "UTF8", "UTF-8 (or UTF-16 with its mark)"
        CP1252 = "CP1252", "Windows-1252"

    class Dates(models.TextChoices):
        ISO = "ISO", "2027-06-30"
        DMY = "DMY", "30.06.2027 or 30/06/2027"
        MDY = "MDY", "06/30/2027"

    class Counts(models.TextChoices):
        ON_HAND = "ON_HAND", "What stands on the shelf, promised units included"
        FREE = "FREE", "What is free to be sold"

    class UnknownLots(models.TextChoices):
        REFUSE = "REFUSE", "Refuse the line"
        QUARANTINE = "QUARANTINE", "Receive the lot into quarantine"

    supplier = models.ForeignKey("catalog.Supplier", models.PROTECT, related_name="feeds")
    name = models.CharField(max_length=80, unique=True)
    url = models.CharField("address", max_length=500, help_text="Begins with https, http or sftp.")
    format = models.CharField(max_length=8, choices=Format)
    encoding = models.CharField(max_length=8, choices=Encoding, default=Encoding.UTF8)
    dates = models.CharField(max_length=4, choices=Dates, default=Dates.ISO)
    # {"sku": "Artikel", "units": "Bestand", "lot": …, "location": …, "expires_on": …, "counted_at": …}
    columns = models.JSONField(default=dict, blank=True)
    zone = models.CharField(
        "time zone",
        max_length=40,
        default="UTC",
        db_default="UTC",
        help_text="Of hours that name none: Europe/Berlin.",
    )
    counts = models.CharField(max_length=8, choices=Counts, default=Counts.ON_HAND)
    unknown_lots = models.CharField(max_length=12, choices=UnknownLots, default=UnknownLots.REFUSE)
    location = models.ForeignKey(
        "catalog.Location",
        models.PROTECT,
        related_name="feeds",
        help_text="Whose shelves are counted, where the file does not say.",
    )
    username = models.CharField(max_length=120, blank=True)
    secret_name = models.CharField(
        max_length=60,
        blank=True,
        help_text="The environment variable with the password: FEED_SECRET_… Passwords are not kept here.",
    )
    host_key = models.CharField(max_length=800, blank=True, help_text="SFTP only: ssh-ed25519 AAAA…")
    every_minutes = models.PositiveIntegerField(default=60)
    hold_zeros_over_percent = models.PositiveSmallIntegerField(
        default=50, help_text="When more of the counts that were above zero say zero, a person must look."
    )
    paused_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True, editable=False)
    attempts = models.PositiveIntegerField(default=0, editable=False)
    failures = models.PositiveSmallIntegerField(default=0, editable=False, help_text="In a row.")
    etag = models.CharField(max_length=200, blank=True, editable=False)
    last_modified_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = FeedQuerySet.as_manager()

    class Meta:
        permissions = [("run_feed", "Can run a feed now, and let a held one through")]
        constraints = [
            CheckConstraint(condition=Q(format__in=["CSV", "XLSX", "JSON"]), name="feed_format_known"),
            CheckConstraint(condition=Q(encoding__in=["UTF8", "CP1252"]), name="feed_encoding_known"),
            CheckConstraint(condition=Q(dates__in=["ISO", "DMY", "MDY"]), name="feed_dates_known"),
            CheckConstraint(condition=Q(counts__in=["ON_HAND", "FREE"]), name="feed_counts_known"),
            CheckConstraint(
                condition=Q(unknown_lots__in=["REFUSE", "QUARANTINE"]), name="feed_unknown_lots_known"
            ),
            CheckConstraint(condition=Q(every_minutes__gte=1), name="feed_rests_between_runs"),
            CheckConstraint(condition=Q(hold_zeros_over_percent__lte=100), name="feed_hold_is_a_percentage"),
            CheckConstraint(
                condition=Q(secret_name="") | Q(secret_name__regex=r"^FEED_SECRET_[A-Z0-9_]+$"),
                name="feed_secret_is_a_name",
            ),
            CheckConstraint(condition=Q(url__regex=r"^(https?|sftp)://"), name="feed_address_is_web_or_sftp"),
        ]
        indexes = [Index(fields=["due_at"], condition=Q(paused_at=None), name="feed_due")]

    def __str__(self) -> str:
        return self.name


class FeedRunQuerySet(models.QuerySet["FeedRun"]):
    def held(self) -> Self:
        """Runs that wait for a person."""
        return self.filter(state=FeedRun.State.HELD, decided_at=None)

    def let_through(self) -> Self:
        """Held runs to which a person has said yes; their counts are still to be applied."""
        return self.filter(state=FeedRun.State.HELD, decided_at__isnull=False)


class FeedRun(models.Model):
    """The diary of one feed: what a run read, what it changed, what it refused, and how it ended."""

    class State(models.TextChoices):
        RUNNING = "RUNNING", "Running"
        APPLIED = "APPLIED", "Applied"
        UNCHANGED = "UNCHANGED", "Nothing new"
        HELD = "HELD", "Held for a person"
        FAILED = "FAILED", "Failed"
        DISCARDED = "DISCARDED", "Discarded by a person"

    feed = models.ForeignKey(Feed, models.PROTECT, related_name="runs")
    state = models.CharField(max_length=12, choices=State, default=State.RUNNING)
    attempt = models.PositiveIntegerField(
        help_text="The feed's fence: a run that was overtaken writes nothing."
    )
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    file_at = models.DateTimeField(null=True, blank=True, help_text="The moment of which the file speaks.")
    size_bytes = models.PositiveBigIntegerField(default=0)
    rows_read = models.PositiveIntegerField(default=0)
    applied = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    reasons = models.JSONField(default=dict, help_text="{reason: how many lines}")
    units_up = models.PositiveIntegerField(default=0)
    units_down = models.PositiveIntegerField(default=0)
    took_ms = models.PositiveIntegerField(default=0)
    why = models.TextField(blank=True, help_text="Why it failed or is held, in a sentence.")
    held_file = models.BinaryField(null=True, blank=True, editable=False)  # zlib; only while it is held
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = FeedRunQuerySet.as_manager()

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(state__in=["RUNNING", "APPLIED", "UNCHANGED", "HELD", "FAILED", "DISCARDED"]),
                name="feed_run_state_known",
            ),
            UniqueConstraint(
                fields=["feed"], condition=Q(state="RUNNING"), name="one_run_of_a_feed_at_a_time"
            ),
            CheckConstraint(
                condition=Q(state="RUNNING", ended_at__isnull=True)
                | (~Q(state="RUNNING") & Q(ended_at__isnull=False)),
                name="feed_run_ended_iff_not_running",
            ),
            CheckConstraint(
                condition=~Q(state="HELD") | Q(held_file__isnull=False), name="feed_run_held_has_its_file"
            ),
        ]
        indexes = [
            Index(fields=["feed", "-started_at"], name="feed_run_by_feed"),
            Index(fields=["feed"], condition=Q(state="HELD"), name="feed_run_held"),
        ]

    def __str__(self) -> str:
        return f"Run {self.attempt}"


class FeedRefusal(models.Model):
    """A line of a feed that was not applied, and why; the first of each run are kept."""

    run = models.ForeignKey(FeedRun, models.CASCADE, related_name="refusals")
    line = models.PositiveIntegerField()
    sku = models.CharField(max_length=80, blank=True)
    lot_code = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=24)
    words = models.CharField(max_length=300)

    class Meta:
        indexes = [Index(fields=["run", "line"], name="feed_refusal_by_run")]

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"
