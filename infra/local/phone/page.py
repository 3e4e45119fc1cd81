"""The phone's page for people: codes to scan, paired devices, and chats that can be answered."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from flask import Blueprint, render_template, request

from infra.local.phone.clock import now, rfc3339
from infra.local.phone.page_words import WORDS
from infra.local.phone.sessions import Phone
from infra.local.phone.truth import Message, User

_SHOWN = 200

State = Literal["sent", "delivered", "was_read"]


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message of a chat; `ours` was sent by the instance, and `state` is how far it came."""

    id: str
    ours: bool
    text: str
    at: str
    copies: int = 1
    state: State = "sent"


@dataclass(frozen=True, slots=True)
class Chat:
    """What was written between an instance and somebody, newest first."""

    instance_id: str
    phone: str
    address: str
    bubbles: list[Bubble]
    title: str

    @property
    def is_group(self) -> bool:
        """Whether nobody in particular can answer."""
        return self.address.endswith("@g.us")

    @property
    def lid(self) -> str | None:
        """The hidden name that the chat goes by."""
        user, _, server = self.address.partition("@")
        return user if server == "lid" else None

    @property
    def writer(self) -> dict[str, object]:
        """Who answers from the page; a person known by a hidden name only shows no number."""
        return {"from": self.phone, "lid": self.lid, "hide_phone": self.phone == self.lid}


@dataclass(frozen=True, slots=True)
class Device:
    """A bridge user as its owner sees it; `picture` is the code it shows, `groups` are addresses and names."""

    user: User
    picture: str
    seconds: int
    linking: bool
    passkey: bool
    groups: list[tuple[str, str]]

    @property
    def state(self) -> str:
        """Which word tells its state."""
        if self.user.logged_in:
            return "paired"
        if self.picture:
            return "waiting"
        return "offline" if self.user.device == "paired" else "unpaired"


def page(phone: Phone) -> Blueprint:
    """Returns the route of the page."""
    routes = Blueprint("page", __name__)

    @routes.get("/")
    def show() -> str:
        lang = "en" if request.args.get("lang") == "en" else "pt-BR"
        return render_template(
            "page.html",
            lang=lang,
            words=WORDS[lang],
            devices=[_device(phone, user) for user in phone.truth.users()],
            chats=_chats(phone),
        )

    return routes


def _device(phone: Phone, user: User) -> Device:
    cycle = phone.codes.current(user.id)
    return Device(
        user,
        picture=cycle.picture if cycle else "",
        seconds=round(phone.codes.seconds_left(user.id)),
        linking=bool(cycle and cycle.linking),
        passkey=phone.wants_passkey(user.name),
        groups=phone.people.groups(user.name),
    )


def _chats(phone: Phone) -> list[Chat]:
    """Groups messages into chats: the most recent chat first, and its newest message first."""
    reads, arrived = phone.people.reads(), rfc3339(now() - timedelta(seconds=phone.timings.receipt))
    said = [
        (one.instance_id, one.to, _ours(one, _state(one, reads, arrived)))
        for one in phone.truth.latest_messages(_SHOWN)
    ]
    said += [
        (one.instance_id, one.phone, Bubble(one.id, ours=False, text=one.text, at=one.at))
        for one in phone.people.inbound()[-_SHOWN:]
    ]
    chats: dict[tuple[str, str], Chat] = {}
    names = phone.people.group_names()
    for instance_id, other, bubble in sorted(said, key=lambda item: item[2].at, reverse=True):
        address = phone.people.address(other)
        digits = other.partition("@")[0]
        chat = Chat(instance_id, digits, address, [], title=names.get(address, digits))
        chats.setdefault((instance_id, address), chat).bubbles.append(bubble)
    return list(chats.values())


def _ours(message: Message, state: State) -> Bubble:
    return Bubble(message.id, ours=True, text=message.body, at=message.at, copies=message.copies, state=state)


def _state(message: Message, reads: set[tuple[str, str]], arrived: str) -> State:
    """Tells how far a message came; nobody confirms what was sent to a group."""
    if (message.instance_id, message.id) in reads:
        return "was_read"
    return "delivered" if message.at <= arrived and not message.to.endswith("@g.us") else "sent"
