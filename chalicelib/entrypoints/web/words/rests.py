"""Why a number rests, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.entrypoints.web.words.marking import mark

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.entrypoints.web.words.times import Times

_BAN = "TEMPORARY_BAN_"
# WhatsApp's numbers for why it bans for a while.
_BANS: Mapping[str, str] = {
    "101": mark("too many messages to people who do not have you as a contact"),
    "102": mark("blocked by many people"),
    "103": mark("too many groups created with people who do not have you as a contact"),
    "104": mark("the same message to many people"),
    "106": mark("too many broadcasts"),
}
# Why we let it rest.
_OURS: Mapping[str, str] = {
    "THROTTLED": mark("WhatsApp took no more messages for the moment"),
    "HEALTH_DELIVERED": mark("too few of its messages arrive"),
    "HEALTH_BLOCKS": mark("people blocked it"),
}
_UNKNOWN_BAN = mark("WhatsApp gives no reason we know")


def rest_reason(times: Times, reason: str) -> str:
    """Why a number rests, or what somebody gave as a reason: a sentence."""
    code = reason.removeprefix(_BAN)
    if code == reason:
        known = times.gettext(_OURS[reason]) if reason in _OURS else reason.rstrip(".")
        return times.gettext("Reason: %(reason)s.") % {"reason": known}
    why = times.gettext(_BANS.get(code, _UNKNOWN_BAN))
    return times.gettext("Temporary ban by WhatsApp (%(code)s: %(why)s).") % {"code": code, "why": why}
