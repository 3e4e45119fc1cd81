"""A number's journal in words: complete, in both languages, whatever happened."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Any

import pytest

from chalicelib.domain.connection import Cause, Connection
from chalicelib.domain.cooldown import THROTTLED
from chalicelib.domain.instance import InstancePurpose, JournalEntry, JournalType
from chalicelib.domain.policy import Policy
from chalicelib.domain.presets import CONSERVATIVE, MODERATE
from chalicelib.domain.values import HOUR
from chalicelib.entrypoints.web.languages import LANGUAGES, translations
from chalicelib.entrypoints.web.views.journal import happened
from chalicelib.entrypoints.web.words.times import Times
from tests.fakes.clock import NOON

ACTOR = "operator usr_1"
# A code of ours, or a placeholder that nothing filled: neither is for people.
UNSAID = re.compile(r"[A-Z]{2,}_[A-Z]+|%\(|[{}]|None")
NEW = {"name": "Vendas", "provider": "whatsmeow"}
FACTS: dict[JournalType, list[dict[str, Any]]] = {
    JournalType.CREATED: [
        *({**NEW, "purpose": purpose} for purpose in InstancePurpose),
        {**NEW, "purpose": "MIXED", "policy": asdict(CONSERVATIVE)},
    ],
    JournalType.CHANGED: [
        {"old": {"name": "Vendas"}, "new": {"name": "Vendas Sul"}},
        {"old": {"name": "A", "purpose": "MIXED"}, "new": {"name": "B", "purpose": "WARMUP"}},
    ],
    JournalType.POLICY_CHANGED: [
        {"old": None, "new": asdict(MODERATE)},
        {"old": asdict(Policy(1, 2, 3, 0, 0)), "new": None},
    ],
    JournalType.PHONE_REVEALED: [{}, {"intent_id": "int_1"}],
    JournalType.CONNECTION: [{"status": status, "cause": cause} for status in Connection for cause in (None, *Cause)],
    JournalType.PAUSED: [{"reason": "Férias", "until": until} for until in (None, NOON + HOUR)],
    JournalType.RESUMED: [{}],
    JournalType.COOLDOWN_ENTERED: [
        {"reason": reason, "until": NOON + HOUR}
        for reason in ("Cansado", "TEMPORARY_BAN_101", "TEMPORARY_BAN_199", THROTTLED)
    ]
    + [
        {"reason": "HEALTH_DELIVERED", "until": NOON + HOUR, "value": 12, "limit": 25},
        {"reason": "HEALTH_BLOCKS", "until": NOON + HOUR, "value": 1, "limit": 1},
    ],
    JournalType.COOLDOWN_LEFT: [{}, {"ramp_until": NOON + HOUR}],
    JournalType.RAMP_ENDED: [{}],
    JournalType.REACHOUT_REFUSED: [{"contact_id": "con_1", "until": NOON + HOUR}],
    JournalType.REACHOUT_LOCKED: [{"until": NOON + HOUR, "level": 2}],
    JournalType.REACHOUT_PROBED: [{"intent_id": "int_1"}],
    JournalType.REACHOUT_UNLOCKED: [{}],
    JournalType.TOKEN_PROBLEM: [{"contact_id": "con_1"}],
    JournalType.BANNED: [{}],
    JournalType.REINSTATED: [{"reason": "Recurso aceito"}],
    JournalType.RETIRED: [{}],
}


def told(kind: JournalType, data: dict[str, Any], language: str = "en") -> str:
    """An entry as one text."""
    times = Times(translations(language).gettext, ".", "America/Sao_Paulo", NOON)
    one = happened(times, JournalEntry(NOON, kind, ACTOR, data), {ACTOR: "ana@example.com"})
    assert one.by == "ana@example.com"
    return f"{one.title} {one.text}".strip()


@pytest.mark.parametrize("kind", JournalType)
def test_whatever_happened_is_said_in_both_languages(kind: JournalType) -> None:
    """An entry that cannot be told takes the whole journal with it; one in English is not read."""
    for data in FACTS[kind]:
        english, portuguese = (told(kind, data, language) for language in sorted(LANGUAGES))
        assert english != portuguese
        for text in (english, portuguese):
            assert UNSAID.search(text) is None, text


def test_the_facts_are_told() -> None:
    """Whoever asks why a number stopped wants the reason, not the fact that there was one."""
    assert told(JournalType.PAUSED, {"reason": "Férias", "until": NOON + HOUR}).startswith(
        "Paused Reason: Férias. Until"
    )
    assert told(JournalType.CHANGED, FACTS[JournalType.CHANGED][1]) == (
        "Changed Name: “A”, now “B”. Meant for: Mixed, now Warm-up."
    )
    assert "As the organization, now Moderate. At most 10 a minute" in told(
        JournalType.POLICY_CHANGED, FACTS[JournalType.POLICY_CHANGED][0]
    )
    rested = told(JournalType.COOLDOWN_ENTERED, FACTS[JournalType.COOLDOWN_ENTERED][-2])
    assert "too few of its messages arrive" in rested
    assert "12 %; it counts below 25 %" in rested
    assert "101: too many messages" in told(JournalType.COOLDOWN_ENTERED, FACTS[JournalType.COOLDOWN_ENTERED][1])
