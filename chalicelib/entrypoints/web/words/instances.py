"""The state of a number, what may be done with it and why it is so, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.connection import Cause, Connection
from chalicelib.domain.control import ControlStatus
from chalicelib.domain.instance import InstancePurpose, Lifecycle, Provider
from chalicelib.domain.lifecycle import Action
from chalicelib.entrypoints.web.words.marking import mark
from chalicelib.entrypoints.web.words.word import Word

if TYPE_CHECKING:
    from collections.abc import Mapping

CONNECTIONS: Mapping[Connection, Word] = {
    Connection.CONNECTED: Word("go", mark("Connected")),
    Connection.CONNECTING: Word("info", mark("Connecting"), mark("The session is being started.")),
    Connection.AWAITING_SCAN: Word("info", mark("Waiting for a scan"), mark("A code is shown for the phone to scan.")),
    Connection.PASSKEY_REQUIRED: Word(
        "doubt",
        mark("Passkey wanted"),
        mark("The phone probably asks for a passkey. Look at the phone, pair by typed code, or start again."),
    ),
    Connection.DISCONNECTED: Word("stop", mark("Not connected"), mark("Nothing can be sent from this number now.")),
    Connection.LOGGED_OUT: Word("stop", mark("Logged out"), mark("The pairing with the phone is gone.")),
    Connection.ERROR: Word("stop", mark("Connection refused"), mark("The provider refuses the session.")),
}
# What is believed to be connected, but was confirmed by nothing for too long.
STALE = Word(
    "doubt",
    mark("Connection uncertain"),
    mark("Nothing confirmed the connection for too long, so nothing is sent."),
)

# Why it is not connected: what happened; what to do.
CAUSES: Mapping[Cause, str] = {
    Cause.QR_TIMEOUT: mark("Nobody scanned the code in time. Connect again and scan it, or use a typed code."),
    Cause.PASSKEY_ASSUMED: mark(
        "Two codes in a row ran out; the phone may be asking for a passkey. Look at the phone, or use a typed code."
    ),
    Cause.LOGGED_OUT_ON_PHONE: mark("The device was removed on the phone. Connect again."),
    Cause.LOGGED_OUT_BY_US: mark("Somebody logged it out here. Connect again to use it."),
    Cause.ACCOUNT_LOCKED: mark("WhatsApp locked the account. Appeal in the app, then connect again."),
    Cause.ACCOUNT_BANNED: mark(
        "WhatsApp banned the account. Appeal in the app; an administrator can reinstate it after that."
    ),
    Cause.CLIENT_OUTDATED: mark("WhatsApp refuses the bridge's version. Update the bridge, then connect."),
    Cause.CONNECT_FAILED: mark("The session could not be started. Connect again."),
    Cause.CONNECTION_LOST: mark("The bridge lost WhatsApp and tries again by itself. Wait a moment, then connect."),
    Cause.PROVIDER_UNREACHABLE: mark(
        "The bridge does not answer. Look at the bridge; nothing needs to be paired again."
    ),
    Cause.PROVIDER_REFUSED: mark("The bridge does not know this number's user. Connect: it is created again."),
    Cause.SENDS_FAILED: mark("Sends failed because of the session. It is tried again by itself; or connect now."),
}

LIFECYCLES: Mapping[Lifecycle, Word] = {
    Lifecycle.CREATED: Word("plain", mark("New"), mark("Never connected yet.")),
    Lifecycle.ACTIVE: Word("go", mark("Active")),
    Lifecycle.COOLDOWN: Word("wait", mark("Resting"), mark("It sends nothing until its rest is over.")),
    Lifecycle.BANNED: Word("stop", mark("Banned"), mark("WhatsApp banned it; what waits for it cannot leave.")),
    Lifecycle.RETIRED: Word("plain", mark("Retired"), mark("Taken out of use for good.")),
}

# Whether people let it send.
CONTROLS: Mapping[ControlStatus, Word] = {
    ControlStatus.RUNNING: Word("go", mark("Not paused")),
    ControlStatus.PAUSING: Word("wait", mark("Pausing"), mark("What was under way is being finished.")),
    ControlStatus.PAUSED: Word("wait", mark("Paused"), mark("Somebody stopped it by hand.")),
}

PURPOSES: Mapping[InstancePurpose, Word] = {
    InstancePurpose.MIXED: Word("plain", mark("Mixed"), mark("Campaigns, schedules, warm-up and replies.")),
    InstancePurpose.DISPATCH: Word("plain", mark("Dispatch"), mark("Campaigns, schedules and replies.")),
    InstancePurpose.WARMUP: Word("plain", mark("Warm-up"), mark("Warm-up messages and replies only.")),
}

PROVIDERS: Mapping[Provider, str] = {Provider.WHATSMEOW: mark("WhatsApp Web (bridge)")}

# What a button says.
ACTIONS: Mapping[Action, str] = {
    Action.CONNECT: mark("Connect"),
    Action.RECONNECT: mark("Connect again"),
    Action.PAUSE: mark("Pause"),
    Action.RESUME: mark("Resume"),
    Action.COOL_DOWN: mark("Send to rest"),
    Action.END_COOLDOWN: mark("End the rest"),
    Action.LOGOUT: mark("Log out"),
    Action.RETIRE: mark("Retire"),
    Action.REINSTATE: mark("Reinstate"),
}
