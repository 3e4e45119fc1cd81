"""Remembers how far the demonstration has come in a state directory: it is told once per organization, or left out."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING

from infra.local.stack import write_private

if TYPE_CHECKING:
    from pathlib import Path


class Progress(StrEnum):
    """How far it has come; one that was interrupted stays BEGUN."""

    BEGUN = "BEGUN"
    TOLD = "TOLD"
    LEFT_OUT = "LEFT_OUT"


def note(state_dir: Path, progress: Progress) -> None:
    """Remember how far the demonstration of the present organization has come."""
    write_private(_kept(state_dir), {"organization_id": _organization(state_dir), "progress": progress})


def noted(state_dir: Path) -> Progress | None:
    """How far it has come for the present organization; ``None`` when nobody has decided."""
    if not _kept(state_dir).exists():
        return None
    kept = json.loads(_kept(state_dir).read_text())
    return Progress(kept["progress"]) if kept["organization_id"] == _organization(state_dir) else None


def _kept(state_dir: Path) -> Path:
    return state_dir / "demonstration.json"


def _organization(state_dir: Path) -> str:
    return str(json.loads((state_dir / "demo.json").read_text())["organization_id"])
