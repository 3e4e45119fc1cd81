"""Packs frozen dataclasses of the domain as short JSON and unpacks them by their own annotations.

A field at its default is left out, and a missing one gets its default: items stay small, and items written before a
field existed still load.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from chalicelib.adapters.dynamodb.table import packed
from chalicelib.domain import (
    circuit,
    connection,
    consent,
    contact,
    cooldown,
    instance,
    organization,
    pause,
    policy,
    preference,
    quiet,
    recent,
    redrive,
    warmup,
)
from chalicelib.domain.whatif import report, simulation

T = TypeVar("T")
_Convert = Callable[[Any], Any]

# The domain imports what only annotations need for type checkers alone, so the names are given here.
_MODULES = (
    circuit,
    connection,
    consent,
    contact,
    cooldown,
    instance,
    organization,
    pause,
    policy,
    preference,
    quiet,
    recent,
    redrive,
    report,
    simulation,
    warmup,
)
_NAMES = {name: value for module in _MODULES for name, value in vars(module).items() if isinstance(value, type)}
_NAMES["Mapping"] = Mapping


def pack(value: Any, *without: str) -> str:  # noqa: ANN401 - any dataclass of the domain
    """A dataclass as JSON, but for the fields named and those at their default."""
    return packed({name: item for name, item in _plain(value).items() if name not in without})


def unpack(kind: type[T], text: str, **given: Any) -> T:  # noqa: ANN401 - fields of any type
    """The dataclass that ``pack`` packed; ``given`` are the fields that are kept elsewhere."""
    return _build(kind, json.loads(text), **given)


def _plain(value: Any) -> Any:  # noqa: ANN401 - any value of a field
    kind: Any = type(value)  # mypy takes no dataclass for hashable
    if is_dataclass(value):
        items = ((name, getattr(value, name), default) for name, default in _defaults(kind))
        return {name: _plain(item) for name, item, default in items if item != default}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return {key: _plain(item) for key, item in value.items()} if isinstance(value, Mapping) else value


def _build(kind: type[T], values: Mapping[str, Any], **given: Any) -> T:  # noqa: ANN401 - as above
    hashable: Any = kind
    converters = _converters(hashable)
    wanted = converters.keys() - given.keys()  # what is kept elsewhere may have been kept here before
    built = {name: converters[name](value) for name, value in values.items() if name in wanted}
    return kind(**built, **given)


@lru_cache
def _defaults(kind: type) -> tuple[tuple[str, Any], ...]:
    return tuple((field.name, _default(field)) for field in fields(kind))


def _default(field: Field[Any]) -> Any:  # noqa: ANN401 - as above
    return field.default_factory() if field.default_factory is not MISSING else field.default


@lru_cache
def _converters(kind: type) -> Mapping[str, _Convert]:
    hints = get_type_hints(kind, localns=_NAMES)
    return {field.name: _converter(hints[field.name]) for field in fields(kind)}


def _converter(hint: Any) -> _Convert:  # noqa: ANN401 - any annotation
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in {Union, UnionType}:
        [inner] = [_converter(one) for one in arguments if one is not NoneType]
        return lambda value: None if value is None else inner(value)
    if origin is tuple:
        item = _converter(arguments[0])
        return lambda values: tuple(item(value) for value in values)
    if origin is Mapping:
        entry = _converter(arguments[1])
        return lambda values: {key: entry(value) for key, value in values.items()}
    if isinstance(hint, type) and is_dataclass(hint):
        return lambda value: _build(hint, value)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint
    return _same


def _same(value: Any) -> Any:  # noqa: ANN401 - as above
    return value
