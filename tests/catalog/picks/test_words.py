"""A table of phrases: what each group of words finds, and what only looks like it."""

import time

import pytest

from catalog import pick_words, saying
from catalog.saying import (
    FEARS,
    HARMLESS,
    HEALING,
    INDEPENDENCE,
    MIRACLES,
    OWN_REGIMEN,
    SAFETY,
    SUPERLATIVES,
    TESTED,
    Phrase,
)

Row = tuple[tuple[Phrase, ...], str, str | None]
PHRASES: list[Row] = [
    (SUPERLATIVES, "The best moisturiser for dry skin.", "best"),
    (SUPERLATIVES, "Simply the best.", "best"),
    (SUPERLATIVES, "Better than anything at twice the price.", "Better than"),
    (SUPERLATIVES, "More effective than retinol.", "More effective than"),
    (SUPERLATIVES, "The most effective cleanser we know.", "most effective"),
    (SUPERLATIVES, "Superior to all creams of its kind.", "Superior to"),
    (SUPERLATIVES, "It outperforms dearer serums.", "outperforms"),
    (SUPERLATIVES, "Our number one.", "number one"),
    (SUPERLATIVES, "Second to none.", "Second to none"),
    (SUPERLATIVES, "Best\u00adloved? Be\u200bst of all.", "Best"),
    (SUPERLATIVES, "Works best on damp skin.", None),
    (SUPERLATIVES, "Best used at night.", None),
    (SUPERLATIVES, "Best before the end of the month.", None),
    (SUPERLATIVES, "Not the best choice for oily skin.", None),
    (SUPERLATIVES, "Do your best to keep it out of your eyes.", None),
    (SUPERLATIVES, "A thin layer is better than nothing.", None),
    (SUPERLATIVES, "An asbestos-free jar, bestowed by nobody.", None),
    (SUPERLATIVES, "At last the best cream.", "best"),
    (SUPERLATIVES, "Not only the best cream.", "best"),
    (TESTED, "Tested on forty patients.", "Tested"),
    (TESTED, "Dermatologist-tested.", "tested"),
    (TESTED, "Clinically proven.", "Clinically proven"),
    (TESTED, "We tried it for a winter.", "We tried"),
    (TESTED, "In our clinic we saw calmer skin.", "In our clinic we"),
    (TESTED, "It was not tested on children.", None),
    (TESTED, "It hasn't been tested in pregnancy.", None),
    (TESTED, "It should be patch-tested first.", None),
    (TESTED, "An attested list of ingredients.", None),
    (OWN_REGIMEN, "It stands in my own regimen.", "my own regimen"),
    (OWN_REGIMEN, "I use it every evening.", "I use it"),
    (OWN_REGIMEN, "I wear this under make-up.", "I wear this"),
    (OWN_REGIMEN, "I do not use it myself.", None),
    (OWN_REGIMEN, "It is not in my routine.", None),
    (OWN_REGIMEN, "Patients tell me: I used it too often.", None),
    (HEALING, "Cures acne.", "Cures"),
    (HEALING, "It heals cracked skin.", "heals"),
    (HEALING, "Treats rosacea.", "Treats"),
    (HEALING, "Removes milia in a week.", "Removes milia"),
    (HEALING, "Clears up stubborn acne.", "Clears up stubborn acne"),
    (HEALING, "A treatment for eczema.", "A treatment for"),
    (HEALING, "Prevents acne.", "Prevents acne"),
    (HEALING, "Therapeutic strength.", "Therapeutic"),
    (HEALING, "Anti-inflammatory.", "Anti-inflammatory"),
    (HEALING, "A serum that treats acne.", "treats"),
    (HEALING, "It not only cures acne.", "cures"),
    (HEALING, "A treat for dry skin.", None),
    (HEALING, "It does not cure acne.", None),
    (HEALING, "It won’t treat melasma.", None),
    (HEALING, "Leave it off while your skin heals.", None),
    (HEALING, "Not for skin that your dermatologist treats.", None),
    (HEALING, "Under treatment for rosacea, ask first.", None),
    (HEALING, "During retinoid therapy only every other day.", None),
    (HEALING, "Removes make-up and sunscreen.", None),
    (HEALING, "Treat your skin gently.", None),
    (HEALING, "An occlusive cream, secure in its jar.", None),
    (SAFETY, "Completely safe.", "Completely safe"),
    (SAFETY, "Safe in pregnancy.", "Safe in"),
    (SAFETY, "It is safe.", "is safe"),
    (SAFETY, "No known side effects.", "No known side effects"),
    (SAFETY, "Suits everybody.", "Suits everybody"),
    (SAFETY, "Nobody knows whether it is safe in pregnancy.", None),
    (SAFETY, "We cannot say that it is safe for infants.", None),
    (SAFETY, "Put the cap back safely; keep it in a safe.", None),
    (SAFETY, "Safer than retinol.", "Safer than"),
    (SAFETY, "It can be used safely in pregnancy.", "used safely"),
    (HARMLESS, "A harmless acid.", "harmless"),
    (HARMLESS, "Natural is not harmless.", None),
    (MIRACLES, "A miracle in a jar.", "miracle"),
    (MIRACLES, "Our holy grail.", "holy grail"),
    (MIRACLES, "No miracle: it takes twelve weeks.", None),
    (FEARS, "Dangerous in the sun.", "Dangerous"),
    (FEARS, "Toxic chemicals.", "Toxic"),
    (FEARS, "It is not toxic.", None),
    (SUPERLATIVES, "The best one is the one that you use.", None),
    (TESTED, "Hardly tested by anybody.", None),
    (HEALING, "Zero therapy: stop everything.", None),
    (INDEPENDENCE, "I am not affiliated with the maker.", "not affiliated"),
    (INDEPENDENCE, "No financial interest.", "No financial interest"),
    (INDEPENDENCE, "An unbiased choice.", "unbiased"),
    (INDEPENDENCE, "Independent of any brand.", "Independent of any brand"),
    (INDEPENDENCE, "She earns nothing from it.", "earns nothing"),
    (INDEPENDENCE, "I am not independent of the shop: I own it.", None),
    (INDEPENDENCE, "Works independent of the weather.", None),
]


@pytest.mark.parametrize(("group", "text", "found"), PHRASES, ids=[row[1][:40] for row in PHRASES])
def test_a_phrase_is_found_only_where_it_is_meant(
    group: tuple[Phrase, ...], text: str, found: str | None
) -> None:
    assert saying.find_words(group, text) == found


def test_the_table_is_long_enough_to_mean_something() -> None:
    assert len(PHRASES) >= 60
    assert sum(found is None for _, _, found in PHRASES) >= 25


@pytest.mark.parametrize("sign", ["a ", "not ", "best", "treats ", "no no ", "-", " "])
def test_a_long_text_takes_linear_time(sign: str) -> None:
    groups = (SUPERLATIVES, TESTED, OWN_REGIMEN, HEALING, SAFETY, HARMLESS, MIRACLES, FEARS, INDEPENDENCE)

    def measure(characters: int) -> float:
        text, begun = sign * (characters // len(sign)), time.process_time()
        for group in groups:
            saying.find_words(group, text)
        return time.process_time() - begun

    measure(1_000)
    short, long = measure(20_000), measure(200_000)
    assert long < 40 * max(short, 0.005), f"{short:.3f} s for 20,000 characters, {long:.3f} s for 200,000"


@pytest.mark.parametrize(
    ("text", "earns", "why"),
    [
        ("She sells it here and earns from it.", True, []),
        ("She is not affiliated with anybody.", True, ["“not affiliated” cannot stand"]),
        ("A word about the weather.", True, ["Say in plain words what she earns"]),
        ("She is not affiliated with anybody.", False, []),
    ],
)
def test_a_disclosure_says_what_it_must(text: str, earns: bool, why: list[str]) -> None:
    said = pick_words.refuse_interests(text, earns=earns)
    assert [one.startswith(words) for one, words in zip(said, why, strict=True)] == [True] * len(why)
