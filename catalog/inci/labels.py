"""A label's text as a whole, read."""

from catalog.inci import refusing, small_print
from catalog.inci.building import Builder
from catalog.inci.covering import cover
from catalog.inci.cutting import cut
from catalog.inci.decoding import decode
from catalog.inci.drafts import finish
from catalog.inci.reading import Reading, Span
from catalog.inci.sorting import sort_sentences
from catalog.inci.vocabulary import Vocabulary

LOST_SIGNS = "Some letters were lost before this text came here (\ufffd)."


def read_label(text: str, vocabulary: Vocabulary) -> Reading:
    """The formulas on a label, every sign of it accounted for; unknown, with a reason, when it is no list.

    Takes time in proportion to the text's length, whatever stands in it.
    """
    decoded = decode(text)
    refusal = refusing.find_refusal(text, decoded.text)
    if refusal:
        return _refuse(text, refusal)
    builder = Builder(decoded)
    found = sort_sentences(decoded.text, cut(decoded.text), vocabulary)
    for place, one in enumerate(found):
        builder.add(one, found[place + 1] if place + 1 < len(found) else None)
    drafts = [draft for draft in builder.drafts if draft.is_begun()]
    if not any(item.slug for draft in drafts for item in (*draft.ingredients, *draft.may_contain)):
        return _refuse(text, _find_reason(builder, bool(drafts)))
    for draft in builder.drafts:
        if not draft.is_begun():
            drafts[-1].codes += draft.codes
    missing = builder.list_missing()
    gap = small_print.find_gap(decoded.text)
    if gap:
        drafts[-1].gaps.append(gap)
    formulas = tuple(finish(draft, missing, alone=len(drafts) == 1) for draft in drafts)
    lost = (LOST_SIGNS,) if "\ufffd" in text else ()
    return Reading("read", "", formulas, cover(decoded, builder.places), (*builder.notes, *lost))


def _find_reason(builder: Builder, has_names: bool) -> str:
    if has_names:
        return refusing.NO_NAME
    for kind, reason in (
        ("footnote", refusing.FOOTNOTES),
        ("marketing", refusing.MARKETING),
        ("disclaimer", refusing.DISCLAIMER),
    ):
        if kind in builder.kinds:
            return reason
    return refusing.NO_NAME


def _refuse(text: str, reason: str) -> Reading:
    spans = (Span(0, len(text), "not_a_list"),) if text else ()
    return Reading("unknown", reason, (), spans, ())
