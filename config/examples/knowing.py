"""What a customer reads before buying, told as examples in the API's description."""

from config.examples.shape import Example, Json

SOURCE: Json = {
    "source": "PMC6986132",
    "grade": "B",
    "reviewed_by": "Regimen editors (no physician)",
    "reviewed_on": "2026-11-21",
}
DOCTOR: Json = {"slug": "ines-halvorsen", "name": "Ines Halvorsen", "credentials": "MD"}
EARNS = "I own this shop and earn from every jar that it sells. No brand pays me for a pick."
BADGE: Json = {
    "dermatologist": DOCTOR,
    "headline": "Takes off the day, leaves the barrier",
    "disclosure": EARNS,
}
CLEANSER: Json = {"slug": "oat-milk-cleanser", "name": "Oat Milk Cleanser"}
DISCLOSURE: Json = {
    "text": EARNS,
    "version": 1,
    "sells_it": True,
    "gifts": False,
    "paid": False,
    "consultancy": False,
    "equity": False,
}
PICK: Json = {
    "dermatologist": DOCTOR | {"role": "owner"},
    "headline": BADGE["headline"],
    "disclosure": DISCLOSURE,
    "for_whom": ["Dry skin that feels tight after washing"],
    "not_for": ["Whoever reacts to oats"],
    "how_to_use": {"slot": "both", "words": "On dry skin, then rinse.", "order_override": None},
    "why_worth_it": "Few cleansers do this little, and do it without perfume.",
    "cheaper": {"product": None, "words": "Any unperfumed cleansing milk with glycerin near the top."},
    "would_change_mind": "A report of reactions that I cannot explain.",
    "tested": None,
    "compared": None,
    "regimen": None,
    "evidence": [],
    "signed_on": "2026-10-01",
    "review_by": "2027-10-01",
}
ADVICE: Json = {
    "rule": "retinoid-with-aha",
    "severity": "alternate",
    "audience": "",
    "words": "A retinoid and an acid on the same evening may irritate. Take them on different evenings.",
    "other_view": None,
    "source": "Consensus of clinic pages; no trial found",
    "grade": "C",
    "products": ["night-renewal-serum", "glycolic-toner"],
    "because": ["Retinol", "Glycolic Acid"],
}
WATER: Json = {"name": "Aqua", "slug": "aqua", "rank": 1, "percent": None, "marks": "", "nano": False}
PAGE: Json = {
    "skin_types": ["dry", "sensitive"],
    "ingredients": {
        "text": "Aqua, Glycerin, Caprylic/Capric Triglyceride …",
        "version": 1,
        "status": "read",
        "formulas": [
            {
                "title": "",
                "list": [WATER | {"classes": ["solvent"]}],
                "may_contain": [],
                "actives": [],
                "label_codes": [],
                "notes": [],
                "rank_tells_dose": True,
            }
        ],
        "unresolved": 0,
        "claims": [{"slug": "fragrance_free", "name": "Fragrance free", "answer": "yes", "because": []}],
    },
    "pick": PICK,
    "withdrawn_picks": [],
    "advice": [],
    "sale": [
        {
            "jurisdiction": "eu",
            "regulatory_class": "cosmetic",
            "can_be_sold": True,
            "until": None,
            "list": "read",
            "barriers": [],
        }
    ],
}
STATEMENT: Json = SOURCE | {
    "kind": "what_it_is",
    "heading": "",
    "text": "Small, firm, pale bumps: keratin under the skin. They are harmless.",
    "about": None,
    "dispute": None,
}
MILIA: Json = {"slug": "milia", "name": "Milia"}
GUIDE: Json = {"slug": "milia", "title": "Milia", "summary": "What they are, and what to leave alone."}
TOLD: Json = {"product": CLEANSER, **BADGE}

KNOWING = {
    "suggest": Example(
        {
            "asked": "milk sp",
            "corrected": {},
            "products": [],
            "concerns": [MILIA],
            "guides": [{"slug": "milia", "name": "Milia"}],
            "ingredients": [],
            "brands": [],
            "categories": [],
        }
    ),
    "read_concern": Example(
        MILIA
        | {
            "also_called": ["milk spots", "oil seeds"],
            "one_line": "Small, firm, pale bumps under the skin.",
            "statements": [STATEMENT],
            "guides": [GUIDE],
            "picks": [TOLD],
            "products": 4,
        }
    ),
    "list_guides": Example({"results": [GUIDE]}),
    "read_guide": Example(
        GUIDE | {"sells": True, "concerns": [MILIA], "statements": [STATEMENT], "picks": [TOLD]}
    ),
    "read_ingredient": Example(
        {
            "slug": "glycolic-acid",
            "name": "Glycolic Acid",
            "cas": "79-14-1",
            "functions": ["buffering"],
            "classes": [{"slug": "aha", "name": "Alpha hydroxy acids (AHA)"}],
            "also_called": ["Hydroxyacetic Acid"],
            "statements": [STATEMENT],
            "rules": [],
            "products": 3,
        }
    ),
    "list_dermatologists": Example({"results": [DOCTOR | {"role": "owner"}]}),
    "read_dermatologist": Example(
        DOCTOR
        | {
            "role": "owner",
            "board": "",
            "licence": {
                "number": "DEMO-0000",
                "state": "US-WA",
                "verified_on": "2026-11-01",
                "source": "Invented for this example",
            },
            "bio": "",
            "disclosure": DISCLOSURE,
            "picks": [
                {
                    "product": CLEANSER,
                    "headline": BADGE["headline"],
                    "signed_on": "2026-10-01",
                    "review_by": "2027-10-01",
                }
            ],
            "withdrawn": [],
        }
    ),
    "read_label": Example(
        {
            "status": "read",
            "reason": "",
            "formulas": [
                {
                    "title": "",
                    "ingredients": [WATER | {"text": "Water/Aqua"}],
                    "actives": [],
                    "may_contain": [],
                    "label_codes": [],
                    "unresolved": [{"token": "Glicerin", "suggestions": ["Glycerin"]}],
                    "flags": {"fragrance_free": "unknown"},
                    "notes": [],
                    "rank_tells_dose": True,
                    "complete": False,
                }
            ],
            "notes": [],
        },
        {"text": "Water/Aqua, Glicerin"},
    ),
}
