"""What the shop's people do before it opens: where shelves are used, who signs, and why which jar.

All of it is typed into the admin's own forms, by two people: the owner and a dermatologist who is invented.
What is there already stays as it is.
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from dev.demo import telling
from dev.demo.browser import ask
from dev.demo.programs import CATALOGUE
from dev.demo.staff import Staff, form_with
from dev.demo.supervisor import ROOT

PICKS, SHELVES = "catalog/pick", "catalog/category"
SIGNED = ("live", "changed", "withdrawn")
OF_A_DRAFT = {"sign": "Sign", "submit": "Give to review", "withdraw": "Withdraw"}
LISTS = ("for_whom", "not_for")  # one thing on each line
FATES = {
    "live": "live",
    "review": "to sign",
    "draft": "draft",
    "changed": "suspended",
    "withdrawn": "withdrawn",
}


def curate(*, shop: str, owner: tuple[str, str], dermatologist: tuple[str, str]) -> None:
    """Shelves, dermatologist and picks are there; told line by line.

    Takes   the e-mail address and the password of each.
    Raises  RefusedError.
    """
    told = tomllib.loads((ROOT / CATALOGUE / "picks.toml").read_text(encoding="utf-8"))
    manager = Staff(shop=shop, email=owner[0], password=owner[1])
    with telling.step("shelves say where on the body") as results:
        results.append(f"{say_kinds(manager)} shelves")
    with telling.step("a dermatologist") as results:
        person = told["dermatologist"]
        is_new = introduce(manager, person, shop=shop, login=dermatologist[0])
        results.append(f"{person['name']}: invented, and it says so")
    with telling.step("picks written and signed") as results:
        doctor = Staff(shop=shop, email=dermatologist[0], password=dermatologist[1])
        for pick in told["picks"]:
            known = None if is_new else next(iter(doctor.find(PICKS, q=pick["headline"])), None)
            number = known or write(pick, person["name"], doctor)
            bring(number, pick, read_actions(number, doctor) if known else OF_A_DRAFT, doctor, manager)
        fates = Counter(pick["fate"] for pick in told["picks"])
        results.append(", ".join(f"{fates[fate]} {words}" for fate, words in FATES.items()))


def say_kinds(manager: Staff) -> int:
    """How many shelves now say where on the body their products are used: limits of the law depend on it."""
    shelves = {words: number for number, words in manager.find(SHELVES).items()}
    with (ROOT / CATALOGUE / "kinds.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        path = f"/admin/{SHELVES}/{shelves[row['shelf']]}/change/"
        form = form_with("product_kind", manager.open(path))
        if form.filled["product_kind"] != row["kind"]:
            manager.send(path, form, product_kind=row["kind"])
    return len(rows)


def introduce(manager: Staff, person: Mapping[str, str], *, shop: str, login: str) -> bool:
    """The dermatologist has a page, a login to sign with, and has disclosed what she earns; True: new."""
    if ask("GET", f"{shop}/api/v1/dermatologists/{person['slug']}/").status == 200:
        return False
    path = "/admin/catalog/dermatologist/add/"
    form = form_with("licence_number", manager.open(path))
    manager.send(path, form, **person, user=form.offered["user"][login])
    return True


def bring(
    number: str, pick: Mapping[str, Any], may: Mapping[str, str], doctor: Staff, manager: Staff
) -> None:
    """The pick is as far as it is meant to come.

    Takes   `may`: what can be done with it now.
    """
    if pick["fate"] in SIGNED and may.get("sign") == "Sign":
        sign(number, pick, doctor)
    if pick["fate"] == "review" and "submit" in may:
        path = f"/admin/{PICKS}/{number}/submit/"
        doctor.send(path, form_with("csrfmiddlewaretoken", doctor.open(path)))
    if pick["fate"] == "withdrawn" and "withdraw" in may:
        path = f"/admin/{PICKS}/{number}/withdraw/"
        doctor.send(path, form_with("reason", doctor.open(path)), reason=pick["reason"])
    if pick["fate"] == "changed" and "adopt" not in may:
        keep_label(pick, manager)


def write(pick: Mapping[str, Any], signer: str, doctor: Staff) -> str:
    """The number of the new draft."""
    path = f"/admin/{PICKS}/add/"
    form = form_with("headline", doctor.open(path))
    typed = {name: said for name, said in pick.items() if name in form.filled and isinstance(said, str)}
    typed |= {name: "\n".join(pick[name]) for name in LISTS if name in pick}
    typed |= {
        name: doctor.choose("pick", name, pick[name])
        for name in ("product", "cheaper_product")
        if name in pick
    }
    [who] = [value for words, value in form.offered["dermatologist"].items() if words.startswith(signer)]
    if "evidence" in pick:
        about = ("claim", "source", "grade", "reviewed_by", "reviewed_on", "position")
        said = (pick["evidence"], pick["source"], pick["grade"], signer, "2026-11-01", "0")
        typed |= {"evidence-TOTAL_FORMS": "1"}
        typed |= {f"evidence-0-{name}": value for name, value in zip(about, said, strict=True)}
    compared = [doctor.choose("pick", "compared_with", sku) for sku in pick.get("compared_with", [])]
    answer = doctor.send(path, form, **typed, dermatologist=who, compared_with=compared, _continue="1")
    return answer.headers["location"].rstrip("/").split("/")[-2]


def read_actions(number: str, doctor: Staff) -> dict[str, str]:
    """What may be done with a pick now, as its page offers it: {action: words}."""
    page = doctor.open(f"/admin/{PICKS}/{number}/change/").text
    found = re.findall(rf'href="/admin/{PICKS}/{number}/(\w+)/"[^>]*>([^<]*)<', page)
    return {action: words.strip() for action, words in found}


def sign(number: str, pick: Mapping[str, Any], doctor: Staff) -> None:
    """Signed by herself, who enters her password once more."""
    path = f"/admin/{PICKS}/{number}/sign/"
    form = form_with("text_sha256", doctor.open(path))
    typed = {"password": doctor.password}
    if "review_in_days" in pick:
        today = datetime.now(UTC).date()
        typed["review_by_on"] = (today + timedelta(days=pick["review_in_days"])).isoformat()
    doctor.send(path, form, **typed)


def keep_label(pick: Mapping[str, Any], manager: Staff) -> None:
    """What is in the jar is no longer what she signed."""
    form = form_with("text", manager.open("/admin/labels/"))
    manager.send(
        "/admin/labels/",
        form,
        text=pick["new_label"],
        product=pick["product"],
        source=pick["label_source"],
        do="keep",
    )
