"""The events a bridge tells about, in the bridge's own words."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from infra.local.phone.clock import rfc3339
from infra.local.phone.people import InboundMessage
from infra.local.phone.truth import Message

LOGGED_OUT, BANNED = 401, 406
_NANOSECONDS = 1_000_000_000

_NAMES = """
Message UndecryptableMessage Receipt MediaRetry ReadReceipt GroupInfo JoinedGroup Picture BlocklistChange Blocklist
Connected Disconnected ConnectFailure KeepAliveRestored KeepAliveTimeout QRTimeout LoggedOut ClientOutdated TemporaryBan
StreamError StreamReplaced PairSuccess PairError QR QRScannedWithoutMultidevice PrivacySettings PushNameSetting
UserAbout AppState AppStateSyncComplete HistorySync OfflineSyncCompleted OfflineSyncPreview LabelEdit
LabelAssociationChat LabelAssociationMessage CallOffer CallAccept CallTerminate CallOfferNotice CallRelayLatency
Presence ChatPresence IdentityChange CATRefreshError NewsletterJoin NewsletterLeave NewsletterMuteChange
NewsletterLiveUpdate FBMessage All
"""
EVENT_TYPES = frozenset(_NAMES.split())
"""Event types a caller may subscribe to."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event: its type, its `event` object and what stands beside it at the top level."""

    kind: str
    event: dict[str, object] | str = field(default_factory=dict)
    beside: dict[str, object] = field(default_factory=dict)


def connected() -> Event:
    """The session's socket is open and logged in."""
    return Event("Connected")


def pair_success(jid: str) -> Event:
    """A phone scanned the code."""
    return Event("PairSuccess", {"ID": jid, "LID": "", "BusinessName": "", "Platform": "android"})


def logged_out(*, on_connect: bool, reason: int = LOGGED_OUT) -> Event:
    """The pairing is gone; `on_connect` when the bridge learns it only while connecting."""
    return Event("LoggedOut", {"OnConnect": on_connect, "Reason": reason})


def qr(picture: str) -> Event:
    """Another code is shown; the picture stands at the top level."""
    return Event("QR", "code", {"qrCodeBase64": picture})


def qr_timeout() -> Event:
    """The last code ran out."""
    return Event("QRTimeout", {})


def disconnected() -> Event:
    """The socket was lost; the bridge connects again by itself."""
    return Event("Disconnected", {})


def client_outdated() -> Event:
    """WhatsApp no longer takes this version of the client; the event itself is empty."""
    return Event("ClientOutdated", {})


def temporary_ban(code: int, seconds: float) -> Event:
    """WhatsApp stopped the number for a while, told in nanoseconds."""
    return Event("TemporaryBan", {"Code": code, "Expire": int(seconds * _NANOSECONDS)})


def message(inbound: InboundMessage, own: str, quoted: str, group: str, *, hide_phone: bool) -> Event:
    """Somebody wrote to a paired number.

    Args:
        inbound: What was written.
        own: The number's own address.
        quoted: Id of the message it answers, "" for none.
        group: Address of the group it was written to, "" for none.
        hide_phone: Whether a hidden sender's number is left out.
    """
    phone = f"{inbound.phone}@s.whatsapp.net"
    hidden = f"{inbound.lid}@lid" if inbound.lid else ""
    sender = hidden or phone
    quote = {"text": inbound.text, "contextInfo": {"stanzaID": quoted, "participant": _person(own)}}
    content = {"extendedTextMessage": quote} if quoted else {"conversation": inbound.text}
    info = {
        "Chat": group or sender,
        "Sender": sender,
        "IsFromMe": False,
        "IsGroup": bool(group),
        "AddressingMode": "lid" if hidden else "pn",
        "SenderAlt": phone if hidden and not hide_phone else "",
        "RecipientAlt": "",
        "BroadcastListOwner": "",
        "ID": inbound.id,
        "ServerID": 0,
        "Type": "text",
        "PushName": "Cliente",
        "Timestamp": inbound.at,
        "Category": "",
    }
    return Event("Message", {"Info": info, "Message": content, "IsEphemeral": False, "IsViewOnce": False})


def _person(jid: str) -> str:
    """Returns an address without its device."""
    user, _, server = jid.partition("@")
    return f"{user.partition(':')[0]}@{server}"


def receipt(message: Message, state: Literal["Delivered", "Read"], at: datetime) -> Event:
    """The receiver's phone got a message, or its owner read it."""
    event: dict[str, object] = {
        "MessageIDs": [message.id],
        "Chat": message.chat,
        "Sender": message.chat,
        "IsFromMe": False,
        "IsGroup": False,
        "Timestamp": rfc3339(at),
        "Type": "" if state == "Delivered" else "read",
    }
    return Event("ReadReceipt", event, {"state": state})
