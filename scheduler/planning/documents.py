"""Frozen dataclasses to JSON documents and back, refusing what does not fit with the place and the reason."""

from __future__ import annotations

import json
import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache
from typing import Any, ClassVar, Self, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


class DocumentError(ValueError):
    """A document that cannot be read. `path` says where, `problem` what to put there."""

    def __init__(self, path: str, problem: str):
        super().__init__(f"{path}: {problem}")
        self.path = path
        self.problem = problem


def to_document(value: Any) -> Any:
    """The JSON value of a frozen dataclass: tuples become lists, decimals, dates and times text; all fields written."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_document(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [to_document(item) for item in value]
    if isinstance(value, Decimal | StrEnum):
        return str(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): to_document(item) for key, item in value.items()}
    return value


def from_document(kind: type[T], document: Any, path: str = "document") -> T:
    """The dataclass `kind` from a JSON value; a field with a default may be left out. Raises DocumentError."""
    if not isinstance(document, dict):
        raise DocumentError(path, f"must be an object, not {_shown(document)}")
    hints, known = _fields_of(kind)
    for key in document:
        if key not in known:
            raise DocumentError(f"{path}.{key}", f"is not known here; known are {', '.join(known)}")
    found: dict[str, Any] = {}
    for name, field in known.items():
        if name in document:
            found[name] = _value(hints[name], document[name], f"{path}.{name}")
        elif field.default is MISSING and field.default_factory is MISSING:
            raise DocumentError(f"{path}.{name}", "is missing")
    return kind(**found)


class InOneLine:
    """A dataclass that travels as one line, in a hidden field or a button, and is read back."""

    document_name: ClassVar[str]
    """What an error calls the whole of it."""

    def to_text(self) -> str:
        """All of it as one line."""
        return json.dumps(to_document(self), separators=(",", ":"))

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read what `to_text` wrote; raises a ValueError (DocumentError where it does not fit)."""
        return from_document(cls, json.loads(text), cls.document_name)


@cache
def _fields_of(kind: type) -> tuple[dict[str, Any], dict[str, Field]]:
    """The types and the fields of a dataclass by name; looking them up takes longer than reading a document."""
    return get_type_hints(kind), {field.name: field for field in fields(kind)}


def _value(wanted: Any, value: Any, path: str) -> Any:
    if get_origin(wanted) in (Union, types.UnionType):
        return _optional(wanted, value, path)
    if get_origin(wanted) is tuple:
        if not isinstance(value, list | tuple):
            raise DocumentError(path, f"must be a list, not {_shown(value)}")
        return tuple(_value(get_args(wanted)[0], item, f"{path}[{at}]") for at, item in enumerate(value))
    if get_origin(wanted) in (dict, Mapping):
        if not isinstance(value, dict):
            raise DocumentError(path, f"must be an object, not {_shown(value)}")
        return {key: _value(get_args(wanted)[1], item, f"{path}.{key}") for key, item in value.items()}
    if is_dataclass(wanted):
        return from_document(wanted, value, path)
    if wanted in (date, datetime, time):
        return _moment(wanted, value, path)
    if issubclass(wanted, StrEnum):
        return _word(wanted, value, path)
    if wanted is Decimal:
        return _decimal(value, path)
    if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
        names = {str: "text", int: "a whole number", bool: "true or false"}
        raise DocumentError(path, f"must be {names[wanted]}, not {_shown(value)}")
    return value


def _optional(wanted: Any, value: Any, path: str) -> Any:
    if value is None:
        return None
    return _value(next(arm for arm in get_args(wanted) if arm is not type(None)), value, path)


def _word(wanted: type[StrEnum], value: Any, path: str) -> StrEnum:
    if value not in [word.value for word in wanted]:
        raise DocumentError(path, f"must be one of {', '.join(wanted)}, not {_shown(value)}")
    return wanted(value)


def _decimal(value: Any, path: str) -> Decimal:
    if isinstance(value, str | int | Decimal) and not isinstance(value, bool):
        try:
            number = Decimal(value)
        except InvalidOperation:
            number = Decimal("NaN")
        if number.is_finite():
            return number
    raise DocumentError(path, f"must be a decimal number written as text, not {_shown(value)}")


def _moment(wanted: Any, value: Any, path: str) -> Any:
    try:
        return wanted.fromisoformat(value)
    except (TypeError, ValueError):
        shape = {date: "2027-04-05", time: "09:00", datetime: "2027-04-05T09:00"}[wanted]
        raise DocumentError(path, f"must be written like {shape}, not {_shown(value)}") from None


def _shown(value: Any) -> str:
    return "nothing" if value is None else repr(value)[:60]
