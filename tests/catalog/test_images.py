"""Pictures: what comes in, what is refused, and what is left of it."""

import io
import struct
import zlib

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image as pillow
from PIL import ImageCms

from catalog import images
from catalog.images import NotAnImage
from catalog.models import Image
from tests.builders import make_product
from tests.catalog import ledger
from tests.catalog.pictures import moving, picture

pytestmark = pytest.mark.django_db


def stored(row: Image, width: int) -> pillow.Image:
    with default_storage.open(row.renditions[str(width)]) as file:
        return pillow.open(io.BytesIO(file.read()))


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP"])
def test_a_picture_is_kept_in_the_widths_that_it_has(format: str) -> None:
    row = images.add_image(product=make_product(), content=picture(format=format), alt_text="A bottle")
    assert (row.width_px, row.height_px, row.position, row.alt_text) == (800, 400, 0, "A bottle")
    assert list(row.renditions) == ["320", "640"]
    for width in (320, 640):
        rendition = stored(row, width)
        assert (rendition.format, rendition.size) == ("WEBP", (width, width // 2))


def test_a_large_picture_has_all_four_widths_and_a_small_one_its_own() -> None:
    product = make_product()
    large = images.add_image(product=product, content=picture((1500, 600)), alt_text="A")
    small = images.add_image(product=product, content=picture((200, 100)), alt_text="B", position=1)
    assert list(large.renditions) == ["320", "640", "960", "1280"]
    assert list(small.renditions) == ["200"]


def test_the_same_bytes_again_are_the_same_row_and_write_nothing() -> None:
    product, content = make_product(), picture()
    row = images.add_image(product=product, content=content, alt_text="A bottle")
    before, files = ledger.read_all(), ledger.stored_files()
    assert images.add_image(product=product, content=content, alt_text="A bottle") == row
    assert (ledger.read_all(), ledger.stored_files()) == (before, files)


def test_a_picture_of_two_products_is_drawn_once() -> None:
    content = picture((640, 640))
    first = images.add_image(product=make_product(), content=content, alt_text="A")
    files = ledger.stored_files()
    second = images.add_image(product=make_product(), content=content, alt_text="B")
    assert first.pk != second.pk
    assert (second.renditions, ledger.stored_files()) == (first.renditions, files)


def test_other_words_and_another_place_change_the_row() -> None:
    product, content = make_product(), picture()
    images.add_image(product=product, content=content, alt_text="A")
    row = images.add_image(product=product, content=content, alt_text="B", position=3)
    assert Image.objects.get() == row
    assert (row.alt_text, row.position) == ("B", 3)


def test_a_picture_stands_upright_and_nothing_else_of_the_file_is_left() -> None:
    exif = pillow.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010E] = "taken at home"
    content = picture((800, 400), format="JPEG", exif=exif, xmp=b"<x:xmpmeta/>", comment=b"secret")
    assert b"taken at home" in content
    assert b"<x:xmpmeta/>" in content
    row = images.add_image(product=make_product(), content=content, alt_text="A")
    assert (row.width_px, row.height_px, list(row.renditions)) == (400, 800, ["320"])
    kept = stored(row, 320)
    assert (kept.size, kept.getexif(), "icc_profile" in kept.info, "xmp" in kept.info) == (
        (320, 640),
        {},
        False,
        False,
    )
    top, bottom = kept.convert("RGB").getpixel((160, 50)), kept.convert("RGB").getpixel((160, 590))
    assert abs(top[0] - 166) < 12
    assert abs(bottom[0] - 79) < 12


def test_a_colour_profile_is_applied_and_dropped() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    row = images.add_image(product=make_product(), content=picture(icc_profile=profile), alt_text="A")
    assert "icc_profile" not in stored(row, 320).info
    assert abs(stored(row, 320).convert("RGB").getpixel((50, 50))[0] - 166) < 12


def test_a_broken_colour_profile_costs_the_profile_and_not_the_picture() -> None:
    row = images.add_image(product=make_product(), content=picture(icc_profile=b"rubbish"), alt_text="A")
    assert "icc_profile" not in stored(row, 320).info
    assert abs(stored(row, 320).convert("RGB").getpixel((50, 50))[0] - 166) < 12


def test_what_can_be_seen_through_stays_so() -> None:
    glass = pillow.new("RGBA", (400, 400), (166, 73, 42, 0))
    out = io.BytesIO()
    glass.save(out, "PNG")
    row = images.add_image(product=make_product(), content=out.getvalue(), alt_text="A")
    assert stored(row, 320).convert("RGBA").getpixel((10, 10))[3] == 0


@pytest.mark.parametrize("mode", ["L", "P", "1", "CMYK"])
def test_other_ways_to_keep_colours_are_read(mode: str) -> None:
    format = "JPEG" if mode == "CMYK" else "PNG"
    row = images.add_image(product=make_product(), content=picture(format=format, mode=mode), alt_text="A")
    assert stored(row, 320).size == (320, 160)


def png_header(width: int, height: int) -> bytes:
    def chunk(name: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        )

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")


def text_bomb() -> bytes:
    whole = picture((40, 40))
    text = b"Comment\0\0" + zlib.compress(b"a" * 50_000_000)
    chunk = struct.pack(">I", len(text)) + b"zTXt" + text + struct.pack(">I", zlib.crc32(b"zTXt" + text))
    return whole[:33] + chunk + whole[33:]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is not a JPEG, PNG or WebP picture"),
        (b"hello", "is not a JPEG, PNG or WebP picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "is not a JPEG, PNG or WebP picture"),
        (b"<!DOCTYPE html><html></html>", "is not a JPEG, PNG or WebP picture"),
        (b"%PDF-1.7", "is not a JPEG, PNG or WebP picture"),
        (picture((40, 40), format="GIF"), "is not a JPEG, PNG or WebP picture"),
        (picture((40, 40), format="TIFF"), "is not a JPEG, PNG or WebP picture"),
        (moving("PNG"), "moves: only still pictures are shown"),
        (moving("WEBP"), "moves: only still pictures are shown"),
        (picture()[:-200], "is broken or cut off ("),
        (picture(format="JPEG")[:1500], "is broken or cut off ("),
        (picture(format="WEBP")[:60], "is broken or cut off ("),
        (png_header(8000, 8000), "has more than 40,000,000 pixels"),
        (png_header(50_000, 50_000), "has more than 40,000,000 pixels"),
        (png_header(2, 16_001), "is longer than 16,000 pixels"),
        (png_header(30, 30), "is broken or cut off ("),
        (text_bomb(), "is broken or cut off ("),
        (b"\xff" * 15_000_001, "has 15,000,001 bytes, more than 15,000,000"),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{len(value)} bytes",
)
def test_what_is_no_picture_for_us_is_refused_and_leaves_nothing(content: bytes, reason: str) -> None:
    product = make_product()
    before, files = ledger.read_all(), ledger.stored_files()
    with pytest.raises(NotAnImage) as refused:
        images.add_image(product=product, content=content, alt_text="A")
    assert str(refused.value).startswith(reason)
    assert (ledger.read_all(), ledger.stored_files()) == (before, files)


def test_sixteen_bits_of_grey_are_refused() -> None:
    out = io.BytesIO()
    pillow.new("I;16", (40, 40)).save(out, "PNG")
    with pytest.raises(NotAnImage, match="has 16 bits of grey: export it with 8"):
        images.add_image(product=make_product(), content=out.getvalue(), alt_text="A")


def test_a_file_half_written_by_a_killed_process_is_written_again() -> None:
    content = picture((330, 330))
    product = make_product()
    row = images.add_image(product=product, content=content, alt_text="A")
    name = row.renditions["320"]
    whole = default_storage.size(name)
    row.delete()
    default_storage.delete(name)
    default_storage.save(name, ContentFile(b"half"))
    again = images.add_image(product=product, content=content, alt_text="A")
    assert (again.renditions["320"], default_storage.size(name)) == (name, whole)
