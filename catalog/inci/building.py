"""Drafts of formulas, and spans, out of sorted sentences in the order in which they stand on the label."""

from catalog.inci.atoms import Atom
from catalog.inci.cutting import Place
from catalog.inci.decoding import Decoded
from catalog.inci.drafts import Draft, has_share
from catalog.inci.kinds import Sorted
from catalog.inci.mark_kinds import Mark
from catalog.inci.pieces import Piece
from catalog.inci.reading import Active, Item, SpanKind
from catalog.inci.sorting import is_title

NOT_PART: dict[str, str] = {
    "marketing": "Not part of the list",
    "disclaimer": "Not part of the list",
    "footnote": "Footnote",
}


class Builder:
    """Takes sorted sentences one by one; gives formulas, spans and notes."""

    def __init__(self, decoded: Decoded) -> None:
        self.decoded = decoded
        self.text = decoded.text
        self.drafts = [Draft()]
        self.places: list[tuple[int, int, SpanKind]] = []
        self.notes: list[str] = []
        self.kinds: set[str] = set()
        self.declared: list[Active] = []  # what advertising gives in percent
        self.turned: tuple[str, int, int] | None = None

    @property
    def draft(self) -> Draft:
        return self.drafts[-1]

    def add(self, one: Sorted, following: Sorted | None) -> None:
        """The next sentence, and the one behind it: words before “Ingredients:” are a title."""
        if one.sentence.mark:
            self._obey(one.sentence.mark)
        if _announces_list(following) and self._is_title(one):
            self._begin_titled((one.sentence.start, one.sentence.end))
        elif one.kind == "empty":
            self._span_atoms_as("noise", one)
        elif one.kind == "list":
            if one.title:
                self._begin_titled(one.title)
            elif one.sentence.head:
                self._span(one.sentence.head, "heading")
            for place, atom in one.atoms:
                self._take(place, atom)
        else:
            self._set_aside(one)

    def _is_title(self, one: Sorted) -> bool:
        """Words without a known name, a colon or a comma, behind nothing or behind a product's mark."""
        mark = one.sentence.mark
        if one.sentence.head or len(one.atoms) != 1 or one.atoms[0][1].kind == "known":
            return False
        place = (one.sentence.start, one.sentence.end)
        return (mark is None or mark.kind == "heading") and is_title(self.text, place)

    def _obey(self, mark: Mark) -> None:
        """Turns to the section that a mark announces."""
        draft = self.draft
        kind: SpanKind = "heading"
        if mark.kind == "may_contain":
            draft.section, kind = "may_contain", "may_contain_mark"
        elif mark.kind == "end_may_contain":
            draft.section, kind = "list", "may_contain_mark"
        elif mark.kind == "code":
            draft.codes.append(self._original(mark.start, mark.end).strip())
            kind = "code"
        elif mark.kind in ("line", "noise"):
            kind = "noise"
        elif mark.kind in ("disclaimer", "drug_facts"):
            return
        else:
            turned = (mark.kind, len(self.drafts), len(draft.ingredients) + len(draft.may_contain))
            if turned != self.turned:  # “INACTIVE INGREDIENT”, and below it “Inactive ingredients”
                self._turn_to(mark)
            self.turned = turned
        self._span((mark.start, mark.end), kind)

    def _turn_to(self, mark: Mark) -> None:
        draft = self.draft
        if mark.kind == "active":
            if draft.had_active and draft.is_begun():
                draft = self._begin()
            draft.section, draft.had_active = "active", True
        elif mark.kind == "inactive":
            self._turn_to_inactive()
        elif mark.kind == "ingredients":
            if draft.section == "active":
                draft.had_inactive = True
            elif draft.is_begun():
                draft = self._begin()
            draft.section = "list"
        elif mark.kind == "heading" and draft.is_begun() and "division" not in self._low(mark):
            self._begin()

    def _turn_to_inactive(self) -> None:
        draft = self.draft
        if draft.is_guessed:  # and wrongly: their heading is here
            draft.active_from, draft.is_guessed = list(draft.ingredients), False
        elif draft.had_inactive and draft.is_begun():
            draft = self._begin()
        if draft.is_begun() and not draft.had_active:  # their heading is missing
            draft.active_from, draft.had_active = list(draft.ingredients), True
        draft.section, draft.had_inactive = "list", True

    def _low(self, mark: Mark) -> str:
        return self.text[mark.start : mark.end].lower()

    def _begin(self) -> Draft:
        self.drafts.append(Draft())
        return self.draft

    def _begin_titled(self, title: Place) -> None:
        if self.draft.is_begun():
            self._begin()
        words = self._original(*title).strip(" -–•:*")
        self.draft.title = f"{self.draft.title}: {words}" if self.draft.title else words
        self._span(title, "heading")

    def _take(self, place: Place, atom: Atom) -> None:
        if self.draft.section == "may_contain" and atom.marked and atom.kind != "known":
            self._note("footnote", *place)
            return
        for piece in atom.pieces:
            start, end = place[0] + piece.start, place[0] + piece.end
            self._span((start, end), piece.kind)
            if piece.kind in ("ingredient", "unresolved"):
                self._add_item(piece, start, end)
            elif piece.kind == "code":
                self.draft.codes.append(self._original(start, end))
            elif piece.kind == "footnote":
                self.draft.notes.append(f"{NOT_PART['footnote']}: {self._original(start, end)}")

    def _add_item(self, piece: Piece, start: int, end: int) -> None:
        draft = self.draft
        if draft.section == "active" and piece.percent is None and has_share(draft.active_from):
            draft.section, draft.had_inactive = "list", True  # their heading is missing
            draft.is_guessed = True
        items = draft.may_contain if draft.section == "may_contain" else draft.ingredients
        at, stop = self.decoded.place(start), self.decoded.end_place(end)
        text = self.decoded.original[at:stop]
        entry = piece.entry
        item = Item(
            text,
            at,
            stop,
            entry.slug if entry else None,
            entry.name if entry else text,
            piece.percent,
            piece.marks,
            piece.nano,
            len(items) + 1,
        )
        items.append(item)
        if draft.section == "active":
            draft.active_from.append(item)

    def _set_aside(self, one: Sorted) -> None:
        self.kinds.add(one.kind)
        self.declared += [
            Active(piece.entry.name, piece.entry.slug, piece.percent) for piece in one.declared if piece.entry
        ]
        if one.kind == "footnote" and self.draft.is_begun():
            text = self._original(one.sentence.start, one.sentence.end)
            self.draft.notes.append(f"{NOT_PART['footnote']}: {text}")
            self._span((one.sentence.start, one.sentence.end), "footnote")
        else:
            self._note(one.kind, one.sentence.start, one.sentence.end)

    def _note(self, kind: str, start: int, end: int) -> None:
        self.notes.append(f"{NOT_PART[kind]}: {self._original(start, end)}")
        self._span((start, end), kind)  # type: ignore[arg-type]  # these kinds of sentence are kinds of span

    def _span_atoms_as(self, kind: SpanKind, one: Sorted) -> None:
        for place, _ in one.atoms:
            self._span(place, kind)

    def _span(self, place: Place, kind: SpanKind) -> None:
        self.places.append((place[0], place[1], kind))

    def _original(self, start: int, end: int) -> str:
        return self.decoded.original[self.decoded.place(start) : self.decoded.end_place(end)]

    def list_missing(self) -> list[Active]:
        """What advertising gives in percent and no list holds: then a part of the list is missing."""
        listed = {item.slug for draft in self.drafts for item in (*draft.ingredients, *draft.may_contain)}
        return [active for active in dict.fromkeys(self.declared) if active.slug not in listed]


def _announces_list(following: Sorted | None) -> bool:
    mark = following.sentence.mark if following else None
    return mark is not None and mark.kind in ("ingredients", "active", "inactive", "heading")
