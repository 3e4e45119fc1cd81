"""What actors are called: members by their e-mail address, API keys by their name, our own parts by a word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.bootstrap import services
from chalicelib.entrypoints.web.words.marking import mark

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chalicelib.entrypoints.web.page import Page

_OURS = {
    "gate": mark("the Gate"),
    "engine": mark("the engine"),
    "provider": mark("WhatsApp"),
    "sweep": mark("the scheduled sweep"),
    "seed": mark("the demonstration"),
}


def names_of(page: Page, actors: Iterable[str | None]) -> dict[str, str]:
    """What actors (``operator usr_…``, ``client key_…``, ``gate``) are called, by actor."""
    known = {actor for actor in actors if actor}
    ids = {actor: actor.rpartition(" ")[2] for actor in known if " " in actor}
    found = services().directory.actor_names(page.organization.id, sorted(set(ids.values()))) if ids else {}
    return {actor: _name(page, actor, found.get(ids.get(actor, ""))) for actor in known}


def _name(page: Page, actor: str, found: str | None) -> str:
    if found is None:
        return page.gettext(_OURS[actor]) if actor in _OURS else actor
    return page.gettext("key “%(name)s”") % {"name": found} if actor.startswith("client ") else found
