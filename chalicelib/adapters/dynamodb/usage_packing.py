"""Packs what a number has reserved: each window's counts in as few bytes as its largest count needs."""

from __future__ import annotations

import struct
from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.domain.usage import Usage, Windows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chalicelib.domain.window import Window

# First byte of the body. Bodies of before begin with a zero, the first byte of an instant.
_FORMAT = 2
_HEAD = ">BQQ"
_WINDOW = ">QBB"
_CODES = {1: "B", 2: "H", 4: "I"}


def pack_usage(usage: Usage) -> bytes:
    """The usage: its format, its next slots, then each window's newest bucket, number of counts, width and counts."""
    head = struct.pack(_HEAD, _FORMAT, usage.next_slot, usage.next_reply)
    return head + b"".join(pack_window(window) for window in _windows(usage))


def pack_window(window: Window) -> bytes:
    """A window: its newest bucket, number of counts, their width and the counts."""
    size, largest = len(window.counts), max(window.counts, default=0)
    width = next(width for width in _CODES if largest < 1 << 8 * width)
    return struct.pack(f"{_WINDOW}{size}{_CODES[width]}", window.newest, size, width, *window.counts)


def unpack_window(blank: Window, body: bytes, offset: int = 0) -> tuple[Window, int]:
    """The window that ``pack_window`` packed at an offset of a body, and the offset behind it."""
    newest, size, width = struct.unpack_from(_WINDOW, body, offset)
    offset += struct.calcsize(_WINDOW)
    counts = struct.unpack_from(f">{size}{_CODES[width]}", body, offset)
    return replace(blank, newest=newest, counts=counts, total=sum(counts)), offset + width * size


def unpack_usage(instance_id: str, version: int, body: bytes) -> Usage:
    """The usage that ``pack_usage`` packed, now or in its first format."""
    blank = Usage(instance_id, version=version)
    if body[0] != _FORMAT:
        return _first_format(blank, body)
    _, next_slot, next_reply = struct.unpack_from(_HEAD, body)
    offset, windows = struct.calcsize(_HEAD), []
    for window in _windows(blank):
        read, offset = unpack_window(window, body, offset)
        windows.append(read)
    everything, paced = Windows(*windows[:3]), Windows(*windows[3:6])
    return replace(
        blank,
        next_slot=next_slot,
        next_reply=next_reply,
        everything=everything,
        paced=paced,
        new_contacts=windows[6],
    )


def _windows(usage: Usage) -> Iterator[Window]:
    yield from usage.everything
    yield from usage.paced
    yield usage.new_contacts


def _first_format(blank: Usage, body: bytes) -> Usage:
    """What was stored before replies were counted by themselves: everything counts as no reply."""
    (next_slot,) = struct.unpack_from(">Q", body)
    offset, everything, paced = 8, [], []
    for whole, part in zip(blank.everything, blank.paced, strict=True):
        newest, size = struct.unpack_from(">QB", body, offset)
        counts = struct.unpack_from(f">{size}I", body, offset + 9)
        everything.append(replace(whole, newest=newest, counts=counts, total=sum(counts)))
        paced.append(replace(part, newest=newest, counts=counts, total=sum(counts)))
        offset += 9 + 4 * size
    return replace(blank, next_slot=next_slot, everything=Windows(*everything), paced=Windows(*paced))
