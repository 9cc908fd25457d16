"""What staff see when a page cannot be answered: what happened, that nothing is lost, and the next step."""

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from config import last_resort
from tests.builders.desk import words_of
from tests.builders.staff import sign_in

pytestmark = pytest.mark.django_db
DESK = reverse("label-desk")


def test_a_page_older_than_the_sign_in_is_opened_again_with_what_was_typed() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(sign_in("curator").get(DESK).wsgi_request.user)

    answer = client.post(f"{DESK}?formula=1", {"text": "Aqua, Glycerin", "do": "read"})

    assert answer.status_code == 403
    assert "This page was older than your sign-in" in words_of(answer)
    page = answer.content.decode()
    assert "data-turned-away" in page, "so the script keeps what was typed"
    assert "desk/drafts.js" in page
    assert f'href="{DESK}?formula=1"' in page


def test_the_script_that_keeps_what_was_typed_is_on_the_desks_and_where_one_signs_in() -> None:
    for client, address in ((sign_in("curator"), DESK), (Client(), reverse("admin:login"))):
        assert "desk/drafts.js" in client.get(address).content.decode()


def test_whose_role_does_not_open_a_desk_is_told_so() -> None:
    answer = sign_in("warehouse").get(DESK)

    assert answer.status_code == 403
    assert "Your role does not open this" in words_of(answer)


def test_a_desk_that_is_not_there_leads_back_to_today() -> None:
    answer = sign_in("curator").get(f"{DESK}?formula=999999")

    assert answer.status_code == 404
    assert "There is nothing here" in words_of(answer)
    assert f'href="{reverse("admin:index")}"' in answer.content.decode()


def test_what_broke_is_said_in_words(rf: RequestFactory) -> None:
    answer = last_resort.unforeseen(rf.get("/admin/"))

    assert answer.status_code == 500
    assert "Something broke on our side" in words_of(answer)
