"""What every shape of pack shares: its middle, the area of its label, how its body is filled."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image, ImageChops, ImageDraw

from dev.demo.packshots.light import FLOOR, draw_mask, paint, scaled, veil
from dev.demo.packshots.looks import Colour, Look

MIDDLE = 600.0
WHITE: Colour = (255, 255, 255)
BLACK: Colour = (20, 18, 18)


@dataclass(frozen=True)
class LabelArea:
    """Where words may stand on the pack, in units, and how high the pack reaches."""

    left: float
    top: float
    right: float
    bottom: float
    pack_top: float
    round_lid: bool = False


def fill_body(scene: Image.Image, mask: Image.Image, look: Look, *, top: float) -> None:
    """A body of the brand's matter; glass shows the level of what is in it and glows at the foot."""
    paint(scene, mask, look.body, look.finish)
    if look.finish != "glass":
        return
    level = draw_mask()
    ImageDraw.Draw(level).rectangle(scaled([(0, top), (1200, 1200)]), fill=255)
    veil(scene, ImageChops.multiply(level, mask), BLACK, 0.10)
    foot = draw_mask()
    ImageDraw.Draw(foot).ellipse(scaled([(MIDDLE - 110, FLOOR - 46), (MIDDLE + 130, FLOOR + 10)]), fill=255)
    veil(scene, ImageChops.multiply(foot, mask), WHITE, 0.20, blur=14)


def mixed_edge(colour: Colour) -> Colour:
    """The tone of a small groove: dark on a light pack, light on a dark one."""
    return BLACK if sum(colour) > 300 else WHITE
