"""After a load, labels are read with what is known now, and pages say so."""

from pathlib import Path

import pytest

from catalog import contents, knowing, vocabulary
from catalog.knowing import cosing
from catalog.models import Barrier, Formula, KnowledgeChange, Product, PublishedPage
from tests.builders import make_market, make_product
from tests.builders.clock import NOW
from tests.catalog.knowing import trees

pytestmark = pytest.mark.django_db
PROHIBITED = """\
  - slug: eu-no-glycerin
    jurisdiction: eu
    sort: prohibited
    ingredients: [Glycerin]
    words: Glycerin is forbidden, for a test.
    source: Nowhere
    grade: law
"""


@pytest.fixture
def product() -> Product:
    make_market("eu")
    return make_product(label_text="Glycerol, Retinol, Aqua")


def resolved(product: Product) -> list[str]:
    return Formula.objects.get(product=product).ingredient_slugs


def test_a_load_reads_labels_again_and_renders_their_pages(product: Product, tmp_path: Path) -> None:
    assert resolved(product) == []
    pages = list(PublishedPage.objects.order_by("id").values())
    assert knowing.load_knowledge(folder=trees.plant(tmp_path), now=NOW).labels == 1
    formula = Formula.objects.get(product=product)
    assert formula.ingredient_slugs == ["glycerin", "retinol"]
    assert formula.claims["retinoid_free"]["answer"] == "no"
    assert KnowledgeChange.objects.get().pk == vocabulary.current().version
    assert formula.knowledge_version == contents.mark_of(vocabulary.current())
    assert list(PublishedPage.objects.order_by("id").values()) != pages


def test_the_same_load_again_reads_nothing_and_renders_nothing(product: Product, tmp_path: Path) -> None:
    knowing.load_knowledge(folder=trees.plant(tmp_path), now=NOW)
    pages = list(PublishedPage.objects.order_by("id").values())
    assert knowing.load_knowledge(folder=tmp_path, now=NOW).labels == 0
    assert list(PublishedPage.objects.order_by("id").values()) == pages


def test_a_law_alone_is_judged_though_no_label_reads_differently(product: Product, tmp_path: Path) -> None:
    knowing.load_knowledge(folder=trees.plant(tmp_path), now=NOW)
    assert not Barrier.objects.filter(reason="prohibited").exists()
    trees.plant(tmp_path, law__eu=trees.LAW + PROHIBITED)
    assert knowing.load_knowledge(folder=tmp_path, now=NOW).labels == 0
    barrier = Barrier.objects.get(reason="prohibited")
    assert (barrier.product, barrier.jurisdiction) == (product, "eu")
    trees.plant(tmp_path)
    knowing.load_knowledge(folder=tmp_path, now=NOW)
    assert not Barrier.objects.filter(reason="prohibited").exists()


def test_a_load_that_was_killed_before_the_labels_is_finished_by_the_next(
    product: Product, tmp_path: Path
) -> None:
    knowing.load_knowledge(folder=trees.plant(tmp_path), now=NOW)
    Formula.objects.update(ingredient_slugs=[], knowledge_version=0)
    assert knowing.load_knowledge(folder=tmp_path, now=NOW).labels == 1
    assert resolved(product) == ["glycerin", "retinol"]


def test_cosing_lets_labels_be_understood_too(product: Product, tmp_path: Path) -> None:
    knowing.load_knowledge(folder=trees.plant(tmp_path), now=NOW)
    content = b"inci_name,cas_number,einecs_number,function\nAQUA,7732-18-5,,Solvent\n"
    assert cosing.load_cosing(content=content, now=NOW).labels == 1
    assert resolved(product) == ["aqua", "glycerin", "retinol"]
