"""People who work here, signed in at the desks."""

from django.test import Client

from shop import roles
from shop.models import User


def make_staff(role: str = "owner") -> User:
    """Somebody with one role. The roles' permissions are those of the shop."""
    roles.load_roles()
    return roles.make_staff(
        email=f"{role}@regimen.example", role=role, password="a-quiet-waiting-room", weak_is_fine=True
    )


def sign_in(role: str = "owner") -> Client:
    """A browser in which somebody with that role is signed in."""
    client = Client()
    client.force_login(make_staff(role))
    return client
