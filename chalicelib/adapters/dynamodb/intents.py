"""Intents as items: one header of about a kilobyte with the timeline packed inside, so a transition is one write."""

from __future__ import annotations

import json
import zlib
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from chalicelib.adapters.dynamodb.content_items import content_item, ends_at, pack_content, unpack_content
from chalicelib.adapters.dynamodb.intent_index import KeyedHashes, index_row, row_in
from chalicelib.adapters.dynamodb.intent_search import Span, search_for
from chalicelib.adapters.dynamodb.squeezing import squeezed, unsqueezed
from chalicelib.adapters.dynamodb.table import is_one_unit, packed
from chalicelib.application.ports.intents import LONGEST_LOOK, Page
from chalicelib.domain.alarm import Alarm
from chalicelib.domain.errors import VersionConflict
from chalicelib.domain.intent import Intent, fold
from chalicelib.domain.listing import IntentFilter, IntentRow, instant_of, position
from chalicelib.domain.request import Request
from chalicelib.domain.timeline import Event, EventType
from chalicelib.domain.values import Category, ContentType, Origin, Purpose, Target, TargetKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chalicelib.adapters.dynamodb.table import Item, Table
    from chalicelib.application.ports.keyring import Keyring

SHARDS = 4
# How much further each look for a page goes than all before it together, when too little was found.
_FURTHER = 3
_ALL = IntentFilter()

_REQUEST_FIELDS = (
    "purpose",
    "origin",
    "category",
    "instance_id",
    "send_at",
    "expires_at",
    "external_id",
    "fingerprint",
    "content_type",
    "likeness",
    "campaign",
    "time_zone",
)


class DynamoIntents:
    """Stores intents in the table; the version is the guard of every write."""

    def __init__(self, table: Table, keyring: Keyring, longest_look: int = LONGEST_LOOK) -> None:
        """Create the adapter.

        Args:
            table: Where everything is.
            keyring: Keys the hashes of recipients and clients' ids.
            longest_look: So many entries of an index are looked at for one page at the most.
        """
        self._table = table
        self._hashes = KeyedHashes(keyring)
        self._longest_look = longest_look

    def create(self, intent: Intent) -> Intent | None:
        """Store a new intent, or return the one that was there before."""
        refused = self._table.put_version(self._kept(intent), 0)
        return None if refused is None else from_item(refused)

    def save(self, intent: Intent, based_on: int) -> None:
        """Store an intent's next state on the version it was derived from."""
        if self._table.put_version(self._kept(intent), based_on) is not None:
            raise VersionConflict(f"{intent.id} is no longer at version {based_on}")

    def rearm(self, intent: Intent, due: int) -> None:
        """Move the alarm of an unchanged intent."""
        self._table.put_version(self._kept(replace(intent, alarm=Alarm(due=due))), intent.version)

    def get(self, intent_id: str) -> Intent | None:
        """The intent as it is now."""
        item = self._table.get(f"INTENT#{intent_id}", "INTENT")
        return from_item(item) if item else None

    def get_many(self, intent_ids: Sequence[str]) -> dict[str, Intent]:
        """The intents as they are now, by id."""
        items = self._table.get_many((f"INTENT#{intent_id}", "INTENT") for intent_id in intent_ids)
        return {intent.id: intent for intent in map(from_item, items)}

    def page(self, organization_id: str, wanted: IntentFilter, after: str | None, limit: int) -> Page:
        """Intents that fit, newest first; every one read anew, so that each status is the current one."""
        search = search_for(organization_id, wanted, self._hashes)
        found: list[Intent] = []
        looked, last = 0, after
        while len(found) <= limit and looked < self._longest_look:
            look_at = min(max(limit + 1, _FURTHER * looked), self._longest_look - looked)
            entries, more = search.look(self._table, Span.of(wanted, before=last), look_at)
            known = self.get_many([_intent_id(entry) for entry in entries])
            read = (known[name] for entry in entries if (name := _intent_id(entry)) in known)
            found += [one for one in read if wanted.matches(one)]
            looked, last = looked + look_at, str(more["created"]) if more else None
            if last is None:
                break
        return _page(found, last, limit)

    def rows(self, organization_id: str, limit: int) -> tuple[IntentRow, ...]:
        """The newest rows, in one query."""
        search = search_for(organization_id, _ALL, self._hashes)
        entries, _ = search.look(self._table, Span.of(_ALL), limit)
        return tuple(map(row_in, entries))

    def count_newer(self, organization_id: str, wanted: IntentFilter, than: str, limit: int = 100) -> int:
        """How many entries that may fit are newer than a position, in one query."""
        search = search_for(organization_id, wanted, self._hashes)
        entries, _ = search.look(self._table, Span.of(wanted, behind=than), limit)
        return len(entries)

    def _kept(self, intent: Intent) -> Item:
        """The header with the content that the intent has with it: inside as long as both are one write unit."""
        header = self._header(intent)
        if intent.content is None:
            return header
        whole = header | {"say": pack_content(intent.content)}
        if is_one_unit(whole):
            return whole
        self._table.put(content_item(intent, intent.content))
        return header

    def _header(self, intent: Intent) -> Item:
        item: Item = {
            "pk": f"INTENT#{intent.id}",
            "sk": "INTENT",
            "req": squeezed(_pack_request(intent.request)),
            "ev": squeezed(_pack_events(intent.timeline)),
            "v": intent.version,
            "ttl": ends_at(intent),
        }
        return item | index_row(intent, self._hashes) | _alarm_keys(intent)


def from_item(item: Item) -> Intent:
    """The intent of a header: its events replayed."""
    events = _unpack_events(unsqueezed(item["ev"]))
    blank = Intent(_intent_id(item), str(item["org"]), _unpack_request(unsqueezed(item["req"])))
    content = unpack_content(str(item["say"])) if "say" in item else None
    intent, alarm = fold(blank, events), _alarm(item)
    # The end of a deferral may have been moved: its alarm tells.
    until = alarm.due if alarm and intent.until is not None else intent.until
    return replace(intent, until=until, alarm=alarm, content=content)


def _intent_id(item: Item) -> str:
    return str(item["pk"]).removeprefix("INTENT#")


def _page(found: list[Intent], last: str | None, limit: int) -> Page:
    """One page of what was found up to ``last``, the position where the search stopped before the list's end."""
    shown = tuple(found[:limit])
    if len(found) > limit:
        return Page(shown, position(shown[-1]))
    stopped = last is not None and len(shown) < limit
    return Page(shown, last, instant_of(str(last)) if stopped else None)


def shard_of(name: str) -> int:
    """The wake shard of an intent or an instance, by its id."""
    return zlib.crc32(name.encode()) % SHARDS


def _alarm_keys(intent: Intent) -> Item:
    alarm = intent.alarm
    if alarm is None:
        return {}
    if alarm.parked_on:
        return {"wake_pk": f"PARK#{alarm.parked_on}", "wake_sk": position(intent)}
    return {"wake_pk": f"WAKE#{shard_of(intent.id)}", "wake_sk": f"{alarm.due:013d}#{intent.id}"}


def _alarm(item: Item) -> Alarm | None:
    """The alarm as it is stored: ``sweep`` may have moved it."""
    if "wake_pk" not in item:
        return None
    place = str(item["wake_pk"])
    if place.startswith("PARK#"):
        return Alarm(parked_on=place.removeprefix("PARK#"))
    return Alarm(due=int(str(item["wake_sk"]).partition("#")[0]))


def _pack_events(timeline: tuple[Event, ...]) -> str:
    """The timeline in short: instants as the time since the event before."""
    instants = [0, *(event.at for event in timeline)]
    return packed(
        [
            [event.at - before, event.type, event.actor, event.data]
            for before, event in zip(instants, timeline, strict=False)
        ]
    )


def _unpack_events(text: str) -> Iterator[Event]:
    at = 0
    for seq, (since, kind, actor, data) in enumerate(json.loads(text), start=1):
        at += since
        yield Event(seq, at, EventType(kind), actor, data)


def _pack_request(request: Request) -> str:
    fields = asdict(request)
    values = [fields[name] for name in _REQUEST_FIELDS]
    while values[-1] is None:
        values.pop()
    return packed([[request.target.kind, request.target.value], *values])


def _unpack_request(text: str) -> Request:
    (kind, value), *rest = json.loads(text)
    # What was stored before other contents existed is a text.
    fields = {"content_type": ContentType.TEXT} | dict(zip(_REQUEST_FIELDS, rest, strict=False))
    fields["purpose"] = Purpose(fields["purpose"])
    fields["origin"] = Origin(fields["origin"])
    fields["category"] = Category(fields["category"])
    fields["content_type"] = ContentType(fields["content_type"])
    return Request(target=Target(TargetKind(kind), value), **fields)
