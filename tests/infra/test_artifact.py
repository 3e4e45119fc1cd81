"""The packaged zip: what Lambda unpacks, and nothing else."""

from __future__ import annotations

import ast
import importlib.metadata
import importlib.util
import json
import struct
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

from infra import bundle, package
from infra.errors import InfraError

if TYPE_CHECKING:
    from pathlib import Path

UNCHECKED_HASH = 0b01
FORBIDDEN = ("tests/", "infra/", ".chalice/", "docs/", ".local/", "pytest", "moto/", "ministack/", "chalice/cli")
IMPORT_ALONE = """
import json, os, socket, sys
def refuse(*_, **__):
    raise AssertionError("the import opened a connection")
socket.socket.connect = socket.getaddrinfo = refuse
sys.path.insert(0, sys.argv[1])
import app
homes = {name: getattr(module, "__file__", None) or "" for name, module in sys.modules.items()}
print(json.dumps({"handlers": [hasattr(app, name) for name in ("app", "execute", "ingest", "sweep")], "homes": homes}))
"""

ZONES_ALONE = """
import sys, zoneinfo
sys.path.insert(0, sys.argv[1])
zoneinfo.reset_tzpath(to=())
from chalicelib.adapters.phone_zones import phone_zone
print(phone_zone("+5592987654321"), phone_zone("+14155552671"))
"""

FIND_MODULES = """
import importlib.util, json, sys
sys.path.insert(0, sys.argv[1])
missing = []
for name in sys.argv[2:]:
    try:
        found = importlib.util.find_spec(name)
    except ModuleNotFoundError:
        found = None
    if found is None:
        missing.append(name)
print(json.dumps(missing))
"""


def _names(built: package.Package) -> list[str]:
    with zipfile.ZipFile(built.code) as archive:
        return archive.namelist()


def test_it_is_small(packaged: package.Package) -> None:
    """Every cold start loads the zip: size is a customer's waiting time."""
    assert packaged.size_mb <= package.LIMIT_MB


def test_it_carries_no_equipment(packaged: package.Package) -> None:
    """Tests, the phone and configuration in production code are weight at best and doors at worst."""
    names = _names(packaged)
    assert "app.py" in names
    assert [name for name in names if name.startswith(FORBIDDEN)] == []
    assert [name for name in names if "/tests/" in name] == []
    assert len(names) == len(set(names))


def test_every_source_is_compiled(packaged: package.Package) -> None:
    """Lambda cannot write bytecode: what is missing is compiled again at every cold start, for the user to wait."""
    with zipfile.ZipFile(packaged.code) as archive:
        names = set(archive.namelist())
        for source in (name for name in names if name.endswith(".py")):
            compiled = importlib.util.cache_from_source(source)
            assert compiled in names, source
            head = archive.read(compiled)[:16]
            assert head[:4] == importlib.util.MAGIC_NUMBER
            assert struct.unpack("<I", head[4:8])[0] == UNCHECKED_HASH


def test_the_runtime_is_the_python_that_compiled(packaged: package.Package) -> None:
    """Bytecode of another Python is ignored: cold starts double and nothing says why."""
    resources = json.loads(packaged.template.read_text())["Resources"].values()
    runtimes = {entry["Properties"]["Runtime"] for entry in resources if entry["Type"] == "AWS::Serverless::Function"}
    assert runtimes == {bundle.RUNTIME}


def test_it_imports_alone(unpacked: Path) -> None:
    """A module that only the developer's machine has, an import that needs a setting: a function that never starts."""
    before = sorted(bundle.files(unpacked))
    command = [sys.executable, "-I", "-S", "-c", IMPORT_ALONE, str(unpacked)]
    done = subprocess.run(command, env={}, cwd="/", capture_output=True, text=True, check=False)  # noqa: S603 - our own interpreter
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert all(found["handlers"])
    assert not [name for name, home in found["homes"].items() if "site-packages" in home]
    assert found["homes"]["botocore"].startswith(str(unpacked))
    # Nothing was compiled again: the bytecode in the package was used.
    assert sorted(bundle.files(unpacked)) == before


def test_it_knows_every_clock_by_itself(unpacked: Path) -> None:
    """Lambda's images have no time zones: quiet hours would be an error, and the panel's times too."""
    command = [sys.executable, "-I", "-S", "-c", ZONES_ALONE, str(unpacked)]
    done = subprocess.run(command, env={}, cwd="/", capture_output=True, text=True, check=False)  # noqa: S603 - our own
    assert (done.returncode, done.stdout) == (0, "America/Manaus America/Los_Angeles\n"), done.stderr


def test_every_module_the_application_names_is_inside(unpacked: Path) -> None:
    """An import inside a function that only a developer's machine satisfies fails at its first call, in the night."""
    named: set[str] = set()
    for source in [unpacked / "app.py", *(unpacked / "chalicelib").rglob("*.py")]:
        tree = ast.parse(source.read_text())
        typing_only = {
            inner
            for node in ast.walk(tree)
            if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
            for inner in ast.walk(node)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module and not node.level and node not in typing_only:
                named.add(node.module)
            elif isinstance(node, ast.Import) and node not in typing_only:
                named.update(alias.name for alias in node.names)
    command = [sys.executable, "-I", "-S", "-c", FIND_MODULES, str(unpacked), *sorted(named)]
    done = subprocess.run(command, env={}, cwd="/", capture_output=True, text=True, check=True)  # noqa: S603 - our own
    assert json.loads(done.stdout) == []


def test_cloud_and_laptop_run_the_same_code(local: package.Package, prod: package.Package) -> None:
    """What works on the laptop must be what runs in the cloud, compiled modules aside."""
    native = {".so", ".dylib"}
    files = [{name for name in _names(built) if not name.endswith(tuple(native))} for built in (local, prod)]
    assert files[0] == files[1]
    with zipfile.ZipFile(local.code) as ours, zipfile.ZipFile(prod.code) as theirs:
        application = [name for name in ours.namelist() if name.startswith(("app.py", "chalicelib/"))]
        assert all(ours.read(name) == theirs.read(name) for name in application)


def test_dependencies_are_those_that_were_tested(prod: package.Package) -> None:
    """A newer botocore than the tests ran with is a surprise kept for production."""
    with zipfile.ZipFile(prod.code) as archive:
        packaged = {name.split("/")[0] for name in archive.namelist() if ".dist-info/" in name}
    assert f"botocore-{importlib.metadata.version('botocore')}.dist-info" in packaged


def test_only_the_services_used_have_models(packaged: package.Package) -> None:
    """The models of 400 services nobody calls are 25 MB that every cold start would carry."""
    prefix = "botocore/data/"
    below = {name.removeprefix(prefix).split("/")[0] for name in _names(packaged) if name.startswith(prefix)}
    assert {name for name in below if not name.endswith(".json")} == bundle.AWS_SERVICES
    assert {"endpoints.json", "partitions.json", "sdk-default-configuration.json", "_retry.json"} <= below


def test_packaging_again_gives_the_same_bytes(local: package.Package) -> None:
    """Equal code must be an equal artifact, or a deployment changes functions that nobody changed."""
    before = local.code.read_bytes()
    (local.code.parent / "inputs.sha256").unlink()
    again = package.build("local", local.code.parent)
    assert again.code.read_bytes() == before


def test_a_failed_download_is_one_clear_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Somebody on a train must read what to do, not a traceback of the packager."""
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    monkeypatch.setenv("PIP_RETRIES", "0")
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("boto3==1.43.106\n")
    for native in (True, False):
        with pytest.raises(InfraError, match=r"could not fetch .* repeat"):
            bundle.dependencies(requirements, "arm64", native=native, cache=tmp_path / "cache")
    assert not list((tmp_path / "cache").glob("*.zip"))
    capfd.readouterr()


def test_an_app_that_does_not_import_says_so(tmp_path: Path) -> None:
    """Somebody who mistyped a line must see that line, not a missing file of the packager's."""
    for name in ("requirements.txt", ".chalice", "infra", "chalicelib"):
        (tmp_path / name).symlink_to(package.ROOT / name)
    (tmp_path / "app.py").write_text("from chalice.app import Chalice\n\napp = Chalcie(app_name='portaria')\n")
    with pytest.raises(InfraError, match="Chalcie"):
        package.build("local", tmp_path / "out", root=tmp_path)
