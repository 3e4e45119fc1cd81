"""Fetches the packages of package-lock.json, once per change of the lock, with or without a Node.js on the machine."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from infra.errors import InfraError

_FILES = ("package.json", "package-lock.json", ".npmrc")
_INSTALL = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")


def packages(root: Path) -> Path:
    """Give the directory of the installed packages, installing them when the lock changed.

    Args:
        root: The project.

    Returns:
        A `node_modules` that holds exactly what the lock names.

    Raises:
        InfraError: If a download failed.
    """
    source, kept = root / "infra" / "web", root / ".build" / "web"
    key = hashlib.sha256(b"".join((source / name).read_bytes() for name in _FILES)).hexdigest()[:20]
    target = kept / f"npm-{key}"
    if not target.exists():
        kept.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept) as work:
            _install(source, Path(work, "npm"))
            Path(work, "npm").replace(target)
    return target / "node_modules"


def _install(source: Path, project: Path) -> None:
    npm = _npm(source)
    print("  fetching the front end's packages (once per change of package-lock.json) ...", flush=True)
    project.mkdir()
    for name in _FILES:
        shutil.copy(source / name, project / name)
    _run([npm, *_INSTALL], project, "npm's registry")


def _npm(source: Path) -> str:
    """Find npm: the machine's, else the one that pip brings into this environment."""
    ours = Path(sys.executable).parent / "npm"
    found = shutil.which("npm") or shutil.which(ours)
    if not found:
        print("  fetching Node.js (this machine has no npm) ...", flush=True)
        pip = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "-r"]
        _run([*pip, str(source / "requirements-node.txt")], source, "pip's index")
    return found or str(ours)


def _run(command: list[str], directory: Path, setting: str) -> None:
    done = subprocess.run(command, cwd=directory, stdout=sys.stderr, check=False)
    if done.returncode:
        raise InfraError(
            f"could not fetch the front end's packages ({Path(command[0]).name}'s own words are above). Check the "
            f"network or {setting} setting and repeat; once fetched they are kept until package-lock.json changes."
        )
