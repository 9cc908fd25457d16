"""A warehouse pushes what it counted: as an example in the API's description."""

from config.examples.shape import Example

COUNTED = {
    "counts": [
        {
            "sku": "MO-OAT-MILK-150",
            "location": "BER",
            "lot": "CHB0042",
            "counted": 37,
            "as_of": "2026-11-22T06:30:00+01:00",
            "expected": 40,
        },
        {"sku": "MO-QUIET-CREAM-50", "location": "BER", "counted": 2, "as_of": "2026-11-22T06:30:00+01:00"},
    ]
}
TAKEN = {
    "results": [
        {
            "sku": "MO-OAT-MILK-150",
            "location": "BER",
            "lot": "CHB0042",
            "result": "applied",
            "change": -3,
            "on_hand": 35,
            "reserved": 4,
            "reason": None,
            "detail": None,
            "lots": [],
        },
        {
            "sku": "MO-QUIET-CREAM-50",
            "location": "BER",
            "lot": "",
            "result": "refused",
            "change": 0,
            "on_hand": None,
            "reserved": None,
            "reason": "which-lot",
            "detail": "Several lots of MO-QUIET-CREAM-50 at BER have units: name one.",
            "lots": ["CHB0117", "CHB0121"],
        },
    ],
    "applied": 1,
    "unchanged": 0,
    "refused": 1,
}

COUNTING = {"push_counts": Example(TAKEN, COUNTED)}
