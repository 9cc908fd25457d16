import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from payments import auditing


class Command(BaseCommand):
    help = (
        "Proves that the books agree with each other: ends with 0 when they do, with 1 when a row does not."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["stock"])
        parser.add_argument("--json", action="store_true", help="one object instead of lines")

    def handle(self, *args: Any, **options: Any) -> None:
        audit = auditing.audit_stock(now=timezone.now())
        if options["json"]:
            answer = {"at": audit.at.isoformat(), "took_ms": audit.took_ms, "is_clean": audit.is_clean}
            self.stdout.write(json.dumps(answer | {"broken": audit.broken, "findings": audit.findings}))
        else:
            for one in audit.findings:
                self.stdout.write(f"{one['rule']}  {one['row']}: {one['words']}")
            told = ", ".join(f"{rule} {count}" for rule, count in audit.broken.items())
            self.stdout.write(f"{'clean' if audit.is_clean else f'broken: {told}'}, in {audit.took_ms} ms")
        if not audit.is_clean:
            raise SystemExit(1)
