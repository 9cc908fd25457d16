import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError
from django.utils import timezone

from catalog.money import format_money
from orders import recall_report, recalls
from orders.models import Recall
from orders.recall_grasp import Grasp
from orders.recall_report import Report
from shop import recalling
from shop.recalling import DryRun


class Command(BaseCommand):
    help = (
        "A recall, from the command line (docs/recalls.md): what it would do, do it, take it to consumers, "
        "what became of it. Its draft is written at the desk. Twice is the same as once."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=list(VERBS))
        parser.add_argument("reference", help="as the desk shows it: 7K2M-9QXW")
        parser.add_argument("--json", action="store_true", help="for machines")
        parser.add_argument("--note", default="", help="close: how it ended")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            recall = recalls.find_recall(options["reference"])
            told = VERBS[options["what"]](recall, options["note"], timezone.now())
        except recalls.NoSuchRecall as error:
            raise CommandError(f"No recall has the reference {error.reference}.", returncode=2) from None
        except recalls.RecallNotReady as error:
            raise CommandError(" ".join(error.why), returncode=1) from None
        except OperationalError:
            raise CommandError(
                "The shop is very busy. Nothing has changed: do it again.", returncode=1
            ) from None
        except recalls.RecallOver as error:
            state = Recall.State(error.state).label.lower()
            raise CommandError(f"It is “{state}”: that cannot be done with it.", returncode=1) from None
        written = json.dumps(told, indent=2, ensure_ascii=False) if options["json"] else _write(told)
        self.stdout.write(written)


def _dry_run(recall: Recall, note: str, now: datetime) -> dict[str, Any]:
    return show_dry_run(recalling.dry_run(recall=recall, now=now))


def _open(recall: Recall, note: str, now: datetime) -> dict[str, Any]:
    return show_grasp(recalling.open_recall(recall_id=recall.pk, now=now))


def _deepen(recall: Recall, note: str, now: datetime) -> dict[str, Any]:
    return show_grasp(recalls.deepen_recall(recall_id=recall.pk, now=now))


def _close(recall: Recall, note: str, now: datetime) -> dict[str, Any]:
    closed = recalls.close_recall(recall_id=recall.pk, note=note, now=now)
    return {"recall": closed.reference, "state": closed.state, "note": closed.closing_note}


def _report(recall: Recall, note: str, now: datetime) -> dict[str, Any]:
    return show_report(recall_report.write_report(recall, now=now))


VERBS: dict[str, Callable[[Recall, str, datetime], dict[str, Any]]] = {
    "dry-run": _dry_run,
    "open": _open,
    "deepen": _deepen,
    "close": _close,
    "report": _report,
}


def show_dry_run(run: DryRun) -> dict[str, Any]:
    """Without names and addresses: terminals are logged."""
    return {
        "recall": run.recall.reference,
        "title": run.recall.title,
        "depth": run.recall.depth,
        "gaps": run.gaps,
        "lots": [
            {
                "lot": lot.code,
                "product": lot.variant.product.name,
                "place": lot.location.code,
                "status": lot.status,
                "sure": lot in run.scope.affected,
                "on_hand": lot.on_hand,
                "reserved": lot.reserved,
            }
            for lot in [*run.scope.affected, *run.scope.unsure]
        ],
        "never_had": [one.code for one in run.never_had],
        "orders_to_stop": [
            {
                "order": one.order.reference,
                "status": one.order.status,
                "units": one.units,
                "others_can_stand_in": one.others_can_stand_in,
            }
            for one in run.promised
        ],
        "carts": {"to_change": run.carts_to_change, "to_keep": run.carts_to_keep},
        "buyers": {
            "known_lot": len(run.known),
            "unknown_lot": len(run.unknown),
            "unaffected": run.unaffected,
        },
        "cost_at_most": [format_money(cents, currency) for currency, cents in sorted(run.cost.items())],
        "languages": list(run.letters),
    }


def show_grasp(grasp: Grasp) -> dict[str, Any]:
    return {
        "lots_recalled": [lot.code for lot in grasp.blocked],
        "lots_set_aside": [lot.code for lot in grasp.set_aside],
        "buyers_found": grasp.found,
        "mails_owed": grasp.owed,
    }


def show_report(report: Report) -> dict[str, Any]:
    return {
        "recall": report.recall.reference,
        "state": report.recall.state,
        "depth": report.recall.depth,
        "lots": [
            {
                "lot": fate.lot.code,
                "place": fate.lot.location.code,
                "product": fate.lot.variant.product.name,
                "status": fate.lot.status,
                "sure": fate.surely,
                "received": fate.received,
                "on_shelf": fate.on_hand,
                "promised": fate.promised,
                "destroyed": fate.destroyed,
                "sold": fate.sold,
                "came_back": fate.returned,
            }
            for fate in report.lots
        ],
        "never_had": [one.code for one in report.never_had],
        "figures": report.figures,
        "replies": report.by_reply,
        "days": [
            {"on": day.on.isoformat(), "accepted": day.accepted, "replied": day.replied}
            for day in report.days
        ],
    }


def _write(told: dict[str, Any]) -> str:
    """The same for people: a line for each fact, a table for each list of rows."""
    lines: list[str] = []
    for name, value in told.items():
        title = name.replace("_", " ")
        if isinstance(value, list) and value and isinstance(value[0], dict):
            lines += [f"{title}:", *_write_table(value)]
        elif isinstance(value, dict):
            lines.append(
                f"{title}: " + ", ".join(f"{key.replace('_', ' ')} {one}" for key, one in value.items())
            )
        else:
            lines.append(
                f"{title}: {', '.join(map(str, value)) or '–' if isinstance(value, list) else value}"
            )
    return "\n".join(lines)


def _write_table(rows: list[dict[str, Any]]) -> list[str]:
    heads = [name.replace("_", " ") for name in rows[0]]
    cells = [[str(value) for value in row.values()] for row in rows]
    widths = [max(map(len, column)) for column in zip(heads, *cells, strict=True)]
    return [
        "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in [heads, *cells]
    ]
