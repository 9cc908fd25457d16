"""The words on a pack: brand in a book serif, the product's name, its size, and the brand's small sign."""

from __future__ import annotations

import re
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

from dev.demo.packshots.light import GRAIN, draw_mask, paint
from dev.demo.packshots.looks import Colour, Look
from dev.demo.packshots.matter import LabelArea
from dev.demo.packshots.signs import Spot, draw_sign, write_ink

TIED = re.compile(r" (\d[\d.:]*)$")  # a number at the end stays with its word
SERIF = "texgyrepagella-regular.otf"
SERIF_BOLD = "texgyrepagella-bold.otf"
SANS = "Lato-Medium.ttf"
FOLDERS = ("/usr/share/texmf/fonts/opentype/public/tex-gyre/", "/usr/share/fonts/truetype/lato/", "")


@dataclass(frozen=True)
class Words:
    """What the label says."""

    brand: str
    name: str
    size: str


def print_label(scene: Image.Image, *, area: LabelArea, look: Look, words: Words, paper: bool) -> None:
    """The label set and printed on the pack, inside the area which the shape offers."""
    pen = ImageDraw.Draw(scene, "RGBA")
    ink = look.ink
    if paper and look.paper:
        lay_paper(scene, area, look.paper, arched=look.mark == "arch")
    width, height = area.right - area.left, area.bottom - area.top
    low = height < 300
    inner = width * (0.70 if low else 0.74 if look.paper or area.round_lid else 0.82)
    middle = (area.left + area.right) / 2
    brand = fit_line(words.brand, SERIF_BOLD, inner, 62 if not low else 56)
    lines, name = fit_lines(words.name, inner, height * (0.46 if not low else 0.36), 48)
    small = load_font(SANS, 27 if not low else 25)
    gap = height * (0.075 if not low else 0.045)
    mark_room = min(58.0, height * 0.15)
    tall = mark_room + gap * 0.5 + brand.size / GRAIN + gap + len(lines) * name.size / GRAIN * 1.14 + gap + 27
    y = area.top + (height - tall) / 2
    if not (low and look.mark == "arch"):  # the arched label of a jar has no room for the arch above the name
        spot = Spot(middle * GRAIN, y * GRAIN, mark_room * GRAIN, inner * GRAIN, write_ink(ink))
        draw_sign(pen, look.mark, spot)
    y += mark_room + gap * 0.5
    put(pen, middle, y, words.brand, brand, ink)
    y += brand.size / GRAIN + gap
    for line in lines:
        put(pen, middle, y, line, name, ink)
        y += name.size / GRAIN * 1.14
    put(pen, middle, y + gap, words.size, small, ink)


def lay_paper(scene: Image.Image, area: LabelArea, paper: Colour, *, arched: bool) -> None:
    """A paper label around the pack: square with a rule inside, or with an arched top."""
    inset = (area.right - area.left) * 0.065
    left, top, right, bottom = (
        GRAIN * v for v in (area.left + inset, area.top, area.right - inset, area.bottom)
    )
    mask = draw_mask()
    radius = min((right - left) / 2, (bottom - top) * 0.34) if arched else 8
    corners = (True, True, not arched, not arched)
    ImageDraw.Draw(mask).rounded_rectangle((left, top, right, bottom), radius, fill=255, corners=corners)
    paint(scene, mask, paper, "paper", fall=0.04)
    if not arched:
        frame = (left + 14, top + 14, right - 14, bottom - 14)
        ImageDraw.Draw(scene, "RGBA").rounded_rectangle(frame, 4, outline=(90, 74, 50, 190), width=3)


def load_font(name: str, units: float) -> ImageFont.FreeTypeFont:
    """The font at that size, from where Debian puts it or by its bare name elsewhere."""
    for folder in FOLDERS:
        try:
            return ImageFont.truetype(folder + name, round(units * GRAIN))
        except OSError:
            continue
    raise SystemExit(f"The font {name} is missing: see the first lines of dev/demo/draw_packshots.py.")


def fit_line(text: str, font: str, width: float, start: float) -> ImageFont.FreeTypeFont:
    """The largest size, not above `start`, at which the text stays on one line."""
    size = start
    while size > 20 and load_font(font, size).getlength(text) > width * GRAIN:
        size -= 1
    return load_font(font, size)


def fit_lines(
    text: str, width: float, height: float, start: float
) -> tuple[list[str], ImageFont.FreeTypeFont]:
    """The text broken into lines, at the largest size at which they fit the width and the height."""
    size = start
    while True:
        font = load_font(SERIF, size)
        lines = break_lines(text, font, width * GRAIN)
        fits = all(font.getlength(line) <= width * GRAIN for line in lines)
        if size <= 22 or (fits and len(lines) * size * 1.14 <= height):
            return lines, font
        size -= 1


def break_lines(text: str, font: ImageFont.FreeTypeFont, width: float) -> list[str]:
    """The words set line by line, each line as full as the width allows."""
    lines = [""]
    for word in TIED.sub("\u00a0\\1", text).split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and font.getlength(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def put(
    pen: ImageDraw.ImageDraw, x: float, y: float, text: str, font: ImageFont.FreeTypeFont, ink: Colour
) -> None:
    """The text centred on x, its top at y."""
    pen.text((x * GRAIN, y * GRAIN), text, font=font, fill=(*ink, 238), anchor="ma")
