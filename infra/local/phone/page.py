"""The phone's page for people: paired devices, and chats as they arrive."""

from flask import Blueprint, render_template, request

from infra.local.phone.sessions import Phone
from infra.local.phone.truth import Message

_SHOWN = 200
_WORDS = {
    "pt-BR": {
        "title": "Telefone local",
        "note": "Equipamento de desenvolvimento: nada aqui chega ao WhatsApp.",
        "devices": "Aparelhos",
        "no_devices": "Nenhum aparelho ainda.",
        "paired": "conectado",
        "waiting": "esperando a leitura do código",
        "offline": "sem conexão",
        "unpaired": "não pareado",
        "scan": "Ler o código",
        "logout": "Desconectar aparelho",
        "chats": "Conversas",
        "no_chats": "Nenhuma mensagem ainda.",
        "from": "de",
        "copies": "envios",
        "other": "English",
    },
    "en": {
        "title": "Local phone",
        "note": "Development equipment: nothing here reaches WhatsApp.",
        "devices": "Devices",
        "no_devices": "No devices yet.",
        "paired": "connected",
        "waiting": "waiting for a scan",
        "offline": "offline",
        "unpaired": "not paired",
        "scan": "Scan the code",
        "logout": "Remove device",
        "chats": "Chats",
        "no_chats": "No messages yet.",
        "from": "from",
        "copies": "sends",
        "other": "Português",
    },
}


def page(phone: Phone) -> Blueprint:
    """Returns the route of the page."""
    routes = Blueprint("page", __name__)

    @routes.get("/")
    def show() -> str:
        lang = "en" if request.args.get("lang") == "en" else "pt-BR"
        return render_template(
            "page.html",
            lang=lang,
            words=_WORDS[lang],
            users=phone.truth.users(),
            chats=_chats(phone.truth.latest_messages(_SHOWN)),
        )

    return routes


def _chats(newest_first: list[Message]) -> list[list[Message]]:
    """Groups messages into chats: the most recent chat first, and its newest message first."""
    chats: dict[tuple[str, str], list[Message]] = {}
    for message in newest_first:
        chats.setdefault((message.instance_id, message.to), []).append(message)
    return list(chats.values())
