"""Builds the panel's front end: assets, compiled translations and compiled templates, when their sources changed.

`python -m infra.web.build` writes `chalicelib/entrypoints/web/built`, which is packaged and never committed.
"""

from __future__ import annotations

import importlib.metadata
import shutil
import tempfile
import time
from pathlib import Path

from infra import bundle
from infra.errors import run_command
from infra.locks import exclusive
from infra.web import assets, messages, templates

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("static", "locale", "templates")
"""Directories of the panel that are built from, and therefore not packaged."""

_STAMP = ".inputs"


def build(root: Path = ROOT) -> None:
    """Build the front end unless the last build is still current.

    Args:
        root: The project.

    Raises:
        InfraError: If an icon does not exist, a template is not well formed or a download failed.
    """
    with exclusive(root / ".build" / "web.lock"):
        web = root / "chalicelib" / "entrypoints" / "web"
        built, inputs = web / "built", _inputs(root, web)
        stamp = built / _STAMP
        if not (stamp.exists() and stamp.read_text() == inputs):
            _replace(built, root, web, inputs)


def _inputs(root: Path, web: Path) -> str:
    sources = [path for name in SOURCES for path in bundle.files(web / name)]
    sources += [
        web / "environment.py",
        web / "filters.py",
        *(root / "infra" / "web").glob("*.py"),
        root / "infra/web/package-lock.json",
    ]
    tools = [f"{name}=={importlib.metadata.version(name)}" for name in ("Babel", "Jinja2")]
    return bundle.digest(root, sorted(sources), *tools)


def _replace(built: Path, root: Path, web: Path, inputs: str) -> None:
    """Make the new build beside the old one and swap them: a failed build leaves the old one as it was."""
    with tempfile.TemporaryDirectory(dir=root / ".build") as work:
        fresh = Path(work, "fresh")
        assets.write(web / "static", root, fresh)
        messages.compile_all(web, fresh)
        templates.compile_all(web / "templates", fresh / "templates")
        (fresh / _STAMP).write_text(inputs)
        if built.exists():
            shutil.move(built, Path(work, "old"))
        shutil.move(fresh, built)


def main() -> int:
    """Build the front end of this project."""
    started = time.monotonic()
    build()
    print(f"the panel's front end is built ({time.monotonic() - started:.1f} s)")
    return 0


if __name__ == "__main__":
    run_command(main)
