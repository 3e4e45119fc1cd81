"""Compiles the panel's templates to Python modules, in a process of its own: a fixed hash seed gives equal bytes.

`python -m infra.web.templates SOURCE TARGET` writes a module for each template below SOURCE.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from jinja2 import FileSystemLoader, TemplateSyntaxError

from chalicelib.entrypoints.web.environment import environment
from infra.errors import InfraError, run_command

_PROJECT = Path(__file__).resolve().parents[2]


def compile_all(source: Path, target: Path) -> None:
    """Compile every template, so that a function that starts compiles none.

    Args:
        source: The templates.
        target: Directory of the modules; jinja2's ModuleLoader finds them there.

    Raises:
        InfraError: If a template is not well formed.
    """
    command = [sys.executable, "-m", __name__, str(source.resolve()), str(target.resolve())]
    seeded = os.environ | {"PYTHONHASHSEED": "0"}
    done = subprocess.run(command, cwd=_PROJECT, env=seeded, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise InfraError(done.stderr.strip().removeprefix("error: "))


def main() -> int:
    """Compile the templates of the directory named on the command line."""
    source, target = sys.argv[1:]
    try:
        environment(FileSystemLoader(source)).compile_templates(target, zip=None, ignore_errors=False)
    except TemplateSyntaxError as error:
        raise InfraError(f"template {error.name}, line {error.lineno}: {error.message}") from error
    return 0


if __name__ == "__main__":
    run_command(main)
