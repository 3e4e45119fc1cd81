"""What the embedded AWS keeps of its streams, and what the local stack makes of that when it starts again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from infra.local.services import read_streams_anew

if TYPE_CHECKING:
    from pathlib import Path


def test_a_stream_that_begins_anew_is_read_from_its_beginning(tmp_path: Path) -> None:
    """After a night's stop nothing would be counted until as much had happened as before it."""
    kept = tmp_path / "lambda.json"
    payload = {"functions": {"a": 1}, "dynamodb_stream_positions": {"data": {"mapping": 78}}}
    kept.write_text(json.dumps({"__ministack_format__": 1, "payload": payload}))
    read_streams_anew(kept)
    assert json.loads(kept.read_text()) == {"__ministack_format__": 1, "payload": {"functions": {"a": 1}}}


def test_a_first_start_has_nothing_to_forget(tmp_path: Path) -> None:
    """Nobody could start the local stack for the first time."""
    read_streams_anew(tmp_path / "lambda.json")
    assert list(tmp_path.iterdir()) == []
