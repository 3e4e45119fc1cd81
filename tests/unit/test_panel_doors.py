"""Where the panel sends a browser, and in which language it speaks: never where somebody else wants."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import SignInRefusal
from chalicelib.domain.listing import REASONS as CODES
from chalicelib.domain.role import Role
from chalicelib.entrypoints.web.languages import LANGUAGES, language_of
from chalicelib.entrypoints.web.places import HOME, inside
from chalicelib.entrypoints.web.words.entry import REFUSALS
from chalicelib.entrypoints.web.words.people import ROLES
from chalicelib.entrypoints.web.words.reasons import REASONS


@pytest.mark.parametrize(
    "path",
    [
        "",
        "//evil.example",
        "/evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "instances//evil.example",
        "../sign-in",
        "a\\b",
        "api/health",
        "overview\r\nSet-Cookie: x=1",
        "overview#" + "x" * 3000,
    ],
)
def test_foreign_addresses_lead_home(path: str) -> None:
    """A link that signs somebody in here and drops them elsewhere is how passwords are fished."""
    assert inside(path) == HOME


@pytest.mark.parametrize("path", ["overview", "messages?status=SENT&limit=3", "instances/ins_01J/audit"])
def test_own_addresses_are_kept(path: str) -> None:
    """After signing in one wants to be where one was going."""
    assert inside(path) == path


@given(st.text())
def test_no_text_leads_out(path: str) -> None:
    """Whatever a link says, the way stays below the panel's prefix."""
    found = inside(path)
    assert found[0].isalpha()
    assert ":" not in found.split("?")[0]
    assert not {"\r", "\n", "\\"} & set(found)


@pytest.mark.parametrize(
    ("cookie", "organization", "header", "language"),
    [
        (None, None, "", "pt-BR"),
        (None, None, "en-GB,pt;q=0.5", "en"),
        (None, None, "de-DE, en;q=0.8", "en"),
        (None, None, "pt-PT", "pt-BR"),
        (None, "pt-BR", "en", "pt-BR"),
        ("en", "pt-BR", "pt-BR", "en"),
        ("tlh", None, "fr", "pt-BR"),
    ],
)
def test_language(cookie: str | None, organization: str | None, header: str, language: str) -> None:
    """What one chose counts more than what the organization speaks, and that more than the browser's own wish."""
    cookies = {"portaria_language": cookie} if cookie else {}
    assert language_of(cookies, organization, header) == language


@given(st.text(), st.text())
def test_some_language_is_always_found(cookie: str, header: str) -> None:
    """A strange header must not cost anybody the page."""
    assert language_of({"portaria_language": cookie}, None, header) in LANGUAGES


def test_every_code_has_words() -> None:
    """A reason without words stands on the page as a code that nobody explained."""
    assert set(REASONS) == set(CODES)
    assert all(word.label and word.meaning for word in REASONS.values())
    assert set(REFUSALS) == set(SignInRefusal)
    assert set(ROLES) == set(Role)
