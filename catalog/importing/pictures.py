"""The folder of pictures that belongs to a file: read, checked and drawn before a row is written."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from catalog import images
from catalog.images import NotAnImage, Renditions
from catalog.importing.reports import BadCell, Report
from catalog.importing.rows import Entry


class Pictures:
    """Each file is read once, however many rows show it. Without a folder no picture is read."""

    def __init__(self, folder: Path | None, *, dry_run: bool) -> None:
        self.folder = folder.resolve() if folder and folder.is_dir() else None
        self.dry_run = dry_run
        self.read: dict[str, Renditions | BadCell] = {}

    def refuse_bad(self, products: Mapping[str, list[Entry]], report: Report) -> dict[str, list[Entry]]:
        """The products with those of their rows whose picture can be shown. In a dry run nothing is stored.

        Writes  renditions in the storage.
        """
        good = {
            slug: [entry for entry in entries if self._accept(entry, report)]
            for slug, entries in products.items()
        }
        return {slug: entries for slug, entries in good.items() if entries}

    def shown_by(self, entries: Iterable[Entry]) -> list[tuple[Renditions, str]]:
        """What the rows of one product show, each picture once, with its words."""
        shown: dict[str, tuple[Renditions, str]] = {}
        for entry in entries:
            found = self.read.get(entry.values.get("image", ""))
            if isinstance(found, Renditions):
                shown.setdefault(found.source_sha256, (found, entry.values["image_alt"]))
        return list(shown.values())

    def _accept(self, entry: Entry, report: Report) -> bool:
        name = entry.values.get("image")
        found = self._find(name) if name and self.folder else None
        if isinstance(found, BadCell):
            report.refuse(entry.line, "image", entry.cells["image"], found.why)
            report.refused_rows += 1
        return not isinstance(found, BadCell)

    def _find(self, name: str) -> Renditions | BadCell:
        if name not in self.read:
            try:
                content = self._read_file(name)
                self.read[name] = images.make_renditions(content, keep=not self.dry_run)
            except NotAnImage as error:
                self.read[name] = BadCell(error.why)
            except BadCell as error:
                self.read[name] = error
        return self.read[name]

    def _read_file(self, name: str) -> bytes:
        assert self.folder is not None
        path = (self.folder / name).resolve()
        if not path.is_relative_to(self.folder):
            raise BadCell("leads out of the folder of pictures")
        try:
            with path.open("rb") as file:
                return file.read(images.MOST_BYTES + 1)  # one more than is allowed: enough to refuse it
        except OSError as error:
            raise BadCell(f"cannot be read from the folder {self.folder.name}/: {error.strerror}") from None
