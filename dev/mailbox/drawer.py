"""The letters on disk: one .eml file each, written whole or not at all, named by the moment of arrival."""

from __future__ import annotations

import os
import re
import secrets
import threading
import time
from contextlib import suppress
from pathlib import Path

from dev.mailbox.letters import Letter, read_letter

_ID = re.compile(r"\d{19}-[0-9a-f]{8}")
_ENVELOPE = b"X-Envelope-To: "


class Drawer:
    """Letters by id, newest first; what has been read once is remembered."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        directory.mkdir(parents=True, exist_ok=True)
        for part in directory.glob("*.part"):  # a writer was killed
            part.unlink(missing_ok=True)
        self._read: dict[str, Letter] = {}
        self._lock = threading.Lock()

    def keep(self, raw: bytes, *, recipients: list[str]) -> str:
        """The new letter's id.

        Takes  `recipients`: those of the envelope; the letter itself does not name blind copies.
        """
        letter_id = f"{time.time_ns():019d}-{secrets.token_hex(4)}"
        names = ", ".join(re.sub(r"[\r\n]+", " ", name) for name in recipients)
        part = self.directory / f"{letter_id}.part"
        with open(part, "wb") as file:
            file.write(_ENVELOPE + names.encode("utf-8", "replace") + b"\r\n" + raw)
            file.flush()
            os.fsync(file.fileno())
        part.rename(self.directory / f"{letter_id}.eml")
        return letter_id

    def ids(self) -> list[str]:
        """All letters, newest first."""
        names = (path.stem for path in self.directory.glob("*.eml"))
        return sorted((name for name in names if _ID.fullmatch(name)), reverse=True)

    def raw(self, letter_id: str) -> bytes | None:
        """The letter as it came; None when there is no such letter, or that is no id at all."""
        if not _ID.fullmatch(letter_id):
            return None
        try:
            return (self.directory / f"{letter_id}.eml").read_bytes()
        except OSError:
            return None

    def letter(self, letter_id: str) -> Letter | None:
        """The letter, read; None when there is no such letter."""
        with self._lock:
            known = self._read.get(letter_id)
        if known is not None:
            return known
        raw = self.raw(letter_id)
        if raw is None:
            return None
        letter = read_letter(letter_id, raw)
        with self._lock:
            if len(self._read) >= 500:  # a bench may send thousands
                self._read.pop(next(iter(self._read)))
            self._read[letter_id] = letter
        return letter

    def find(self, *, to: str = "", subject: str = "", words: str = "", limit: int = 200) -> list[Letter]:
        """Letters whose recipient, subject, or either contain these texts, in any case; newest first."""
        found: list[Letter] = []
        for letter_id in self.ids():
            letter = self.letter(letter_id)
            if letter is None:  # thrown away meanwhile
                continue
            to_text, subject_text = " ".join(letter.recipients).lower(), letter.subject.lower()
            either = f"{to_text}\n{subject_text}\n{letter.sender.lower()}"
            if to.lower() in to_text and subject.lower() in subject_text and words.lower() in either:
                found.append(letter)
            if len(found) >= limit:
                break
        return found

    def empty(self) -> int:
        """How many letters were thrown away: all."""
        gone = 0
        for letter_id in self.ids():
            with suppress(FileNotFoundError):  # somebody else was faster
                (self.directory / f"{letter_id}.eml").unlink()
                gone += 1
        with self._lock:
            self._read.clear()
        return gone
