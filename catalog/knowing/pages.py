"""Concerns and guides, each with its statements."""

from collections.abc import Mapping
from typing import Any

from catalog.knowing.problems import BadKnowledge, Problem
from catalog.knowing.rows import Row
from catalog.knowing.statements import find_statements, read_statements, replace_statements
from catalog.knowing.verdicts import Occasion, Outcome, digest, judge
from catalog.models import Concern, Guide

CONCERN = ("name", "also_called", "one_line", "position")
GUIDE = ("title", "summary", "search_words", "sells", "position")


def write_concerns(rows: list[Row], occasion: Occasion) -> None:
    have = {row.slug: row for row in Concern.objects.select_for_update().order_by("id")}
    _refuse_names(rows, have)
    said = find_statements("concern", [row.pk for row in have.values()])
    pages = _Pages("concerns", "concern", Concern, CONCERN, occasion)
    for row in rows:
        found = have.get(row["slug"])
        present = _content(found, CONCERN, said) if found else None
        # An import makes shelves that have a name and nothing else: nobody's words are lost.
        is_bare = present is not None and not any(present[key] for key in ("also_called", "one_line", "said"))
        pages.weigh(row, found, present, _wanted(row, CONCERN), is_bare=is_bare)
    pages.write()
    pages.orphan(have, {row["slug"] for row in rows})


def write_guides(rows: list[Row], occasion: Occasion) -> None:
    """Joins what write_concerns() wrote: guides name concerns by their slugs."""
    have = {row.slug: row for row in Guide.objects.select_for_update().order_by("id")}
    said = find_statements("guide", [row.pk for row in have.values()])
    links = Guide.concerns.through.objects
    linked: dict[int, list[str]] = {}
    for guide, slug in links.order_by("concern__slug").values_list("guide_id", "concern__slug"):
        linked.setdefault(guide, []).append(slug)
    pages = _Pages("guides", "guide", Guide, GUIDE, occasion)
    for row in rows:
        found = have.get(row["slug"])
        concerns = {"concerns": sorted(row["concerns"])}
        present = None
        if found:
            present = _content(found, GUIDE, said) | {"concerns": linked.get(found.pk, [])}
        pages.weigh(row, found, present, _wanted(row, GUIDE) | concerns)
    for guide in pages.new:
        guide.published_at = occasion.now
    pages.write()
    _link(pages)
    pages.orphan(have, {row["slug"] for row in rows})


def _refuse_names(rows: list[Row], have: Mapping[str, Concern]) -> None:
    """A shelf of the house has the name already, under another slug: nobody knows whether it is the same."""
    owners = {row.name.casefold(): row.slug for row in have.values()}
    problems = [
        Problem(
            row.page.file,
            row.lines["name"],
            f"name: {row['name']} is the name of the concern {owners[row['name'].casefold()]} already",
        )
        for row in rows
        if owners.get(row["name"].casefold(), row["slug"]) != row["slug"]
    ]
    if problems:
        raise BadKnowledge(problems)


def _wanted(row: Row, columns: tuple[str, ...]) -> dict[str, Any]:
    values = {name: list(row[name]) if isinstance(row[name], tuple) else row[name] for name in columns}
    return values | {"said": read_statements(row.statements)}


def _content(page: Any, columns: tuple[str, ...], said: Mapping[int, Any]) -> dict[str, Any]:
    return {name: getattr(page, name) for name in columns} | {"said": said.get(page.pk, [])}


class _Pages:
    """Rows of one model on their way into the house."""

    def __init__(
        self, kind: str, parent: str, model: Any, columns: tuple[str, ...], occasion: Occasion
    ) -> None:
        self.kind, self.parent, self.model, self.columns = kind, parent, model, columns
        self.occasion = occasion
        self.new: list[Any] = []
        self.changed: list[Any] = []
        self.wanted: dict[str, dict[str, Any]] = {}  # of those that are written, by slug

    def weigh(
        self,
        row: Row,
        found: Any | None,
        present: dict[str, Any] | None,
        wanted: dict[str, Any],
        *,
        is_bare: bool = False,
    ) -> None:
        """Decides what becomes of a page; `is_bare`: there is nothing in it that a person wrote."""
        loaded = digest(wanted)
        if found is None or present is None:
            self.new.append(self.model(slug=row["slug"], **self._columns_of(wanted), loaded_sha256=loaded))
            self.wanted[row["slug"]] = wanted
            return
        now = digest(present)
        outcome = judge(
            loaded=now if is_bare else found.loaded_sha256,
            present=now,
            wanted=loaded,
            overwrite=self.occasion.overwrite,
        )
        if outcome is Outcome.KEPT:
            self.occasion.tally.keep(self.kind, row["slug"])
            return
        self.occasion.tally.count(self.kind, outcome)
        if outcome is Outcome.CHANGED or found.loaded_sha256 != loaded:
            for name, value in (self._columns_of(wanted) | {"loaded_sha256": loaded}).items():
                setattr(found, name, value)
            self.changed.append(found)
            self.wanted[row["slug"]] = wanted

    def write(self) -> None:
        self.model.objects.bulk_create(self.new)
        if self.changed:
            self.model.objects.bulk_update(self.changed, [*self.columns, "loaded_sha256"])
        self.occasion.tally.count(self.kind, Outcome.NEW, len(self.new))
        pages = [*self.new, *self.changed]
        replace_statements(self.parent, {page.pk: self.wanted[page.slug]["said"] for page in pages})

    def orphan(self, have: Mapping[str, Any], slugs: set[str]) -> None:
        for slug in sorted(have.keys() - slugs):
            if have[slug].loaded_sha256:
                self.occasion.tally.orphan(self.kind, slug)

    def _columns_of(self, wanted: dict[str, Any]) -> dict[str, Any]:
        return {name: wanted[name] for name in self.columns}


def _link(pages: _Pages) -> None:
    links = Guide.concerns.through
    ids = dict(Concern.objects.values_list("slug", "pk"))
    guides = [*pages.new, *pages.changed]
    links.objects.filter(guide_id__in=[guide.pk for guide in guides]).delete()
    links.objects.bulk_create(
        links(guide_id=guide.pk, concern_id=ids[slug])
        for guide in guides
        for slug in pages.wanted[guide.slug]["concerns"]
    )
