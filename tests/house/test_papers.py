"""Rules for what is written down: problems, the environment, and what is about a person."""

import ast
import json
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from config import env, privacy, problems

ROOT = Path(__file__).resolve().parents[2]
FLOORS = ("catalog", "orders", "payments", "shop")
PROBLEMS_PAGE = (ROOT / "docs" / "problems.md").read_text()
SECTIONS = dict(re.findall(r"^## ([a-z-]+)\n(.*?)(?=^#|\Z)", PROBLEMS_PAGE, re.M | re.S))

# Exceptions that never reach a customer → who meets them.
INDOORS = {
    "catalog.categories.ShelfInsideItself": "the curator's form says it",
    "catalog.categories.TooDeep": "the importer lists the row, the curator's form says it",
    "catalog.declaring.NotInFormula": "the curator's form says it",
    "catalog.feeds.applying._KnownMeanwhile": "the batch is counted again",
    "catalog.feeds.columns.BadLine": "the run's diary lists the line",
    "catalog.feeds.deciding.NotHeld": "the diary of feeds says it",
    "catalog.feeds.lines.BadFile": "the run's diary says it",
    "catalog.feeds.scheduling.FeedBusy": "the feeds' desk and the command say it",
    "catalog.feeds.scheduling.FeedPaused": "the feeds' desk and the command say it",
    "catalog.feeds.scheduling.Overtaken": "the worker leaves the run to whoever has it now",
    "catalog.feeds.sources.FetchFailed": "the run's diary says it",
    "catalog.images.NotAnImage": "the curator's form and the importer say it",
    "catalog.importing.lists.BadList": "the command says it and ends",
    "catalog.importing.mapping.BadMapping": "the import says it before it reads a row",
    "catalog.importing.reports.AnotherImport": "the curator's page says it",
    "catalog.admin.deciding.NotUnderstood": "the label desk says it",
    "catalog.importing.reports.BadCell": "the importer lists the row",
    "catalog.importing.runs.Overtaken": "the worker leaves the run to whoever has it now",
    "catalog.importing.reports.CannotRead": "the import says it before it reads a row",
    "catalog.keeping.AnotherLabel": "the label desk says it",
    "catalog.label_answer.LabelTooLong": "the API refuses it as malformed before, the command says it",
    "catalog.knowing.documents._Unreadable": "becomes a problem of the load, with its line",
    "catalog.knowing.inventory.NoInventory": "the command says it and ends",
    "catalog.knowing.problems.BadKnowledge": "the command says every problem with its line, and ends",
    "catalog.knowing.turns.AnotherLoad": "the command says it and ends",
    "catalog.keeping.NoText": "the label desk says it",
    "catalog.markdowns.MarkdownDecided": "the markdown desk says it",
    "catalog.markdowns.PriceMoved": "the markdown desk says it",
    "catalog.money.BadAmount": "the importer lists the row, the curator's form says it",
    "catalog.picks.FormulaChanged": "the pick desk says it",
    "catalog.picks.NotTheDermatologist": "the pick desk says it",
    "catalog.picks.PickChanged": "the pick desk says it",
    "catalog.picks.PickNotReady": "the pick desk and the dermatologist's form say it",
    "catalog.picks.PickWithdrawn": "the pick desk says it",
    "catalog.picks.WrongPassword": "the pick desk says it",
    "catalog.tries.TooManyTries": "the sign-in page, the pick desk and the form for a new password say it",
    "catalog.settling.NameTaken": "the label desk and the ingredient's form say it",
    "catalog.settling.NotAName": "the label desk and the ingredient's form say it",
    "catalog.lots.NotFit": "the lot desk says it",
    "catalog.stock.shelves.BelowReserved": "the lot desk says it",
    "catalog.stock.promises._TooLate": "who promises units plans anew",
    "orders.incidents.DutiesOpen": "the desk of incidents says it",
    "orders.incidents.KnownMeanwhile": "the desk of incidents says it",
    "orders.incidents.ProofMissing": "the desk of incidents says it",
    "orders.recall_notices.NoSuchNotice": "the page says that there is nothing",
    "orders.recalls.NoSuchRecall": "the command says it and ends",
    "orders.recalls.RecallNotReady": "the recall desk and the command say it",
    "orders.recalls.RecallOver": "the recall desk and the command say it",
    "orders.errands.NotYet": "no failure: an errand asks to be tried later",
    "catalog.stock.ledger.LotNotFit": "the shipping page says it",
    "orders.lifecycle.SentInPart": "the cancelling page says it",
    "orders.packing_plan.LotNotFree": "the shipping page says it",
    "orders.packing_plan.NotLeft": "the shipping page says it",
    "orders.packing_plan.OrderChanged": "the pages of shipping and of returns say it",
    "orders.replacing.CannotReplace": "the money goes back instead, and the recall desk says why",
    "orders.returns.MoreThanSent": "the page of returns says it",
    "orders.returns.NothingReturned": "the page of returns says it",
    "payments.accepting.MoneyDiffers": "the order desk says it",
    "payments.refunds.RefundTooHigh": "the page of returns says it",
    "payments.returning.NoReason": "the page of returns says it",
    "payments.stripe_gateway.StripeRefused": "becomes PaymentRefused; else a mistake of ours, for the log",
    "shop.alerts.NoSuchAlert": "the page of the alert says it",
    "shop.roles.CannotBeStaff": "the command says it and ends",
    "shop.roles.NoSuchRole": "the command says it and ends",
}


def raised_in_the_tower() -> set[str]:
    """Names of all exception types that the tower defines, by reading it."""
    found = set()
    for floor in FLOORS:
        for path in (ROOT / floor).rglob("*.py"):
            module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.ClassDef):
                    bases = {base.id for base in node.bases if isinstance(base, ast.Name)}
                    if any(re.search(r"(Exception|Error)$", base) for base in bases):
                        found.add(f"{module}.{node.name}")
    return found


def test_every_exception_has_a_problem_or_never_leaves_the_house() -> None:
    told = {f"{kind.__module__}.{kind.__qualname__}" for kind in problems.PROBLEMS}
    assert raised_in_the_tower() - told == set(INDOORS)
    assert told & set(INDOORS) == set()


def slugs() -> dict[str, problems.Problem]:
    """Every problem in the file, also those that stand outside its table."""
    found = {problem.slug: problem for problem in problems.PROBLEMS.values()}
    tree = ast.parse(Path(problems.__file__).read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Problem":
            values = [argument.value for argument in node.args[:3] if isinstance(argument, ast.Constant)]
            found[str(values[1])] = problems.Problem(int(str(values[0])), str(values[1]), str(values[2]))
    return found


@pytest.mark.parametrize("slug", slugs())
def test_every_problem_is_explained(slug: str) -> None:
    problem, section = slugs()[slug], SECTIONS.get(slug, "")
    assert section.startswith(f"\n**{problem.status}** · {problem.title}\n")
    assert re.search(r"^\*When\*: \S.{20,}\.", section, re.M)
    assert re.search(r"^\*What to do\*: \S.{8,}\.", section, re.M)
    shown = json.loads(re.search(r"```json\n(.*?)```", section, re.S)[1])  # type: ignore[index]
    assert shown["type"] == f"/problems/{slug}"
    assert (shown["title"], shown["status"]) == (problem.title, problem.status)


def test_nothing_is_explained_that_does_not_exist() -> None:
    assert set(SECTIONS) == set(slugs())


def test_a_slug_has_one_status_and_one_title() -> None:
    said: dict[str, set[tuple[int, str]]] = {}
    for problem in problems.PROBLEMS.values():
        said.setdefault(problem.slug, set()).add((problem.status, problem.title))
    assert {slug for slug, ways in said.items() if len(ways) > 1} == set()
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", slug) for slug in said)


def read_example() -> list[tuple[str, str, str]]:
    """(comment, name, value) of each line of .env.example."""
    lines = (ROOT / ".env.example").read_text().splitlines()
    found = []
    for above, line in zip(["", *lines], lines, strict=False):
        if line and not line.startswith("#"):
            name, _, value = line.partition("=")
            found.append((above, name, value))
    return found


def test_the_example_environment_lists_exactly_what_is_read() -> None:
    assert settings.configured
    names = [name for _, name, _ in read_example()]
    assert sorted(names) == sorted(env.READ)


def test_every_variable_is_explained_in_a_line_above_it() -> None:
    for above, name, _ in read_example():
        assert re.match(r"# [A-Za-z].{8,}\.$", above), name


def test_the_example_holds_no_secret() -> None:
    values = {name: value for _, name, value in read_example()}
    for name in ("SECRET_KEY", "STRIPE_API_KEY", "STRIPE_WEBHOOK_SECRETS"):
        assert values[name] == ""


MAYBE_PERSONAL = re.compile(
    r"mail$|^(recipient|street|street_more|postcode|city|region|phone|first_name|last_name|password|secret"
    r"|token|note|actor|params|raw|pdf|last_error|last_login|method)$|_to$|_by$|^tracking_"
)
IMPERSONAL_COLUMNS = {
    "catalog.Wording.leads_to",
    "orders.DeliveryRate.method",
    "orders.RecallLot.note",
    "payments.PaymentAttempt.note",
}


def test_every_table_is_declared_for_export_and_erasure() -> None:
    tables = {model._meta.label for floor in FLOORS for model in apps.get_app_config(floor).get_models()}
    assert set(privacy.PERSONAL) | privacy.IMPERSONAL == tables
    assert set(privacy.PERSONAL) & privacy.IMPERSONAL == set()


def test_every_column_that_may_be_about_a_person_is_declared() -> None:
    for floor in FLOORS:
        for model in apps.get_app_config(floor).get_models():
            label, columns = model._meta.label, {field.name for field in model._meta.local_fields}
            declared = set(privacy.PERSONAL.get(label, {}))
            assert declared <= columns, f"{label}: {declared - columns} are no columns"
            suspects = {name for name in columns if MAYBE_PERSONAL.search(name)}
            suspects -= {name for name in columns if f"{label}.{name}" in IMPERSONAL_COLUMNS}
            assert suspects <= declared, f"{label}: {suspects - declared}"
            for kept in privacy.PERSONAL.get(label, {}).values():
                assert kept.on_erasure in {"keep", "erase", "blank"}
