"""Packages the stages once: the tests here look at the very artifact that is deployed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from infra import package
from tests.infra.template import Template

if TYPE_CHECKING:
    from pathlib import Path

STAGES = ("local", "prod", "qa")


def _build(stage: str) -> package.Package:
    return package.build(stage, package.BUILD / stage)


@pytest.fixture(scope="session", params=STAGES)
def packaged(request: pytest.FixtureRequest) -> package.Package:
    """Each kind of stage in turn: the local one, the configured cloud stage, a cloud stage nobody configured."""
    return _build(request.param)


@pytest.fixture(scope="session")
def local() -> package.Package:
    """The local stage."""
    return _build("local")


@pytest.fixture(scope="session")
def prod() -> package.Package:
    """The configured cloud stage."""
    return _build("prod")


@pytest.fixture(scope="session")
def template(packaged: package.Package) -> Template:
    """The packaged template of the stage in turn."""
    return Template(json.loads(packaged.template.read_text()))


@pytest.fixture(scope="session")
def unpacked(local: package.Package, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The local stage's zip, unpacked as Lambda does."""
    import zipfile  # noqa: PLC0415 - one fixture needs it

    directory = tmp_path_factory.mktemp("task")
    with zipfile.ZipFile(local.code) as archive:
        archive.extractall(directory)
    return directory
