"""Templates to text: the environment of each language, and what every template can rely on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from jinja2 import ModuleLoader
from markupsafe import Markup

from chalicelib.bootstrap import services
from chalicelib.domain.role import Role
from chalicelib.entrypoints.web.assets import hashed
from chalicelib.entrypoints.web.environment import environment
from chalicelib.entrypoints.web.languages import BUILT, translations
from chalicelib.entrypoints.web.words.notices import NOTICES
from chalicelib.entrypoints.web.words.people import ROLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinja2 import Environment

    from chalicelib.entrypoints.web.page import Page


@dataclass(frozen=True, slots=True)
class NavItem:
    """A way to another page; ``current`` when one stands there."""

    key: str
    href: str
    label: str
    current: bool


@dataclass(frozen=True, slots=True)
class VisitorView:
    """Who is signed in, in words."""

    email: str
    role: str
    organization_name: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What was just done; ``kind`` is a badge's."""

    kind: str
    text: str


def rendered(page: Page, template: str, context: Mapping[str, Any]) -> str:
    """The template with what the page shows."""
    return _environment(page.locale).get_template(template).render(_common(page) | dict(context))


def _common(page: Page) -> dict[str, Any]:
    root = page.root
    return {
        "root": root,
        "path": page.address,
        "now": page.times.iso(page.times.now),
        "locale": page.locale,
        "theme": page.theme,
        "partial": page.partial,
        "csrf": page.session.form_token(),
        "stage": services().settings.stage,
        "visitor": _visitor(page),
        "can_operate": page.may(Role.OPERATOR),
        "can_administer": page.may(Role.ADMIN),
        "nav": _nav(page),
        "notice": _notice(page),
        "times": page.times,
        "asset": lambda name: f"{root}assets/{hashed(name)}",
        "icon": lambda name: _icon(root, name),
    }


@lru_cache
def _environment(locale: str) -> Environment:
    made = environment(ModuleLoader(str(BUILT / "templates")))
    made.install_gettext_translations(translations(locale), newstyle=True)  # type: ignore[attr-defined]  # the i18n extension's
    return made


def _icon(root: str, name: str) -> Markup:
    sprite = hashed("icons.svg")
    return Markup('<svg class="icon" aria-hidden="true"><use href="{}assets/{}#{}"/></svg>').format(root, sprite, name)


def _visitor(page: Page) -> VisitorView | None:
    known = page.membership
    if known is None:
        return None
    role = page.gettext(ROLES[known.member.role])
    return VisitorView(known.member.email, role, known.organization.name)


def _nav(page: Page) -> list[NavItem]:
    here = page.request.path.lstrip("/")
    exceptions, writing = "exceptions" in page.query, here == "messages/new"
    excepted = (here == "messages" and exceptions) or here.startswith("dead-letters")
    items = [
        ("overview", "overview", page.gettext("Overview"), here == "overview"),
        ("instances", "instances", page.gettext("Instances"), here.startswith("instances")),
        ("messages", "messages", page.gettext("Messages"), here.startswith("messages") and not (exceptions or writing)),
        ("exceptions", "messages?exceptions=true", page.gettext("Exceptions"), excepted),
    ]
    items.append(("policy", "policy", page.gettext("Policy"), here.startswith("policy")))
    if page.may(Role.OPERATOR):
        items.append(("compose", "messages/new", page.gettext("Send a test"), writing))
    return [NavItem(key, page.root + path, label, current) for key, path, label, current in items]


def _notice(page: Page) -> Notice | None:
    found = NOTICES.get(page.query.get("done", ""))
    return Notice(found[0], page.gettext(found[1])) if found else None
