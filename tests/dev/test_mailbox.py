"""The mailbox: what the shop sends is caught, kept, and can be read, whatever it looks like."""

from __future__ import annotations

import base64
import json
import signal
import smtplib
import subprocess
import sys
import urllib.request
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from werkzeug.test import Client

from dev.mailbox.drawer import Drawer
from dev.mailbox.letters import read_letter
from dev.mailbox.web import Mailbox

PDF = b"%PDF-1.7 not really"
AN_ID = f"{1:019d}-0123abcd"


def a_receipt(**changes: str) -> EmailMessage:
    letter = EmailMessage()
    letter["From"] = "Regimen <care@regimen.example>"
    letter["To"] = changes.get("to", "Zoë Łuczak <zoe@example.org>")
    letter["Subject"] = changes.get("subject", "Receipt 2026-000123 for your order R7-K2M9")
    letter.set_content("Dear Zoë,\nthank you. Total 43,70 €.")
    letter.add_alternative("<h1>Thank you, Zoë</h1><script>alert(1)</script>", subtype="html")
    letter.add_attachment(PDF, maintype="application", subtype="pdf", filename="Quittung für Zoë.pdf")
    return letter


@pytest.fixture
def drawer(tmp_path: Path) -> Drawer:
    return Drawer(tmp_path)


@pytest.fixture
def browser(drawer: Drawer) -> Client:
    return Client(Mailbox(drawer))


def test_a_letter_is_kept_and_can_be_asked_for_as_json(drawer: Drawer, browser: Client) -> None:
    letter_id = drawer.keep(a_receipt().as_bytes(), recipients=["zoe@example.org", "audit@regimen.example"])
    (found,) = browser.get("/api/messages?to=ZOE@&subject=receipt").json["messages"]
    assert found["id"] == letter_id
    assert found["to"] == ["zoe@example.org", "audit@regimen.example"]
    whole = browser.get(f"/api/messages/{letter_id}").json
    assert whole["text"].strip() == "Dear Zoë,\nthank you. Total 43,70 €."
    assert whole["html"].startswith("<h1>Thank you, Zoë</h1>")
    assert {"name": "Subject", "value": "Receipt 2026-000123 for your order R7-K2M9"} in whole["headers"]
    (attached,) = whole["attachments"]
    assert base64.b64decode(attached["base64"]) == PDF
    assert (attached["name"], attached["type"], attached["bytes"]) == (
        "Quittung für Zoë.pdf",
        "application/pdf",
        len(PDF),
    )


def test_letters_are_listed_newest_first_and_found_by_recipient_and_subject(
    drawer: Drawer, browser: Client
) -> None:
    for subject, to in (("Receipt 1", "a@x.test"), ("Shipped 1", "a@x.test"), ("Receipt 2", "b@x.test")):
        drawer.keep(a_receipt(subject=subject, to=to).as_bytes(), recipients=[to])

    def subjects(query: str) -> list[str]:
        return [letter["subject"] for letter in browser.get(f"/api/messages{query}").json["messages"]]

    assert subjects("") == ["Receipt 2", "Shipped 1", "Receipt 1"]
    assert subjects("?to=a@x.test") == ["Shipped 1", "Receipt 1"]
    assert subjects("?to=a@x.test&subject=receipt") == ["Receipt 1"]
    assert subjects("?limit=1") == ["Receipt 2"]
    assert subjects("?limit=nonsense&to=nobody") == []


def test_the_pages_show_the_letter_and_its_pdf(drawer: Drawer, browser: Client) -> None:
    raw = a_receipt().as_bytes()
    letter_id = drawer.keep(raw, recipients=["zoe@example.org"])
    listing = browser.get("/").text
    assert "Receipt 2026-000123" in listing
    assert "Quittung für Zoë.pdf" in listing
    page = browser.get(f"/messages/{letter_id}").text
    assert f'src="/messages/{letter_id}/html" sandbox="allow-popups' in page
    assert "Total 43,70 €" in browser.get(f"/messages/{letter_id}?view=text").text
    file = browser.get(f"/messages/{letter_id}/attachments/1")
    assert (file.data, file.mimetype) == (PDF, "application/pdf")
    assert file.headers["Content-Disposition"].startswith("inline")
    download = browser.get(f"/messages/{letter_id}/attachments/1?download")
    assert download.headers["Content-Disposition"].startswith("attachment")
    assert browser.get(f"/messages/{letter_id}/source").data.endswith(raw)


def test_a_letters_html_runs_nothing(drawer: Drawer, browser: Client) -> None:
    letter_id = drawer.keep(a_receipt().as_bytes(), recipients=[])
    policy = browser.get(f"/messages/{letter_id}/html").headers["Content-Security-Policy"]
    assert policy.startswith("sandbox allow-popups")
    assert "script" not in policy
    assert "default-src 'none'" in policy


def test_an_empty_mailbox_says_what_to_do(browser: Client) -> None:
    assert "No mail yet" in browser.get("/").text
    assert "Nothing matches “zoe”" in browser.get("/?q=zoe").text


def test_mail_can_be_thrown_away_but_not_by_another_site(drawer: Drawer, browser: Client) -> None:
    drawer.keep(a_receipt().as_bytes(), recipients=[])
    stranger = {"Sec-Fetch-Site": "cross-site"}
    assert browser.post("/empty", headers=stranger).status_code == 404
    assert browser.delete("/api/messages", headers=stranger).status_code == 404
    assert len(drawer.ids()) == 1
    assert browser.delete("/api/messages").json == {"deleted": 1}
    assert drawer.ids() == []
    drawer.keep(a_receipt().as_bytes(), recipients=[])
    assert browser.post("/empty").status_code == 303
    assert drawer.ids() == []


@pytest.mark.parametrize(
    "path",
    [
        f"/messages/{AN_ID}",
        "/messages/..%2f..%2fetc%2fpasswd",
        "/messages/%00",
        "/messages/x%0d%0aSet-Cookie:a=b",
        f"/messages/{AN_ID}/attachments/1",
        f"/messages/{AN_ID}/attachments/-1",
        f"/messages/{AN_ID}/html",
        f"/messages/{AN_ID}/source",
        "/api/messages/%ff%fe",
        f"/api/messages/{'9' * 5000}",
        "/nowhere",
    ],
)
def test_what_does_not_exist_is_404(browser: Client, path: str) -> None:
    answer = browser.get(path)
    assert answer.status_code == 404
    if path.startswith("/api/"):
        assert json.loads(answer.data)["error"] == "Not Found"


def test_a_wrong_method_is_405(browser: Client) -> None:
    assert browser.post("/api/messages").status_code == 405
    assert browser.get("/empty").status_code == 405


def test_line_breaks_in_names_reach_no_header(drawer: Drawer, browser: Client) -> None:
    raw = (
        b"Subject: =?utf-8?q?hello=0D=0ABcc:_x@y.z?=\r\nContent-Type: text/evil;\r\n"
        b' name="=?utf-8?q?a=0D=0ASet-Cookie:_a=3Db.txt?="\r\nContent-Disposition: attachment\r\n\r\nx'
    )
    letter_id = drawer.keep(raw, recipients=["a@x.test\r\nBcc: b@x.test"])
    whole = browser.get(f"/api/messages/{letter_id}").json
    assert "\n" not in whole["subject"] + whole["attachments"][0]["name"]
    assert not any(header["name"] == "Bcc" for header in whole["headers"])
    file = browser.get(f"/messages/{letter_id}/attachments/1")
    assert file.status_code == 200
    assert "Set-Cookie" not in file.headers


LINES = st.sampled_from(
    [
        b"Content-Type: multipart/mixed; boundary=b",
        b"Content-Type: text/html; charset=nonsense",
        b"Content-Type: text/plain; charset=utf-7",
        b"Content-Type: text/plain; charset=unicode_escape",
        b"\\ud800 lone",
        b"Content-Transfer-Encoding: base64",
        b"Content-Transfer-Encoding: quoted-printable",
        b"Content-Disposition: attachment; filename*=utf-9''%ff",
        b"To: <<>>, @@, =?x?y?z?=",
        b"From: \xff\xfe (",
        b"Subject: =?utf-8?b?//8=?=",
        b"Date: never",
        b"Message-ID: <[",
        b"--b",
        b"--b--",
        b"",
    ]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(parts=[b"Content-Type: text/plain; charset=unicode_escape", b"", b"\\ud800 half a character"])
@given(parts=st.lists(LINES | st.binary(max_size=40), max_size=14))
def test_any_bytes_make_a_letter_that_can_be_shown(
    drawer: Drawer, browser: Client, parts: list[bytes]
) -> None:
    letter_id = drawer.keep(b"\r\n".join(parts), recipients=[])
    for path in (f"/messages/{letter_id}", f"/api/messages/{letter_id}", f"/messages/{letter_id}/html", "/"):
        assert browser.get(path).status_code == 200
    letter = drawer.letter(letter_id)
    assert letter is not None
    for number, _ in enumerate(letter.attachments, start=1):
        assert browser.get(f"/messages/{letter_id}/attachments/{number}").status_code == 200
    drawer.empty()


def test_pictures_inside_a_letter_are_shown_without_a_request() -> None:
    letter = EmailMessage()
    letter.set_content('<img src="cid:logo">', subtype="html")
    letter.add_related(b"\x89PNG", maintype="image", subtype="png", cid="<logo>")
    read = read_letter(AN_ID, letter.as_bytes())
    assert read.html.strip() == '<img src="data:image/png;base64,iVBORw==">'
    assert read.attachments == []


def test_half_written_letters_of_a_killed_mailbox_are_not_shown(tmp_path: Path) -> None:
    (tmp_path / f"{AN_ID}.part").write_bytes(b"Subject: half")
    (tmp_path / "notes.eml").write_bytes(b"Subject: not ours")
    assert Drawer(tmp_path).ids() == []
    assert not (tmp_path / f"{AN_ID}.part").exists()


def test_the_running_mailbox_catches_mail_and_stops_when_asked(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "dev.mailbox",
        "--smtp-port",
        "0",
        "--http-port",
        "0",
        "--dir",
        str(tmp_path),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as mailbox:
        try:
            assert mailbox.stdout is not None
            said = mailbox.stdout.readline().split()
            assert said[:3] == ["mailbox", "ready", "at"]
            web, (host, port) = said[3], said[5].split(":")
            with smtplib.SMTP(host, int(port), timeout=10) as smtp:
                smtp.send_message(a_receipt(), to_addrs=["zoe@example.org", "blind@example.org"])
            with urllib.request.urlopen(f"{web}/api/messages?to=blind@", timeout=10) as answer:
                (found,) = json.loads(answer.read())["messages"]
            assert found["to"] == ["zoe@example.org", "blind@example.org"]
            assert [path.suffix for path in tmp_path.iterdir()] == [".eml"]
        finally:
            mailbox.send_signal(signal.SIGTERM)
    assert mailbox.returncode == 0
