"""Packs without a neck (tube, jar, stick, sachet, tin), and the list of all nine shapes."""

from __future__ import annotations

from collections.abc import Callable

from PIL import Image, ImageChops, ImageDraw

from dev.demo.packshots.bottles import draw_bottle, draw_dropper, draw_pump, draw_spray
from dev.demo.packshots.light import FLOOR, GRAIN, cast_shadow, draw_mask, paint, scaled, turn, veil
from dev.demo.packshots.looks import Colour, Look
from dev.demo.packshots.matter import BLACK, MIDDLE, WHITE, LabelArea, fill_body, mixed_edge

Draw = Callable[[Image.Image, Look, Colour, float], LabelArea]


def draw_tube(scene: Image.Image, look: Look, ground: Colour, scale: float) -> LabelArea:
    """A tube standing on its cap, folded flat at the top."""
    top, neck = FLOOR - 740 * scale, FLOOR - 112 * scale
    wide, narrow = 178 * scale, 132 * scale
    body = look.soft_body or look.body
    finish = "matt" if look.finish in ("glass", "frost") else look.finish
    cast_shadow(scene, ground=ground, centre=MIDDLE, half=narrow * 0.94, tall=FLOOR - top)
    paint(
        scene,
        turn(MIDDLE, [(neck + 4, narrow * 0.9), (FLOOR - 8, narrow * 0.9)], round_by=5),
        look.cap,
        look.cap_finish,
    )
    rows = [
        (top, wide),
        (top + 60 * scale, wide),
        (neck - 170 * scale, narrow * 1.12),
        (neck - 30 * scale, narrow),
        (neck, narrow * 0.93),
    ]
    mask = turn(MIDDLE, rows, round_by=7, bend=0.05)
    paint(scene, mask, body, finish)
    fold = draw_mask()
    ImageDraw.Draw(fold).polygon(
        scaled(
            [(MIDDLE - 26 * scale, top), (MIDDLE + wide, top), (MIDDLE + narrow * 1.2, neck - 160 * scale)]
        ),
        fill=255,
    )
    veil(scene, ImageChops.multiply(fold, mask), BLACK, 0.05, blur=26)
    press_seal(scene, mask, body, top, wide, scale)
    return LabelArea(MIDDLE - narrow, top + 100 * scale, MIDDLE + narrow, neck - 46 * scale, top)


def press_seal(
    scene: Image.Image, mask: Image.Image, body: Colour, top: float, wide: float, scale: float
) -> None:
    """The pressed end of a tube, with its fine teeth and the crease below it."""
    seal = turn(MIDDLE, [(top - 2, wide + 2), (top + 40 * scale, wide + 1)], round_by=3, bend=0)
    paint(scene, seal, body, "matt", fall=0.02)
    teeth = draw_mask()
    for x in range(round(MIDDLE - wide) + 8, round(MIDDLE + wide) - 4, 9):
        ImageDraw.Draw(teeth).line(scaled([(x, top + 5), (x, top + 35 * scale)]), fill=255, width=4)
    veil(scene, ImageChops.multiply(teeth, seal), mixed_edge(body), 0.14)
    crease = draw_mask()
    ImageDraw.Draw(crease).line(
        scaled([(MIDDLE - wide, top + 43 * scale), (MIDDLE + wide, top + 43 * scale)]), fill=255, width=6
    )
    veil(scene, ImageChops.multiply(crease, mask), BLACK, 0.30, blur=3)


def draw_jar(scene: Image.Image, look: Look, ground: Colour, scale: float) -> LabelArea:
    """A wide jar under a heavy lid, seen a little from above."""
    half, top = 262 * scale, FLOOR - 400 * scale
    seam = FLOOR - 270 * scale
    cast_shadow(scene, ground=ground, centre=MIDDLE, half=half, tall=FLOOR - top)
    fill_body(
        scene,
        turn(
            MIDDLE,
            [(seam - 6, half * 0.97), (FLOOR - 20, half * 0.97), (FLOOR - 8, half * 0.93)],
            round_by=12,
        ),
        look,
        top=seam,
    )
    shade = turn(MIDDLE, [(seam - 4, half * 0.97), (seam + 14, half * 0.97)])
    paint(scene, turn(MIDDLE, [(top, half), (seam, half)], round_by=6, bend=0.07), look.cap, look.cap_finish)
    veil(
        scene,
        ImageChops.subtract(shade, turn(MIDDLE, [(top, half), (seam, half)], bend=0.07)),
        BLACK,
        0.34,
        blur=5,
    )
    lid = draw_mask()
    ImageDraw.Draw(lid).ellipse(
        scaled([(MIDDLE - half + 2, top - half * 0.08), (MIDDLE + half - 2, top + half * 0.09)]), fill=255
    )
    veil(scene, lid, look.cap, 1.0)
    veil(scene, lid, WHITE, 0.30)
    return LabelArea(MIDDLE - half * 0.86, seam + 30 * scale, MIDDLE + half * 0.86, FLOOR - 18 * scale, top)


def draw_stick(scene: Image.Image, look: Look, ground: Colour, scale: float) -> LabelArea:
    """A twist-up stick with its cap on."""
    half, top = 128 * scale, FLOOR - 690 * scale
    seam = FLOOR - 505 * scale
    cast_shadow(scene, ground=ground, centre=MIDDLE, half=half, tall=FLOOR - top)
    paint(scene, turn(MIDDLE, [(seam, half), (FLOOR - 70 * scale, half)], bend=0.06), look.body, look.finish)
    paint(
        scene,
        turn(MIDDLE, [(FLOOR - 66 * scale, half * 0.97), (FLOOR - 8, half * 0.97)], round_by=4),
        look.cap,
        look.cap_finish,
    )
    rows = [(top, half * 0.8), (top + 16 * scale, half * 0.98), (seam, half * 1.02)]
    paint(scene, turn(MIDDLE, rows, round_by=12, bend=0.06), look.cap, look.cap_finish)
    return LabelArea(MIDDLE - half, seam + 34 * scale, MIDDLE + half, FLOOR - 84 * scale, top)


def draw_sachet(scene: Image.Image, look: Look, ground: Colour, scale: float) -> LabelArea:
    """A paper pouch, sealed at both ends, standing on its fold."""
    half, top = 226 * scale, FLOOR - 660 * scale
    body = look.soft_body or look.body
    cast_shadow(scene, ground=ground, centre=MIDDLE, half=half * 0.96, tall=FLOOR - top)
    rows = [
        (top, half),
        (top + 64, half),
        (top + 200 * scale, half * 1.02),
        (FLOOR - 120 * scale, half * 1.03),
        (FLOOR - 12, half * 0.97),
    ]
    mask = turn(MIDDLE, rows, round_by=6, bend=0.04)
    paint(scene, mask, body, "matt")
    press_strip(scene, mask, top)
    return LabelArea(MIDDLE - half * 0.84, top + 120 * scale, MIDDLE + half * 0.84, FLOOR - 70 * scale, top)


def press_strip(scene: Image.Image, mask: Image.Image, top: float) -> None:
    """The ribbed strip that closes a pouch, and the fold of the paper under it."""
    seal = draw_mask()
    ImageDraw.Draw(seal).rectangle(scaled([(0, top), (1200, top + 58)]), fill=255)
    lines = draw_mask()
    for y in range(round(top) + 10, round(top) + 56, 9):
        ImageDraw.Draw(lines).line(scaled([(0, y), (1200, y)]), fill=255, width=3)
    veil(scene, ImageChops.multiply(seal, mask), WHITE, 0.12)
    veil(scene, ImageChops.multiply(lines, mask), BLACK, 0.10)
    for shift, tone in ((66, BLACK), (74, WHITE)):
        edge = draw_mask()
        ImageDraw.Draw(edge).line(scaled([(0, top + shift), (1200, top + shift)]), fill=255, width=7)
        veil(scene, ImageChops.multiply(edge, mask), tone, 0.25, blur=4)


def draw_tin(scene: Image.Image, look: Look, ground: Colour, scale: float) -> LabelArea:
    """A flat round tin on its edge, its lid towards us."""
    radius = 272 * scale
    middle = FLOOR - radius
    cast_shadow(scene, ground=ground, centre=MIDDLE + 20, half=radius * 0.42, tall=radius * 1.5)
    for shift, tone, finish in ((44.0, look.cap, look.cap_finish), (0.0, look.body, "matt")):
        disc = draw_mask()
        ImageDraw.Draw(disc).ellipse(
            scaled([(MIDDLE - radius + shift, middle - radius), (MIDDLE + radius + shift, middle + radius)]),
            fill=255,
        )
        paint(scene, disc, tone, finish if finish in ("metal", "wood") else "matt", fall=0.22)
    for inset, tone, width in ((12, WHITE, 5), (17, BLACK, 5), (44, BLACK, 4), (48, WHITE, 4)):
        ring = draw_mask()
        box = scaled(
            [
                (MIDDLE - radius + inset, middle - radius + inset),
                (MIDDLE + radius - inset, middle + radius - inset),
            ]
        )
        ImageDraw.Draw(ring).ellipse(box, outline=255, width=width * GRAIN // 2)
        veil(scene, ring, tone, 0.26)
    reach = radius * 0.66
    return LabelArea(
        MIDDLE - reach,
        middle - reach * 0.86,
        MIDDLE + reach,
        middle + reach * 0.86,
        middle - radius,
        round_lid=True,
    )


SHAPES: dict[str, Draw] = {
    "tube": draw_tube,
    "pump": draw_pump,
    "dropper": draw_dropper,
    "bottle": draw_bottle,
    "spray": draw_spray,
    "jar": draw_jar,
    "stick": draw_stick,
    "sachet": draw_sachet,
    "tin": draw_tin,
}

# How much of the scene, in units, the picture of each shape shows.
FRAMES: dict[str, float] = {
    "tube": 1010,
    "pump": 1000,
    "dropper": 900,
    "bottle": 960,
    "spray": 940,
    "jar": 800,
    "stick": 880,
    "sachet": 900,
    "tin": 820,
}
