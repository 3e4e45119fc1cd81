"""Reads bodies of control calls: whatever makes no sense is refused in a sentence."""

import re
from typing import TypeVar

from flask import Request

from infra.local.phone.sessions import ControlError

_T = TypeVar("_T")
_NUMBER = re.compile(r"[1-9][0-9]{7,14}")
_LID = re.compile(r"[0-9]{1,20}")
_GROUP = re.compile(r"[0-9-]{1,40}@g\.us")
_LONGEST = 365 * 24 * 3600


def decoded(request: Request) -> object:
    """Returns the decoded body; none at all is an empty object."""
    if not request.get_data():
        return {}
    body: object = request.get_json(force=True, silent=True)
    return body


class Body:
    """A decoded body with typed access; null counts as missing.

    Args:
        request: The control call.
        *known: The names it may use.

    Raises:
        ControlError: The body is not a JSON object of these; from every reader, for a value of the wrong kind.
    """

    def __init__(self, request: Request, *known: str) -> None:
        body = decoded(request)
        if not isinstance(body, dict) or not set(body) <= set(known):
            raise ControlError(400, f"The body must be a JSON object with nothing but {', '.join(known) or 'nothing'}.")
        self._fields = body

    def text(self, name: str, *, required: bool = False) -> str:
        """Returns a string, "" when missing."""
        value = self._typed(name, str, "")
        if required and not value:
            raise ControlError(400, f"{name} must be a string and not empty.")
        return value

    def digits(self, name: str, *, required: bool = False) -> str:
        """Returns a phone number, "" when missing."""
        number = self.text(name, required=required)
        if number and not _NUMBER.fullmatch(number):
            raise ControlError(400, f"{name} must be 8 to 15 digits in international form, without a plus sign.")
        return number

    def lid(self, name: str) -> str:
        """Returns the digits of a hidden name, "" when missing."""
        value = self.text(name)
        if value and not _LID.fullmatch(value):
            raise ControlError(400, f"{name} must be digits only, without @lid.")
        return value

    def group(self, name: str, *, required: bool = False) -> str:
        """Returns a group's address, "" when missing."""
        value = self.text(name, required=required)
        if value and not _GROUP.fullmatch(value):
            raise ControlError(400, f"{name} must be a group's address, such as 120363000000000000@g.us.")
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        """Returns true or false."""
        return self._typed(name, bool, default)

    def whole(self, name: str, default: int) -> int:
        """Returns a whole number above 0."""
        value = self._typed(name, int, default)
        if isinstance(value, bool) or not 0 < value <= _LONGEST:
            raise ControlError(400, f"{name} must be a whole number from 1 to {_LONGEST}.")
        return value

    def _typed(self, name: str, kind: type[_T], default: _T) -> _T:
        value = self._fields.get(name)
        if value is None:
            return default
        if not isinstance(value, kind):
            raise ControlError(400, f"{name} must be a {kind.__name__}.")
        return value
