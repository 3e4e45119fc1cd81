"""All pages of the panel: a new one is added here, and ``app.py`` registers what it finds."""

from __future__ import annotations

from chalicelib.entrypoints.web import (
    assets,
    compose,
    connecting,
    dead_letters,
    development,
    home,
    instance_pages,
    messages,
    onboarding,
    overview,
    policy,
    preferences,
    search,
    sending,
    sign_in,
    whatif,
)

PAGES = (
    home.routes,
    sign_in.routes,
    onboarding.routes,
    overview.routes,
    sending.routes,
    dead_letters.routes,
    messages.routes,
    search.routes,
    compose.routes,
    instance_pages.routes,
    connecting.routes,
    policy.routes,
    whatif.routes,
    preferences.routes,
    development.routes,
    assets.routes,
)
