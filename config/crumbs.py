"""The strip above a desk: where one is, in the words of the margin, so that one thing has one name."""

from dataclasses import dataclass
from functools import cache

from django import template
from django.db.models import Model
from django.template import Context
from django.urls import reverse

from config.desk import MARGIN

register = template.Library()


@dataclass(frozen=True)
class Crumb:
    """A step on the way. Without a link: where one stands."""

    words: str
    link: str = ""


@register.inclusion_tag("admin/crumbs.html", takes_context=True)
def show_crumbs(context: Context) -> dict[str, list[Crumb]]:
    """The desk as the margin calls it, then the row or the page that is open."""
    path = context["request"].path
    desk = find_desk(path)
    title = str(context.get("title") or "")
    if desk is None or desk.link == path:
        return {"crumbs": [Crumb(desk.words if desk else title)]}
    row = context.get("original") or context.get("object")
    return {"crumbs": [desk, Crumb(str(row) if isinstance(row, Model) else title)]}


@register.simple_tag(takes_context=True)
def name_page(context: Context) -> str:
    """What the browser's tab says: a list as the margin calls it, a row by its name, a page by its title."""
    desk = find_desk(context["request"].path)
    if context.get("cl") and desk is not None:
        return desk.words
    return str(context.get("subtitle") or context.get("title") or "")


def find_desk(path: str) -> Crumb | None:
    """The line of the margin under which an address stands; of several the nearest."""
    under = [one for one in _desks() if path.startswith(one.link)]
    return max(under, key=lambda one: len(one.link), default=None)


@cache
def _desks() -> tuple[Crumb, ...]:
    """Every line but the first page's, under which all of them would stand."""
    lines = [line for section in MARGIN for line in section["items"]]
    desks = [Crumb(line["title"], str(line["link"])) for line in lines]
    return tuple(one for one in desks if one.link != reverse("admin:index"))
