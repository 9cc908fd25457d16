"""Brands, categories and concerns by the names that a file uses; missing ones are made and noted."""

from collections.abc import Mapping

from django.db.models import Model
from django.utils.text import slugify

from catalog import categories, signposts
from catalog.importing.plans import Plan
from catalog.importing.reports import Report
from catalog.models import Brand, Category, Concern


class Shelves:
    """The names as the house knows them, whatever their case. Read once per batch."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.brands = {brand.name.casefold(): brand for brand in Brand.objects.all()}
        self.concerns: dict[str, Concern] = {}
        for concern in Concern.objects.all():
            self.concerns |= {concern.slug: concern, concern.name.casefold(): concern}
        names = {shelf.pk: shelf.name.casefold() for shelf in Category.objects.all()}
        self.categories = {
            tuple(names[pk] for pk in shelf.lineage): shelf for shelf in Category.objects.order_by("id")
        }

    def find_brand(self, plan: Plan) -> Brand:
        name: str = plan.values["brand"]
        found = self.brands.get(name.casefold())
        if found is None:
            slug = _unused_slug(
                slugify(name) or "brand", {brand.slug: brand for brand in self.brands.values()}
            )
            found = self.brands[name.casefold()] = Brand.objects.create(name=name, slug=slug)
            signposts.put_up(brands=[found])
            self._note(plan, "brand", name)
        return found

    def find_category(self, plan: Plan) -> Category:
        path: tuple[str, ...] = plan.values["category"]
        key = tuple(name.casefold() for name in path)
        if key not in self.categories:
            above = max(depth for depth in range(len(path)) if not depth or key[:depth] in self.categories)
            known = self._names_of(self.categories[key[:above]]) if above else []
            shelf = categories.place_category([*known, *path[above:]])
            by_id = {row.pk: row for row in Category.objects.filter(pk__in=shelf.lineage)}
            for depth in range(above, len(path)):
                self.categories[key[: depth + 1]] = by_id[shelf.lineage[depth]]
            self._note(plan, "category", " > ".join(path))
        return self.categories[key]

    def find_concerns(self, plan: Plan) -> list[Concern]:
        found: dict[int, Concern] = {}
        for name in plan.values["concerns"]:
            slug = slugify(name)[:80]
            spoken = _spoken(name)
            concern = self.concerns.get(slug) or self.concerns.get(spoken.casefold())
            if concern is None:
                concern = Concern.objects.create(slug=slug, name=spoken)
                signposts.put_up(concerns=[concern])
                self.concerns |= {slug: concern, spoken.casefold(): concern}
                self._note(plan, "concerns", name)
            found[concern.pk] = concern
        return list(found.values())

    def _names_of(self, shelf: Category) -> list[str]:
        rows = {row.pk: row.name for row in Category.objects.filter(pk__in=shelf.lineage)}
        return [rows[pk] for pk in shelf.lineage]

    def _note(self, plan: Plan, column: str, value: str) -> None:
        line = next(entry.line for entry in plan.entries if entry.values.get(column))
        self.report.note(line, column, value, "is new and was made")


def _spoken(name: str) -> str:
    """A concern that was given as a slug, as customers read it: fine-lines is Fine lines."""
    return name.replace("-", " ").capitalize() if name == slugify(name) else name


def _unused_slug(slug: str, taken: Mapping[str, Model]) -> str:
    number, candidate = 2, slug[:80]
    while candidate in taken:
        candidate, number = f"{slug[:76]}-{number}", number + 1
    return candidate
