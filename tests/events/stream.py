"""Batches of the table's stream as Lambda delivers them: in a tumbling window, or as the embedded AWS does."""

from __future__ import annotations

import base64
import itertools
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    Image = Mapping[str, Mapping[str, Any]]

ARN = "arn:aws:dynamodb:sa-east-1:123456789012:table/portaria-test/stream/2027-01-15T08:00:00.000"
SHARD = "shardId-00000001800000000000-0f1e2d3c"
# As long as real ones.
_SEQS = itertools.count(4_421_584_500_000_000_017_450_439_091)
_KEYS = ("pk", "sk")


def stream_record(old: Image, new: Image, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON values
    """A write that made ``new`` of ``old``, each empty where nothing is, or was; ``changes`` at the top level."""
    seq = next(_SEQS)
    images = {name: _told(image) for name, image in (("OldImage", old), ("NewImage", new)) if image}
    written = new or old
    return {
        "eventID": f"{seq:032x}",
        "eventName": "MODIFY" if len(images) > 1 else "INSERT" if new else "REMOVE",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "sa-east-1",
        "dynamodb": {
            "ApproximateCreationDateTime": 1_800_000_000,
            "Keys": {name: written[name] for name in _KEYS},
            **images,
            "SequenceNumber": str(seq),
            "SizeBytes": 1_024,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
        "eventSourceARN": ARN,
        **changes,
    }


def _told(image: Image) -> dict[str, Any]:
    """An image as JSON tells it: bytes in base64."""
    return {name: {kind: _json(value) for kind, value in typed.items()} for name, typed in image.items()}


def _json(value: Any) -> Any:  # noqa: ANN401 - a value of an attribute
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def expiry_record(old: Image) -> dict[str, Any]:
    """The removal of an item whose time is over."""
    return stream_record(old, {}, userIdentity={"type": "Service", "principalId": "dynamodb.amazonaws.com"})


def stream_event(records: Iterable[Mapping[str, Any]], shard: str | None = SHARD) -> dict[str, Any]:
    """A batch of one shard in a tumbling window; without ``shard`` as from a mapping that has no windows."""
    batch: dict[str, Any] = {"Records": [dict(record) for record in records]}
    if shard is None:
        return batch
    return batch | {
        "window": {"start": "2027-01-15T08:00:00Z", "end": "2027-01-15T08:01:00Z"},
        "state": {},
        "shardId": shard,
        "eventSourceARN": ARN,
        "isFinalInvokeForWindow": False,
        "isWindowTerminatedEarly": False,
    }
