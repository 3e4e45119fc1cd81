"""Gathers what browsers fetch under names that change with their content, so that they may keep it for ever."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from infra import bundle
from infra.web import icons, npm

if TYPE_CHECKING:
    from pathlib import Path

_ICONS = "icons.txt"
_STYLES = "css"


def write(static: Path, root: Path, target: Path) -> None:
    """Write `assets/<stem>.<hash>.<suffix>` and `manifest.json`, which gives each plain name its hashed one.

    Args:
        static: Our own files: `css/*.css` become one `panel.css` in the order of their names, `icons.txt` lists the
            icons of the sprite, any other file is taken as it is.
        root: The project; its npm packages bring the rest.
        target: The directory to write to.
    """
    manifest = {}
    (target / "assets").mkdir(parents=True)
    for name, content in sorted((_own(static) | _fetched(static, npm.packages(root))).items()):
        stem, _, suffix = name.rpartition(".")
        manifest[name] = f"{stem}.{hashlib.sha256(content).hexdigest()[:10]}.{suffix}"
        (target / "assets" / manifest[name]).write_bytes(content)
    (target / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")


def _own(static: Path) -> dict[str, bytes]:
    found = {path.name: path.read_bytes() for path in static.glob("*.*") if path.name != _ICONS}
    return found | {"panel.css": b"\n".join(path.read_bytes() for path in bundle.files(static / _STYLES))}


def _fetched(static: Path, packages: Path) -> dict[str, bytes]:
    names = (static / _ICONS).read_text().split()
    sprite = icons.sprite(names, packages / "@iconify-json" / "lucide" / "icons.json")
    script = packages / "htmx.org" / "dist" / "htmx.min.js"
    return {"icons.svg": sprite.encode(), script.name: script.read_bytes()}
