"""Packages one stage: template and zip, the same ones that run on a laptop and in the cloud.

`python -m infra.package --stage STAGE --out .build/STAGE` writes `template.json` and `deployment.zip` there.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from infra import bundle
from infra.errors import InfraError, run_command
from infra.locks import exclusive
from infra.web import build as web

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / ".build"
LOCAL = "local"
LIMIT_MB = 12.0
"""The zip's largest size, bytes. A cold start reads all of it."""

_CLUTTER = shutil.ignore_patterns("__pycache__", "*.pyc", ".*")


@dataclass(frozen=True)
class Package:
    """A packaged stage.

    Attributes:
        stage: Name of the stage.
        template: The CloudFormation template; its functions name `./deployment.zip`.
        code: The zip.
        inputs: Hash of everything the package was made from; equal hashes, equal packages.
    """

    stage: str
    template: Path
    code: Path
    inputs: str

    @property
    def size_mb(self) -> float:
        """Size of the zip in MB (10^6 bytes)."""
        return self.code.stat().st_size / 1e6


def build(stage: str, out: Path, *, root: Path = ROOT) -> Package:
    """Package a stage unless its last package is still current.

    Args:
        stage: `local`, `prod` or any other name; all but `local` are cloud stages.
        out: Directory to write to.
        root: The project.

    Returns:
        The package.

    Raises:
        InfraError: If the front end does not build, chalice refuses the app, a download fails or the zip is too large.
    """
    with exclusive(root / ".build" / f"{stage}.lock"):
        web.build(root)
        return _build(stage, out, root)


def _build(stage: str, out: Path, root: Path) -> Package:
    inputs = _inputs(stage, root)
    package = Package(stage, out / "template.json", out / "deployment.zip", inputs)
    stamp = out / "inputs.sha256"
    if package.template.exists() and package.code.exists() and stamp.exists() and stamp.read_text() == inputs:
        return package
    stamp.unlink(missing_ok=True)
    staging = root / ".build" / "staging" / stage
    _stage_sources(staging, stage, root)
    out.mkdir(parents=True, exist_ok=True)
    raw = _chalice_package(staging, stage, root)
    package.template.write_text(json.dumps(_finish(raw, stage), indent=1, sort_keys=True) + "\n")
    _assemble(staging, package, root)
    if package.size_mb > LIMIT_MB:
        raise InfraError(f"{package.code} is {package.size_mb:.1f} MB; the limit is {LIMIT_MB:.0f} MB")
    stamp.write_text(inputs)
    return package


def architecture(stage: str) -> str:
    """Name the processor a stage runs on: the host's for the local stage, the cheaper one in the cloud."""
    return bundle.host_architecture() if stage == LOCAL else "arm64"


def _inputs(stage: str, root: Path) -> str:
    sources = [root / name for name in ("app.py", "requirements.txt", ".chalice/config.json", "infra/resources.yaml")]
    missing = [path for path in sources if not path.exists()]
    if missing:
        raise InfraError(f"{missing[0]} does not exist: nothing to package")
    sources += [path for path in bundle.files(root / "chalicelib") if "__pycache__" not in path.parts]
    sources += bundle.files(root / "infra" / "policies")
    sources += [root / "infra" / "package.py", root / "infra" / "bundle.py"]
    pins = bundle.constraints(root / "requirements.txt")
    return bundle.digest(root, sources, stage, bundle.RUNTIME, architecture(stage), pins)


def _stage_sources(staging: Path, stage: str, root: Path) -> None:
    """Lay out a project of its own for chalice: no requirements.txt, so that it never downloads."""
    shutil.rmtree(staging, ignore_errors=True)
    (staging / ".chalice").mkdir(parents=True)
    shutil.copy(root / "app.py", staging / "app.py")
    shutil.copytree(root / "chalicelib", staging / "chalicelib", ignore=_ignored)
    shutil.copytree(root / "infra" / "policies", staging / "infra" / "policies")
    config = json.loads((root / ".chalice" / "config.json").read_text())
    settings = config["stages"].setdefault(stage, {})
    settings["api_gateway_stage"] = stage
    settings["lambda_architecture"] = architecture(stage)
    (staging / ".chalice" / "config.json").write_text(json.dumps(config))


def _ignored(directory: str, names: list[str]) -> set[str]:
    """Leave out what the front end is built from: what was built of it is packaged."""
    built_from = web.SOURCES if Path(directory).match("entrypoints/web") else ()
    return _CLUTTER(directory, names) | set(built_from)


def _chalice_package(staging: Path, stage: str, root: Path) -> dict[str, Any]:
    chalice = [
        sys.executable,
        "-c",
        "import sys; from chalice.cli import main; sys.exit(main())",
        "package",
        "--stage",
        stage,
    ]
    command = [*chalice, "--merge-template", str(root / "infra" / "resources.yaml"), "packaged"]
    # The app is imported here: with no AWS settings at all, so that an import that needs them fails now.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment |= {"AWS_DEFAULT_REGION": os.environ.get("AWS_DEFAULT_REGION", "us-east-1")}
    environment |= {"AWS_EC2_METADATA_DISABLED": "true", "PYTHONDONTWRITEBYTECODE": "1"}
    result = subprocess.run(command, cwd=staging, env=environment, capture_output=True, text=True, check=False)
    if result.returncode:
        raise InfraError(f"chalice could not package the app:\n{(result.stdout + result.stderr).strip()}")
    template: dict[str, Any] = yaml.safe_load((staging / "packaged" / "sam.yaml").read_text())
    return template


def _finish(template: dict[str, Any], stage: str) -> dict[str, Any]:
    """Name the stage in the template and, for the local one, let everything be deleted with the stack."""
    template["Parameters"]["Stage"] |= {"Default": stage, "AllowedValues": [stage]}
    for name, resource in template["Resources"].items():
        if "Type" not in resource:
            raise InfraError(f"infra/resources.yaml extends {name}, which app.py does not define")
        if stage == LOCAL and "DeletionPolicy" in resource:
            resource["DeletionPolicy"] = resource["UpdateReplacePolicy"] = "Delete"
    return template


def _assemble(staging: Path, package: Package, root: Path) -> None:
    """Append the compiled application to the zip of its dependencies."""
    application = staging / "application"
    with zipfile.ZipFile(staging / "packaged" / "deployment.zip") as archive:
        archive.extractall(application)
    bundle.compile_tree(application)
    kept = root / ".build" / "dependencies"
    native = package.stage == LOCAL
    base = bundle.dependencies(root / "requirements.txt", architecture(package.stage), native=native, cache=kept)
    unfinished = package.code.with_suffix(".partial")
    shutil.copy(base, unfinished)
    with zipfile.ZipFile(unfinished, "a") as archive:
        bundle.add_tree(archive, application)
    unfinished.replace(package.code)


def main() -> int:
    """Package the stage named on the command line."""
    parser = argparse.ArgumentParser(prog="python -m infra.package", description="Package one stage.")
    parser.add_argument("--stage", default=LOCAL, help="local, prod or any other name (default: local)")
    parser.add_argument("--out", type=Path, help="directory to write to (default: .build/STAGE)")
    arguments = parser.parse_args()
    started = time.monotonic()
    package = build(arguments.stage, arguments.out or BUILD / arguments.stage)
    took = time.monotonic() - started
    print(f"{package.code} ({package.size_mb:.1f} MB) and {package.template.name} in {took:.1f} s")
    return 0


if __name__ == "__main__":
    run_command(main)
