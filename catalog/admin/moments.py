"""Days and moments as browsers ask for them (on no form of Django's own), and how long a thing took."""

from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminTextInputWidget


def say_how_long(took_ms: int) -> str:
    return f"{took_ms / 1000:,.1f} s" if took_ms >= 1000 else f"{took_ms} ms"


class DayInput(UnfoldAdminTextInputWidget):
    input_type = "date"

    def format_value(self, value: Any) -> str | None:
        return value.isoformat() if hasattr(value, "isoformat") else value or None


class TimeInput(UnfoldAdminTextInputWidget):
    input_type = "time"


class MomentInput(forms.SplitDateTimeWidget):
    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        forms.MultiWidget.__init__(
            self, [DayInput({"aria-label": "Day"}), TimeInput({"aria-label": "Time"})], attrs
        )
