"""The panel's front end as it is built and packaged: complete, self-contained, and built only when it changed."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from typing import TYPE_CHECKING

import pytest
from jinja2 import FileSystemLoader, ModuleLoader

from chalicelib.entrypoints.web.environment import environment
from infra import bundle
from infra.errors import InfraError
from infra.web import build as web

if TYPE_CHECKING:
    from pathlib import Path

    from infra import package
    from tests.infra.template import Template

PANEL = "chalicelib/entrypoints/web/"
BUILT = f"{PANEL}built/"
COMMENT = re.compile(r"/\*.*?\*/|<!--.*?-->", re.DOTALL)
NAMESPACE = re.compile(r"http://www\.w3\.org/\d{4}/[\w/-]+")
ELSEWHERE = re.compile(r"https?://|url\(\s*[\"']?//")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a small panel, built, that shares the fetched packages."""
    web.build()
    (tmp_path / "infra").symlink_to(web.ROOT / "infra")
    (tmp_path / ".build").mkdir()
    (tmp_path / ".build" / "web").symlink_to(web.ROOT / ".build" / "web")
    panel = tmp_path / PANEL
    for name in ("static/css", "templates", "locale"):
        (panel / name).mkdir(parents=True)
    for name in ("environment.py", "filters.py"):
        (panel / name).symlink_to(web.ROOT / PANEL / name)
    (panel / "static" / "css" / "1-base.css").write_text("a{}")
    (panel / "static" / "css" / "2-more.css").write_text("b{}")
    (panel / "static" / "icons.txt").write_text("phone\nhome\n")
    (panel / "templates" / "page.html").write_text("{% if a and b and c %}{{ name }}{% endif %}{{ e|upper|trim }}\n")
    web.build(tmp_path)
    return tmp_path


def _manifest(root: Path) -> dict[str, str]:
    found: dict[str, str] = json.loads((root / BUILT / "manifest.json").read_text())
    return found


def test_what_was_built_is_packaged_and_its_sources_are_not(packaged: package.Package) -> None:
    """A forgotten style or catalog is a bare page or a foreign language, in the cloud only."""
    with zipfile.ZipFile(packaged.code) as archive:
        names = {name.removeprefix(PANEL) for name in archive.namelist() if name.startswith(PANEL)}
        manifest = json.loads(archive.read(f"{BUILT}manifest.json"))
    assert {"panel.css", "htmx.min.js", "icons.svg"} <= set(manifest)
    assert {f"built/assets/{name}" for name in manifest.values()} <= names
    assert "built/locale/pt_BR/LC_MESSAGES/panel.mo" in names
    assert not [name for name in names if name.startswith(web.SOURCES) or name.endswith((".html", ".po"))]
    built = [name for name in names if name.startswith("built/assets/")]
    assert len(built) == len(manifest)


def test_the_gateway_compresses_pages(template: Template) -> None:
    """Styles and pages on a phone's slow line take four times as long uncompressed."""
    assert template.properties("RestAPI")["MinimumCompressionSize"] == 1024


def test_every_template_is_compiled(unpacked: Path) -> None:
    """A template that is not in the package is an error page for whoever opens it."""
    ours = environment(FileSystemLoader(web.ROOT / PANEL / "templates"))
    theirs = environment(ModuleLoader(unpacked / BUILT / "templates"))
    for name in ours.list_templates():
        assert theirs.get_template(name).name == name


def test_browsers_fetch_from_nobody_else(unpacked: Path) -> None:
    """A script or font from another host tells it who uses the panel, and the panel breaks with it."""
    for path in (unpacked / BUILT / "assets").iterdir():
        text = NAMESPACE.sub("", COMMENT.sub("", path.read_text()))
        assert not ELSEWHERE.search(text), path.name


def test_the_lock_names_no_registry() -> None:
    """A lock that names a registry makes every build ask that host, whatever the machine's own setting says."""
    text = (web.ROOT / "infra" / "web" / "package-lock.json").read_text()
    assert '"resolved"' not in text
    assert "://" not in text


def test_styles_are_one_file_and_icons_those_listed(project: Path) -> None:
    """A page waits for each file: styles come at once, and of thousands of icons only those it shows."""
    manifest, assets = _manifest(project), project / BUILT / "assets"
    assert (assets / manifest["panel.css"]).read_text() == "a{}\nb{}"
    sprite = (assets / manifest["icons.svg"]).read_text()
    assert re.findall(r'<symbol id="([^"]+)"', sprite) == ["phone", "home"]


def test_unchanged_sources_are_not_built_again(project: Path) -> None:
    """Every test run and every `make run` asks for a build: one that always works would cost each of them seconds."""
    before = (project / BUILT / "manifest.json").stat()
    web.build(project)
    assert (project / BUILT / "manifest.json").stat() == before


def test_building_again_gives_the_same_bytes(project: Path) -> None:
    """Equal sources must be an equal package, or a deployment changes functions that nobody changed."""
    built = project / BUILT
    before = {path: path.read_bytes() for path in bundle.files(built)}
    shutil.rmtree(built)
    web.build(project)
    assert {path: path.read_bytes() for path in bundle.files(built)} == before


def test_changed_sources_get_new_names(project: Path) -> None:
    """Browsers keep assets for a year: an old name for new content would leave users with broken pages."""
    before = _manifest(project)
    (project / PANEL / "static" / "css" / "2-more.css").write_text("c{}")
    web.build(project)
    after = _manifest(project)
    assert {name for name in after if after[name] != before[name]} == {"panel.css"}
    assert not (project / BUILT / "assets" / before["panel.css"]).exists()


def test_an_icon_that_does_not_exist_is_named(project: Path) -> None:
    """A mistyped icon would be an empty button that nobody can read."""
    (project / PANEL / "static" / "icons.txt").write_text("phone\nphnoe\n")
    with pytest.raises(InfraError, match=r"icons.txt names the icon 'phnoe'"):
        web.build(project)
    assert "page.html" in str(environment(ModuleLoader(project / BUILT / "templates")).get_template("page.html"))


def test_a_mistake_in_a_template_is_located(project: Path) -> None:
    """Whoever mistyped a tag needs the file and the line, not a traceback of the compiler's."""
    (project / PANEL / "templates" / "page.html").write_text("\n{% if %}\n")
    with pytest.raises(InfraError, match=r"^template page.html, line 2: "):
        web.build(project)
