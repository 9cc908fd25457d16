"""What is known of an incident, in words: for its diary and its pages."""

import re
from collections.abc import Sequence
from typing import Any

from orders.models import Incident
from orders.statement import ENGLISH, write_country

UNKNOWN = "not known"
NO_COUNTRIES = frozenset("EU EZ QO UN XA XB ZZ".split())  # the list has groups and tests in it
LABELS = {
    "country": "country",
    "product": "product",
    "order": "order",
    "lot_code": "lot code",
    "reporter": "reported by",
    "name": "name",
    "email": "e-mail",
    "age_years": "age",
    "started_using_on": "used since",
    "onset_on": "began on",
    "symptoms": "what happened",
    "treatment": "treatment",
    "outcome": "outcome",
    "came_back_on_reuse": "came back when used again",
    "confirmed_by_doctor": "confirmed by a doctor",
    "criteria": "criteria",
}
CHOICES: dict[str, dict[str, str]] = {
    "reporter": dict(Incident.Reporter.choices),
    "outcome": dict(Incident.Outcome.choices),
    "criteria": dict(Incident.Criterion.choices),
}


def tell_change(name: str, before: Any, after: Any) -> str:
    """ "outcome: not known → Recovered"."""
    return f"{LABELS[name]}: {tell_value(name, before)} → {tell_value(name, after)}"


def tell_value(name: str, value: Any) -> str:
    """What is known of it; what nobody said is not known, which is not the same as no."""
    if value is None or value in ("", []):
        return "none named" if name == "criteria" else UNKNOWN
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name == "criteria":
        return tell_criteria(value)
    if name in CHOICES:
        return CHOICES[name].get(value, str(value))
    if name == "country":
        return write_country(value)
    if name.endswith("_on"):
        return f"{value.day} {value:%B} {value.year}"
    return str(value)


def tell_criteria(criteria: Sequence[str]) -> str:
    return ", ".join(CHOICES["criteria"][one] for one in criteria)


def list_countries() -> list[tuple[str, str]]:
    """Codes and names of all countries, by name: for a form."""
    codes = set(filter(re.compile(r"[A-Z]{2}\Z").match, map(str, ENGLISH.territories))) - NO_COUNTRIES
    return sorted(((code, write_country(code)) for code in codes), key=lambda each: each[1])
