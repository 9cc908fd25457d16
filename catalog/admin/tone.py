"""What is typed for customers is held against the words that nobody may say; the field says why."""

from collections.abc import Iterable, Mapping, Set
from typing import Any

from django import forms

from catalog import saying
from catalog.saying import Leave


def hold_words(
    form: forms.BaseForm, cleaned: Mapping[str, Any], fields: Iterable[str], granted: Set[Leave]
) -> None:
    """Nothing; each forbidden word is an error of its field."""
    for name in fields:
        for why in saying.find_unsayable(cleaned.get(name) or "", granted):
            form.add_error(name, why)
