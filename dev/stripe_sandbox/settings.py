"""How one sandbox is set up: from the command line, and from SANDBOX_* variables for containers."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

API_VERSION = "2026-10-28.endive"

# Seconds after the previous try (Stripe publishes "up to 3 days, exponential", not the steps).
RETRY_SCHEDULE = (300, 1800, 7200, 18000, 36000, 43200, 43200, 43200, 43200)


class SettingsError(ValueError):
    """The sandbox refuses to start like this; the message says why."""


@dataclass(frozen=True)
class Settings:
    host: str = "127.0.0.1"
    port: int = 12580
    db: str = ":memory:"
    api_key: str = "sk_test_local_regimen"
    control_token: str = "sk_test_local_regimen"
    webhook_url: str | None = None
    webhook_secret: str | None = None
    public_url: str | None = None
    seed: int | None = None
    business_name: str = "Regimen"
    retry_schedule: tuple[int, ...] = RETRY_SCHEDULE
    webhook_timeout_s: float = 10.0
    settle_delay_s: int = 1
    refund_delay_s: int = 3


def read_settings(arguments: Sequence[str], environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this start: a flag beats its variable, a variable beats the default.

    Raises SettingsError for a live key, an address without a secret, a schedule that is not numbers.
    """
    options = _build_parser(environ).parse_args(arguments)
    if not options.api_key.startswith("sk_test_"):
        raise SettingsError("the sandbox takes only keys that start with sk_test_: no real money is near it")
    if options.webhook_url and not (options.webhook_secret or "").startswith("whsec_"):
        raise SettingsError("--webhook-url needs --webhook-secret, and a secret starts with whsec_")
    if options.webhook_url and not options.webhook_url.startswith(("http://", "https://")):
        raise SettingsError("--webhook-url must start with http:// or https://")
    try:
        schedule = tuple(int(step) for step in options.retry_schedule.split(",") if step.strip())
    except ValueError:
        raise SettingsError("--retry-schedule is a list of seconds, such as 5,30,300") from None
    return Settings(
        host=options.host,
        port=options.port,
        db=options.db,
        api_key=options.api_key,
        control_token=options.control_token or options.api_key,
        webhook_url=options.webhook_url or None,
        webhook_secret=options.webhook_secret or None,
        public_url=options.public_url.rstrip("/") if options.public_url else None,
        seed=options.seed,
        business_name=options.business_name,
        retry_schedule=schedule,
        webhook_timeout_s=options.webhook_timeout,
    )


def _build_parser(environ: Mapping[str, str]) -> argparse.ArgumentParser:
    def default(name: str, otherwise: str | None) -> str | None:
        return environ.get(f"SANDBOX_{name}") or otherwise

    parser = argparse.ArgumentParser(
        prog="python -m dev.stripe_sandbox", description="A local Stripe. No money, no cards."
    )
    add = parser.add_argument
    add("--host", default=default("HOST", "127.0.0.1"), help="address to listen on (127.0.0.1)")
    add("--port", type=int, default=default("PORT", "12580"), help="0 takes a free port")
    add("--db", default=default("DB", ":memory:"), help="SQLite file, or :memory:")
    add("--api-key", default=default("API_KEY", "sk_test_local_regimen"), help="the one key that is let in")
    add("--control-token", default=default("CONTROL_TOKEN", None), help="bearer of /_sandbox/ (the API key)")
    add("--webhook-url", default=default("WEBHOOK_URL", None), help="where events are delivered")
    add("--webhook-secret", default=default("WEBHOOK_SECRET", None), help="whsec_… that signs them")
    add("--public-url", default=default("PUBLIC_URL", None), help="how a browser reaches the sandbox")
    add("--seed", type=int, default=default("SEED", None), help="repeatable identifiers, for tests")
    add("--business-name", default=default("BUSINESS_NAME", "Regimen"), help="name on the payment page")
    add(
        "--retry-schedule",
        default=default("RETRY_SCHEDULE", ",".join(map(str, RETRY_SCHEDULE))),
        help="seconds between webhook tries",
    )
    add(
        "--webhook-timeout", type=float, default=default("WEBHOOK_TIMEOUT", "10"), help="seconds per delivery"
    )
    return parser
