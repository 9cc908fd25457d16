import os
from getpass import getpass
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from shop import roles


class Command(BaseCommand):
    help = (
        "Makes a member of staff, or gives one another role and password. "
        "The password comes from STAFF_PASSWORD, or is asked for."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--email", required=True)
        parser.add_argument("--role", required=True, choices=[*roles.ROLES, roles.OWNER])

    def handle(self, *args: Any, **options: Any) -> None:
        password = os.environ.get("STAFF_PASSWORD") or getpass("Password: ")
        try:
            user = roles.make_staff(
                email=options["email"],
                role=options["role"],
                password=password,
                weak_is_fine=settings.SHOP_ENV == "local",
            )
        except roles.CannotBeStaff as refusal:
            raise CommandError(" ".join(refusal.why)) from None
        self.stdout.write(f"{user.email} is {options['role']}")
