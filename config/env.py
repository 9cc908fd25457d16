"""The environment, read by readers that refuse nonsense.

Every variable is read here once, at start; `READ` remembers their names, so that a test can hold
docker-compose.yml and .env.example against what the settings really read.
"""

import os
from ipaddress import IPv4Network, IPv6Network, ip_network
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

READ: set[str] = set()
YES, NO = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}


def text(name: str, default: str | None = None, *, choices: tuple[str, ...] = ()) -> str:
    READ.add(name)
    value = os.environ.get(name, "").strip() or default
    if value is None:
        raise ImproperlyConfigured(f"{name} is not set, and there is no sensible default for it.")
    if choices and value not in choices:
        raise ImproperlyConfigured(f"{name}={value!r}: expected one of {', '.join(choices)}.")
    return value


def secret(name: str, *, local: str, production: bool) -> str:
    """A secret: `local` stands in for it on a developer's machine, nothing does in production."""
    return text(name, None if production else local)


def number(name: str, default: int, *, least: int = 0, most: int = 1_000_000) -> int:
    raw = text(name, str(default))
    try:
        value = int(raw)
    except ValueError:
        raise ImproperlyConfigured(f"{name}={raw!r}: expected a whole number.") from None
    if not least <= value <= most:
        raise ImproperlyConfigured(f"{name}={value}: expected {least} to {most}.")
    return value


def flag(name: str, default: bool) -> bool:
    raw = text(name, str(default)).lower()
    if raw in YES:
        return True
    if raw in NO:
        return False
    raise ImproperlyConfigured(f"{name}={raw!r}: expected yes or no.")


def words(name: str, default: str = "") -> list[str]:
    """A list, separated by commas."""
    return [word for word in (part.strip() for part in text(name, default).split(",")) if word]


def networks(name: str) -> list[IPv4Network | IPv6Network]:
    """Networks such as 10.20.0.0/16, separated by commas."""
    try:
        return [ip_network(word) for word in words(name)]
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}: {error}.") from None


def secrets(start: str) -> dict[str, str]:
    """Every variable whose name begins so, and holds something."""
    return {name: value for name, value in os.environ.items() if name.startswith(start) and value}


def web_address(name: str, default: str = "") -> str:
    """An http(s) address without its last slash, or nothing."""
    value = text(name, default).rstrip("/")
    if value and (urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).netloc):
        raise ImproperlyConfigured(f"{name}={value!r}: expected an address such as https://shop.example.")
    return value
