"""Customers' words and where they lead. A wording is all that it says, so an edited one is another."""

from collections.abc import Mapping

from catalog.knowing.links import Names
from catalog.knowing.rows import Row
from catalog.knowing.verdicts import Occasion, Outcome, digest
from catalog.models import Wording

KIND = "wordings"
Key = tuple[str, str, str]  # language, words, where they lead


def write_wordings(rows: list[Row], names: Names, slugs: Mapping[Row, str], occasion: Occasion) -> None:
    """Takes   `slugs`: of the ingredients that words lead to."""
    wanted = {
        digest(_content(key)): key
        for row in rows
        for key in ((row["language"], words, _target(row, names, slugs)) for words in row["words"])
    }
    have = list(Wording.objects.select_for_update().order_by("id"))
    keys = {_key(row): row for row in have}
    # By what was loaded, not by what it says: a wording that was edited at a desk is not brought in again.
    loaded = {row.loaded_sha256: row for row in have if row.loaded_sha256}
    new, adopted = [], []
    for sha256, key in wanted.items():
        row = keys.get(key) or loaded.get(sha256)
        if row is None:
            new.append(Wording(language=key[0], words=key[1], leads_to=key[2], loaded_sha256=sha256))
        elif _key(row) == key:
            occasion.tally.count(KIND, Outcome.UNCHANGED)
            if row.loaded_sha256 != sha256:
                row.loaded_sha256 = sha256
                adopted.append(row)
        elif occasion.overwrite:
            new.append(Wording(language=key[0], words=key[1], leads_to=key[2], loaded_sha256=sha256))
        else:
            occasion.tally.keep(KIND, row)
    _remove(have, wanted, occasion)
    Wording.objects.bulk_update(adopted, ["loaded_sha256"])
    Wording.objects.bulk_create(new)
    occasion.tally.count(KIND, Outcome.NEW, len(new))


def _remove(have: list[Wording], wanted: Mapping[str, Key], occasion: Occasion) -> None:
    """Words of ours that the files no longer say; with `overwrite` also what became of them at a desk."""
    gone = []
    for row in have:
        says = digest(_content(_key(row)))
        if not row.loaded_sha256 or says in wanted:
            continue
        if says == row.loaded_sha256 or occasion.overwrite:
            gone.append(row.pk)
        elif row.loaded_sha256 not in wanted:
            occasion.tally.keep(KIND, row)
    Wording.objects.filter(pk__in=gone).delete()
    occasion.tally.count(KIND, Outcome.RETIRED, len(gone))


def _target(row: Row, names: Names, slugs: Mapping[Row, str]) -> str:
    kind, _, target = row["leads_to"].partition(":")
    found = names.find(target) if kind == "ingredient" else None
    return f"ingredient:{slugs[found]}" if found else str(row["leads_to"])


def _key(row: Wording) -> Key:
    return row.language, row.words, row.leads_to


def _content(key: Key) -> dict[str, str]:
    return dict(zip(("language", "words", "leads_to"), key, strict=True))
