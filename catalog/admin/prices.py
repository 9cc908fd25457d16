"""Money as people type it on a desk; clean gives minor units."""

from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminTextInputWidget

from catalog.money import BadAmount, major, parse_amount


class MoneyField(forms.CharField):
    """An amount such as 19.90. Without a `currency` it stays text: the form reads it when it knows."""

    def __init__(
        self, *, label: str, currency: str = "", required: bool = False, help_text: str = ""
    ) -> None:
        widget = UnfoldAdminTextInputWidget(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(required=required, label=label, widget=widget, help_text=help_text)
        self.currency = currency

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return read_money(text, self.currency) if text and self.currency else text or None


def read_money(text: str, currency: str, *, or_free: bool = False) -> int:
    """Minor units. Raises ValidationError with words for the person who typed it."""
    if or_free and text.strip() in ("0", "0.0", "0.00"):
        return 0
    try:
        return parse_amount(text, currency)
    except BadAmount as bad:
        raise forms.ValidationError(f"{bad}.") from None


def write_money(cents: int | None, currency: str) -> str:
    """The amount as it would be typed."""
    return "" if cents is None else str(major(cents, currency))
