"""Packs with a neck: pump, dropper, bottle and spray can."""

from __future__ import annotations

from PIL import Image, ImageChops, ImageDraw

from dev.demo.packshots.light import FLOOR, cast_shadow, draw_mask, paint, round_off, scaled, turn, veil
from dev.demo.packshots.looks import Colour, Look
from dev.demo.packshots.matter import MIDDLE, LabelArea, fill_body, mixed_edge


def draw_pump(scene: Image.Image, look: Look, ground: Colour, scale: float) -> LabelArea:
    """A bottle with a pump whose nozzle looks left, into the light."""
    top, half = FLOOR - 560 * scale, 156 * scale
    collar, head = top - 52 * scale, top - 170 * scale
    cast_shadow(scene, ground=ground, centre=MIDDLE, half=half, tall=FLOOR - head)
    paint(
        scene,
        turn(MIDDLE, [(head + 40 * scale, 15 * scale), (collar + 6, 15 * scale)], bend=0),
        look.cap,
        "gloss",
    )
    nozzle = draw_mask()
    spout = [
        (MIDDLE - 158, head + 16),
        (MIDDLE + 46, head),
        (MIDDLE + 58, head + 46),
        (MIDDLE - 120, head + 44),
        (MIDDLE - 132, head + 66),
        (MIDDLE - 160, head + 62),
    ]
    ImageDraw.Draw(nozzle).polygon(
        scaled([(MIDDLE + (x - MIDDLE) * scale, head + (y - head) * scale) for x, y in spout]), fill=255
    )
    paint(scene, round_off(nozzle, 5), look.cap, "matt", fall=0.30)
    paint(
        scene,
        turn(MIDDLE, [(head + 44 * scale, 34 * scale), (head + 66 * scale, 34 * scale)], round_by=3),
        look.cap,
        look.cap_finish,
    )
    paint(
        scene,
        turn(MIDDLE, [(collar, 62 * scale), (top + 8, 62 * scale)], round_by=4),
        look.cap,
        look.cap_finish,
    )
    rows = [(top, 66 * scale), (top + 8 * scale, 96 * scale), (top + 60 * scale, half), (FLOOR - 8, half)]
    fill_body(scene, turn(MIDDLE, rows, round_by=14), look, top=top + 90 * scale)
    return LabelArea(MIDDLE - half, top + 92 * scale, MIDDLE + half, FLOOR - 54 * scale, head)


def draw_dropper(scene: Image.Image, look: Look, ground: Colour, scale: float) -> LabelArea:
    """A small bottle with a rubber bulb on its collar."""
    top, half = FLOOR - 470 * scale, 148 * scale
    collar, bulb = top - 92 * scale, top - 250 * scale
    cast_shadow(scene, ground=ground, centre=MIDDLE, half=half, tall=FLOOR - bulb)
    rubber = (62, 58, 56)
    rows = [
        (bulb, 26 * scale),
        (bulb + 18 * scale, 44 * scale),
        (bulb + 90 * scale, 50 * scale),
        (collar + 4, 54 * scale),
    ]
    paint(
        scene,
        turn(MIDDLE, rows, round_by=10),
        rubber if look.cap_finish in ("metal", "wood") else look.cap,
        "matt",
    )
    ring = turn(MIDDLE, [(collar, 72 * scale), (top + 8, 72 * scale)], round_by=4)
    paint(scene, ring, look.cap, look.cap_finish)
    grooves = draw_mask()
    for x in range(round(MIDDLE - 72 * scale), round(MIDDLE + 72 * scale), 11):
        ImageDraw.Draw(grooves).line(scaled([(x, collar + 10), (x, top - 4)]), fill=255, width=4)
    veil(scene, ImageChops.multiply(grooves, ring), mixed_edge(look.cap), 0.13)
    rows = [(top, 70 * scale), (top + 14 * scale, 104 * scale), (top + 70 * scale, half), (FLOOR - 8, half)]
    fill_body(scene, turn(MIDDLE, rows, round_by=14), look, top=top + 110 * scale)
    return LabelArea(MIDDLE - half, top + 98 * scale, MIDDLE + half, FLOOR - 46 * scale, bulb)


def draw_bottle(scene: Image.Image, look: Look, ground: Colour, scale: float) -> LabelArea:
    """A tall bottle with a plain round cap."""
    top, half = FLOOR - 590 * scale, 152 * scale
    cap = top - 122 * scale
    cast_shadow(scene, ground=ground, centre=MIDDLE, half=half, tall=FLOOR - cap)
    paint(
        scene, turn(MIDDLE, [(top - 20, 58 * scale), (top + 20, 58 * scale)], bend=0), look.body, look.finish
    )
    paint(
        scene,
        turn(MIDDLE, [(cap, 74 * scale), (top - 8 * scale, 76 * scale)], round_by=7),
        look.cap,
        look.cap_finish,
    )
    rows = [(top, 60 * scale), (top + 12 * scale, 84 * scale), (top + 84 * scale, half), (FLOOR - 8, half)]
    fill_body(scene, turn(MIDDLE, rows, round_by=16), look, top=top + 120 * scale)
    return LabelArea(MIDDLE - half, top + 120 * scale, MIDDLE + half, FLOOR - 54 * scale, cap)


def draw_spray(scene: Image.Image, look: Look, ground: Colour, scale: float) -> LabelArea:
    """A slim can with a domed cap."""
    top, half = FLOOR - 590 * scale, 128 * scale
    cap = top - 116 * scale
    cast_shadow(scene, ground=ground, centre=MIDDLE, half=half, tall=FLOOR - cap)
    rows = [(cap, 70 * scale), (cap + 22 * scale, 98 * scale), (top + 6, 104 * scale)]
    paint(scene, turn(MIDDLE, rows, round_by=14), look.cap, look.cap_finish)
    rows = [(top, 104 * scale), (top + 40 * scale, half), (FLOOR - 24, half), (FLOOR - 8, half - 6)]
    fill_body(scene, turn(MIDDLE, rows, round_by=6), look, top=top)
    return LabelArea(MIDDLE - half, top + 84 * scale, MIDDLE + half, FLOOR - 60 * scale, cap)
