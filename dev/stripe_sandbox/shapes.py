"""The shapes of Stripe's parameters, read from the official SDK's own types."""

from __future__ import annotations

import sys
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any, Literal, TypeAlias

import typing_extensions
from stripe import StripeContext
from stripe._request_options import RequestOptions
from stripe._stripe_object import UntypedStripeObject


@dataclass(frozen=True)
class Scalar:
    """One value. `kind` is string, integer, boolean, number or decimal; `choices` closes a string."""

    kind: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Listing:
    """A list of one shape."""

    of: Shape


@dataclass(frozen=True)
class Mapped:
    """Free keys, one shape of value (metadata)."""

    of: Shape


@dataclass(frozen=True)
class Closed:
    """Known keys only."""

    fields: dict[str, Shape] = field(hash=False)
    required: frozenset[str]


@dataclass(frozen=True)
class OneOf:
    """The first shape that fits; `unset` means that the empty string is one of them."""

    options: tuple[Shape, ...]
    unset: bool


Shape: TypeAlias = "Scalar | Listing | Mapped | Closed | OneOf"

_SCALARS: dict[Any, str] = {
    str: "string",
    int: "integer",
    bool: "boolean",
    float: "number",
    Decimal: "decimal",
}
_OPTIONS = frozenset(RequestOptions.__annotations__)


@cache
def read_shape(params: type) -> Closed:
    """The shape of one of the SDK's parameter types. Raises TypeError for a type nobody thought of."""
    scope = {**vars(sys.modules[params.__module__]), "StripeContext": StripeContext, "Mapping": Mapping}
    hints = typing_extensions.get_type_hints(params, globalns=scope, include_extras=True)
    # The SDK mixes its call options (api_key …) into the same dictionary; they are headers on the wire.
    hints = {name: hint for name, hint in hints.items() if name not in _OPTIONS or not _is_request(params)}
    required = frozenset(name for name, hint in hints.items() if not _is_optional(hint))
    return Closed({name: _read(hint) for name, hint in hints.items()}, required)


def _is_request(params: type) -> bool:
    return _OPTIONS <= set(params.__annotations__)


def _is_optional(hint: Any) -> bool:
    return typing.get_origin(hint) in (typing_extensions.NotRequired, typing.NotRequired)


def _read(hint: Any) -> Shape:
    if _is_optional(hint):
        return _read(typing.get_args(hint)[0])
    if hint in _SCALARS:
        return Scalar(_SCALARS[hint])
    if typing_extensions.is_typeddict(hint):
        return read_shape(hint)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Literal:
        return Scalar("string", tuple(str(choice) for choice in arguments))
    if origin is list:
        return Listing(_read(arguments[0]))
    if origin is dict:
        return Mapped(_read(arguments[1]))
    if origin is UntypedStripeObject:
        return Mapped(_read(arguments[0]))
    if origin in (typing.Union, types.UnionType):
        return _read_union(arguments)
    raise TypeError(f"the SDK has a parameter type that the sandbox cannot read: {hint!r}")


def _read_union(arguments: tuple[Any, ...]) -> Shape:
    options = [_read(argument) for argument in arguments if argument is not type(None)]
    unset = Scalar("string", ("",)) in options
    options = [option for option in options if option != Scalar("string", ("",))]
    closed = [option for option in options if isinstance(option, Scalar) and option.choices]
    if closed:
        # `Literal["a", "b"] | str` leaves room for tomorrow's values; today's Stripe takes only these.
        options = [option for option in options if option != Scalar("string")]
    unique: list[Shape] = []
    for option in options:
        if option not in unique:
            unique.append(option)
    return unique[0] if len(unique) == 1 and not unset else OneOf(tuple(unique), unset)
