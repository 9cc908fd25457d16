"""What we know comes into the house: from YAML files to rows. See docs/knowledge.md."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from catalog import formulas, history, republishing, signposts, vocabulary
from catalog.knowing import links, rows, tone, turns
from catalog.knowing.ingredients import write_ingredients
from catalog.knowing.links import Names
from catalog.knowing.pages import write_concerns, write_guides
from catalog.knowing.problems import BadKnowledge, Problem
from catalog.knowing.rows import Collection
from catalog.knowing.rules import write_advice, write_claims, write_laws
from catalog.knowing.turns import AnotherLoad
from catalog.knowing.verdicts import Occasion, Outcome, Tally
from catalog.knowing.wordings import write_wordings
from catalog.models import KnowledgeChange

__all__ = [
    "FOLDER",
    "AnotherLoad",
    "BadKnowledge",
    "Loading",
    "Outcome",
    "Problem",
    "Tally",
    "load_knowledge",
    "read_knowledge",
]

FOLDER = Path(__file__).resolve().parent.parent / "knowledge"
ROOT = FOLDER.parent.parent


@dataclass(frozen=True)
class Loading:
    """How a load went. `sha256`: of all files; `labels`: how many now read differently."""

    sha256: str
    tally: Tally
    labels: int


def load_knowledge(*, folder: Path = FOLDER, now: datetime, overwrite: bool = False) -> Loading:
    """What became of everything that the files say. The same files again change nothing.

    Takes   `overwrite`: also over what people edited at desks.
    Writes  Ingredient, IngredientName, ClaimRule, LegalRule, AdviceRule, Concern, Guide, Statement, Wording,
            Signpost and KnowledgeChange in one transaction; then, in steps, what labels say and all pages.
            Killed during the steps, the next load goes on with the labels; `publish_pages` renders the rest.
    Raises  BadKnowledge: all that is wrong with the files; AnotherLoad. Nothing was written.
    """
    found, names = read_knowledge(folder=folder, now=now)
    occasion = Occasion(now=now, overwrite=overwrite)
    with transaction.atomic(durable=True):
        history.act_as("load_knowledge")
        turns.wait_for_turn()
        _write(found, names, occasion)
        if occasion.tally.has_changed():
            signposts.put_up_all(now=now)
            vocabulary.record_change(
                kind=KnowledgeChange.Kind.LOAD,
                what=f"Knowledge {found.sha256[:12]}",
                figures=occasion.tally.figures(),
                by=None,
                now=now,
            )
    labels = formulas.read_all_again(now=now)
    if occasion.tally.has_changed():
        for _ in republishing.publish_all(now=now):
            pass  # laws and advice stand on pages whose labels read as before
    return Loading(found.sha256, occasion.tally, labels)


def read_knowledge(*, folder: Path = FOLDER, now: datetime) -> tuple[Collection, Names]:
    """The rows of all files, and their ingredients by name.

    Raises  BadKnowledge.
    """
    inside = folder.is_relative_to(ROOT)
    name = folder.relative_to(ROOT).as_posix() if inside else folder.as_posix()
    found = rows.read_folder(folder, name=name, today=now.date())
    names = links.check_links(found)
    tone.check_tone(found)
    if found.problems:
        raise BadKnowledge(sorted(set(found.problems)))
    return found, names


def _write(found: Collection, names: Names, occasion: Occasion) -> None:
    facts = found.rows["ingredient_facts"]
    slugs = write_ingredients(found.rows["ingredients"], facts, names, occasion)
    write_claims(found.rows["claims"], occasion)
    write_laws(found.rows["law"], names, slugs, occasion)
    write_advice(found.rows["advice"], occasion)
    write_concerns(found.rows["concern"], occasion)
    write_guides(found.rows["guide"], occasion)
    write_wordings(found.rows["wordings"], names, slugs, occasion)
