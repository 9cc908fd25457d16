from typing import Any

from django.core.management.base import BaseCommand

from shop import roles


class Command(BaseCommand):
    help = "Makes the groups curator, warehouse, support and owner, with exactly their permissions."

    def handle(self, *args: Any, **options: Any) -> None:
        for role, permissions in roles.load_roles().items():
            self.stdout.write(f"{role}: {permissions} permissions")
