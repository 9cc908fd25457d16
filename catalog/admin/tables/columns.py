"""A column of a table and the field of a form that it fills: the same two ways, in and out."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from catalog.importing.guarding import as_cell

PARTS = "|"


@dataclass(frozen=True)
class Column:
    """Takes   `words`: what stands in it, for people; `parted`: several things in a cell, parted by |."""

    name: str
    words: str
    field: str = ""  # of the form, when it is called otherwise
    parted: bool = False

    @property
    def of_form(self) -> str:
        return self.field or self.name

    def write(self, form: forms.BaseForm) -> str:
        """The cell that says what the form shows."""
        value = form[self.of_form].value()
        if value is None or value == "":
            return ""
        if isinstance(value, Decimal):
            return f"{value.normalize():f}"
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, list | tuple):
            return PARTS.join(map(str, value))
        text = str(value)
        return PARTS.join(text.splitlines()) if self.parted else as_cell(text, lines=True)

    def read(self, cell: str, field: forms.Field) -> Any:
        """What the form is sent for a cell."""
        parts = [part.strip() for part in cell.split(PARTS) if part.strip()]
        if isinstance(field, forms.MultipleChoiceField):
            return parts
        if not self.parted:
            return cell
        separator = "," if hasattr(field, "base_field") else "\n"  # an array is typed with commas
        return separator.join(parts)
