"""Small folders of knowledge, as an editor would write them."""

from pathlib import Path

GLYCERIN = """\
kind: ingredients
rows:
  - inci: Glycerin
    cas: 56-81-5
    functions: [humectant, solvent]
    classes: [humectant]
    also: [Glycerine, Glycerol]
    translations: {fr: [Glycérine], it: [Glicerina]}
    misspelt: [Glycerln]
  - inci: Retinol
    classes: [retinoid, vitamin]
    also: [Vitamin A Alcohol]
  - inci: Retinyl Palmitate
    classes: [retinoid]
  - inci: Glycolic Acid
    classes: [aha]
"""
CLAIMS = """\
kind: claims
rows:
  - slug: retinoid_free
    name: No retinoid
    free_from: retinoids
    absent: [retinoid]
  - slug: aha
    name: Contains an AHA
    present: [aha]
"""
LAW = """\
kind: law
reviewed_by: Editors
reviewed_on: 2026-11-01
rows:
  - slug: eu-retinol-face
    jurisdiction: eu
    sort: restricted
    ingredients: [Retinol, retinyl palmitate]
    product_kinds: [face, eye]
    max_percent: 0.3
    counted_as: {Retinyl Palmitate: 0.546}
    without_declaration: stop
    valid_from_placing: 2025-11-01
    valid_from_available: 2027-05-01
    label_text: Contains Vitamin A.
    words: At most 0.3 % vitamin A.
    source: Annex III/376
    grade: law
  - slug: eu-allergen-duty
    jurisdiction: eu
    sort: label_duty
    classes: [fragrance_allergen]
    label_text: the allergen's name
    label_above_percent: {leave_on: 0.001, rinse_off: 0.01}
    words: Allergens are named.
    source: Annex III
    grade: law2
"""
ADVICE = """\
kind: advice
reviewed_by: Editors
reviewed_on: 2026-11-01
rows:
  - slug: retinoid-with-aha
    when: together
    first: retinoid
    second: aha
    severity: alternate
    words: Use them on different evenings.
    other_view: Some bear both.
    source: Consensus
    grade: C
  - slug: balm-high
    when: high_in_list
    first: heavy_occlusive
    within_first: 5
    audience: milia_prone
    severity: info
    words: Balms may be too much.
    source: One clinic
    grade: D
"""
MILIA = """\
kind: concern
reviewed_by: Editors
reviewed_on: 2026-11-01
slug: milia
name: Milia
position: 3
also_called: [milk spots, oil seeds]
one_line: Small firm white bumps.
statements:
  - kind: what_it_is
    text: Cysts of keratin.
    source: A textbook
    grade: B
  - kind: cause
    text: Heavy creams bring them.
    dispute: creams
    source: One clinic
    grade: D
  - kind: cause
    text: Heavy creams have nothing to do with them.
    dispute: creams
    class: heavy_occlusive
    source: A review
    grade: B
    reviewed_by: Dr. A
    reviewed_on: 2026-10-01
"""
GUIDE = """\
kind: guide
reviewed_by: Editors
reviewed_on: 2026-11-01
slug: retinoids
title: Beginning with a retinoid
summary: Slowly.
position: 1
concerns: [milia]
search_words: [retinol]
sells: false
statements:
  - {kind: note, text: "Begin slowly.", source: AAD guideline, grade: A}
"""
WORDINGS = """\
kind: wordings
rows:
  - {words: [milk spot, white bumps], leads_to: "concern:milia", language: en}
  - {words: [vitamin a], leads_to: "ingredient:Vitamin A alcohol", language: en}
  - {words: [spf], leads_to: "category:sunscreen", language: en}
"""
FACTS = """\
kind: ingredient_facts
reviewed_by: Editors
reviewed_on: 2026-11-01
rows:
  - {ingredient: Retinol, kind: helps, text: "It smooths fine lines.", source: Trials, grade: A}
"""
TREE = {
    "ingredients/some.yaml": GLYCERIN,
    "claims.yaml": CLAIMS,
    "law/eu.yaml": LAW,
    "advice.yaml": ADVICE,
    "concerns/milia.yaml": MILIA,
    "guides/retinoids.yaml": GUIDE,
    "wordings.yaml": WORDINGS,
    "ingredient_facts.yaml": FACTS,
}


def plant(folder: Path, **changed: str | bytes | None) -> Path:
    """The tree in a folder.

    Takes   by file, with __ for the slash and without the ending: another text, or None for no such file.
    """
    texts: dict[str, str | bytes | None] = {**TREE}
    for name, text in changed.items():
        texts[f"{name.replace('__', '/')}.yaml"] = text
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        if text is not None:
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def plant_only(folder: Path, **texts: str | bytes) -> Path:
    """These files and no others."""
    others = {name.removesuffix(".yaml").replace("/", "__"): None for name in TREE}
    return plant(folder, **{**others, **texts})
