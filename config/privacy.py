"""Where the shop keeps what is about a person, why, and what an export or an erasure does with it.

A house test holds this against the models: every table stands here, and every column that may hold
something personal. Whoever adds such a column says here what becomes of it.
"""

from typing import NamedTuple


class Kept(NamedTuple):
    why: str
    until: str
    on_erasure: str  # keep | erase | blank


BY_LAW = "8 years after the year of the sale"  # Source: § 147 (3) AO: documents behind the books
RECEIPT = Kept("on the receipt, and where its goods went", BY_LAW, "keep")
SOON_GONE = Kept("to send something once", "the order's own end, then with it", "blank")
LOGIN = Kept("to sign in and to be named in diaries", "as long as they work here", "blank")
DIARY = Kept("who did what, for whoever must answer for it", BY_LAW, "keep")
REVIEW = Kept("whose word a medical or legal fact is", "as long as the fact is shown", "keep")
VOUCHING = Kept("who vouches for a product, and what for: customers read it", BY_LAW, "keep")
PAPER = Kept("who at the supplier declared it", "as long as the formula may have been sold", "keep")
DELIVERS = Kept(
    "whom at a supplier to write to", "as long as they deliver, and their lots may be sold", "blank"
)
# Source: 21 U.S.C. 364a (e): records of adverse reports are kept for six years
HEALTH = Kept(
    "an adverse report: health data, for whoever must act on it; an erasure takes the name off, not the case",
    "6 years after it is closed",
    "keep",
)
REPORTER = Kept("to ask whoever reported it again", "6 years after it is closed", "blank")
FACTS = ("AdviceRule", "LegalRule", "PickEvidence", "RegulatoryStatus", "Statement")

PERSONAL: dict[str, dict[str, Kept]] = {
    "orders.Order": dict.fromkeys(
        ["email", "recipient", "street", "street_more", "postcode", "city", "region", "country", "phone"],
        RECEIPT,
    )
    | {"secret": Kept("to let the customer read the order", BY_LAW, "erase")},
    "orders.OrderEvent": {"note": DIARY, "actor": DIARY},
    "orders.Incident": dict.fromkeys(
        [
            "country",
            "order",
            "age_years",
            "started_using_on",
            "onset_on",
            "symptoms",
            "treatment",
            "outcome",
            "came_back_on_reuse",
            "confirmed_by_doctor",
            "criteria",
            "is_serious",
        ],
        HEALTH,
    )
    | {"name": REPORTER, "email": REPORTER},
    "orders.IncidentDuty": {"done_by": DIARY, "proof": DIARY},
    "orders.IncidentEvent": {"note": HEALTH, "actor": DIARY},
    "orders.OrderMail": {
        "sent_to": Kept("the proof that a buyer was told", BY_LAW, "keep"),
        "last_error": SOON_GONE,
    },
    "orders.OrderReturn": {"note": DIARY, "refund_note": DIARY, "received_by": DIARY},
    "orders.RecallEvent": {"note": DIARY, "actor": DIARY},
    "orders.RecallNotice": {
        "token": Kept("to let the buyer answer a recall", BY_LAW, "erase"),
        "reply": Kept("what became of recalled goods at the buyer, or that the skin reacted", BY_LAW, "keep"),
    },
    "orders.ReturnLine": {"condition": Kept("whether a skin reacted to what came back", BY_LAW, "keep")},
    "orders.Shipment": {"tracking_code": RECEIPT, "tracking_url": RECEIPT, "shipped_by": DIARY},
    "payments.PaymentAttempt": {
        "params": Kept("what Stripe was asked, byte for byte: the e-mail is in it", BY_LAW, "keep"),
        "last_error": SOON_GONE,
    },
    "payments.Payment": {"method": RECEIPT},
    "payments.Refund": {"asked_by": DIARY, "last_error": SOON_GONE},
    "payments.StripeEvent": {
        "raw": Kept("what Stripe told us, as it came", BY_LAW, "keep"),
        "last_error": SOON_GONE,
    },
    "payments.Receipt": {
        "pdf": RECEIPT,
        "send_to": SOON_GONE,
        "sent_to": SOON_GONE,
        "last_error": SOON_GONE,
    },
    "shop.ApiKey": {"made_by": DIARY},
    "shop.Cart": {"token": Kept("to find the cart again", "90 days untouched", "erase")},
    "shop.IdempotencyKey": {"principal": Kept("to repeat a checkout without harm", "7 days", "erase")},
    "shop.StockAlert": {
        "email": Kept(
            "to tell them that it is back", "7 days unconfirmed, 30 days after it is over", "erase"
        ),
        "token": Kept("to let them confirm it, and end it", "as long as the alert", "erase"),
    },
    "shop.AlertMail": {"last_error": SOON_GONE},
    "shop.StaffMail": {"last_error": SOON_GONE},
    "shop.User": dict.fromkeys(["email", "first_name", "last_name", "password", "last_login"], LOGIN),
    "catalog.Movement": {"actor": DIARY},
    "catalog.LotDecision": {"actor": DIARY, "note": DIARY},
    "catalog.PriceChange": {"changed_by": DIARY},
    "catalog.Markdown": {"decided_by": DIARY},
    "catalog.RowChange": {"actor": DIARY, "before": DIARY, "after": DIARY},
    "catalog.KnowledgeChange": {"made_by": DIARY},
    "catalog.FeedHost": {"named_by": DIARY, "note": DIARY},
    "catalog.FeedRun": {"decided_by": DIARY},
    "catalog.ImportRun": {"asked_by": DIARY},
    "catalog.Supplier": {"email": DELIVERS, "note": DELIVERS},
    "catalog.Declaration": {"declared_by": PAPER, "recorded_by": DIARY},
    "catalog.Dermatologist": dict.fromkeys(
        [
            "name",
            "credentials",
            "board",
            "licence_number",
            "licence_state",
            "licence_source",
            "bio",
            "user",
        ],
        VOUCHING,
    ),
    "catalog.Disclosure": {"text": VOUCHING, "made_by": DIARY},
    "catalog.PasswordTries": {
        "lock": Kept("to slow down who guesses passwords: a keyed digest", "2 days", "erase")
    },
    "catalog.Pick": {"created_by": DIARY, "text_sha256": VOUCHING, "headline": VOUCHING},
    "catalog.Signature": {"text": VOUCHING, "signed_by": VOUCHING},
    **{f"catalog.{name}": {"reviewed_by": REVIEW} for name in FACTS},
}
IMPERSONAL = frozenset(
    f"catalog.{name}"
    for name in (
        "Barrier Brand Category ClaimRule Concern Feed FeedRefusal Formula Guide Image Ingredient "
        "IngredientName Location Lot Market MarketCountry PageWords Price Product PublishedPage "
        "PurchaseLimit SearchMiss SearchWord ShelfPlace Signpost TaxRate Variant Wording"
    ).split()
) | {
    "orders.Allocation",
    "orders.DeliveryMethod",
    "orders.DeliveryRate",
    "orders.OrderLine",
    "orders.ShipmentLine",
    "orders.StockAudit",
    "orders.Recall",
    "orders.RecallLot",
    "payments.ReceiptSeries",
    "shop.CartLine",
    "shop.CountPush",
    "shop.CartNotice",
}
