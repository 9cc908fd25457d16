"""docker-compose.yml and the Dockerfile, held against what they run: no engine is needed to see a mistake."""

import fnmatch
import importlib
import importlib.util
import json
import re
import shlex
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands

from config import env
from dev.stripe_sandbox.settings import read_settings

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = Path(sys.executable).parent
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")

# What the foreign images document, as far as we use it.
FOREIGN = {
    "postgres": {"POSTGRES_USER", "POSTGRES_PASSWORD", "POSTGRES_DB"},
    "valkey/valkey": set[str](),
    "axllent/mailpit": {"MP_MAX_MESSAGES"},
}
FOREIGN_PROGRAMS = {"valkey-server", "valkey-cli", "pg_isready", "/mailpit"}
IN_THE_BASE_IMAGE = {"sh", "python"}
CONDITIONS = {"service_healthy", "service_completed_successfully", "service_started"}
EXACT = re.compile(r"(?:[a-z0-9.-]+/)*[a-z0-9-]+:v?\d+\.\d+(\.\d+)?[a-z0-9.-]*(@sha256:[0-9a-f]{64})?\Z")
ours = pytest.mark.parametrize("name", [name for name, it in SERVICES.items() if "build" in it])
every = pytest.mark.parametrize("name", SERVICES)


def runs_the_shop(service: dict[str, Any]) -> bool:
    return "DATABASE_URL" in service.get("environment", {})


def programs_of(command: list[str]) -> list[list[str]]:
    """Every program that a command starts; `sh -c "a && b"` starts two."""
    if command[:2] == ["sh", "-c"]:
        return [shlex.split(part) for part in command[2].split("&&")]
    return [command]


# -- docker-compose.yml --------------------------------------------------------------------------------


def test_all_that_the_shop_needs_is_there() -> None:
    assert set(SERVICES) == {
        "web",
        "worker",
        "beat",
        "migrate",
        "db",
        "redis",
        "mail",
        "sandbox",
        "goods",
    }
    assert {name for name, it in SERVICES.items() if it.get("profiles") == ["sandbox"]} == {
        "sandbox",
        "goods",
    }


@every
def test_images_are_pinned(name: str) -> None:
    assert EXACT.match(SERVICES[name]["image"]), SERVICES[name]["image"]


@every
def test_every_variable_is_read_by_somebody(name: str) -> None:
    service = SERVICES[name]
    given = set(service.get("environment", {}))
    if runs_the_shop(service):
        assert given <= env.READ, given - env.READ
    elif name == "sandbox":
        assert given <= sandbox_variables(), given - sandbox_variables()
    else:
        assert given <= FOREIGN[service["image"].rsplit(":", 1)[0]]


def sandbox_variables() -> set[str]:
    """The SANDBOX_* names that the sandbox looks up, by watching it look."""

    class Watched(dict[str, str]):
        asked: set[str] = set()

        def get(self, key: str, default: Any = None) -> Any:
            self.asked.add(key)
            return super().get(key, default)

    watched = Watched()
    read_settings([], watched)
    return watched.asked


def test_the_sandbox_accepts_what_it_is_given_and_the_shop_knows_its_key(settings: Any) -> None:
    given = {name: str(value) for name, value in SERVICES["sandbox"]["environment"].items()}
    read = read_settings([], given)
    shop = SERVICES["web"]["environment"]
    assert read.host == "0.0.0.0"
    assert shop["STRIPE_API_BASE"] == "${STRIPE_API_BASE-http://sandbox:12580}"
    # What stands in on a developer's machine, in config/settings.py:
    words = (ROOT / "config" / "settings.py").read_text()
    assert f'local="{read.api_key}"' in words
    assert f'local="{read.webhook_secret}"' in words
    assert read.webhook_url == "http://web:8000/webhooks/stripe"


def test_the_same_password_opens_the_database_on_both_sides() -> None:
    password = SERVICES["db"]["environment"]["POSTGRES_PASSWORD"]
    for service in filter(runs_the_shop, SERVICES.values()):
        assert service["environment"]["DATABASE_URL"] == f"postgresql://shop:{password}@db:5432/shop"


@every
def test_every_command_exists(name: str) -> None:
    service = SERVICES[name]
    check = service.get("healthcheck", {}).get("test", ["CMD"])
    assert check[0] == "CMD"
    for command in (service.get("command"), check[1:]):
        for program in programs_of(command) if command else []:
            assert_runs(program, foreign="build" not in service)


def assert_runs(program: list[str], *, foreign: bool) -> None:
    first, *rest = program
    if foreign:
        assert first in FOREIGN_PROGRAMS, first
        return
    assert first in IN_THE_BASE_IMAGE or (PROGRAMS / first).exists(), first
    if rest[:1] == ["manage.py"]:
        assert rest[1] in get_commands(), rest[1]
        for word in rest[2:]:
            if "/" in word:
                assert (ROOT / word).exists(), word
    elif first == "python" and rest[0] == "-m":
        assert importlib.util.find_spec(f"{rest[1]}.__main__"), rest[1]
    elif first == "python":
        assert rest[0] == "-c"
        compile(rest[1], "healthcheck", "exec")
    elif first == "celery":
        assert rest[:2] == ["-A", "config"]
        assert rest[2] in ("worker", "beat")
        assert importlib.import_module("config").celery_app


@every
def test_a_service_is_watched_or_ends_by_itself(name: str) -> None:
    service = SERVICES[name]
    once = service["restart"] == "no"
    assert once == (name in ("migrate", "goods"))
    assert once or {"test", "interval", "timeout", "retries"} <= set(service["healthcheck"])


@every
def test_what_a_service_waits_for_exists(name: str) -> None:
    for awaited, how in SERVICES[name].get("depends_on", {}).items():
        condition = how["condition"]
        assert condition in CONDITIONS
        if condition == "service_healthy":
            assert "healthcheck" in SERVICES[awaited]
        if condition == "service_completed_successfully":
            assert SERVICES[awaited]["restart"] == "no"
        assert "profiles" not in SERVICES[awaited]  # else it would not be there


@every
def test_nothing_listens_beyond_this_machine_and_volumes_are_declared(name: str) -> None:
    for port in SERVICES[name].get("ports", []):
        assert port.startswith("127.0.0.1:")
    for volume in SERVICES[name].get("volumes", []):
        assert volume.split(":")[0] in COMPOSE["volumes"]


@ours
def test_our_containers_have_no_more_rights_than_they_need(name: str) -> None:
    if runs_the_shop(SERVICES[name]):
        assert SERVICES[name]["read_only"] is True
        assert SERVICES[name]["cap_drop"] == ["ALL"]
        assert SERVICES[name]["security_opt"] == ["no-new-privileges:true"]


# -- Dockerfile ----------------------------------------------------------------------------------------


def test_every_target_that_is_built_exists() -> None:
    targets = set(re.findall(r"^FROM \S+ AS (\w+)$", DOCKERFILE, re.M))
    assert {SERVICES[name]["build"]["target"] for name in ("web", "sandbox", "goods")} <= targets
    assert DOCKERFILE.rstrip().endswith("FROM shop")  # what is built when nobody names a target


def test_base_images_are_pinned_and_the_newest_python_that_we_try() -> None:
    bases = [base for base in re.findall(r"^FROM (\S+)", DOCKERFILE, re.M) if ":" in base]
    assert bases
    assert len(set(bases)) == 1
    assert EXACT.match(bases[0]), bases[0]


def test_what_is_copied_exists_and_reaches_the_builder() -> None:
    rules = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and line[0] != "#"]
    sources = [
        source
        for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.M)
        for source in line.split()[:-1]
    ]
    assert {"manage.py", "requirements.txt", "config", "shop", "dev"} <= set(sources)
    for source in sources:
        assert (ROOT / source).exists(), source
        assert f"!{source}" in rules, source
    assert rules[0] == "*"
    for secret in (".env", ".git", ".venv", ".run"):
        assert not any(fnmatch.fnmatch(secret, rule[1:]) for rule in rules if rule[0] == "!"), secret


def test_every_floor_of_the_tower_is_in_the_image() -> None:
    for floor in ("catalog", "orders", "payments", "shop", "config"):
        assert f"COPY {floor} {floor}\n" in DOCKERFILE


def test_packages_come_by_hash_and_nothing_runs_as_root() -> None:
    installs = re.findall(r"pip install [^\n]+", DOCKERFILE)
    assert len(installs) == 2
    assert all("--require-hashes" in install and "--only-binary=:all:" in install for install in installs)
    for stage in re.split(r"^FROM ", DOCKERFILE, flags=re.M)[2:]:
        users = re.findall(r"^USER (\w+)$", stage, re.M)
        assert not users or users[-1] == "shop"
    assert "USER shop" in DOCKERFILE


def test_the_image_starts_the_real_web_server() -> None:
    command = json.loads(re.findall(r"^CMD (\[.+\])$", DOCKERFILE, re.M)[0])
    assert command[0] == "granian"
    assert (PROGRAMS / "granian").exists()
    module, _, name = command[-1].partition(":")
    assert callable(getattr(importlib.import_module(module), name))


def test_the_build_gives_every_variable_that_production_insists_on() -> None:
    line = next(line for line in DOCKERFILE.splitlines() if "collectstatic" in line)
    given = set(re.findall(r"([A-Z_]+)=", line))
    assert given <= env.READ
    assert {"SECRET_KEY", "SHOP_URL", "ALLOWED_HOSTS", "STRIPE_API_KEY", "STRIPE_WEBHOOK_SECRETS"} <= given
