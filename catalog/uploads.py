"""Files that somebody has shown us and may still say yes to: kept for an hour, named by their content."""

import hashlib
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.crypto import salted_hmac

KEPT_FOR = timedelta(hours=1)
SHELF = "uploads"


def keep_upload(content: bytes, *, now: datetime) -> str:
    """A name that only the house can make up, under which the bytes can be read again. Old files go."""
    _forget_old(now)
    name = salted_hmac("catalog.uploads", hashlib.sha256(content).hexdigest(), algorithm="sha256").hexdigest()
    if default_storage.exists(_path(name)):
        default_storage.delete(_path(name))  # its hour begins again
    default_storage.save(_path(name), ContentFile(content))
    return name


def read_upload(name: str) -> bytes | None:
    """The bytes, or None when their hour is over."""
    try:
        with default_storage.open(_path(name)) as file:
            content: bytes = file.read()
            return content
    except FileNotFoundError:
        return None


def forget_upload(name: str) -> None:
    default_storage.delete(_path(name))


def _forget_old(now: datetime) -> None:
    try:
        _, names = default_storage.listdir(SHELF)
    except FileNotFoundError:
        return
    for name in names:
        if default_storage.get_modified_time(_path(name)) < now - KEPT_FOR:
            default_storage.delete(_path(name))


def _path(name: str) -> str:
    return f"{SHELF}/{name}"
