"""Every page of the panel, as somebody on the demonstration's stack finds it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.browser.driver import DESKTOP
from tests.browser.visiting import ADMIN, NEWCOMER, VIEWER, VISITOR
from tests.e2e.client import ACCEPTED, wait_until

if TYPE_CHECKING:
    from tests.browser.driver import Tab
    from tests.browser.visiting import Visits
    from tests.e2e.client import Client

_KEY = "k" * 22


@dataclass(frozen=True)
class Place:
    """A page.

    Attributes:
        name: What it is called here.
        path: Its address, with names of ids in braces.
        who: Who looks at it.
        status: With what it answers.
    """

    name: str
    path: str
    who: str = ADMIN
    status: int = 200


PLACES = (
    Place("sign-in", "sign-in", VISITOR),
    Place("overview", "overview"),
    Place("overview-empty", "overview", NEWCOMER),
    Place("overview-viewer", "overview", VIEWER),
    Place("instances", "instances"),
    Place("instances-empty", "instances", NEWCOMER),
    Place("new-who", "instances/new"),
    Place("new-who-wrong", f"instances/new?key={_KEY}&step=2&purpose=MIXED&provider=whatsmeow", status=422),
    Place("new-how", f"instances/new?key={_KEY}&step=2&name=Loja&purpose=MIXED&provider=whatsmeow"),
    Place("connect-start", "instances/{campaigns}/connect"),
    Place("connect-scan", "instances/{waiting}/connect"),
    Place("connect-stuck", "instances/{desk}/connect"),
    Place("connect-done", "instances/{sales}/connect"),
    Place("number", "instances/{sales}/overview"),
    Place("number-viewer", "instances/{sales}/overview", VIEWER),
    Place("number-resting", "instances/{desk}/overview"),
    Place("number-fresh", "instances/{campaigns}/overview"),
    Place("number-metrics", "instances/{sales}/metrics"),
    Place("number-metrics-fresh", "instances/{campaigns}/metrics"),
    Place("number-audit", "instances/{sales}/audit"),
    Place("number-settings", "instances/{sales}/settings"),
    Place("number-settings-viewer", "instances/{sales}/settings", VIEWER),
    Place("number-connect-viewer", "instances/{sales}/connect", VIEWER, 403),
    Place("sending", "sending"),
    Place("sending-viewer", "sending", VIEWER),
    Place("policy", "policy"),
    Place("policy-viewer", "policy", VIEWER),
    Place("policy-history", "policy/history"),
    Place("policy-history-empty", "policy/history", NEWCOMER),
    Place("what-if", "policy/what-if"),
    Place("what-if-empty", "policy/what-if", NEWCOMER),
    Place("what-if-answer", "policy/what-if/{simulation}", VIEWER),
    Place("what-if-unknown", "policy/what-if/sim_01ARZ3NDEKTSV4RRFFQ69G5FAV", status=404),
    Place("messages", "messages"),
    Place("messages-empty", "messages", NEWCOMER),
    Place("messages-exceptions", "messages?exceptions=true"),
    Place("dead-letters", "dead-letters"),
    Place("dead-letters-viewer", "dead-letters", VIEWER),
    Place("messages-no-match", "messages?external_id=nobody-has-this"),
    Place("messages-unreadable", "messages?status=NONSENSE", status=400),
    Place("message-read", "messages/{read}"),
    Place("message-queued", "messages/{queued}"),
    Place("message-deferred", "messages/{deferred}"),
    Place("message-unconfirmed", "messages/{unconfirmed}"),
    Place("message-blocked", "messages/{blocked}"),
    Place("message-failed", "messages/{failed}"),
    Place("message-dropped", "messages/{dropped}"),
    Place("message-unknown", "messages/int_01ARZ3NDEKTSV4RRFFQ69G5FAV", status=404),
    Place("compose", "messages/new"),
    Place("compose-empty", "messages/new", NEWCOMER),
    Place("compose-viewer", "messages/new", VIEWER, 403),
    Place("search-nothing", "search?q=nothing-like-it"),
    Place("development", "development"),
)

_NUMBERS = {"sales": "Vendas", "desk": "Atendimento", "campaigns": "Campanhas"}
_STATUSES = ("QUEUED", "UNCONFIRMED", "BLOCKED", "FAILED", "DROPPED")


def ids_of(client: Client) -> dict[str, str]:
    """Find the demonstration's numbers and one message in every state, and have one number wait for a scan."""
    numbers = {one["name"]: one["id"] for one in client.call("GET", "/instances?limit=200")[1]["data"]}
    found = {name: numbers[called] for name, called in _NUMBERS.items()}
    messages = client.call("GET", "/message-intents?limit=200")[1]["data"]
    for one in messages:
        if one["status"] in _STATUSES:
            found.setdefault(one["status"].lower(), one["id"])
        elif one["delivery"] == "READ" and one["external_id"]:
            found.setdefault("read", one["id"])
        if one["instance_id"] == found["desk"] and one["status"] == "QUEUED":
            found["deferred"] = one["id"]
    found["waiting"] = client.waiting("Loja do centro")
    found["simulation"] = _simulated(client)
    return found


def _simulated(client: Client) -> str:
    """What the conservative policy would have done to the demonstration's messages; returns the answer's id."""
    place = "/gate/simulations"
    status, asked = client.call("POST", place, {"hours": 168, "policy": {"preset": "CONSERVATIVE"}})
    assert status == ACCEPTED, asked
    answer = f"{place}/{asked['id']}"
    wait_until(lambda: client.call("GET", answer)[1]["status"] == "DONE", 60, "the answer of a simulation")
    return str(asked["id"])


@dataclass(frozen=True)
class Tour:
    """Leads through the pages.

    Attributes:
        visits: Opens tabs.
        client: Starts what a page shows.
        ids: What the braces in addresses stand for.
    """

    visits: Visits
    client: Client
    ids: dict[str, str]

    def open(self, place: Place, locale: str = "pt-BR", width: int = DESKTOP) -> Tab:
        """Go to a page; the one that shows a code shows one that lasts."""
        if "{waiting}" in place.path:
            self.client.begin(self.ids["waiting"])
        tab = self.visits.kept(place.who)
        tab.speak(locale)
        tab.wide(width)
        tab.open(place.path.format_map(self.ids), place.status)
        return tab
