"""Keeps the catalogs of translations in step with the texts that templates and views name.

`python -m infra.web.messages` adds new texts to each `panel.po` and drops those that nobody shows any more.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from infra.errors import run_command

if TYPE_CHECKING:
    from collections.abc import Iterator

    from babel.messages import Message

WEB = Path(__file__).resolve().parents[2] / "chalicelib" / "entrypoints" / "web"
_KEYWORDS = {name: DEFAULT_KEYWORDS[name] for name in ("_", "gettext", "ngettext")} | {"mark": None, "say": None}
_METHODS = [("templates/**.html", "jinja2"), ("**.py", "python")]
_OPTIONS = {"templates/**.html": {"trimmed": "true", "trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}}


def extract(web: Path) -> Catalog:
    """Collect every text that templates and Python code name.

    Args:
        web: The panel's package.

    Returns:
        A catalog without translations.
    """
    found = Catalog(project="portaria")
    walked = extract_from_dir(
        web, _METHODS, _OPTIONS, keywords=_KEYWORDS, directory_filter=lambda path: Path(path).name != "built"
    )
    for _, _, message, _, context in walked:
        found.add(message, context=context)
    return found


def catalogs(web: Path) -> Iterator[tuple[Path, Catalog]]:
    """Read the catalogs of translations.

    Args:
        web: The panel's package.

    Yields:
        Each catalog's path below the panel's package, and the catalog.
    """
    for path in sorted(web.glob("locale/*/LC_MESSAGES/*.po")):
        with path.open("rb") as source:
            yield path.relative_to(web), read_po(source, locale=path.parts[-3], abort_invalid=True)


def update(web: Path) -> None:
    """Bring each catalog in step with the texts: translations stay, unused ones go.

    Args:
        web: The panel's package.
    """
    texts = extract(web)
    for path, catalog in catalogs(web):
        catalog.update(texts, no_fuzzy_matching=True, update_creation_date=False)
        catalog.obsolete.clear()
        with (web / path).open("wb") as target:
            write_po(target, catalog, width=120, no_location=True, sort_output=True, ignore_obsolete=True)


def compile_all(web: Path, target: Path) -> None:
    """Write each catalog as the standard library's gettext reads it.

    Args:
        web: The panel's package.
        target: Directory that gets the same tree, with `.mo` files.
    """
    for path, catalog in catalogs(web):
        compiled = target / path.with_suffix(".mo")
        compiled.parent.mkdir(parents=True)
        with compiled.open("wb") as file:
            write_mo(file, catalog)


def _translated(message: Message) -> bool:
    """Whether every form has its words."""
    forms = message.string or ""
    return bool(forms) and all(forms)


def main() -> int:
    """Update the catalogs."""
    update(WEB)
    for path, catalog in catalogs(WEB):
        missing = [message for message in catalog if message.id and not _translated(message)]
        print(f"{path}: {len(catalog)} texts, {len(missing)} without a translation")
    return 0


if __name__ == "__main__":
    run_command(main)
