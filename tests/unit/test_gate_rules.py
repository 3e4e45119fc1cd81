"""The Gate's rules of the message as a whole and of each number, one by one, with what people read of them."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from chalicelib.domain.campaign import CampaignControl, CampaignStatus
from chalicelib.domain.connection import Connection
from chalicelib.domain.contact import NumberCheck
from chalicelib.domain.cooldown import Cooldown
from chalicelib.domain.decision import Block, Defer, Drop
from chalicelib.domain.groups import KnownGroups
from chalicelib.domain.instance import InstancePurpose, Lifecycle, Provider
from chalicelib.domain.pause import Pause
from chalicelib.domain.preference import OptOut, Preference
from chalicelib.domain.values import DAY, MINUTE, WAITING, Reason, Target, TargetKind
from tests.fakes.clock import NOON
from tests.fakes.numbers import FAST, ORGANIZATION
from tests.fakes.views import a_view, an_intent, changed
from tests.unit.rule_cases import AN_HOUR_AGO, IN_AN_HOUR, MARKETING, Case, a_person, check, one, to

if TYPE_CHECKING:
    from chalicelib.domain.view import View

PAUSE = Pause("operator usr_1", "under review", AN_HOUR_AGO)
TO_GROUP = an_intent(target=Target(TargetKind.GROUP, "120363041234567890@g.us"))
GATE = Path(__file__).resolve().parents[2] / "docs" / "gate.md"
# A row of the table of reasons: its code, and whether waiting helps.
ROW = re.compile(r"^\| `([A-Z_]+)` \| (waits|final) \|", re.MULTILINE)


def stopped(status: CampaignStatus) -> View:
    """An organization with a campaign that does not run."""
    control = CampaignControl("cmp_1", status, "operator usr_1", AN_HOUR_AGO, "wrong price")
    return replace(one(), campaigns={"natal": control})


# Of the message as a whole.
WHOLE: dict[str, Case] = {
    "expired": Case(
        one(),
        Drop,
        "EXPIRED",
        {"expires_at": NOON},
        "its time is over · expired 05:00:00",
        "vencida · valia até 05:00:00",
        an_intent(expires_at=NOON),
    ),
    "campaign cancelled": Case(
        stopped(CampaignStatus.CANCELLED),
        Drop,
        "CANCELLED",
        {"since": AN_HOUR_AGO},
        "cancelled · since 04:00:00",
        "cancelada · desde 04:00:00",
        an_intent(campaign="natal"),
    ),
    "campaign paused": Case(
        stopped(CampaignStatus.PAUSED),
        Defer,
        Reason.OPS_PAUSED,
        {"since": AN_HOUR_AGO},
        "paused · since 04:00:00",
        "em pausa · desde 04:00:00",
        an_intent(campaign="natal"),
        place="cmp_1",
    ),
    "send_at": Case(
        one(),
        Defer,
        Reason.SCHEDULED,
        {"send_at": IN_AN_HOUR},
        "its time has not come · not before 06:00:00",
        "a hora marcada ainda não chegou · não antes de 06:00:00",
        an_intent(send_at=IN_AN_HOUR),
        until=IN_AN_HOUR,
    ),
    "organization paused": Case(
        a_view("ins_1", paused=PAUSE),
        Defer,
        Reason.OPS_PAUSED,
        {"since": AN_HOUR_AGO},
        "paused · since 04:00:00",
        "em pausa · desde 04:00:00",
        place=ORGANIZATION,
    ),
    "opted out": Case(
        to(a_person(preference=Preference(OptOut.ALL, NOON - DAY, "contact", "SAIR"))),
        Block,
        Reason.OPTED_OUT,
        {"opt_out": "all", "since": NOON - DAY},
        "asked not to be written to · no messages at all · since yesterday 05:00",
        "pediu para sair · de todas as mensagens · desde ontem 05:00",
    ),
    "opted out of marketing": Case(
        to(a_person(preference=Preference(OptOut.MARKETING, NOON - DAY, "contact", "SAIR"))),
        Block,
        Reason.OPTED_OUT,
        {"opt_out": "marketing", "since": NOON - DAY},
        "asked not to be written to · no marketing · since yesterday 05:00",
        "pediu para sair · só de marketing · desde ontem 05:00",
        MARKETING,
    ),
    "not on WhatsApp": Case(
        to(a_person(check=NumberCheck(None, AN_HOUR_AGO))),
        Block,
        Reason.RECIPIENT_NOT_ON_WHATSAPP,
        {"checked_at": AN_HOUR_AGO},
        "not on WhatsApp · WhatsApp was asked at 04:00:00",
        "não está no WhatsApp · consulta ao WhatsApp: 04:00:00",
    ),
    "no consent": Case(
        one(), Block, Reason.NO_CONSENT, {}, "no consent on record", "sem consentimento registrado", MARKETING
    ),
    "no number": Case(
        a_view(),
        Block,
        Reason.NO_ELIGIBLE_INSTANCE,
        {"instances": 0},
        "no number yet",
        "nenhuma instância ainda",
    ),
}

# Of each number, whatever the time.
STANDING: dict[str, Case] = {
    "banned": Case(
        one(lifecycle=Lifecycle.BANNED),
        Block,
        Reason.INSTANCE_BANNED,
        {"lifecycle": "BANNED"},
        "banned by WhatsApp",
        "banimento pelo WhatsApp",
    ),
    "retired": Case(
        one(lifecycle=Lifecycle.RETIRED),
        Block,
        Reason.NO_ELIGIBLE_INSTANCE,
        {"lifecycle": "RETIRED", "purpose": "MIXED"},
        "retired",
        "aposentada",
    ),
    "pinned elsewhere": Case(
        changed(a_view("ins_1", "ins_2"), "ins_2", lifecycle=Lifecycle.RETIRED),
        Block,
        Reason.NO_ELIGIBLE_INSTANCE,
        {"pinned": "ins_2"},
        "the message must leave from another number",
        "a mensagem tem de sair por outra instância",
        an_intent(instance_id="ins_2"),
    ),
    "another purpose": Case(
        one(purpose=InstancePurpose.WARMUP),
        Block,
        Reason.NO_ELIGIBLE_INSTANCE,
        {"lifecycle": "ACTIVE", "purpose": "WARMUP"},
        "meant for something else · warm-up",
        "finalidade diferente · aquecimento",
    ),
    "content": Case(
        one(),
        Block,
        Reason.UNSUPPORTED_MESSAGE_TYPE,
        {"content_type": "STICKER"},
        "does not carry this kind of message · content_type: STICKER",
        "não leva este tipo de mensagem · content_type: STICKER",
        an_intent(content_type="STICKER"),
    ),
    "groups switched off": Case(
        one(replace(FAST, allow_groups=False)),
        Block,
        Reason.POLICY_BLOCKED,
        {"setting": "allow_groups"},
        "not allowed by the policy · groups are switched off",
        "a política não permite · envio a grupos desligado",
        TO_GROUP,
    ),
    "provider without groups": Case(
        one(provider=Provider.CLOUD_API),
        Block,
        Reason.UNSUPPORTED_MESSAGE_TYPE,
        {"target": "GROUP"},
        "does not carry this kind of message · to a group",
        "não leva este tipo de mensagem · para grupo",
        TO_GROUP,
    ),
    "not in the group": Case(
        replace(one(), groups={"ins_1": KnownGroups(asked_at=NOON - MINUTE)}),
        Block,
        Reason.NOT_IN_GROUP,
        {"checked_at": NOON - MINUTE},
        "not in the group · WhatsApp was asked at 04:59:00",
        "fora do grupo · consulta ao WhatsApp: 04:59:00",
        TO_GROUP,
    ),
    "paused": Case(
        one(paused=PAUSE),
        Defer,
        Reason.OPS_PAUSED,
        {"since": AN_HOUR_AGO},
        "paused · since 04:00:00",
        "em pausa · desde 04:00:00",
        place=ORGANIZATION,
    ),
    "logged out": Case(
        one(connection=Connection.LOGGED_OUT, seen_at=AN_HOUR_AGO),
        Defer,
        Reason.INSTANCE_DISCONNECTED,
        {"connection": "LOGGED_OUT", "seen_at": AN_HOUR_AGO},
        "not connected · logged out · last confirmed at 04:00:00",
        "sem conexão · desvinculada · última confirmação: 04:00:00",
        place=ORGANIZATION,
    ),
    "stale": Case(
        one(seen_at=AN_HOUR_AGO),
        Defer,
        Reason.INSTANCE_DISCONNECTED,
        {"connection": "CONNECTED", "seen_at": AN_HOUR_AGO},
        "not connected · connection uncertain · last confirmed at 04:00:00",
        "sem conexão · conexão incerta · última confirmação: 04:00:00",
        place=ORGANIZATION,
    ),
    "resting": Case(
        one(lifecycle=Lifecycle.COOLDOWN, cooldown=Cooldown(AN_HOUR_AGO, IN_AN_HOUR, "TEMPORARY_BAN_102")),
        Defer,
        Reason.COOLDOWN_ACTIVE,
        {"until": IN_AN_HOUR, "cause": "TEMPORARY_BAN_102"},
        "resting · until 06:00:00 · temporary ban by WhatsApp (102: blocked by many people)",
        "em resfriamento · até 06:00:00 · banimento temporário do WhatsApp (102: bloqueio por muitas pessoas)",
        place=ORGANIZATION,
    ),
}


@pytest.mark.parametrize("case", WHOLE.values(), ids=WHOLE)
def test_rules_of_the_message(case: Case) -> None:
    """What must not leave at all would be sent from some number, or nobody could say why it was not."""
    check(case)


@pytest.mark.parametrize("case", STANDING.values(), ids=STANDING)
def test_rules_of_a_number(case: Case) -> None:
    """A number that cannot or must not send would be given messages, or nobody could say why it was not."""
    check(case)


def test_the_documented_reasons_are_all_and_tell_whether_waiting_helps() -> None:
    """Whoever writes a client from the list would meet a reason that it does not know, or wait in vain."""
    told = dict(ROW.findall(GATE.read_text(encoding="utf-8")))
    assert told == {reason: "waits" if reason in WAITING else "final" for reason in Reason}
