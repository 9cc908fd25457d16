"""The environment is read by readers that refuse nonsense, by name and with what was expected."""

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env


@pytest.fixture
def given(monkeypatch: Any) -> Any:
    """Set the one variable that these tests read; its name is not remembered."""
    monkeypatch.setattr(env, "READ", set())

    def give(value: str | None) -> None:
        monkeypatch.delenv("A_SETTING", raising=False)
        if value is not None:
            monkeypatch.setenv("A_SETTING", value)

    return give


def test_every_name_that_is_read_is_remembered(given: Any) -> None:
    given("x")
    env.text("A_SETTING")
    env.flag("ANOTHER", False)
    assert {"A_SETTING", "ANOTHER"} == env.READ


@pytest.mark.parametrize(("value", "read"), [("x", "x"), ("  x ", "x"), ("", "default"), (None, "default")])
def test_text(given: Any, value: str | None, read: str) -> None:
    given(value)
    assert env.text("A_SETTING", "default") == read


def test_a_text_without_a_default_must_be_there(given: Any) -> None:
    given("  ")
    with pytest.raises(ImproperlyConfigured, match="A_SETTING is not set"):
        env.text("A_SETTING")


def test_a_choice_is_one_of_those(given: Any) -> None:
    given("prod")
    with pytest.raises(ImproperlyConfigured, match="A_SETTING='prod': expected one of local, production"):
        env.text("A_SETTING", choices=("local", "production"))


def test_a_secret_has_a_stand_in_on_one_machine_and_none_in_production(given: Any) -> None:
    given(None)
    assert env.secret("A_SETTING", local="for tests", production=False) == "for tests"
    with pytest.raises(ImproperlyConfigured, match="A_SETTING is not set"):
        env.secret("A_SETTING", local="for tests", production=True)
    given("real")
    assert env.secret("A_SETTING", local="for tests", production=True) == "real"


@pytest.mark.parametrize(("value", "read"), [("7", 7), (" 0 ", 0), ("64", 64), (None, 5)])
def test_a_number(given: Any, value: str | None, read: int) -> None:
    given(value)
    assert env.number("A_SETTING", 5, most=64) == read


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("many", "expected a whole number"),
        ("1.5", "expected a whole number"),
        ("-1", "expected 0 to 64"),
        ("65", "expected 0 to 64"),
    ],
)
def test_what_is_no_such_number_is_refused(given: Any, value: str, why: str) -> None:
    given(value)
    with pytest.raises(ImproperlyConfigured, match=why):
        env.number("A_SETTING", 5, most=64)


@pytest.mark.parametrize(
    ("value", "read"),
    [("yes", True), ("1", True), ("True", True), ("ON", True), ("no", False), ("0", False), ("off", False)],
)
def test_a_flag(given: Any, value: str, read: bool) -> None:
    given(value)
    assert env.flag("A_SETTING", not read) is read


def test_a_flag_that_says_neither_is_refused(given: Any) -> None:
    given("perhaps")
    with pytest.raises(ImproperlyConfigured, match="A_SETTING='perhaps': expected yes or no"):
        env.flag("A_SETTING", True)
    given(None)
    assert env.flag("A_SETTING", True) is True


@pytest.mark.parametrize(
    ("value", "read"), [("a,b", ["a", "b"]), (" a , ,b,", ["a", "b"]), (None, []), (",", [])]
)
def test_a_list(given: Any, value: str | None, read: list[str]) -> None:
    given(value)
    assert env.words("A_SETTING") == read


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("https://shop.example/", "https://shop.example"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        (None, ""),
    ],
)
def test_an_address(given: Any, value: str | None, read: str) -> None:
    given(value)
    assert env.web_address("A_SETTING") == read


@pytest.mark.parametrize(
    "value", ["shop.example", "ftp://shop.example", "https://", "//shop.example", "javascript:1"]
)
def test_what_is_no_address_is_refused(given: Any, value: str) -> None:
    given(value)
    with pytest.raises(ImproperlyConfigured, match="expected an address such as"):
        env.web_address("A_SETTING")


def test_networks_are_read_and_nonsense_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FEED_PRIVATE_NETWORKS", "10.20.0.0/16, fd00::/8")
    assert [str(one) for one in env.networks("FEED_PRIVATE_NETWORKS")] == ["10.20.0.0/16", "fd00::/8"]
    monkeypatch.setenv("FEED_PRIVATE_NETWORKS", "10.20.0.1/16")
    with pytest.raises(ImproperlyConfigured, match="FEED_PRIVATE_NETWORKS"):
        env.networks("FEED_PRIVATE_NETWORKS")


def test_secrets_of_feeds_go_by_the_beginning_of_their_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FEED_SECRET_NORDLICHT", "quiet")
    monkeypatch.setenv("FEED_SECRET_EMPTY", "")
    assert env.secrets("FEED_SECRET_") == {"FEED_SECRET_NORDLICHT": "quiet"}
