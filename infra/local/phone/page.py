"""The phone's page for people: codes to scan, paired devices, and chats that can be answered."""

from dataclasses import dataclass

from flask import Blueprint, render_template, request

from infra.local.phone.page_words import WORDS
from infra.local.phone.people import InboundMessage
from infra.local.phone.sessions import Phone
from infra.local.phone.truth import Message, User

_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message of a chat; `ours` was sent by the instance."""

    id: str
    ours: bool
    text: str
    at: str
    copies: int = 1


@dataclass(frozen=True, slots=True)
class Chat:
    """What was written between an instance and somebody, newest first."""

    instance_id: str
    phone: str
    bubbles: list[Bubble]


@dataclass(frozen=True, slots=True)
class Device:
    """A bridge user as its owner sees it; `picture` is the code it shows."""

    user: User
    picture: str
    seconds: int
    linking: bool
    passkey: bool

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
            chats=_chats(phone.truth.latest_messages(_SHOWN), phone.people.inbound()[-_SHOWN:]),
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
    )


def _chats(sent: list[Message], heard: list[InboundMessage]) -> list[Chat]:
    """Groups messages into chats: the most recent chat first, and its newest message first."""
    said = [
        (
            one.instance_id,
            one.to.partition("@")[0],
            Bubble(one.id, ours=True, text=one.body, at=one.at, copies=one.copies),
        )
        for one in sent
    ]
    said += [(one.instance_id, one.phone, Bubble(one.id, ours=False, text=one.text, at=one.at)) for one in heard]
    chats: dict[tuple[str, str], Chat] = {}
    for instance_id, phone, bubble in sorted(said, key=lambda item: item[2].at, reverse=True):
        chats.setdefault((instance_id, phone), Chat(instance_id, phone, [])).bubbles.append(bubble)
    return list(chats.values())
