"""Rules for models: SQL holds what it can, references go down the tower, nothing happens behind a back."""

import inspect
import re
from collections import Counter
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import IntegrityError, connection, models, transaction
from django.db.models import CheckConstraint

from catalog.models import (
    Disclosure,
    KnowledgeChange,
    LotDecision,
    Movement,
    PriceChange,
    Product,
    RowChange,
    Signature,
)
from config.celery import app as celery
from orders.errands import Errand
from orders.models import IncidentEvent, OrderEvent, RecallEvent
from shop.models import User
from tests import drain
from tests.builders import make_market
from tests.builders.incidents import make_incident
from tests.builders.known_house import furnish_knowledge
from tests.builders.orders import make_order
from tests.builders.recalls import furnish_recall

TOWER = ("catalog", "orders", "payments", "shop")  # from the ground up
MODELS: list[Any] = [model for floor in TOWER for model in apps.get_app_config(floor).get_models()]
# diaries, and a column that somebody might wish to have said something else
APPEND_ONLY: dict[Any, dict[str, Any]] = {
    Movement: {"cause": "never happened"},
    LotDecision: {"note": "never happened"},
    PriceChange: {"cause": "never happened"},
    OrderEvent: {"note": "never happened"},
    RecallEvent: {"note": "never happened"},
    IncidentEvent: {"note": "never happened"},
    RowChange: {"actor": "nobody"},
    KnowledgeChange: {"what": "never happened"},
    Disclosure: {"text": "She earns nothing."},
    Signature: {"text_sha256": "0" * 64},
}
ERRANDS: list[Any] = [model for model in MODELS if issubclass(model, Errand)]
every_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)


def own_fields(model: Any) -> list[Any]:
    """Without those that Django's own user brings along."""
    return [field for field in model._meta.local_fields if not field.auto_created]


@every_model
def test_references_go_down_the_tower(model: Any) -> None:
    height = TOWER.index(model._meta.app_label)
    for field in [*own_fields(model), *model._meta.local_many_to_many]:
        if field.related_model is None or field.related_model._meta.label == settings.AUTH_USER_MODEL:
            continue
        floor = field.related_model._meta.app_label
        assert floor == "auth" or TOWER.index(floor) <= height, f"{model._meta.label}.{field.name}"


@every_model
def test_a_closed_set_has_a_check_that_names_exactly_its_values(model: Any) -> None:
    checks = [c for c in model._meta.constraints if isinstance(c, CheckConstraint)]
    for field in own_fields(model):
        if not field.choices:
            continue
        wanted = (f"{field.name}__in", [value for value, _ in field.choices])
        assert any(check.condition.children == [wanted] for check in checks), (
            f"{model._meta.label}.{field.name}"
        )


@every_model
def test_nothing_is_sorted_saved_or_dated_behind_anybodys_back(model: Any) -> None:
    assert not model._meta.ordering or model._meta.app_label == "auth"
    for name in ("save", "delete", "full_clean", "clean"):
        owner = next(cls for cls in model.__mro__ if name in vars(cls))
        assert owner.__module__.startswith("django."), f"{owner.__qualname__}.{name}"
    for field in own_fields(model):
        assert not getattr(field, "auto_now", False)
        assert not getattr(field, "auto_now_add", False)
    for name, value in vars(model).items():
        if isinstance(value, property) and value.fget and value.fget.__module__ == model.__module__:
            assert "objects" not in inspect.getsource(value.fget), f"{name} asks the database"


@every_model
def test_rows_are_protected_unless_they_are_a_part_of_a_whole(model: Any) -> None:
    for field in own_fields(model):
        if field.remote_field is None:
            continue
        whole = (model._meta.object_name, field.remote_field.on_delete.__name__)
        assert whole[1] in ("PROTECT", "CASCADE")
        if whole[1] == "CASCADE":
            assert whole[0] in PARTS, f"{model._meta.label}.{field.name} may vanish with another row"


PARTS = {
    "AlertMail",
    "Allocation",
    "Barrier",
    "CartLine",
    "CartNotice",
    "DeliveryRate",
    "FeedRefusal",
    "Image",
    "IngredientName",
    "MarketCountry",
    "OrderLine",
    "PageWords",
    "PickEvidence",
    "Price",
    "PublishedPage",
    "RecallLot",
    "RegulatoryStatus",
    "ReturnLine",
    "ShelfPlace",
    "ShipmentLine",
    "Statement",
}


@every_model
def test_amounts_and_moments_are_named_for_their_units(model: Any) -> None:
    for field in own_fields(model):
        where = f"{model._meta.label}.{field.name}"
        if isinstance(field, models.DateTimeField):
            assert re.search(r"(^at|_at|_before|_joined|_login)$", field.name), where
        elif isinstance(field, models.DateField):
            assert field.name.endswith("_on"), where
        assert not isinstance(field, models.FloatField), where
        if isinstance(field, models.DecimalField):
            assert re.search("quantity|percent", field.name), where  # money is never a fraction
        assert not (field.null and isinstance(field, models.TextField)), where


def test_constraint_names_are_sentences_and_there_is_one_of_each() -> None:
    names = [c.name for model in MODELS for c in model._meta.constraints]
    names += [index.name for model in MODELS for index in model._meta.indexes]
    assert [name for name, count in Counter(names).items() if count > 1] == []
    for name in names:
        assert re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)+", name), name
        assert not re.search(r"_(uniq|idx|chk|check|fk|ck|uq)$|^(uniq|idx|chk|ck|uq)_", name), name
        assert len(name) <= 30 or any(name == c.name for m in MODELS for c in m._meta.constraints)


@pytest.mark.django_db
def test_the_database_holds_every_constraint_that_the_models_name() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT conname FROM pg_constraint UNION SELECT indexname FROM pg_indexes")
        real = {name for (name,) in cursor.fetchall()}
        cursor.execute("SELECT conname FROM pg_constraint WHERE NOT convalidated")
        assert cursor.fetchall() == []
    named = {one.name for model in MODELS for one in [*model._meta.constraints, *model._meta.indexes]}
    assert named - real == set()


@pytest.mark.django_db
@pytest.mark.parametrize("model", APPEND_ONLY, ids=lambda model: model.__name__)
def test_diaries_refuse_to_be_altered_or_removed(model: Any) -> None:
    product = Product.objects.get(pk=make_order().lines.get().variant.product_id)
    furnish_knowledge(product, signer=User.objects.create_user("ada@regimen.example"))
    furnish_recall(make_market())
    make_incident(product)
    before = list(model.objects.order_by("pk").values())
    assert before
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        model.objects.update(**APPEND_ONLY[model])
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        model.objects.filter(pk=before[0]["id"])._raw_delete("default")  # whoever still refers to it
    assert list(model.objects.order_by("pk").values()) == before


def test_what_calls_itself_unaltered_has_a_trigger() -> None:
    said = {model for model in MODELS if "never altered" in (model.__doc__ or "")}
    assert said == set(APPEND_ONLY)


def test_every_errand_is_swept_is_in_the_timetable_and_is_drained_in_tests() -> None:
    celery.loader.import_default_modules()
    timetable = {entry["task"] for entry in celery.conf.beat_schedule.values()}
    assert timetable <= set(celery.tasks)
    swept = set()
    for name in timetable:
        source = inspect.getsource(celery.tasks[name].run)
        swept |= {errand for errand in ERRANDS if re.search(rf"\b{errand.__name__}\.objects\.due\(", source)}
    assert swept == set(ERRANDS)
    assert {kind for kind, _ in drain.ERRANDS} == set(ERRANDS)


@pytest.mark.parametrize("model", ERRANDS, ids=lambda model: model.__name__)
def test_an_errand_has_an_index_on_what_is_unfinished(model: Any) -> None:
    due = [index for index in model._meta.indexes if index.fields == ["due_at"]]
    assert len(due) == 1
    assert due[0].condition is not None
    assert ("done_at", None) in due[0].condition.children


@every_model
def test_a_list_from_a_closed_set_has_a_check_that_names_exactly_its_values(model: Any) -> None:
    checks = [c for c in model._meta.constraints if isinstance(c, CheckConstraint)]
    for field in own_fields(model):
        if not isinstance(field, ArrayField) or not field.base_field.choices:
            continue
        wanted = (f"{field.name}__contained_by", [value for value, _ in field.base_field.choices])
        assert any(check.condition.children == [wanted] for check in checks), (
            f"{model._meta.label}.{field.name}"
        )
