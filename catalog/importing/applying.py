"""Writing a batch of products: all of it, or nothing of what does not fit."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from catalog import contention, formulas, history, images, pricing, publishing
from catalog.importing import fields, plans
from catalog.importing.pictures import Pictures
from catalog.importing.plans import Plan
from catalog.importing.reports import AnotherImport, Report
from catalog.importing.rows import Entry
from catalog.importing.shelves import Shelves
from catalog.models import Product, Variant

LOCK = 0x5245_4749  # any number that is nobody else's
PATIENCE = "60s"  # a batch takes a second or two
Products = Mapping[str, list[Entry]]  # product's slug → its rows
Seal = Callable[[Report], None]  # called at the end of a batch, in its transaction


@dataclass(frozen=True)
class Occasion:
    """Who imports what, when."""

    cause: str
    now: datetime
    by: Any
    dry_run: bool
    seal: Seal | None = None


@dataclass
class Work:
    """A batch on its way into the house."""

    plans: Sequence[Plan]
    occasion: Occasion
    products: dict[str, Product]  # by slug
    variants: dict[str, Variant]  # by SKU
    new_skus: set[str] = field(default_factory=set)
    changed_products: set[int] = field(default_factory=set)
    changed_skus: set[str] = field(default_factory=set)


def apply_products(products: Products, *, pictures: Pictures, occasion: Occasion) -> Report:
    """What became of these products, written in one transaction (or, in a dry run, taken back).

    Should the database refuse (somebody took a barcode a moment ago), the batch is halved until only
    the product that it refuses is left out.
    Locks   the import lock; the products, in id order.
    Raises  AnotherImport.
    """
    try:
        with transaction.atomic(durable=True):
            history.act_as(occasion.by or "import_catalogue")
            wait_for_other_imports()
            report = _write(products, pictures, occasion)
            if occasion.seal is not None:
                occasion.seal(report)
            transaction.set_rollback(occasion.dry_run)
            return report
    except IntegrityError as error:
        if len(products) == 1:
            return _refuse_all(products, error)
    both, slugs = Report(), list(products)
    for half in (slugs[: len(slugs) // 2], slugs[len(slugs) // 2 :]):
        part = {slug: products[slug] for slug in half}
        both.add(apply_products(part, pictures=pictures, occasion=occasion))
    return both


def wait_for_other_imports() -> None:
    """One batch at a time, whoever imports: two files that cross would lock each other out.

    Raises  AnotherImport.
    """
    contention.wait_for_turn(LOCK, patience=PATIENCE, otherwise=AnotherImport())


def _refuse_all(products: Products, error: IntegrityError) -> Report:
    report = Report()
    rule = (
        getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or "a rule of the database"
    )
    for entry in next(iter(products.values())):
        report.refuse(entry.line, "sku", entry.sku, f"breaks {rule}")
        report.refused_rows += 1
    return report


def _write(products: Products, pictures: Pictures, occasion: Occasion) -> Report:
    report = Report()
    known = plans.read_known(products)
    planned = [plans.plan_product(slug, entries, known, report) for slug, entries in products.items()]
    fitting = [plan for plan in planned if plan is not None]
    work = Work(fitting, occasion, dict(known.products), dict(known.variants))
    _write_products(work, Shelves(report))
    _write_labels(work)
    for plan in fitting:
        product, shown = work.products[plan.slug], pictures.shown_by(plan.entries)
        if shown and images.put_first(product=product, pictures=shown):
            work.changed_products.add(product.pk)
    _write_variants(work)
    _write_prices(work)
    _count(work, report)
    if not occasion.dry_run:
        publishing.publish_products(product_ids=_to_publish(work), now=occasion.now)
    return report


def _write_products(work: Work, shelves: Shelves) -> None:
    """Products and the concerns that they stand under."""
    new: list[Product] = []
    for plan in work.plans:
        product = plan.product or Product(slug=plan.slug, created_at=work.occasion.now)
        said = fields.of_product(plan, product, shelves, work.occasion.now)
        changed = [name for name, value in said.items() if fields.differs(getattr(product, name), value)]
        for name in changed:
            setattr(product, name, said[name])
        if plan.product is None:
            new.append(product)
        elif changed:
            product.save(update_fields=changed)
            work.changed_products.add(product.pk)
        work.products[plan.slug] = product
    Product.objects.bulk_create(new)
    work.changed_products |= {product.pk for product in new}
    _write_concerns(work, shelves)


def _write_concerns(work: Work, shelves: Shelves) -> None:
    links = Product.concerns.through
    wanted = {
        (work.products[plan.slug].pk, concern.pk)
        for plan in work.plans
        if "concerns" in plan.values
        for concern in shelves.find_concerns(plan)
    }
    about = {work.products[plan.slug].pk for plan in work.plans if "concerns" in plan.values}
    rows = links.objects.filter(product_id__in=about)
    have = {(row.product_id, row.concern_id): row.pk for row in rows}
    gone = have.keys() - wanted
    links.objects.filter(pk__in=[have[pair] for pair in gone]).delete()
    added = sorted(wanted - have.keys())
    links.objects.bulk_create(links(product_id=product, concern_id=concern) for product, concern in added)
    work.changed_products |= {product for product, _ in [*gone, *added]}


def _write_labels(work: Work) -> None:
    labels = {
        work.products[plan.slug].pk: plan.values["ingredients"]
        for plan in work.plans
        if "ingredients" in plan.values
    }
    work.changed_products |= formulas.record_labels(labels=labels, now=work.occasion.now)
    sources = {
        work.products[plan.slug].pk: plan.values["label_source"]
        for plan in work.plans
        if "label_source" in plan.values
    }
    work.changed_products |= formulas.record_sources(sources=sources)


def _write_variants(work: Work) -> None:
    new: list[Variant] = []
    for plan in work.plans:
        place = _next_place(work, plan)
        for entry in plan.entries:
            known = work.variants.get(entry.sku)
            variant = known or Variant(sku=entry.sku)
            said = fields.of_variant(entry, known)
            changed = [name for name, value in said.items() if fields.differs(getattr(variant, name), value)]
            for name in changed:
                setattr(variant, name, said[name])
            if known is None:
                variant.product, variant.position = work.products[plan.slug], place
                place += 1
                new.append(variant)
            elif changed:
                variant.save(update_fields=changed)
                work.changed_skus.add(entry.sku)
            work.variants[entry.sku] = variant
    Variant.objects.bulk_create(new)
    work.new_skus |= {variant.sku for variant in new}


def _next_place(work: Work, plan: Plan) -> int:
    if plan.product is None or all(entry.sku in work.variants for entry in plan.entries):
        return 0
    last = plan.product.variants.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


def _write_prices(work: Work) -> None:
    wanted = {
        (work.variants[entry.sku].pk, currency): cents
        for plan in work.plans
        for entry in plan.entries
        for currency, cents in entry.prices.items()
    }
    occasion = work.occasion
    changed = pricing.set_prices(wanted=wanted, cause=occasion.cause, now=occasion.now, by=occasion.by)
    skus = {variant.pk: variant.sku for variant in work.variants.values()}
    work.changed_skus |= {skus[pk] for pk in changed}


def _count(work: Work, report: Report) -> None:
    """A row is new when its SKU is; changed when its size, its price or anything of its product is."""
    for plan in work.plans:
        product_changed = work.products[plan.slug].pk in work.changed_products
        for entry in plan.entries:
            if entry.sku in work.new_skus:
                report.created += 1
            elif product_changed or entry.sku in work.changed_skus:
                report.changed += 1
            else:
                report.unchanged += 1


def _to_publish(work: Work) -> set[int]:
    skus = work.new_skus | work.changed_skus
    return work.changed_products | {work.variants[sku].product_id for sku in skus}
