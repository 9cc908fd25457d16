"""Uploads wait for a yes, under names that nobody can guess, and not for ever."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from catalog import uploads


@pytest.fixture(autouse=True)
def _own_storage(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def test_what_was_kept_is_read_again_until_it_is_forgotten() -> None:
    name = uploads.keep_upload(b"sku,name", now=timezone.now())

    assert uploads.read_upload(name) == b"sku,name"
    uploads.forget_upload(name)
    assert uploads.read_upload(name) is None


def test_the_same_bytes_have_one_name_which_depends_on_our_secret(settings: Any) -> None:
    now = timezone.now()
    name = uploads.keep_upload(b"sku,name", now=now)

    assert uploads.keep_upload(b"sku,name", now=now) == name
    assert uploads.keep_upload(b"sku,other", now=now) != name
    settings.SECRET_KEY = "another"
    assert uploads.keep_upload(b"sku,name", now=now) != name


def test_an_upload_is_gone_after_its_hour() -> None:
    name = uploads.keep_upload(b"old", now=timezone.now())

    uploads.keep_upload(b"new", now=timezone.now() + uploads.KEPT_FOR - timedelta(minutes=1))
    assert uploads.read_upload(name) == b"old"
    uploads.keep_upload(b"newer", now=timezone.now() + uploads.KEPT_FOR + timedelta(minutes=1))
    assert uploads.read_upload(name) is None
