import io

from PIL import Image


def draw_picture(colour: str = "#e9dfd2", size: tuple[int, int] = (400, 500)) -> bytes:
    """The bytes of a PNG: a plain ground, which is enough to be a picture."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()
