"""The one grammar of filters on lists of intents, for the API and for the panel's addresses."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from chalicelib.domain.listing import REASONS, IntentFilter
from chalicelib.domain.status import Status
from chalicelib.domain.values import Purpose, Target, TargetKind, is_group_id, is_id
from chalicelib.entrypoints.http.problems import BadRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

LONGEST_EXTERNAL_ID = 128
_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


def read_filter(parameters: Mapping[str, str]) -> IntentFilter:
    """The filter that parameters ask for; those that are not in ``FILTER_PARAMETERS`` are left to others.

    Raises:
        BadRequest: One makes no sense; the text begins with its name.
    """
    given = (name for name in _READERS if name in parameters)
    found: dict[str, Any] = {name: _read(name, parameters[name]) for name in given}
    wanted = IntentFilter(**found)
    if wanted.created_from is not None and wanted.created_to is not None and wanted.created_from >= wanted.created_to:
        raise BadRequest("created_to: must be after created_from.")
    return wanted


def filter_query(wanted: IntentFilter) -> dict[str, str]:
    """The parameters that ask for a filter: one form for each, however it was written."""
    from chalicelib.entrypoints.http.schemas.fields import instant  # noqa: PLC0415 - phone tables, for lists only

    given = {
        "status": wanted.status,
        "purpose": wanted.purpose,
        "instance_id": wanted.instance_id,
        "reason": wanted.reason,
        "target": wanted.target and wanted.target.value,
        "external_id": wanted.external_id,
        "campaign": wanted.campaign,
        "created_from": instant(wanted.created_from),
        "created_to": instant(wanted.created_to),
        "exceptions": "true" if wanted.exceptions else None,
    }
    return {name: str(value) for name, value in given.items() if value is not None}


def _read(name: str, text: str) -> object:
    try:
        return _READERS[name](text)
    except ValueError as error:
        raise BadRequest(f"{name}: {error}.") from error


def _one_of(texts: Sequence[str], text: str) -> str:
    if text not in texts:
        raise ValueError(f"must be one of {', '.join(texts)}")
    return text


def _instance_id(text: str) -> str:
    if not is_id(text, "ins"):
        raise ValueError("must be the id of an instance, like ins_ and 26 letters and digits")
    return text


def _target(text: str) -> Target:
    """A group, or a phone; its plus sign may be missing, for in a query it often means a space."""
    if is_group_id(text):
        return Target(TargetKind.GROUP, text)
    from chalicelib.entrypoints.http.schemas.fields import e164  # noqa: PLC0415 - as above

    return Target(TargetKind.PHONE, e164(f"+{text.strip().removeprefix('+')}"))


def _external_id(text: str) -> str:
    if not 1 <= len(text) <= LONGEST_EXTERNAL_ID:
        raise ValueError(f"must have 1 to {LONGEST_EXTERNAL_ID} characters")
    return text


def _campaign(text: str) -> str:
    from chalicelib.entrypoints.http.schemas.campaigns import campaign_name  # noqa: PLC0415 - as above

    return campaign_name(text)


def _instant(text: str) -> int:
    hint = "must be an instant like 2026-12-31T23:59:59Z; an offset's plus sign is written %2B"
    if not _RFC_3339.fullmatch(text):
        raise ValueError(hint)
    try:
        at = round(datetime.fromisoformat(text.upper()).timestamp() * 1000)
    except (ValueError, OverflowError) as error:
        raise ValueError(hint) from error
    if at < 0:
        raise ValueError("must not be before 1970")
    return at


_READERS: dict[str, Callable[[str], object]] = {
    "status": lambda text: Status(_one_of(tuple(Status), text)),
    "purpose": lambda text: Purpose(_one_of(tuple(Purpose), text)),
    "instance_id": _instance_id,
    "reason": lambda text: _one_of(REASONS, text),
    "target": _target,
    "external_id": _external_id,
    "campaign": _campaign,
    "created_from": _instant,
    "created_to": _instant,
    "exceptions": lambda text: _one_of(("true", "false"), text) == "true",
}
FILTER_PARAMETERS = frozenset(_READERS)
