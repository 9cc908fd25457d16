"""The fixture `stripe_sandbox`: this worker's own Stripe, which the shop's settings already know."""

from __future__ import annotations

from django.conf import settings

from dev.sandbox_process import SandboxProcess


def test_the_shop_is_configured_for_this_workers_sandbox(stripe_sandbox: SandboxProcess) -> None:
    assert settings.STRIPE_API_BASE == stripe_sandbox.url
    assert settings.STRIPE_API_KEY == stripe_sandbox.api_key
    assert settings.STRIPE_WEBHOOK_SECRETS == [stripe_sandbox.webhook_secret]
    assert settings.SHOP_URL == stripe_sandbox.shop_url
    stripe_sandbox.control("clock", {"advance": 3600})
    assert stripe_sandbox.control("clock", method="GET")["offset"] >= 3600


def test_every_test_finds_the_sandbox_as_just_started(stripe_sandbox: SandboxProcess) -> None:
    assert stripe_sandbox.control("clock", method="GET")["offset"] == 0
    assert stripe_sandbox.control("deliveries", method="GET")["deliveries"] == []
    assert stripe_sandbox.alive()
