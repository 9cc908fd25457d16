"""What one cell of a feed means; what could mean two things means nothing."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from catalog.feeds.cells import Style, read_code, read_expiry, read_moment, read_units
from catalog.importing.reports import BadCell

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("cell", "units"),
    [
        ("0", 0),
        ("12", 12),
        ("+12", 12),
        ("007", 7),
        ("12.0", 12),
        ("12,00", 12),
        ("12.0000", 12),
        ("1000000", 1_000_000),
    ],
)
def test_units_are_whole(cell: str, units: int) -> None:
    assert read_units(cell) == units


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("", "is empty: no count is not a count of zero"),
        ("-3", "is negative: no shelf holds less than nothing"),
        ("−3", "is negative: no shelf holds less than nothing"),
        ("3-", "is negative: no shelf holds less than nothing"),
        ("(3)", "is negative: no shelf holds less than nothing"),
        ("-1.5", "is negative: no shelf holds less than nothing"),
        ("12.5", "is a fraction: units are whole"),
        ("0,5", "is a fraction: units are whole"),
        (".5", "is a fraction: units are whole"),
        ("1,200", "may mean thousands or decimals: write 1200 or 1.2"),
        ("1.200", "may mean thousands or decimals: write 1200 or 1.2"),
        ("12.000", "may mean thousands or decimals: write 1200 or 1.2"),
        ("1 200", "may mean thousands or decimals: write 1200 or 1.2"),
        ("1'200", "may mean thousands or decimals: write 1200 or 1.2"),
        ("1,200,000", "may mean thousands or decimals: write 1200 or 1.2"),
        ("1000001", "is more than 1,000,000"),
        ("999999999", "is more than 1,000,000"),
        ("9999999999", "is no whole number"),
        ("1e3", "is no whole number"),
        ("NaN", "is no whole number"),
        ("inf", "is no whole number"),
        ("0x10", "is no whole number"),
        ("1_000", "is no whole number"),
        ("١٢", "is no whole number"),
        ("12 pcs", "is no whole number"),
        (">100", "is no whole number"),
        ("in stock", "is no whole number"),
        ("#REF!", "is no whole number"),
        ("yes", "is no whole number"),
    ],
)
def test_what_is_no_count_is_refused_with_its_reason(cell: str, why: str) -> None:
    with pytest.raises(BadCell) as refused:
        read_units(cell)
    assert refused.value.why == why


@pytest.mark.parametrize(
    ("cell", "style", "day"),
    [
        ("2027-06-30", "iso", date(2027, 6, 30)),
        ("2027/6/3", "iso", date(2027, 6, 3)),
        ("30.06.2027", "dmy", date(2027, 6, 30)),
        ("3/6/2027", "dmy", date(2027, 6, 3)),
        ("06/30/2027", "mdy", date(2027, 6, 30)),
        ("3/6/2027", "mdy", date(2027, 3, 6)),
        ("2027-06-30", "dmy", date(2027, 6, 30)),
        ("2027-06-30", "mdy", date(2027, 6, 30)),
        ("06/2027", "iso", date(2027, 6, 30)),
        ("2/2028", "dmy", date(2028, 2, 29)),
        ("2027-02", "mdy", date(2027, 2, 28)),
        ("2027-06-30T00:00:00Z", "iso", date(2027, 6, 30)),
        ("2027-06-30 00:00:00", "dmy", date(2027, 6, 30)),
        ("30.06.2027 00:00", "dmy", date(2027, 6, 30)),
        ("", "iso", None),
    ],
)
def test_an_expiry_is_a_day_or_the_end_of_a_month(cell: str, style: Style, day: date | None) -> None:
    assert read_expiry(cell, style=style) == day


@pytest.mark.parametrize(
    ("cell", "style", "why"),
    [
        ("30.06.2027", "iso", "is no day in the style year-month-day, as in 2027-06-30"),
        ("06/30/2027", "dmy", "is no day: month 30, day 6"),
        ("30/06/2027", "mdy", "is no day: month 30, day 6"),
        ("31.06.2027", "dmy", "is no day: month 6, day 31"),
        ("29.02.2027", "dmy", "is no day: month 2, day 29"),
        ("13/2027", "iso", "is no day: month 13, day 1"),
        ("30.06.27", "dmy", "has a year of two digits"),
        ("0000-00-00", "iso", "is no day: month 0, day 0"),
        ("1900-01-01", "iso", "lies outside the years 2000 to 2100"),
        ("9999-12-31", "iso", "lies outside the years 2000 to 2100"),
        ("2027-06-29T22:00:00Z", "iso", "is no day in the style year-month-day, as in 2027-06-30"),
        ("46568", "dmy", "is no day in the style day.month.year, as in 30.06.2027"),
        ("June 2027", "mdy", "is no day in the style month/day/year, as in 06/30/2027"),
        ("٢٠٢٧-٠٦-٣٠", "iso", "is no day in the style year-month-day, as in 2027-06-30"),
    ],
)
def test_a_day_that_is_none_is_refused_with_its_reason(cell: str, style: Style, why: str) -> None:
    with pytest.raises(BadCell) as refused:
        read_expiry(cell, style=style)
    assert refused.value.why == why


@pytest.mark.parametrize(
    ("cell", "style", "moment"),
    [
        ("2026-11-22T06:30:00Z", "iso", datetime(2026, 11, 22, 6, 30, tzinfo=UTC)),
        ("2026-11-22T06:30+02:00", "iso", datetime(2026, 11, 22, 4, 30, tzinfo=UTC)),
        ("2026-11-22 06:30:15.25 -0530", "iso", datetime(2026, 11, 22, 12, 0, 15, tzinfo=UTC)),
        ("2026-11-22T06:30:00", "iso", datetime(2026, 11, 22, 5, 30, tzinfo=UTC)),
        ("22.11.2026 06:30", "dmy", datetime(2026, 11, 22, 5, 30, tzinfo=UTC)),
        ("22/07/2026, 6:30", "dmy", datetime(2026, 7, 22, 4, 30, tzinfo=UTC)),
        ("11/22/2026 6:30 PM", "mdy", datetime(2026, 11, 22, 17, 30, tzinfo=UTC)),
        ("11/22/2026 12:05 am", "mdy", datetime(2026, 11, 21, 23, 5, tzinfo=UTC)),
        ("11/22/2026 06:30 UTC", "mdy", datetime(2026, 11, 22, 6, 30, tzinfo=UTC)),
        ("2026-10-25T02:30:00+02:00", "iso", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    ],
)
def test_a_moment_without_a_zone_is_of_the_feeds_zone(cell: str, style: Style, moment: datetime) -> None:
    assert read_moment(cell, style=style, zone=BERLIN) == moment


@pytest.mark.parametrize(
    ("cell", "style", "why"),
    [
        ("", "iso", "is missing"),
        (
            "2026-11-22",
            "iso",
            "is a day without an hour: a count needs the moment at which it was taken",
        ),
        ("22.11.2026 06:30", "iso", "is no day in the style year-month-day, as in 2027-06-30"),
        ("22.11.26 06:30", "dmy", "has a year of two digits"),
        ("2026-11-22 25:00", "iso", "has an hour that no clock shows"),
        ("2026-11-22 06:61", "iso", "has an hour that no clock shows"),
        ("11/22/2026 13:00 PM", "mdy", "has an hour that no clock of twelve hours shows"),
        ("2026-11-22 06:30+25:00", "iso", "has a zone that is nowhere on earth"),
        ("2026-11-22 noon", "iso", "has no hour such as 14:05 or 2:05 PM behind the day: “noon”"),
        (
            "2026-10-25 02:30",
            "iso",
            "is an hour that comes twice when the clocks change: write the zone, as in +02:00",
        ),
        ("2026-03-29 02:30", "iso", "is an hour that the change of clocks leaves out"),
        ("1763793000", "iso", "is no day in the style year-month-day, as in 2027-06-30"),
    ],
)
def test_a_moment_that_is_none_is_refused_with_its_reason(cell: str, style: Style, why: str) -> None:
    with pytest.raises(BadCell) as refused:
        read_moment(cell, style=style, zone=BERLIN)
    assert refused.value.why == why


def test_codes_are_taken_as_they_stand_there() -> None:
    assert read_code("L 2411/03-B") == "L 2411/03-B"
    assert read_code("00012") == "00012"
    assert read_code("12E4") == "12E4"


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("", "is missing"),
        ("A" * 65, "has 65 characters; there is room for 64"),
        ("A\tB", "holds signs that cannot be printed"),
        ("A\u202eB", "holds signs that cannot be printed"),
        ("4.00638E+12", "was a code before a spreadsheet made a number of it"),
        ("4,00638e12", "was a code before a spreadsheet made a number of it"),
    ],
)
def test_what_is_no_code_is_refused_with_its_reason(cell: str, why: str) -> None:
    with pytest.raises(BadCell) as refused:
        read_code(cell)
    assert refused.value.why == why
