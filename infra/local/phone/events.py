"""The events a bridge tells about, in the bridge's own words."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from infra.local.phone.clock import rfc3339
from infra.local.phone.truth import Message

LOGGED_OUT = 401

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
    event: dict[str, object] = field(default_factory=dict)
    beside: dict[str, object] = field(default_factory=dict)


def connected() -> Event:
    """The session's socket is open and logged in."""
    return Event("Connected")


def pair_success(jid: str) -> Event:
    """A phone scanned the code."""
    return Event("PairSuccess", {"ID": jid, "LID": "", "BusinessName": "", "Platform": "android"})


def logged_out(*, on_connect: bool) -> Event:
    """The phone removed the pairing; `on_connect` when the bridge learns it only while connecting."""
    return Event("LoggedOut", {"OnConnect": on_connect, "Reason": LOGGED_OUT})


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
