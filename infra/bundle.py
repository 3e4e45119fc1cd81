"""Makes the zip that Lambda runs: dependencies pruned and compiled once, the application added on every change."""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from chalice.deploy.packager import DependencyBuilder, MissingDependencyError, NoSuchPackageError, PackageDownloadError
from chalice.utils import OSUtils

from infra.errors import InfraError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

RUNTIME = f"python{sys.version_info.major}.{sys.version_info.minor}"
"""The Lambda runtime: the Python that packages, since chalice names it so and the bytecode must match it."""

RECIPE = "4"
"""Changed by hand when pruning changes, so that old bundles of dependencies are not used again."""

AWS_SERVICES = frozenset({"cognito-idp", "dynamodb", "sqs", "secretsmanager", "sts"})
"""The services whose models stay. A client of any other service fails with UnknownServiceError."""

# Parts that stay unused as long as the application does not import them (a test looks at every import, lazy ones too).
# Files cost: each cold start unpacks them all.
_UNUSED = (
    "aws_lambda_powertools/event_handler",
    "aws_lambda_powertools/utilities/auth_alpha",
    "aws_lambda_powertools/utilities/batch",
    "aws_lambda_powertools/utilities/circuit_breaker",
    "aws_lambda_powertools/utilities/data_classes",
    "aws_lambda_powertools/utilities/data_masking",
    "aws_lambda_powertools/utilities/feature_flags",
    "aws_lambda_powertools/utilities/idempotency",
    "aws_lambda_powertools/utilities/kafka",
    "aws_lambda_powertools/utilities/parameters",
    "aws_lambda_powertools/utilities/parser",
    "aws_lambda_powertools/utilities/streaming",
    "aws_lambda_powertools/utilities/validation",
    "phonenumbers/carrierdata",
    "phonenumbers/geodata",
    "phonenumbers/shortdata/region_*.py",  # emergency and service numbers: nobody is messaged there
)
_NEEDLESS_DIRECTORIES = frozenset({"__pycache__", "tests", "examples", "swagger_ui", "bin"})
_NEEDLESS_SUFFIXES = (".pyi", ".typed", ".pyx", ".c", ".h")
_METADATA_KEPT = re.compile(r"METADATA|entry_points\.txt|LICEN[CS]E.*|NOTICE.*|COPYING.*", re.IGNORECASE)
_EPOCH = (1980, 1, 1, 0, 0, 0)


def host_architecture() -> str:
    """Name this machine's processor in Lambda's words (`arm64` or `x86_64`)."""
    return "arm64" if platform.machine().lower() in {"arm64", "aarch64"} else "x86_64"


def constraints(requirements: Path) -> str:
    """Pin what the requirements bring along to the versions installed here.

    Without it the package would carry whatever release of botocore is newest today, not the one that was tested.

    Args:
        requirements: The requirements.txt that is packaged.

    Returns:
        Lines `name==version`, sorted: the closure of the requirements as far as it is installed.
    """
    names = [line.split("#")[0] for line in requirements.read_text().splitlines()]
    todo = [match[0] for name in names if (match := re.match(r"[A-Za-z0-9._-]+", name.strip()))]
    pins: dict[str, str] = {}
    while todo:
        name = re.sub(r"[-_.]+", "-", todo.pop()).lower()
        if name in pins:
            continue
        try:
            found = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue
        pins[name] = found.version
        wanted = [text for text in found.requires or [] if "extra ==" not in text]
        todo += [match[0] for text in wanted if (match := re.match(r"[A-Za-z0-9._-]+", text))]
    return "".join(f"{name}=={version}\n" for name, version in sorted(pins.items()))


def dependencies(requirements: Path, architecture: str, *, native: bool, cache: Path) -> Path:
    """Give the zip of the pruned and compiled dependencies, building it when the requirements changed.

    Args:
        requirements: The requirements.txt that is packaged.
        architecture: `arm64` or `x86_64`.
        native: For this very machine (the local stage runs the functions here), not for Lambda's Linux.
        cache: Directory where the zips are kept.

    Returns:
        Path of the zip.

    Raises:
        InfraError: If a download failed or a dependency has no build for Lambda.
    """
    pins = constraints(requirements)
    kind = f"{sys.platform}-native" if native else "lambda"
    key = f"{RECIPE}\n{RUNTIME}\n{architecture}\n{kind}\n{pins}\n{requirements.read_text()}"
    target = cache / f"{hashlib.sha256(key.encode()).hexdigest()[:20]}.zip"
    if target.exists():
        return target
    print("  fetching the packaged dependencies (once per change of requirements.txt) ...", flush=True)
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as work:
        site, pinned = Path(work, "site"), Path(work, "constraints.txt")
        site.mkdir()
        pinned.write_text(pins)
        if native:
            _install_here(requirements, site, pinned)
        else:
            _install_for_lambda(requirements, site, pinned, architecture)
        _prune(site)
        compile_tree(site)
        made = Path(work, "dependencies.zip")
        with zipfile.ZipFile(made, "w") as archive:
            add_tree(archive, site)
        made.replace(target)
    return target


def _install_here(requirements: Path, site: Path, pinned: Path) -> None:
    pip = [sys.executable, "-m", "pip", "install", "-qq", "--no-compile", "--disable-pip-version-check"]
    result = subprocess.run([*pip, "-r", requirements, "-c", pinned, "--target", site], check=False)
    if result.returncode:
        raise _download_failed("pip's own words are above")


def _install_for_lambda(requirements: Path, site: Path, pinned: Path, architecture: str) -> None:
    before = os.environ.get("PIP_CONSTRAINT")
    os.environ["PIP_CONSTRAINT"] = str(pinned)
    try:
        abi = "cp" + RUNTIME.removeprefix("python").replace(".", "")
        DependencyBuilder(OSUtils(), architecture=architecture).build_site_packages(abi, str(requirements), str(site))
    except MissingDependencyError as error:
        names = ", ".join(sorted(package.identifier for package in error.missing))
        text = f"no build for Lambda ({RUNTIME}, {architecture}) of {names}: choose another version in requirements.txt"
        raise InfraError(text) from error
    except (PackageDownloadError, NoSuchPackageError) as error:
        raise _download_failed(str(error).strip().splitlines()[-1]) from error
    finally:
        os.environ.pop("PIP_CONSTRAINT")
        if before is not None:
            os.environ["PIP_CONSTRAINT"] = before


def _download_failed(cause: str) -> InfraError:
    return InfraError(
        f"could not fetch the packaged dependencies ({cause}). Check the network or pip's index setting and repeat; "
        "once fetched they are kept until requirements.txt changes."
    )


def _prune(site: Path) -> None:
    """Delete what a function never reads: other services' models, unused parts, examples, installer records."""
    _prune_unused(site)
    for directory in sorted(site.rglob("*"), reverse=True):
        if directory.is_dir() and (directory.name in _NEEDLESS_DIRECTORIES or directory.suffix == ".data"):
            shutil.rmtree(directory)
    for file in site.rglob("*"):
        record = any(part.endswith(".dist-info") for part in file.parts) and not _METADATA_KEPT.fullmatch(file.name)
        if file.is_file() and (record or file.name.endswith(_NEEDLESS_SUFFIXES)):
            file.unlink()


def _prune_unused(site: Path) -> None:
    models = [*site.glob("botocore/data/*/"), *site.glob("boto3/data/*/")]
    others = [path for path in models if path.is_dir() and path.name not in AWS_SERVICES]
    for path in others + [path for pattern in _UNUSED for path in site.glob(pattern)]:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def compile_tree(root: Path) -> None:
    """Write bytecode beside every source, never to be checked against it.

    Lambda cannot write bytecode into its package: uncompiled, every cold start would compile it all again. A process
    of its own with a fixed hash seed makes the same bytes every time.

    Args:
        root: Directory that becomes the root of the package.

    Raises:
        InfraError: If a source does not compile.
    """
    command = [sys.executable, "-m", "compileall", "-q", "-f", "-j", "1", "--invalidation-mode", "unchecked-hash"]
    environment = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": ""}
    result = subprocess.run([*command, "-s", root, root], env=environment, check=False)
    if result.returncode:
        raise InfraError("a packaged source does not compile; its error is above")


def files(root: Path) -> Iterator[Path]:
    """List the files below a directory in a stable order."""
    return (path for path in sorted(root.rglob("*")) if path.is_file())


def add_tree(archive: zipfile.ZipFile, root: Path) -> None:
    """Add every file below a directory to a zip, with fixed times and modes so that equal input gives equal bytes."""
    for path in files(root):
        entry = zipfile.ZipInfo(path.relative_to(root).as_posix(), _EPOCH)
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = 0o644 << 16
        archive.writestr(entry, path.read_bytes(), compresslevel=9)


def digest(root: Path, paths: Iterable[Path], *extra: str) -> str:
    """Hash files by content and by name below a directory, and some text beside them."""
    total = hashlib.sha256("\n".join(extra).encode())
    for path in paths:
        total.update(f"{path.relative_to(root)}\n".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()
