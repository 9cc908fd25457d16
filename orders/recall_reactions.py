"""The skin reacted: a buyer's answer to a recall that is an adverse report as well."""

from datetime import datetime

from orders import incidents, recall_packs
from orders.incidents import Told
from orders.models import Incident, RecallNotice

NOT_SAID = "The buyer answered a recall: the skin reacted. Nothing more is known yet."


def find_reaction(notice: RecallNotice) -> Incident | None:
    """What the buyer has reported by this way about this order before."""
    return (
        Incident.objects.filter(order=notice.order_id, source=Incident.Source.RECALL).order_by("pk").first()
    )


def take_down(notice: RecallNotice, *, words: str, now: datetime) -> None:
    """The report, about the first thing of the recall that the order held. Joins a transaction.

    Writes  Incident with what is known: also without a word from the buyer, for the law counts from now.
    """
    held = recall_packs.find_held(notice)
    if not held:
        return
    codes = [lot.code for lot in held[0].lots if lot.code_known]
    told = Told(
        product=held[0].line.variant.product,
        country=notice.order.country,
        symptoms=words or NOT_SAID,
        order=notice.order,
        lot_code=codes[0] if codes else "",
        email=notice.order.email,
    )
    incidents.open_incident(told, source=Incident.Source.RECALL, now=now)


def add_words(incident: Incident, *, words: str, now: datetime) -> None:
    """What the buyer says later, below what they have said."""
    if words not in incident.symptoms:
        before = "" if incident.symptoms == NOT_SAID else f"{incident.symptoms}\n\n"
        incidents.learn_more(incident_id=incident.pk, changes={"symptoms": before + words}, now=now)
