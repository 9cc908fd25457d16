"""What packs say about their content, and what we refuse to guess."""

from decimal import Decimal

import pytest

from catalog.importing import BadCell
from catalog.importing.sizes import read_size


@pytest.mark.parametrize(
    ("text", "quantity", "unit"),
    [
        ("50 ml", "50", "ml"),
        ("30g", "30", "g"),
        ("50 mL", "50", "ml"),
        ("0.5 l", "500", "ml"),
        ("5 cl", "50", "ml"),
        ("1 kg", "1000", "g"),
        ("500 mg", "0.5", "g"),
        ("88.7 ml", "88.7", "ml"),
        ("88,7 ml", "88.7", "ml"),
        ("1.7 fl. oz / 50 mL", "50", "ml"),
        ("1.7fl. oz / 50ml", "50", "ml"),
        (".67 fl. oz / 20 mL", "20", "ml"),
        (". fl. oz / 50 mL", "50", "ml"),
        ("Size 0.14 oz. / 4g", "4", "g"),
        ("0.2 fl. oz / 7 mL", "7", "ml"),  # 0.2 may have been 0.249
        ("2 x 15 ml", "30", "ml"),
        ("2×15 ml", "30", "ml"),
        ("1 mask / pack", "1", "piece"),
        ("60 Pads / pack", "60", "piece"),
        ("5 Treatments", "5", "piece"),
        ("6 pairs / pack", "12", "piece"),
        ("16 patches / 8 pairs", "16", "piece"),
    ],
)
def test_a_size_is_read_as_the_pack_means_it(text: str, quantity: str, unit: str) -> None:
    size = read_size(text)
    assert (size.quantity, size.unit) == (Decimal(quantity), unit)


@pytest.mark.parametrize("text", ["1.7 fl. oz", "6.7 fl. oz Pump", "Original / 6.8 fl. oz", "1 oz"])
def test_ounces_alone_leave_the_size_unknown(text: str) -> None:
    assert read_size(text).quantity is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("abc", "is no size such as 50 ml, 30 g or 5 pieces"),
        ("50", "says 50 without a unit such as ml, g or pieces"),
        ("1.7 / 50", "says 1.7 without a unit such as ml, g or pieces"),
        ("30 Treatments + 5 Bonus", "says 5 without a unit such as ml, g or pieces"),
        ("-5 ml", "says 5 without a unit such as ml, g or pieces"),
        ("0 ml", "must be more than zero, and less than ten tons"),
        ("99999999 l", "must be more than zero, and less than ten tons"),
        ("12.345 ml", "has more than two decimals"),
        ("1,000 ml", "has a comma that may mean thousands or decimals: write 1200 or 1.2"),
        ("50 ml + 30 ml", "says 30 ml and 50 ml: which is it?"),
        ("0 pads", "must be more than zero"),
        ("3.8 fl. oz / 125 mL", "contradicts itself: 3.8 oz are 112.4 ml, not 125 ml"),
        ("0.01 oz / 0.5 g", "contradicts itself: 0.01 oz are 0.3 g, not 0.5 g"),
    ],
)
def test_what_would_be_a_guess_is_refused(text: str, reason: str) -> None:
    with pytest.raises(BadCell) as refused:
        read_size(text)
    assert refused.value.why == reason
