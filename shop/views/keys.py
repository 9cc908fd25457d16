"""Who knocks: machines show their key as `Authorization: Bearer …`."""

from typing import Any, ClassVar

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from shop import api_keys
from shop.models import ApiKey


class CountsKey(BaseAuthentication):
    """The key behind a request that pushes counts stands in `request.auth`; no person stands behind it."""

    scope: ClassVar[str] = ApiKey.Scope.STOCK_COUNTS

    def authenticate(self, request: Request) -> Any:
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise api_keys.NoSuchKey
        return None, api_keys.find_key(secret.strip(), scope=self.scope, now=timezone.now())
