"""Keys for machines: made once, shown once, known again by their hash, revoked by a person."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from catalog.models import Location
from shop.models import ApiKey

MARK = "rgm_"  # so that whoever finds one in a log or a repository knows whose it is
SHOWN = 12  # letters of a key that the desk shows, to tell one from another
RANDOM_BYTES = 32
NOTED_EVERY = timedelta(minutes=1)  # that a key is in use: not a write for every push


class NoSuchKey(Exception):
    """No key was sent, or none that we know, or one that was revoked."""


@dataclass(eq=False)
class KeyNotForThis(Exception):
    """The key does not open this, or not for that place."""

    scope: str
    locations: list[str] = field(default_factory=list)  # of the places that it may not touch


@dataclass(frozen=True)
class Made:
    """A new key, and the only sight of its secret."""

    key: ApiKey
    secret: str


def make_key(
    *, name: str, scopes: Sequence[str], location: Location | None, now: datetime, by: Any = None
) -> Made:
    """A key that opens what its scopes name, everywhere or at one place. We keep its hash only."""
    assert connection.in_atomic_block, "a key is made inside its caller's transaction"
    secret = MARK + secrets.token_urlsafe(RANDOM_BYTES)
    key = ApiKey.objects.create(
        name=name,
        prefix=secret[:SHOWN],
        secret_sha256=_hash(secret),
        scopes=list(scopes),
        location=location,
        made_at=now,
        made_by=by,
    )
    return Made(key, secret)


def find_key(secret: str, *, scope: str, now: datetime) -> ApiKey:
    """The key with that secret, noted as in use to the minute.

    Raises  NoSuchKey; KeyNotForThis: it opens something else.
    """
    # Looked for by its hash: how long that takes tells nobody a letter of a key.
    found = ApiKey.objects.filter(secret_sha256=_hash(secret), revoked_at=None)
    key = found.select_related("location").first()
    if key is None:
        raise NoSuchKey
    if scope not in key.scopes:
        raise KeyNotForThis(scope)
    if key.used_at is None or key.used_at <= now - NOTED_EVERY:
        ApiKey.objects.filter(pk=key.pk).update(used_at=now)
    return key


def revoke_key(*, key_id: int, now: datetime) -> bool:
    """Whether the key opened something until now. It stays in the books: pushes name it."""
    return ApiKey.objects.filter(pk=key_id, revoked_at=None).update(revoked_at=now) > 0


def _hash(secret: str) -> str:
    # A key is 256 random bits: no salt and no slow hash would make it harder to guess.
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()
