"""Turns a filter into a query of the index that serves it best."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.listing import IN_FLIGHT, status_class

if TYPE_CHECKING:
    from chalicelib.adapters.dynamodb.intent_index import KeyedHashes
    from chalicelib.adapters.dynamodb.table import Item, Table, Value
    from chalicelib.domain.listing import IntentFilter

# Positions begin with thirteen digits: this sorts behind all of them, and behind whatever begins like one.
_BEHIND = "~"
_LAST_INSTANT = 10**13 - 1


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a list, both ends included; empty when they are the wrong way round."""

    low: str
    high: str

    @classmethod
    def of(cls, wanted: IntentFilter, *, before: str | None = None, behind: str | None = None) -> Span:
        """What a filter's range leaves ``before`` (older than) and ``behind`` (newer than) a position."""
        low = _instant(wanted.created_from or 0)
        high = _BEHIND if wanted.created_to is None else _instant(wanted.created_to)
        return cls(max(low, behind + _BEHIND if behind else ""), min(high, _next_lower(before) if before else _BEHIND))


@dataclass(frozen=True, slots=True)
class Search:
    """A query of one partition of an index: the entries that may fit, newest first."""

    index: str
    partition: str
    place: str
    keep: str | None
    values: dict[str, Value]

    def look(self, table: Table, span: Span, limit: int) -> tuple[list[Item], Item | None]:
        """The entries that may fit among the first ``limit`` of a span, and the last looked at if there may be more."""
        if span.low > span.high:
            return [], None
        condition = f"{self.partition} = :place AND created BETWEEN :low AND :high"
        values = self.values | {":place": self.place, ":low": span.low, ":high": span.high}
        return table.index_page(self.index, condition, values, limit, keep=self.keep, newest_first=True)


def search_for(organization_id: str, wanted: IntentFilter, hashes: KeyedHashes) -> Search:
    """The search that finds all that fits a filter, and as little else as its index can tell."""
    if wanted.external_id is not None:
        place = hashes.external_id(organization_id, wanted.external_id)
        return Search("by_external", "ext", place, None, {})
    index, partition = ("by_exception", "exc") if wanted.only_exceptions else ("by_org", "org")
    conditions, values = _conditions(organization_id, wanted, hashes)
    return Search(index, partition, organization_id, " AND ".join(conditions) or None, values)


def _conditions(organization_id: str, wanted: IntentFilter, hashes: KeyedHashes) -> tuple[list[str], dict[str, Value]]:
    given = {
        "st": wanted.status and status_class(wanted.status),
        "pur": wanted.purpose,
        "why": wanted.reason,
        "who": hashes.target(organization_id, wanted.target) if wanted.target else None,
    }
    values: dict[str, Value] = {f":{name}": value for name, value in given.items() if value is not None}
    conditions = [f"{name[1:]} = {name}" for name in values]
    if wanted.instance_id is not None:
        # The number chosen for what is in flight is not in the index.
        conditions.append("(num = :num OR (attribute_not_exists(num) AND st = :flying))")
        values |= {":num": wanted.instance_id, ":flying": IN_FLIGHT}
    return conditions, values


def _instant(at: int) -> str:
    """What sorts directly before the positions of an instant."""
    return f"{min(at, _LAST_INSTANT):013d}"


def _next_lower(position: str) -> str:
    """What sorts directly before a position: all positions are equally long."""
    return position[:-1] + chr(ord(position[-1]) - 1) + _BEHIND
