"""Slugs of ingredients: out of the INCI name, each once."""

import re

from django.utils.text import slugify

MOST_CHARS = 140
ROOM = 8  # for a hyphen and a number


def unused_slug(name: str, taken: set[str]) -> str:
    """A slug for a name that nobody has; from now on it is taken. A row that has one keeps it for good."""
    apart = re.sub(r"[^\w\s-]", " ", name)  # Stearate/PEG-100 is two words
    slug = slugify(apart)[:MOST_CHARS].strip("-") or "ingredient"
    candidate, number = slug, 2
    while candidate in taken:
        candidate, number = f"{slug[: MOST_CHARS - ROOM]}-{number}", number + 1
    taken.add(candidate)
    return candidate
