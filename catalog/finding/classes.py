"""Classes of ingredients by the names that customers give them: "aha", "retinoids", "uv filters". Pure."""

import re
from functools import cache

from catalog.finding.folding import key_of
from catalog.models import IngredientClass

_BRACKETS = re.compile(r"\s*\(([^)]*)\)")


def title_of(slug: str) -> str:
    """A class as customers read it; another slug as it is."""
    return str(IngredientClass(slug).label) if slug in IngredientClass.values else slug


@cache
def read_keys() -> dict[str, str]:
    """Key → class: by its slug, by its name, and by what stands in the name's brackets."""
    keys: dict[str, str] = {}
    for one in IngredientClass:
        label = str(one.label)
        inside = [part for found in _BRACKETS.findall(label) for part in found.split(",")]
        for name in (one.value.replace("_", " "), _BRACKETS.sub("", label), *inside):
            keys.setdefault(key_of(name), one.value)
    return keys
