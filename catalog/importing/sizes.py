"""How much is inside, from how packs say it: "50 ml", "1.7 fl. oz / 50 mL", "2 x 15 ml", "60 pads / pack".

The unit price is calculated from this, so a guess would be a wrong price. What is understood:
one metric amount, or one count of pieces. Ounces alone leave the size unknown: 1.7 fl oz has been
rounded, and a customer in the EU is owed millilitres. Ounces beside a metric amount must agree with it.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from catalog.importing.reports import BadCell

NUMBER = r"(?<![\d.,−-])(?:\d+(?:[.,]\d+)?|[.,]\d+)"
TIMES = r"(?:(?<![\d.,−-])(?P<times>\d{1,3})\s*[x×]\s*)?"
METRIC: dict[str, tuple[str, Decimal]] = {
    "ml": ("ml", Decimal(1)),
    "cl": ("ml", Decimal(10)),
    "l": ("ml", Decimal(1000)),
    "litre": ("ml", Decimal(1000)),
    "liter": ("ml", Decimal(1000)),
    "mg": ("g", Decimal("0.001")),
    "g": ("g", Decimal(1)),
    "gr": ("g", Decimal(1)),
    "gram": ("g", Decimal(1)),
    "kg": ("g", Decimal(1000)),
}
OUNCE = {"ml": Decimal("29.5735"), "g": Decimal("28.3495")}  # US fluid ounce, avoirdupois ounce
# A pair of eye patches is two patches.
PIECES = dict.fromkeys(
    "piece pad mask patch patche treatment sheet wipe capsule ampoule sachet tablet stick cloth".split(), 1
) | {"pair": 2}
METRIC_AMOUNT = re.compile(rf"{TIMES}(?P<number>{NUMBER})\s*(?P<unit>{'|'.join(METRIC)})s?\b", re.I)
OUNCES = re.compile(rf"{TIMES}(?P<number>{NUMBER})\s*(?:fl(?:uid)?\.?\s*)?(?:oz|ounces?)\b\.?", re.I)
COUNT = re.compile(rf"(?<![\d.,−-])(?P<number>\d{{1,6}})\s*(?P<unit>{'|'.join(PIECES)})s?\b", re.I)
MOST = Decimal("9999999.99")
SLACK = Decimal("0.05")  # what packs really round away, on top of half of the last digit printed


@dataclass(frozen=True)
class Size:
    """Net content. Without a quantity it is unknown, which is not nothing."""

    quantity: Decimal | None
    unit: str = "ml"

    def in_words(self) -> str:
        if self.quantity is None:
            return ""
        number = f"{self.quantity.normalize():f}"
        return f"{number} {self.unit}{'s' if self.unit == 'piece' and self.quantity != 1 else ''}"


def read_size(text: str) -> Size:
    """What a pack's words say about its content; quantity None for ounces alone.

    Raises  BadCell: no amount, two that differ, or a number without a unit.
    """
    metric = {_read_metric(match) for match in METRIC_AMOUNT.finditer(text)}
    rest = METRIC_AMOUNT.sub(" ", text)
    ounces = [_read_ounces(match) for match in OUNCES.finditer(rest)]
    rest = OUNCES.sub(" ", rest)
    counts = {_count(match) for match in COUNT.finditer(rest)}
    left = re.search(r"[\d.,]*\d", COUNT.sub(" ", rest))
    if left:
        raise BadCell(f"says {left[0]} without a unit such as ml, g or pieces")
    sizes = metric or counts
    if len(sizes) > 1:
        raise BadCell(f"says {' and '.join(sorted(size.in_words() for size in sizes))}: which is it?")
    if sizes:
        size = sizes.pop()
        _refuse_disagreement(size, ounces)
        return size
    if ounces:
        return Size(None)
    raise BadCell("is no size such as 50 ml, 30 g or 5 pieces")


def read_number(text: str) -> Decimal:
    """A number as people write it, 19.90 or 19,90. Raises BadCell."""
    if not re.fullmatch(r"\d{1,9}(?:[.,]\d+)?|[.,]\d+", text, re.ASCII):
        raise BadCell("is not a number like 19.90")
    if re.search(r",\d{3,}$", text):
        raise BadCell("has a comma that may mean thousands or decimals: write 1200 or 1.2")
    return Decimal(text.replace(",", "."))


def _read_metric(match: re.Match[str]) -> Size:
    unit, factor = METRIC[match["unit"].lower()]
    quantity = read_number(match["number"]) * factor * int(match["times"] or 1)
    if not 0 < quantity <= MOST:
        raise BadCell("must be more than zero, and less than ten tons")
    if quantity != round(quantity, 2):
        raise BadCell("has more than two decimals")
    return Size(quantity, unit)


def _read_ounces(match: re.Match[str]) -> tuple[Decimal, Decimal]:
    """The ounces, and half of the last digit that was printed."""
    number, times = read_number(match["number"]), int(match["times"] or 1)
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int)  # not for NaN, which no number here is
    return number * times, Decimal(5).scaleb(exponent - 1) * times


def _count(match: re.Match[str]) -> Size:
    pieces = int(match["number"]) * PIECES[match["unit"].lower()]
    if pieces == 0:
        raise BadCell("must be more than zero")
    return Size(Decimal(pieces), "piece")


def _refuse_disagreement(size: Size, ounces: list[tuple[Decimal, Decimal]]) -> None:
    factor = OUNCE.get(size.unit)
    if factor is None or size.quantity is None:
        return
    for number, half_digit in ounces:
        least = (number - half_digit) * factor * (1 - SLACK)
        most = (number + half_digit) * factor * (1 + SLACK)
        if not least <= size.quantity <= most:
            raise BadCell(
                f"contradicts itself: {number:f} oz are {round(number * factor, 1):f} {size.unit}, "
                f"not {size.in_words()}"
            )
