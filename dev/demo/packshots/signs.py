"""The brands' signs: a small drawing above the name on each pack, one for every brand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PIL import ImageDraw

from dev.demo.packshots.looks import Colour, Mark

Ink = tuple[int, int, int, int]
PEN = 5
APRICOT: Ink = (240, 150, 84, 255)


@dataclass(frozen=True)
class Spot:
    """Where a sign stands, in the drawing's pixels: centre, top, height, width of the label, ink."""

    x: float
    top: float
    tall: float
    wide: float
    ink: Ink

    def at(self, across: float, down: float) -> tuple[float, float]:
        """A point of the sign: across from the centre and down from the top, in heights of the sign."""
        return self.x + across * self.tall, self.top + down * self.tall

    def box(self, across: float, down: float, half: float, deep: float) -> tuple[float, float, float, float]:
        """A box around such a point, half so wide and half so deep."""
        return (*self.at(across - half, down - deep), *self.at(across + half, down + deep))


def draw_sign(pen: ImageDraw.ImageDraw, mark: Mark, spot: Spot) -> None:
    """The brand's sign, drawn on its spot."""
    SIGNS[mark](pen, spot)


def draw_rule(pen: ImageDraw.ImageDraw, spot: Spot) -> None:
    """A thin line with a bead in the middle."""
    pen.line((spot.at(-0.9, 0.5), spot.at(0.9, 0.5)), fill=spot.ink, width=PEN)
    pen.ellipse(spot.box(0, 0.5, 0.09, 0.09), fill=spot.ink)


def draw_star(pen: ImageDraw.ImageDraw, spot: Spot) -> None:
    """A four-pointed star."""
    points = [(0, 1), (0.2, 0.2), (1, 0), (0.2, -0.2), (0, -1), (-0.2, -0.2), (-1, 0), (-0.2, 0.2)]
    pen.polygon([spot.at(across * 0.42, 0.5 + down * 0.42) for across, down in points], fill=spot.ink)


def draw_dots(pen: ImageDraw.ImageDraw, spot: Spot) -> None:
    """Three quiet dots."""
    for across in (-0.5, 0.0, 0.5):
        pen.ellipse(spot.box(across, 0.5, 0.1, 0.1), fill=spot.ink)


def draw_oval(pen: ImageDraw.ImageDraw, spot: Spot) -> None:
    """An upright ring around a stroke."""
    pen.ellipse(spot.box(0, 0.5, 0.26, 0.46), outline=spot.ink, width=PEN)
    pen.line((spot.at(0, 0.24), spot.at(0, 0.76)), fill=spot.ink, width=PEN)


def draw_waves(pen: ImageDraw.ImageDraw, spot: Spot) -> None:
    """Three rows of water."""
    for down in (0.30, 0.56, 0.82):
        for step in (-2, -1, 0, 1):
            start = 180 if step % 2 else 0
            box = spot.box(step * 0.4 + 0.2, down, 0.2, 0.13)
            pen.arc(box, start, start + 180, fill=spot.ink, width=PEN)


def draw_sun(pen: ImageDraw.ImageDraw, spot: Spot) -> None:
    """An apricot sun."""
    pen.ellipse(spot.box(0, 0.5, 0.42, 0.42), fill=APRICOT)


def draw_bars(pen: ImageDraw.ImageDraw, spot: Spot) -> None:
    """Four bars of different height, as on a measuring glass."""
    for across, tall in ((-0.45, 0.3), (-0.15, 0.6), (0.15, 0.9), (0.45, 0.5)):
        pen.rectangle(spot.box(across, 0.95 - tall / 2, 0.06, tall / 2), fill=spot.ink)


def draw_arches(pen: ImageDraw.ImageDraw, spot: Spot) -> None:
    """One arch inside another."""
    pen.arc(spot.box(0, 0.7, 0.42, 0.6), 180, 360, fill=spot.ink, width=PEN + 2)
    pen.arc(spot.box(0, 0.75, 0.2, 0.35), 180, 360, fill=spot.ink, width=PEN + 2)


def draw_band(pen: ImageDraw.ImageDraw, spot: Spot) -> None:
    """A band across the whole label."""
    reach = spot.wide / 2 / spot.tall
    pen.rectangle(spot.box(0, 0.5, reach, 0.09), fill=spot.ink)


def draw_leaves(pen: ImageDraw.ImageDraw, spot: Spot) -> None:
    """Two leaves on a stem."""
    for side in (-1, 1):
        leaf = [(0.0, 0.86), (side * 0.16, 0.40), (side * 0.62, 0.02), (side * 0.5, 0.50)]
        pen.polygon([spot.at(across, down) for across, down in leaf], fill=spot.ink)
    pen.line((spot.at(0, 0.4), spot.at(0, 1.0)), fill=spot.ink, width=PEN)


def draw_peaks(pen: ImageDraw.ImageDraw, spot: Spot) -> None:
    """Two summits in one line."""
    ridge = [(-1.0, 0.9), (-0.3, 0.2), (0.0, 0.6), (0.3, 0.34), (1.0, 0.9)]
    pen.line([spot.at(across, down) for across, down in ridge], fill=spot.ink, width=PEN + 1, joint="curve")


def write_ink(colour: Colour) -> Ink:
    """The colour as ink, a little thinner than the words."""
    return (*colour, 225)


SIGNS: dict[Mark, Callable[[ImageDraw.ImageDraw, Spot], None]] = {
    "rule": draw_rule,
    "frame": draw_star,
    "star": draw_star,
    "dots": draw_dots,
    "oval": draw_oval,
    "waves": draw_waves,
    "sun": draw_sun,
    "bars": draw_bars,
    "arch": draw_arches,
    "band": draw_band,
    "leaf": draw_leaves,
    "peaks": draw_peaks,
}
