"""The light of the packshots: a window on the upper left, matter that answers it, shadows on the floor.

All measures are in a square of 1200 units; the drawing is made at twice that and shrunk at the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from dev.demo.packshots.looks import Colour, Finish

SIDE = 1200
GRAIN = 2
FLOOR = 1010.0
Point = tuple[float, float]

# Across a round body from left to right: (place, light); below zero towards dark, above towards white.
ANSWERS: dict[Finish, list[tuple[float, float]]] = {
    "matt": [
        (0, -0.28),
        (0.08, -0.06),
        (0.25, 0.30),
        (0.44, 0.08),
        (0.64, -0.05),
        (0.86, -0.24),
        (0.96, -0.34),
        (1, -0.26),
    ],
    "gloss": [
        (0, -0.24),
        (0.06, -0.04),
        (0.14, 0.10),
        (0.17, 0.72),
        (0.25, 0.72),
        (0.29, 0.12),
        (0.55, 0.0),
        (0.82, -0.18),
        (0.92, -0.26),
        (0.95, -0.06),
        (1, -0.30),
    ],
    "glass": [
        (0, -0.46),
        (0.04, -0.30),
        (0.09, 0.05),
        (0.13, 0.14),
        (0.15, 0.62),
        (0.20, 0.62),
        (0.22, 0.16),
        (0.50, 0.12),
        (0.78, -0.06),
        (0.88, 0.16),
        (0.91, 0.20),
        (0.95, -0.34),
        (1, -0.52),
    ],
    "frost": [
        (0, -0.24),
        (0.03, 0.10),
        (0.07, 0.34),
        (0.13, 0.08),
        (0.20, 0.34),
        (0.30, 0.30),
        (0.40, 0.10),
        (0.62, 0.0),
        (0.84, -0.10),
        (0.91, 0.14),
        (0.95, 0.30),
        (0.98, -0.04),
        (1, -0.30),
    ],
    "metal": [
        (0, -0.40),
        (0.06, -0.12),
        (0.16, 0.66),
        (0.28, 0.34),
        (0.40, -0.08),
        (0.56, -0.20),
        (0.72, 0.10),
        (0.84, 0.20),
        (0.93, -0.26),
        (1, -0.44),
    ],
    "paper": [(0, -0.20), (0.12, -0.04), (0.30, 0.10), (0.60, 0.0), (0.86, -0.12), (1, -0.26)],
    "wood": [(0, -0.34), (0.10, -0.10), (0.28, 0.20), (0.55, 0.0), (0.85, -0.22), (1, -0.38)],
}


def mix(colour: Colour, light: float) -> Colour:
    """The colour with more light in it (towards white) or less (towards its own dark)."""
    if light >= 0:
        red, green, blue = (round(part + (255 - part) * light) for part in colour)
    else:
        red, green, blue = (round(part * (1 + light)) for part in colour)
    return red, green, blue


def lay_ground(colour: Colour) -> Image.Image:
    """An empty scene: wall and floor of one colour that run into each other, a window's light on the wall."""
    side = SIDE * GRAIN
    scene = Image.new("RGB", (side, side), mix(colour, 0.22))
    dusk = Image.linear_gradient("L").rotate(90).resize((side, side), Image.Resampling.BICUBIC)
    veil(scene, dusk, mix(colour, -0.42), 0.20)
    sweep = Image.new("L", (1, SIDE), 0)
    for y in range(SIDE):
        rise = min(max((y - 800) / 190, 0.0), 1.0)
        sweep.putpixel((0, y), round(255 * rise * rise * (3 - 2 * rise)))
    veil(scene, sweep.resize((side, side), Image.Resampling.BILINEAR), mix(colour, -0.04), 0.75)
    panes = draw_mask()
    pen = ImageDraw.Draw(panes)
    for left, top in ((60, 60), (330, 60), (60, 440), (330, 440)):
        corners = [(left, top), (left + 244, top + 66), (left + 244, top + 420), (left, top + 354)]
        pen.polygon(scaled([(x + (y - 60) * 0.34, y) for x, y in corners]), fill=255)
    veil(scene, panes, (255, 253, 246), 0.46, blur=17)
    glow = ImageChops.invert(Image.radial_gradient("L")).resize(
        (side * 2, side * 2), Image.Resampling.BICUBIC
    )
    glow = glow.crop((round(side * 0.75), round(side * 0.80), round(side * 1.75), round(side * 1.80)))
    veil(scene, glow, (255, 252, 244), 0.36)
    return scene


def add_grain(picture: Image.Image) -> Image.Image:
    """The picture with a breath of grain, always the same, so that no step shows in the slow gradients."""
    dice = Random(7)
    tiles = [
        Image.frombytes("L", (300, 300), dice.randbytes(90_000)).point(lambda v: v * 3 // 256) for _ in "RGB"
    ]
    tile = Image.merge("RGB", tiles)
    sheet = Image.new("RGB", picture.size)
    for x in range(0, picture.width, 300):
        for y in range(0, picture.height, 300):
            sheet.paste(tile.rotate(90 * ((x // 300 + y // 300 * 3) % 4)), (x, y))
    return ImageChops.subtract(picture, sheet)


def cast_shadow(scene: Image.Image, *, ground: Colour, centre: float, half: float, tall: float) -> None:
    """The pack stands: a dark line where it touches the floor, and a soft shadow falling to the right."""
    reach = min(tall * 0.42, 300.0)
    far = draw_mask()
    corners = [
        (centre - half * 0.7, FLOOR - 4),
        (centre + half * 0.9, FLOOR + 10),
        (centre + half + reach, FLOOR - 62),
        (centre + half * 0.2 + reach, FLOOR - 92),
    ]
    ImageDraw.Draw(far).polygon([(x * GRAIN, y * GRAIN) for x, y in corners], fill=130)
    near = draw_mask()
    box = [(centre - half * 1.03, FLOOR - half * 0.12), (centre + half * 1.16, FLOOR + half * 0.13)]
    ImageDraw.Draw(near).ellipse(scaled(box), fill=150)
    touch = draw_mask()
    box = [(centre - half * 0.98, FLOOR - half * 0.06), (centre + half * 0.99, FLOOR + half * 0.075)]
    ImageDraw.Draw(touch).ellipse(scaled(box), fill=205)
    for mask, blur in ((far, 34), (near, 18), (touch, 4)):
        scene.paste(Image.new("RGB", scene.size, mix(ground, -0.62)), (0, 0), blur_mask(mask, blur))


def blur_mask(mask: Image.Image, units: float) -> Image.Image:
    """A soft copy of the mask, blurred at a quarter of the size because nobody sees the difference."""
    small = mask.resize((SIDE // 2, SIDE // 2), Image.Resampling.BILINEAR).filter(
        ImageFilter.GaussianBlur(units / 2)
    )
    return small.resize(mask.size, Image.Resampling.BICUBIC)


def draw_mask() -> Image.Image:
    """An empty mask of the scene's size."""
    return Image.new("L", (SIDE * GRAIN, SIDE * GRAIN), 0)


def scaled(points: Sequence[Point]) -> list[tuple[float, float]]:
    """Points in units, as points in the drawing's pixels."""
    return [(x * GRAIN, y * GRAIN) for x, y in points]


def turn(centre: float, rows: Sequence[Point], *, round_by: float = 0.0, bend: float = 0.09) -> Image.Image:
    """The mask of a thing turned on a wheel: rows of (height, half width), its foot bent to the eye."""
    right = [(centre + half, y) for y, half in rows]
    foot_y, foot_half = rows[-1]
    steps = [(2 * step / 60) - 1 for step in range(61)]
    foot = [(centre - x * foot_half, foot_y + bend * foot_half * sqrt(max(0.0, 1 - x * x))) for x in steps]
    left = [(centre - half, y) for y, half in reversed(rows)]
    mask = draw_mask()
    ImageDraw.Draw(mask).polygon(scaled(right + foot + left), fill=255)
    return round_off(mask, round_by) if round_by else mask


def round_off(mask: Image.Image, units: float) -> Image.Image:
    """The same mask with its corners rounded: blurred, then cut again with a steep but not a hard edge."""
    return mask.filter(ImageFilter.GaussianBlur(units * GRAIN)).point(
        lambda v: min(255, max(0, (v - 118) * 14))
    )


def paint(
    scene: Image.Image, mask: Image.Image, colour: Colour, finish: Finish, *, fall: float = 0.16
) -> None:
    """Matter in the scene: the mask filled with the colour as that finish shows it in our light."""
    box = mask.getbbox()
    if box is None:
        return
    size = (box[2] - box[0], box[3] - box[1])
    tile = shade_across(colour, ANSWERS[finish]).resize(size, Image.Resampling.BICUBIC)
    dark = Image.linear_gradient("L").resize(size, Image.Resampling.BILINEAR).point(lambda v: round(v * fall))
    tile.paste(Image.new("RGB", size, mix(colour, -0.6)), (0, 0), dark)
    scene.paste(tile, (box[0], box[1]), mask.crop(box))


def shade_across(colour: Colour, answer: Sequence[tuple[float, float]]) -> Image.Image:
    """A strip one pixel high: the colour from the left edge of a body to its right edge."""
    strip = Image.new("RGB", (256, 1))
    for x in range(256):
        place = x / 255
        after = next(i for i, (stop, _) in enumerate(answer) if stop >= place)
        before = max(after - 1, 0)
        (a, low), (b, high) = answer[before], answer[after]
        share = 0.0 if a == b else (place - a) / (b - a)
        share = share * share * (3 - 2 * share)
        strip.putpixel((x, 0), mix(colour, low + (high - low) * share))
    return strip


def veil(scene: Image.Image, mask: Image.Image, colour: Colour, strength: float, blur: float = 0.0) -> None:
    """A thin layer of light or dark over what is there: an edge, a crease, a gleam."""
    layer = blur_mask(mask, blur) if blur else mask
    scene.paste(Image.new("RGB", scene.size, colour), (0, 0), layer.point(lambda v: round(v * strength)))
