"""Pictures for tests, drawn here."""

import io
from typing import Any

from PIL import Image


def picture(
    size: tuple[int, int] = (800, 400), *, format: str = "PNG", mode: str = "RGB", **options: Any
) -> bytes:
    """A picture whose left half is clay and whose right half is sage."""
    image = Image.new("RGB", size, (166, 73, 42))
    image.paste((79, 116, 97), (size[0] // 2, 0, size[0], size[1]))
    out = io.BytesIO()
    image.convert(mode).save(out, format, **options)
    return out.getvalue()


def moving(format: str) -> bytes:
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "green")]
    out = io.BytesIO()
    frames[0].save(out, format, save_all=True, append_images=frames[1:])
    return out.getvalue()
