"""Packed texts in few bytes: deflated on top of what they usually say, so that an intent's content fits beside."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.adapters.dynamodb.table import Value

# What deflate knows beforehand, the most frequent last; its number is a squeezed text's first byte. Without exactly the
# same dictionary a text is unreadable: change none; add one, and texts are squeezed with the newest.
_KNOWN = {
    1: (
        b'"opt_out","since","RECIPIENT_NOT_ON_WHATSAPP","NO_CONSENT","OPTED_OUT","DUPLICATE_CONTENT","NOT_IN_GROUP"'
        b'"REACHOUT_LOCK","NEW_CONTACT_LIMIT","RECIPIENT_COOLDOWN","COOLDOWN_ACTIVE","WARMUP_LIMIT","PLAN_LIMIT"'
        b'"LATE_SLOT","BACK_OFF","SCHEDULED","OPS_PAUSED","INSTANCE_DISCONNECTED","RATE_LIMIT","QUIET_HOURS"'
        b'["GROUP","@g.us"],"AUTHENTICATION","SYSTEM","BOT","AGENT","CHAT_MANUAL","LOCATION","REACTION","WARMUP"'
        b'"SCHEDULE","REPLY","CAMPAIGN","MARKETING","America/Manaus","America/Sao_Paulo"]'
        b'"dropped","blocked","retried","resend_authorised","operator usr_01,"unconfirmed","engine",{"detail":""}'
        b'"failed","engine",{"reason":"RETRIES_EXHAUSTED","code":"","queued","gate",{"reason":"","parked_on":"ins_01'
        b'"until":18000000,"trace":[["ins_01'
        b'[["PHONE","+55119"],"DISPATCH","API","UTILITY",null,null,18,null,"","TEXT",""]'
        b',"attempt_failed","engine",{"code":"TRANSIENT","detail":"HTTP 500: error sending message: ","retry_at":18'
        b',"read","provider",{}],"delivered","provider",{}],'
        b'[[1800000,"accepted","client key_01,{"index":1}],'
        b'[0,"approved","gate",{"instance_id":"ins_01","not_before":18000000,"not_after":18000000,'
        b'"trace":[["ins_01","OK",{"minute":"1/10","hour":"1/100","day":"1/1000","slot":18000000}],'
        b'["","OK",{"instances":1}]]}],'
        b'[0,"claimed","engine",{"token":"","lease_until":18000000}],[0,"sent","engine",{"provider_id":"3EB0"}]]'
    ),
}
_NEWEST = max(_KNOWN)
# Neither header nor checksum, since DynamoDB keeps bytes as they are; a window and tables that are set up in no time,
# and hold the dictionary and a long life.
_LEVEL, _RAW, _TABLES = 6, -12, 4


def squeezed(text: str) -> bytes:
    """A text in few bytes."""
    deflate = zlib.compressobj(_LEVEL, zlib.DEFLATED, _RAW, _TABLES, zdict=_KNOWN[_NEWEST])
    return bytes([_NEWEST]) + deflate.compress(text.encode()) + deflate.flush()


def unsqueezed(value: Value) -> str:
    """The text that was squeezed, or the text itself, as it was stored before texts were squeezed.

    Raises:
        ValueError: It is neither, or was squeezed by a newer version.
    """
    if isinstance(value, str):
        return value
    if not isinstance(value, bytes) or not value or value[0] not in _KNOWN:
        raise ValueError("this is no text that was squeezed here")
    inflate = zlib.decompressobj(_RAW, zdict=_KNOWN[value[0]])
    try:
        return (inflate.decompress(value[1:]) + inflate.flush()).decode()
    except zlib.error as error:
        raise ValueError(f"a squeezed text is damaged: {error}") from error
