"""Where in a listing the next page begins, as text that only we can have written."""

import base64
import binascii
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson


@dataclass(eq=False)
class BadCursor(Exception):
    """The cursor is not one that we gave out for this sorting."""


def write_cursor(sort: str, key: Any, product_id: int) -> str:
    shown = key.isoformat() if isinstance(key, date) else key
    return base64.urlsafe_b64encode(orjson.dumps([sort, shown, product_id])).decode().rstrip("=")


def read_cursor(cursor: str, sort: str) -> tuple[Any, int]:
    """The key and the product's id of the last place that was shown. Raises BadCursor."""
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        said, key, product_id = orjson.loads(raw)
        if said != sort or type(product_id) is not int or not 0 <= product_id < 2**63:
            raise BadCursor
        if sort == "newest":
            key = datetime.fromisoformat(key)
            if key.tzinfo is None:
                raise BadCursor
        elif type(key) is not (str if sort == "name" else int) or key == "" or _too_wide(key):
            raise BadCursor
    except (binascii.Error, orjson.JSONDecodeError, ValueError, TypeError) as error:
        raise BadCursor from error
    return key, product_id


def _too_wide(key: Any) -> bool:
    return "\x00" in key if isinstance(key, str) else not 0 <= key < 2**31
