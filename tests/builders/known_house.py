"""One good row of everything that the house knows, says and signs: written as rows, for tests about rows."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from catalog.models import (
    AdviceRule,
    Barrier,
    ClaimRule,
    Concern,
    Declaration,
    Dermatologist,
    Disclosure,
    Guide,
    ImportRun,
    Ingredient,
    IngredientName,
    KnowledgeChange,
    LegalRule,
    PasswordTries,
    Pick,
    PickEvidence,
    Product,
    RegulatoryStatus,
    SearchMiss,
    SearchWord,
    Signature,
    Signpost,
    Statement,
    Wording,
)
from tests.builders.clock import NOW

TODAY = NOW.date()
FACT: dict[str, Any] = {
    "source": "JAAD 90:1006.e1",
    "grade": "A",
    "reviewed_by": "Ada Wirth",
    "reviewed_on": TODAY,
}
LAW: dict[str, Any] = FACT | {"source": "Reg. (EC) 1223/2009 Annex III/376", "grade": "law"}


def furnish_knowledge(product: Product, *, signer: Any) -> None:
    """What is known of retinol, what the law says of the product, and a signed pick of it."""
    retinol = Ingredient.objects.create(
        slug="retinol", inci_name="Retinol", classes=["retinoid"], origin=Ingredient.Origin.OURS
    )
    IngredientName.objects.create(
        ingredient=retinol, text="Retinol", key="retinol", kind="inci", origin=Ingredient.Origin.OURS
    )
    KnowledgeChange.objects.create(kind="load", what="Knowledge loaded", made_at=NOW)
    ImportRun.objects.create(
        agreement_sha256="0" * 64, name="goods.csv", content=b"", asked_at=NOW, due_at=NOW
    )
    PasswordTries.objects.create(lock="0" * 64, tries=1, began_at=NOW)
    _write_rules()
    _write_words(retinol)
    _write_law(product, retinol)
    _write_pick(product, signer)


def _write_rules() -> None:
    ClaimRule.objects.create(
        slug="fragrance_free", name="Fragrance free", absent=["fragrance"], free_from="fragrance"
    )
    AdviceRule.objects.create(
        slug="retinoid-with-aha",
        when="together",
        first="retinoid",
        second="aha",
        severity="alternate",
        words="On different evenings.",
        **FACT,
    )
    LegalRule.objects.create(
        slug="eu-retinol",
        jurisdiction="eu",
        sort="restricted",
        ingredient_slugs=["retinol"],
        max_percent=Decimal("0.3"),
        words="At most 0.3 %.",
        **LAW,
    )


def _write_words(retinol: Ingredient) -> None:
    Concern.objects.get_or_create(slug="milia", name="Milia")
    Guide.objects.create(slug="milia", title="Milia, and what to do about them", published_at=NOW)
    Statement.objects.create(ingredient=retinol, kind="note", text="It is vitamin A.", **FACT)
    Signpost.objects.create(kind="concern", slug="milia", language="en", title="Milia")
    SearchWord.objects.create(word="milia", language="en")
    Wording.objects.create(words="milk spots", language="en", leads_to="concern:milia")
    SearchMiss.objects.create(asked="unicorn", language="en", market="eu", first_at=NOW, last_at=NOW)


def _write_law(product: Product, retinol: Ingredient) -> None:
    rule = LegalRule.objects.get(slug="eu-retinol")
    RegulatoryStatus.objects.create(product=product, jurisdiction="us", regulatory_class="otc_drug", **LAW)
    Declaration.objects.create(
        formula=product.current_formula,
        ingredient=retinol,
        percent=Decimal("0.2"),
        declared_by="Ms Vik, Maren Ostby Lab",
        document="Folder 12",
        declared_on=TODAY,
        recorded_at=NOW,
    )
    Barrier.objects.create(
        product=product,
        jurisdiction="eu",
        reason="undeclared",
        rule=rule,
        ingredient=retinol,
        stops=True,
        words="Nobody has told us.",
        source=rule.source,
    )


def _write_pick(product: Product, signer: Any) -> None:
    doctor = Dermatologist.objects.create(
        slug="ada-wirth",
        name="Ada Wirth",
        credentials="MD",
        licence_number="MD00031337",
        licence_state="US-WA",
        licence_source="The state's register",
        licence_verified_on=TODAY,
        role="owner",
    )
    interests = Disclosure.objects.create(
        dermatologist=doctor,
        version=1,
        sells_it=True,
        gifts=False,
        paid=False,
        consultancy=False,
        equity=False,
        text="She owns the shop and earns when it is sold.",
        made_at=NOW,
    )
    pick = Pick.objects.create(
        product=product,
        formula=product.current_formula,
        dermatologist=doctor,
        disclosure=interests,
        headline="Light, and nothing that clogs.",
        created_at=NOW,
    )
    PickEvidence.objects.create(pick=pick, claim="Niacinamide calms redness.", **FACT)
    Signature.objects.create(
        pick=pick,
        formula=product.current_formula,
        text_sha256="a" * 64,
        text={"headline": pick.headline},
        signed_by=signer,
        signed_at=NOW,
        signed_on=TODAY,
        live_from_on=TODAY,
        review_by_on=TODAY + timedelta(days=180),
    )
