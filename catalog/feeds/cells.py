"""One cell of a feed: what it says, or why it cannot be believed. Nothing is guessed."""

import calendar
import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Literal

from catalog.importing.reports import BadCell, shorten

Style = Literal["iso", "dmy", "mdy"]

MOST_UNITS = 1_000_000
MOST_CODE_CHARS = 64
# Years in which a jar may expire or a count be taken; 1900 and 9999 are how programs say “nothing”.
FIRST_YEAR, LAST_YEAR = 2000, 2100
WHOLE = re.compile(r"\+?(\d{1,9})(?:[.,]0+)?", re.ASCII)
THOUSANDS = re.compile(r"[-+]?\d{1,3}(?:[.,'’ \xa0\u202f]\d{3})+", re.ASCII)
FRACTION = re.compile(r"[-+]?\d*[.,]\d+", re.ASCII)
NEGATIVE = re.compile(r"[-−(]\s*\d.*|\d+-", re.ASCII)
MANGLED = re.compile(r"\d[.,]\d+E\+?\d+", re.ASCII | re.I)
ISO_DAY = re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})", re.ASCII)
DAYS = {
    "dmy": re.compile(r"(?P<day>\d{1,2})[-/.](?P<month>\d{1,2})[-/.](?P<year>\d{4})", re.ASCII),
    "mdy": re.compile(r"(?P<month>\d{1,2})[-/.](?P<day>\d{1,2})[-/.](?P<year>\d{4})", re.ASCII),
}
MONTHS = (
    re.compile(r"(?P<month>\d{1,2})[-/.](?P<year>\d{4})", re.ASCII),
    re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})", re.ASCII),
)
SHORT_YEAR = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2}(?!\d)", re.ASCII)
HOUR = re.compile(
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?"
    r"(?:\s?(?P<half>[AaPp])\.?[Mm]\.?)?"
    r"\s?(?P<zone>Z|UTC|[+-]\d{2}:?\d{2})?",
    re.ASCII,
)
MIDNIGHT = re.compile(r"[T ]00:00(?::00(?:\.0+)?)?Z?", re.ASCII)
WORDS = {
    "iso": "year-month-day, as in 2027-06-30",
    "dmy": "day.month.year, as in 30.06.2027",
    "mdy": "month/day/year, as in 06/30/2027",
}


def read_units(cell: str) -> int:
    """A whole number of units. Raises BadCell."""
    if not cell:
        raise BadCell("is empty: no count is not a count of zero")
    if NEGATIVE.fullmatch(cell):
        raise BadCell("is negative: no shelf holds less than nothing")
    if THOUSANDS.fullmatch(cell):
        raise BadCell("may mean thousands or decimals: write 1200 or 1.2")
    whole = WHOLE.fullmatch(cell)
    if whole is None and FRACTION.fullmatch(cell):
        raise BadCell("is a fraction: units are whole")
    if whole is None:
        raise BadCell("is no whole number")
    if int(whole[1]) > MOST_UNITS:
        raise BadCell(f"is more than {MOST_UNITS:,}")
    return int(whole[1])


def read_code(cell: str, *, most_chars: int = MOST_CODE_CHARS) -> str:
    """A SKU, a lot, a location: as it stands there. Raises BadCell."""
    if not cell:
        raise BadCell("is missing")
    if len(cell) > most_chars:
        raise BadCell(f"has {len(cell)} characters; there is room for {most_chars}")
    if not cell.isprintable():
        raise BadCell("holds signs that cannot be printed")
    if MANGLED.fullmatch(cell):
        raise BadCell("was a code before a spreadsheet made a number of it")
    return cell


def read_expiry(cell: str, *, style: Style) -> date | None:
    """The last day, or None when the cell is empty; of a month its last day.

    Takes   a day in the style, or as year-month-day in every style; a month such as 06/2027 or 2027-06.
    Raises  BadCell.
    """
    if not cell:
        return None
    if len(cell) > len("2027-06-30") and (midnight := MIDNIGHT.search(cell)) and midnight.end() == len(cell):
        cell = cell[: midnight.start()]
    for pattern in MONTHS:
        if month := pattern.fullmatch(cell):
            first = _make_day(cell, month["year"], month["month"], "1")
            return first.replace(day=calendar.monthrange(first.year, first.month)[1])
    return _read_day(cell, style)


def read_moment(cell: str, *, style: Style, zone: tzinfo) -> datetime:
    """A moment; an hour without a zone is an hour of the feed's zone.

    Raises  BadCell: also a day without an hour (what moved on that day could not be told apart), and an
            hour that the change of clocks leaves out or brings twice.
    """
    if not cell:
        raise BadCell("is missing")
    day, hour = _part(cell)
    on = _read_day(day, style)
    if not hour:
        raise BadCell("is a day without an hour: a count needs the moment at which it was taken")
    clock = HOUR.fullmatch(hour)
    if clock is None:
        raise BadCell(f"has no hour such as 14:05 or 2:05 PM behind the day: “{shorten(hour)}”")
    local = datetime.combine(on, _read_clock(cell, clock))
    if clock["zone"]:
        return local.replace(tzinfo=_read_offset(clock["zone"]))
    return _place(local, zone)


def _part(cell: str) -> tuple[str, str]:
    found = re.match(r"([^T ,]+)(?:T|,? )\s*(.+)", cell)
    return (found[1], found[2]) if found else (cell, "")


def _read_day(cell: str, style: Style) -> date:
    found = ISO_DAY.fullmatch(cell) or (DAYS[style].fullmatch(cell) if style in DAYS else None)
    if found is None:
        if SHORT_YEAR.fullmatch(cell):
            raise BadCell("has a year of two digits")
        raise BadCell(f"is no day in the style {WORDS[style]}")
    return _make_day(cell, found["year"], found["month"], found["day"])


def _make_day(cell: str, year: str, month: str, day: str) -> date:
    try:
        on = date(int(year), int(month), int(day))
    except ValueError:
        raise BadCell(f"is no day: month {int(month)}, day {int(day)}") from None
    if not FIRST_YEAR <= on.year <= LAST_YEAR:
        raise BadCell(f"lies outside the years {FIRST_YEAR} to {LAST_YEAR}")
    return on


def _read_clock(cell: str, clock: re.Match[str]) -> time:
    hour = int(clock["hour"])
    if clock["half"]:
        if not 1 <= hour <= 12:
            raise BadCell("has an hour that no clock of twelve hours shows")
        hour = hour % 12 + (12 if clock["half"] in "Pp" else 0)
    try:
        return time(hour, int(clock["minute"]), int(clock["second"] or 0))
    except ValueError:
        raise BadCell("has an hour that no clock shows") from None


def _read_offset(text: str) -> timezone:
    if text in ("Z", "UTC"):
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    if hours > 14 or minutes > 59:
        raise BadCell("has a zone that is nowhere on earth")
    return timezone(timedelta(hours=hours, minutes=minutes) * (-1 if text[0] == "-" else 1))


def _place(local: datetime, zone: tzinfo) -> datetime:
    early, late = local.replace(tzinfo=zone, fold=0), local.replace(tzinfo=zone, fold=1)
    if early.utcoffset() != late.utcoffset():
        # in the gap in spring the hour before has the smaller offset, in autumn the hour that comes first
        # has the greater one
        missing = (early.utcoffset() or timedelta()) < (late.utcoffset() or timedelta())
        raise BadCell(
            "is an hour that the change of clocks leaves out"
            if missing
            else "is an hour that comes twice when the clocks change: write the zone, as in +02:00"
        )
    return early
