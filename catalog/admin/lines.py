"""Lists as people type them: one thing on each line."""

from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminTextareaWidget

MOST_LINES = 100


class LinesField(forms.CharField):
    """Cleans to a list of the lines that say something, each once, in their order."""

    def __init__(self, *, most_chars: int, rows: int = 4, **given: Any) -> None:
        widget = UnfoldAdminTextareaWidget(attrs={"rows": rows})
        super().__init__(**{"required": False, "widget": widget, "empty_value": []} | given)
        self.most_chars = most_chars

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        lines = [" ".join(line.split()) for line in (super().clean(value) or "").splitlines()]
        lines = list(dict.fromkeys(line for line in lines if line))
        if len(lines) > MOST_LINES:
            raise forms.ValidationError(f"At most {MOST_LINES} lines fit here.")
        long = next((line for line in lines if len(line) > self.most_chars), None)
        if long:
            raise forms.ValidationError(
                f"“{long[:40]}…” has {len(long)} characters; there is room for {self.most_chars} on a line."
            )
        return lines

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool((initial or []) != self.clean(data))
        except forms.ValidationError:
            return True
