"""Reading a PDF back, as a person or a search would."""

import io

from pypdf import PdfReader


def pages_of(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def words_of(pdf: bytes) -> str:
    """All that the PDF says, with single spaces."""
    return " ".join(" ".join(pages_of(pdf)).split())
