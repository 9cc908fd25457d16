"""A feed as a person writes it: an address, a format, and which column is what."""

import re
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from catalog.admin.desk import RefusableForm
from catalog.feeds.addresses import PORTS
from catalog.models import Feed, FeedHost

ZONES = sorted(
    zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "posix/"))
)
SECRET_NAME = re.compile(r"FEED_SECRET_[A-Z0-9_]+")
RANGES = {"every_minutes": (1, 43_200), "hold_zeros_over_percent": (0, 100)}
COLUMNS = {
    "sku": ("SKU", "Our number of the size."),
    "units": ("Units", "Whole numbers. An empty cell is no count, and the line is refused."),
    "lot": ("Lot", "As printed on the pack. Without it a line speaks of the only lot that has units."),
    "location": ("Location", "Our code of the place. Without it the place above is meant."),
    "expires_on": ("Expiry", "Wanted where unknown lots are received."),
    "counted_at": ("Moment of the count", "Without it the file's own time counts (Last-Modified)."),
}


def column_field(meaning: str) -> str:
    return f"column_{meaning}"


class FeedForm(RefusableForm):
    class Meta:
        model = Feed
        fields = [
            *("supplier", "name", "url", "format", "encoding", "location", "counts", "unknown_lots"),
            *("dates", "zone", "username", "secret_name", "host_key", "every_minutes"),
            "hold_zeros_over_percent",
        ]
        labels = {
            "encoding": "Letters are written in",
            "counts": "The units are",
            "unknown_lots": "A lot that we do not know",
            "dates": "Days are written as",
            "every_minutes": "Minutes between two runs",
            "hold_zeros_over_percent": "Hold it when more than so many percent say zero",
            "secret_name": "Password",
            "host_key": "Host key",
        }
        help_texts = {
            "url": "https://, http:// or sftp://. Its host must be among those that the owner allowed; no "
            "name or password in it.",
            "encoding": "CSV only.",
            "every_minutes": "After a failure twice as long each time, up to a day.",
            "hold_zeros_over_percent": "Of the lots that have units, and at least five of them. Such a file "
            "waits until a person has looked at it.",
        }
        widgets = {"zone": UnfoldAdminSelectWidget(choices=[("UTC", "UTC"), *((one, one) for one in ZONES)])}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (least, most) in RANGES.items():
            if name in self.fields:  # whoever may only look has none
                self.fields[name].validators += [MinValueValidator(least), MaxValueValidator(most)]
        for meaning, (label, words) in COLUMNS.items():
            self.fields[column_field(meaning)] = forms.CharField(
                label=label,
                help_text=words,
                required=False,
                max_length=120,
                initial=(self.instance.columns or {}).get(meaning, ""),
                widget=UnfoldAdminTextInputWidget(attrs={"placeholder": "found by its usual names"}),
            )

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"].strip()
        parts = urlsplit(url)
        if parts.scheme not in PORTS:
            raise forms.ValidationError("Write https://, http:// or sftp:// at its beginning.")
        if "@" in parts.netloc:
            raise forms.ValidationError("A name and a password have their own fields.")
        try:
            port = parts.port
        except ValueError:
            raise forms.ValidationError("The port is no number.") from None
        host = (parts.hostname or "").rstrip(".")
        named = f"[{host}]" if ":" in host else host
        named = named if port in (None, PORTS[parts.scheme]) else f"{named}:{port}"
        if not FeedHost.objects.filter(host=named).exists():
            raise forms.ValidationError(f"“{named}” is not among the allowed hosts: the owner adds it first.")
        return url

    def clean_zone(self) -> str:
        zone: str = self.cleaned_data["zone"]
        if zone not in ("UTC", *ZONES):
            raise forms.ValidationError("There is no such zone.")
        return zone

    def clean_secret_name(self) -> str:
        name: str = self.cleaned_data["secret_name"].strip()
        if name and not SECRET_NAME.fullmatch(name):
            raise forms.ValidationError(
                "Write the name of a variable, FEED_SECRET_ and then capitals: the password stays in there."
            )
        return name

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        chosen = {name: (cleaned.pop(column_field(name), "") or "").strip() for name in COLUMNS}
        self.columns = {name: column for name, column in chosen.items() if column}
        if str(cleaned.get("url", "")).startswith("sftp://") and not cleaned.get("host_key"):
            self.add_error("host_key", "SFTP needs the server's key, else anybody could answer in its place.")
        twice = [column for column in self.columns.values() if list(self.columns.values()).count(column) > 1]
        if twice:
            raise forms.ValidationError(f"The column “{twice[0]}” cannot be two things.")
        return cleaned


class FeedHostForm(RefusableForm):
    class Meta:
        model = FeedHost
        fields = ["host", "note"]

    def clean_host(self) -> str:
        host: str = self.cleaned_data["host"].strip().lower().rstrip(".")
        if "/" in host or "@" in host or not host:
            raise forms.ValidationError("Only the name, and its port if it is not the usual one.")
        return host
