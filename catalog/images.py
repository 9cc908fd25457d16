"""Pictures of products: read with suspicion, turned into WebP of a few widths, made once.

Only the pixels survive: orientation and colour profile are applied, then they are gone with the rest.
Pillow is imported where it is used: web processes, which never draw, save its 7 MB.
"""

import hashlib
import io
import struct
import warnings
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction

from catalog.models import Image, Product

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

FORMATS = ("JPEG", "PNG", "WEBP")
WIDTHS = (320, 640, 960, 1280)
MOST_BYTES = 15_000_000
MOST_PIXELS = 40_000_000  # 120 MB decoded; the largest telephone pictures that people send have 50 million
MOST_SIDE = 16_000  # WebP ends at 16,383
# Of 0 to 6. A packshot in four widths takes 22 ms of CPU to write with 2 and 60 with 4, for 5 % fewer bytes.
QUALITY, EFFORT = 82, 2


@dataclass(eq=False)
class NotAnImage(Exception):
    """These bytes are no picture that we can show."""

    why: str

    def __str__(self) -> str:
        return self.why


@dataclass(frozen=True)
class Renditions:
    """A picture in the storage, in several widths. `names`: width in px, as text → name."""

    source_sha256: str
    width_px: int
    height_px: int
    names: dict[str, str]


def add_image(*, product: Product, content: bytes, alt_text: str, position: int = 0) -> Image:
    """The picture as one of the product's; the same bytes again are the same picture.

    Writes  files in the storage, unless they are there; Image. The caller publishes the product.
    Raises  NotAnImage.
    """
    renditions = make_renditions(content)
    with transaction.atomic():
        return attach(product=product, renditions=renditions, alt_text=alt_text, position=position)


def make_renditions(content: bytes, *, keep: bool = True) -> Renditions:
    """The picture in all its widths. A picture that the house knows is not drawn again.

    Takes   `keep`: False only looks whether it could be done.
    Writes  files in the storage, named by the source's hash. No transaction is needed.
    Raises  NotAnImage.
    """
    digest = hashlib.sha256(content).hexdigest()
    known = Image.objects.filter(source_sha256=digest).first()
    if known is not None:
        return Renditions(digest, known.width_px, known.height_px, known.renditions)
    picture = decode(content)
    widths = [width for width in WIDTHS if width <= picture.width] or [picture.width]
    if not keep:
        return Renditions(digest, picture.width, picture.height, {})
    names: dict[str, str] = {}
    smaller = picture
    for width in reversed(widths):  # each from the next larger one: half the work
        smaller = _shrink(smaller, width)
        names[str(width)] = _store(f"products/{digest[:2]}/{digest[2:34]}.{width}.webp", _write(smaller))
    return Renditions(digest, picture.width, picture.height, dict(reversed(names.items())))


def attach(*, product: Product, renditions: Renditions, alt_text: str, position: int) -> Image:
    """The product's row for a picture, with these words at this place; an equal row is left alone."""
    image, _ = Image.objects.get_or_create(
        product=product,
        source_sha256=renditions.source_sha256,
        defaults={
            "alt_text": alt_text,
            "position": position,
            "width_px": renditions.width_px,
            "height_px": renditions.height_px,
            "renditions": renditions.names,
        },
    )
    if (image.alt_text, image.position) != (alt_text, position):
        image.alt_text, image.position = alt_text, position
        image.save(update_fields=["alt_text", "position"])
    return image


def put_first(*, product: Product, pictures: Sequence[tuple[Renditions, str]]) -> bool:
    """Whether anything changed: these pictures lead, in this order, and all others follow as they did.

    Takes   (renditions, words) of each.
    Writes  Image. The caller publishes the product.
    """
    assert connection.in_atomic_block, "put_first() joins its caller's transaction"
    before = list(product.images.order_by("position", "id").values_list("id", "alt_text", "position"))
    leading = [
        attach(product=product, renditions=renditions, alt_text=alt_text, position=place).pk
        for place, (renditions, alt_text) in enumerate(pictures)
    ]
    for place, (pk, _, _) in enumerate(row for row in before if row[0] not in leading):
        product.images.filter(pk=pk).update(position=len(leading) + place)
    return before != list(product.images.order_by("position", "id").values_list("id", "alt_text", "position"))


def decode(content: bytes) -> "Picture":
    """The pixels, upright, in sRGB.

    Takes   the file's bytes; what it calls itself does not matter.
    Raises  NotAnImage.
    """
    from PIL import Image as pillow
    from PIL import ImageOps

    if len(content) > MOST_BYTES:
        raise NotAnImage(f"has {len(content):,} bytes, more than {MOST_BYTES:,}")
    with _refusing():
        picture: Picture = pillow.open(io.BytesIO(content), formats=FORMATS)
        _refuse_floods(picture)
        if getattr(picture, "is_animated", False):
            raise NotAnImage("moves: only still pictures are shown")
        picture.load()
        return _in_srgb(ImageOps.exif_transpose(picture))


@contextmanager
def _refusing() -> Iterator[None]:
    """Whatever Pillow raises over a broken file, said in one way."""
    from PIL import Image as pillow
    from PIL import UnidentifiedImageError

    broken = (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, EOFError, OverflowError)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", pillow.DecompressionBombWarning)
            yield
    except (pillow.DecompressionBombError, pillow.DecompressionBombWarning):
        raise NotAnImage(f"has more than {MOST_PIXELS:,} pixels") from None
    except UnidentifiedImageError:
        raise NotAnImage("is not a JPEG, PNG or WebP picture") from None
    except (*broken, struct.error, zlib.error) as error:
        raise NotAnImage(f"is broken or cut off ({error})") from None


def _refuse_floods(picture: "Picture") -> None:
    """A header costs nothing to read; decide before the pixels are unpacked."""
    if picture.width * picture.height > MOST_PIXELS:
        raise NotAnImage(f"has more than {MOST_PIXELS:,} pixels")
    if max(picture.size) > MOST_SIDE:
        raise NotAnImage(f"is longer than {MOST_SIDE:,} pixels")


def _in_srgb(picture: "Picture") -> "Picture":
    from PIL import ImageCms

    mode = "RGBA" if picture.has_transparency_data else "RGB"
    profile = picture.info.get("icc_profile")
    if profile and picture.mode in ("RGB", "RGBA", "CMYK"):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(
                picture, source, ImageCms.createProfile("sRGB"), outputMode=mode
            )
            assert converted is not None  # only with inPlace=True
            return converted
        except (ImageCms.PyCMSError, OSError):
            return picture.convert(mode)  # a broken profile: colours a little off, the picture is fine
    if picture.mode.startswith(("I", "F")):
        raise NotAnImage("has 16 bits of grey: export it with 8")
    return picture.convert(mode)


def _shrink(picture: "Picture", width: int) -> "Picture":
    from PIL.Image import Resampling

    height = max(1, round(picture.height * width / picture.width))
    return picture.resize((width, height), Resampling.LANCZOS, reducing_gap=2.0)


def _write(picture: "Picture") -> bytes:
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=QUALITY, method=EFFORT)
    return out.getvalue()


def _store(name: str, drawn: bytes) -> str:
    """The name under which the bytes stand. A half-written file of a killed process is replaced."""
    if default_storage.exists(name):
        if default_storage.size(name) == len(drawn):
            return name
        default_storage.delete(name)
    return default_storage.save(name, ContentFile(drawn))
