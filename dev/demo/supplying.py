"""A supplier whose counts come by themselves: the owner allows the host and describes the feed, once.

It is typed into the admin's own forms. From then on the shop's clock fetches the file every minute.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from html import unescape
from urllib.parse import urlsplit

from dev.demo import telling
from dev.demo.browser import ask, expect
from dev.demo.programs import SUPPLIED
from dev.demo.staff import Staff, form_with
from dev.demo.supervisor import Supervisor

FEED, HOST, WHO = "catalog/feed", "catalog/feedhost", "catalog/supplier"
SUPPLIER = "Noordkade Groothandel"
NAME = "Noordkade stock"
# How the file of dev/supplier is read.
READ_AS = {
    "format": "CSV",
    "dates": "DMY",
    "counts": "FREE",
    "unknown_lots": "QUARANTINE",
    "every_minutes": "1",
    "column_sku": "Article",
    "column_lot": "Batch",
    "column_location": "Warehouse",
    "column_units": "Free",
    "column_expires_on": "Best before",
    "column_counted_at": "Counted at",
}
CHANGES = 4  # at the supplier before the first run, so that there is something to apply
RUN = re.compile(
    r'<a class="link" href="(?P<page>/admin/catalog/feedrun/(?P<number>\d+)/change/)">[^<]*</a>'
    r'\s*<span class="chip [^"]*">(?P<state>[^<]*)</span></p>'
    r'(?:\s*<p class="quiet small">(?P<numbers>[^<]*)</p>)?(?:\s*<p class="small">(?P<why>[^<]*)</p>)?'
)
UNDER_WAY = ("Running", "Nothing new")


@dataclass(frozen=True)
class Connection:
    """A feed of this shop, as the owner sees it; `seen`: the newest run that there was before."""

    owner: Staff
    page: str
    seen: int


def connect_supplier(*, shop: str, login: tuple[str, str], supplier: str) -> Connection:
    """The shop fetches the supplier's counts from now on.

    Raises  RefusedError.
    """
    with telling.step("a supplier's feed") as results:
        owner = Staff(shop=shop, email=login[0], password=login[1])
        allow_host(owner, urlsplit(supplier).netloc)
        page = describe_feed(owner, f"{supplier}/stock.csv")
        seen = max((int(run["number"]) for run in RUN.finditer(owner.open(page).text)), default=0)
        told = {"change": CHANGES}
        expect(ask("POST", f"{supplier}/control", json_body=told), 200, what="the supplier's changes")
        results.append("fetched every minute")
    return Connection(owner, page, seen)


def allow_host(owner: Staff, host: str) -> None:
    if host in owner.find(HOST, q=host).values():
        return
    path = f"/admin/{HOST}/add/"
    owner.send(path, form_with("host", owner.open(path)), host=host, note="The supplier of this demo.")


def describe_feed(owner: Staff, url: str) -> str:
    """The page of the feed, which leads to this address."""
    if known := next(iter(owner.find(FEED, q=NAME)), None):
        page = f"/admin/{FEED}/{known}/change/"
        form = form_with("url", owner.open(page))
        if form.filled["url"] != url:  # another port than last time
            owner.send(page, form, url=url)
        return page
    if not owner.find(WHO, q=SUPPLIER):
        path = f"/admin/{WHO}/add/"
        owner.send(path, form_with("code", owner.open(path)), name=SUPPLIER, code="NK")
    path = f"/admin/{FEED}/add/"
    form = form_with("column_sku", owner.open(path))
    chosen = {"supplier": form.offered["supplier"][SUPPLIER], "location": form.offered["location"][SUPPLIED]}
    answer = owner.send(path, form, **READ_AS, **chosen, name=NAME, url=url, _continue="1")
    return answer.headers["location"]


def await_counts(connection: Connection, supervisor: Supervisor) -> None:
    """The clock has fetched the file by itself, and the counts are in the books; told in a line.

    Raises  TookTooLongError.
    """
    with telling.step("the supplier's counts") as results:
        ask_page = partial(read_run, connection)
        results.append(supervisor.wait_for("the first run of the supplier's feed", ask_page, timeout_s=60))


def read_run(connection: Connection) -> str | None:
    """How the newest run went, when one has read a file since."""
    for run in RUN.finditer(connection.owner.open(connection.page).text):
        if int(run["number"]) > connection.seen and run["state"] not in UNDER_WAY:
            return unescape(run["numbers"] or f"{run['state']}: {run['why']}")
    return None
