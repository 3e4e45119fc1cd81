"""The pages of one number: where they are, and what their forms do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.integration.browser import Form

if TYPE_CHECKING:
    from chalicelib.domain.instance import Instance
    from tests.integration.browser import Browser
    from tests.integration.house import Tenant

TABS = ("overview", "metrics", "audit", "settings")
# Every action with a form that would do.
ACTIONS = {
    "connect": {},
    "pairing-code": {"phone": "+5511912345678"},
    "pause": {"pause_reason": "Férias"},
    "resume": {},
    "cool-down": {"rest_reason": "Férias", "rest_until": "2030-01-01T10:00"},
    "end-cooldown": {},
    "change": {"name": "Outro"},
    "pace": {"pace": "CONSERVATIVE"},
    "policy": {},
    "warmup": {"warmed_up": "yes"},
    "logout": {"sure": "yes"},
    "retire": {"confirmation": "Vendas"},
    "reinstate": {"reinstate_reason": "Recurso aceito"},
    "reveal": {},
}


def place(tenant: Tenant, tab: str = "overview") -> str:
    """The address of a view of the first number."""
    return f"/instances/{tenant.instance_ids[0]}/{tab}"


def acts(browser: Browser) -> list[str]:
    """What the page's forms do with numbers."""
    return [form.action for form in browser.forms if "instances/" in form.action]


def post(browser: Browser, tenant: Tenant, action: str) -> Browser:
    """Send a fine form of an action from a page that has none."""
    csrf = browser.form("preferences").fields["csrf"]
    form = Form(place(tenant, action), "post")
    return browser.send(form, {**ACTIONS.get(action, {}), "csrf": csrf})


def now(tenant: Tenant) -> Instance:
    """The first number as it is stored now."""
    return tenant.instance
