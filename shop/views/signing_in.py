"""The door of the house: who signs in, and how often somebody may be wrong."""

import logging
from typing import Any

from django.contrib import admin
from django.contrib.auth.views import PasswordChangeView
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from rest_framework.throttling import BaseThrottle
from unfold.forms import AdminOwnPasswordChangeForm, AuthenticationForm

from catalog import tries
from catalog.tries import LONG_WINDOW, Lock, TooManyTries

logger = logging.getLogger(__name__)


class SignInForm(AuthenticationForm):  # type: ignore[misc]  # the theme has no types
    """Django's, but each try is counted: at this name from here, at this name, and from here."""

    locked = ""  # why not even the right password would open now

    def clean(self) -> dict[str, Any]:
        if not (self.cleaned_data.get("username") and self.cleaned_data.get("password")):
            return dict(super().clean())
        here, anywhere, address = self._find_locks()
        try:
            tries.count_try(locks=[here, anywhere, address], now=timezone.now())
        except TooManyTries as refusal:
            self.locked = refusal.words
            raise ValidationError(refusal.words) from None
        try:
            cleaned = super().clean()
        except ValidationError:
            logger.warning("a password did not open the house")
            raise
        # What came from this address stays counted: a guesser's own account must not wipe it clean.
        tries.forget_tries(locks=[here, anywhere])
        return dict(cleaned)

    def _find_locks(self) -> tuple[Lock, Lock, Lock]:
        """A stranger who guesses shuts out himself long before he shuts out the one whose name he types."""
        name = str(self.cleaned_data["username"]).strip().casefold()
        address = BaseThrottle().get_ident(self.request)
        return (
            Lock("sign in from here", f"{name}\n{address}", 10),
            Lock("sign in", name, 100, LONG_WINDOW),
            Lock("address", address, 200, LONG_WINDOW),
        )


class OwnPasswordForm(AdminOwnPasswordChangeForm):  # type: ignore[misc]
    """A new password for oneself; whoever finds a desk open does not guess the old one."""

    def clean_old_password(self) -> str:
        lock = tries.own_password(self.user)
        try:
            tries.count_try(locks=[lock], now=timezone.now())
        except TooManyTries as refusal:
            raise ValidationError(refusal.words) from None
        try:
            typed = str(super().clean_old_password())
        except ValidationError:
            logger.warning("wrong password for a new one: user %s", self.user.pk)
            raise
        tries.forget_tries(locks=[lock])
        return typed


def change_password(request: HttpRequest) -> HttpResponseBase:
    """The admin's own page, with our form."""
    view = PasswordChangeView.as_view(
        form_class=OwnPasswordForm,
        success_url=reverse("admin:password_change_done"),
        extra_context=admin.site.each_context(request),
    )
    return view(request)
