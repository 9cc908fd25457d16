"""A session's line items as the API shows them: products by id, unless someone asks for them."""

from __future__ import annotations

from .errors import Json
from .listing import page
from .sandbox import Work

INLINE = 10


class LineBook:
    """Reads the lines of sessions, and remembers their products in case they are to be expanded."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self.products: dict[str, Json] = {}

    def read_lines(self, session_id: str) -> list[Json]:
        """All lines of that session, products as ids."""
        lines: list[Json] = self._work.store.find_hidden(session_id)["lines"]
        for line in lines:
            product = line["price"]["product"]
            self.products[product["id"]] = product
            line["price"]["product"] = product["id"]
        return lines

    def show_inline(self, session: Json) -> Json:
        """The list that stands inside an expanded session: the first ten."""
        lines = self.read_lines(session["id"])
        url = f"/v1/checkout/sessions/{session['id']}/line_items"
        return page(lines[:INLINE], more=len(lines) > INLINE, url=url)
