import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from tqdm import tqdm

from catalog import republishing


class Command(BaseCommand):
    help = "Renders what customers read again, for all products: after a change of how pages are written."

    def handle(self, *args: Any, **options: Any) -> None:
        pages = 0
        with tqdm(unit=" products", disable=not sys.stderr.isatty(), leave=False) as bar:
            for batch in republishing.publish_all(now=timezone.now()):
                pages += batch.pages
                bar.total = batch.products_in_all
                bar.update(batch.products)
        self.stdout.write(f"{pages} pages")
