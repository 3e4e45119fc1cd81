"""When the demonstration is told, without running it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from infra.local.demonstration.progress import Progress, note, noted

if TYPE_CHECKING:
    from pathlib import Path


def test_the_demonstration_belongs_to_its_organization(tmp_path: Path) -> None:
    """Every start would send the same messages once more; or an organization made anew would stay empty for ever."""
    demo = tmp_path / "demo.json"
    demo.write_text(json.dumps({"organization_id": "org_1"}))
    assert noted(tmp_path) is None
    for progress in Progress:
        note(tmp_path, progress)
        assert noted(tmp_path) is progress
    demo.write_text(json.dumps({"organization_id": "org_2"}))
    assert noted(tmp_path) is None
