"""A shop that would charge nobody, or for real in a rehearsal, does not start."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import checks

ROOT = Path(__file__).resolve().parents[2]
LIVE, TEST = "sk_live_x", "sk_test_x"


@pytest.mark.parametrize(
    ("production", "key", "address"),
    [
        (False, TEST, ""),
        (False, "rk_test_x", ""),
        (False, TEST, "http://127.0.0.1:12580"),
        (False, TEST, "http://sandbox:12580"),
        (False, TEST, "https://stripe.internal.example"),
        (True, LIVE, ""),
        (True, "rk_live_x", ""),
    ],
)
def test_what_belongs_together(production: bool, key: str, address: str) -> None:
    checks.refuse_wrong_keys(production=production, key=key, address=address)


@pytest.mark.parametrize(
    ("production", "key", "address", "why"),
    [
        (False, "pk_test_x", "", "no secret key"),
        (False, "", "", "no secret key"),
        (True, "live", "", "no secret key"),
        (False, LIVE, "", "needs SHOP_ENV=production"),
        (False, LIVE, "http://127.0.0.1:12580", "must not go to STRIPE_API_BASE"),
        (True, LIVE, "http://127.0.0.1:12580", "must not go to STRIPE_API_BASE"),
        (True, TEST, "", "needs a live Stripe key"),
        (False, TEST, "http://stripe.internal.example", "in the clear"),
        (False, TEST, "http://localhost.example:12580", "in the clear"),
    ],
)
def test_what_does_not_belong_together(production: bool, key: str, address: str, why: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=why):
        checks.refuse_wrong_keys(production=production, key=key, address=address)


def test_production_knows_its_own_name() -> None:
    checks.refuse_half_configured(production=False, shop_url="", allowed_hosts=[])
    checks.refuse_half_configured(
        production=True, shop_url="https://shop.example", allowed_hosts=["shop.example"]
    )
    with pytest.raises(ImproperlyConfigured, match="SHOP_URL"):
        checks.refuse_half_configured(production=True, shop_url="", allowed_hosts=["shop.example"])
    with pytest.raises(ImproperlyConfigured, match="ALLOWED_HOSTS"):
        checks.refuse_half_configured(production=True, shop_url="https://shop.example", allowed_hosts=[])


PRODUCTION = {
    "SHOP_ENV": "production",
    "SHOP_URL": "https://shop.example",
    "ALLOWED_HOSTS": "shop.example",
    "SECRET_KEY": "x" * 60,
    "STRIPE_API_KEY": LIVE,
    "STRIPE_WEBHOOK_SECRETS": "whsec_x",
}


def read_settings(changes: dict[str, str | None]) -> subprocess.CompletedProcess[str]:
    """Python, reading the settings with this environment and nothing else of ours."""
    wanted = {"PATH": os.environ["PATH"]} | PRODUCTION | changes
    code = (
        "import config.settings as s; print(s.STRIPE_LIVE, s.DEBUG, s.SESSION_COOKIE_SECURE, "
        "s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS > 0, s.STRIPE_API_BASE or '-')"
    )
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={name: value for name, value in wanted.items() if value is not None},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_production_starts_with_what_it_needs_and_is_strict() -> None:
    done = read_settings({})
    assert (done.returncode, done.stdout.strip()) == (0, "True False True True True -"), done.stderr


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"SECRET_KEY": None}, "SECRET_KEY is not set"),
        ({"STRIPE_API_KEY": None}, "STRIPE_API_KEY is not set"),
        ({"STRIPE_WEBHOOK_SECRETS": None}, "STRIPE_WEBHOOK_SECRETS is not set"),
        ({"SHOP_URL": None}, "SHOP_URL is not set"),
        ({"STRIPE_API_KEY": TEST}, "needs a live Stripe key"),
    ],
    ids=lambda part: next(iter(part)) if isinstance(part, dict) else "",
)
def test_production_does_not_start_without(changes: Any, said: str) -> None:
    done = read_settings(changes)
    assert done.returncode != 0
    assert said in done.stderr.strip().splitlines()[-1]
