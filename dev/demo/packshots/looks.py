"""How each invented brand dresses its packs, and which ground each shelf stands on: numbers only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Colour = tuple[int, int, int]
Finish = Literal["matt", "gloss", "glass", "frost", "metal", "wood", "paper"]
Mark = Literal[
    "rule", "frame", "dots", "oval", "waves", "sun", "bars", "arch", "band", "star", "leaf", "peaks"
]


@dataclass(frozen=True)
class Look:
    """One brand's pack: its matter, its cap, the ink on it, its sign, its paper label if it has one."""

    body: Colour
    finish: Finish
    cap: Colour
    cap_finish: Finish
    ink: Colour
    mark: Mark
    paper: Colour | None = None
    soft_body: Colour | None = None  # tubes and sachets of a brand whose bottles are glass


LOOKS: dict[str, Look] = {
    "Maren Ostby": Look((246, 246, 243), "matt", (92, 114, 136), "matt", (48, 66, 84), "rule"),
    "Hollin & Wade": Look(
        (134, 70, 22), "glass", (38, 36, 35), "gloss", (44, 38, 32), "frame", (246, 238, 220), (240, 231, 211)
    ),
    "Quiet Harbour": Look((198, 211, 199), "matt", (248, 248, 245), "matt", (36, 62, 54), "dots"),
    "Ferlane": Look((240, 206, 202), "gloss", (190, 116, 84), "metal", (110, 44, 50), "oval"),
    "Tidemoor": Look((28, 88, 92), "matt", (219, 200, 168), "matt", (240, 228, 204), "waves"),
    "Solvenna": Look((252, 244, 226), "gloss", (240, 164, 104), "matt", (122, 66, 24), "sun"),
    "Pelligray": Look((192, 199, 203), "frost", (54, 58, 62), "matt", (34, 38, 42), "bars"),
    "Anouk Teller": Look(
        (186, 92, 62), "matt", (246, 234, 214), "matt", (130, 54, 32), "arch", (250, 240, 224)
    ),
    "Vantwil": Look((248, 248, 250), "gloss", (32, 66, 156), "gloss", (24, 48, 116), "band"),
    "Osmerie": Look((84, 34, 66), "glass", (198, 158, 92), "metal", (238, 208, 150), "star"),
    "Bramblecote": Look((164, 182, 148), "matt", (176, 128, 84), "wood", (40, 58, 36), "leaf"),
    "Kaldmoen": Look((196, 216, 228), "metal", (206, 210, 214), "metal", (26, 54, 78), "peaks"),
}

# The floor of each shelf; the wall behind is the same colour with more light in it.
GROUNDS: dict[str, Colour] = {
    "Face > Cleansers": (190, 214, 214),
    "Face > Toners & essences": (206, 216, 190),
    "Face > Serums": (232, 208, 176),
    "Face > Moisturisers": (232, 204, 192),
    "Face > Exfoliants": (206, 200, 222),
    "Face > Eye care": (194, 206, 226),
    "Face > Balms & treatments": (224, 212, 186),
    "Sun > Sunscreens": (244, 214, 150),
    "Body > Body care": (214, 198, 178),
    "Body > Hands & lips": (230, 192, 176),
}
