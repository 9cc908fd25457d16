"""What must hold before the shop opens, asked once when the settings are read."""

from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

LOCAL = {"127.0.0.1", "localhost", "::1", "sandbox"}  # the last is the compose file's name for it


def refuse_wrong_keys(*, production: bool, key: str, address: str) -> None:
    """Nothing, when the Stripe key, its address and the kind of machine belong together.

    Takes   `address`: another base address than Stripe's own, or "".
    Raises  ImproperlyConfigured: better not to start than to charge nobody, or for real in a rehearsal.
    """
    live = key.startswith(("sk_live_", "rk_live_"))
    if not live and not key.startswith(("sk_test_", "rk_test_")):
        raise ImproperlyConfigured("STRIPE_API_KEY is no secret key of Stripe: it begins with sk_ or rk_.")
    if live and address:
        raise ImproperlyConfigured("A live Stripe key must not go to STRIPE_API_BASE: unset one of the two.")
    if live and not production:
        raise ImproperlyConfigured("A live Stripe key needs SHOP_ENV=production.")
    if production and not live:
        raise ImproperlyConfigured("SHOP_ENV=production needs a live Stripe key, not a test key.")
    if address and urlsplit(address).scheme == "http" and urlsplit(address).hostname not in LOCAL:
        raise ImproperlyConfigured("STRIPE_API_BASE would send the key in the clear: use https.")


def refuse_half_configured(*, production: bool, shop_url: str, allowed_hosts: list[str]) -> None:
    """Nothing, when production knows its own name. Raises ImproperlyConfigured."""
    if production and not shop_url:
        raise ImproperlyConfigured("SHOP_URL is not set: Stripe would not know where to send customers back.")
    if production and not allowed_hosts:
        raise ImproperlyConfigured("ALLOWED_HOSTS is empty: every request would be refused.")
