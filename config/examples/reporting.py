"""A reaction that was reported, as an example."""

from config.examples.shape import Example

REPORTING = {
    "report_reaction": Example(
        {"reference": "R7K2-M9QX"},
        {
            "product": "quiet-cream",
            "country": "DE",
            "lot_code": "QC2611A",
            "symptoms": "Red, itching cheeks an hour after the second use. It went away in three days.",
            "onset_on": "2026-11-18",
            "outcome": "recovered",
            "came_back_on_reuse": None,
            "email": "mara@customer.example",
        },
        "201",
    ),
}
