"""The form of a policy's own figures, on whichever page it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.integration.browser import Browser, Form


def form_with(browser: Browser, field: str) -> Form:
    """The page's one form that has a field."""
    [form] = [form for form in browser.forms if field in form.fields]
    return form


def fill(browser: Browser, *without: str, **fields: str) -> Browser:
    """Send the form of one's own figures with some fields filled in, and some boxes not ticked."""
    form = form_with(browser, "per_minute")
    sent = {name: value for name, value in {**form.fields, **fields}.items() if name not in without}
    return browser.send(form, sent)
