"""The Gate's rules at the slot, one by one, with what people read of them: the recipient's say, and room."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from chalicelib.domain.contact import Contact
from chalicelib.domain.decision import Approve, Block, Defer
from chalicelib.domain.instance import Provider
from chalicelib.domain.policy import OnDuplicate, Policy
from chalicelib.domain.quiet import QuietHours, QuietScope, QuietZone
from chalicelib.domain.reachout import Lock, Reachout
from chalicelib.domain.recent import RecentIntent
from chalicelib.domain.signals import Signals
from chalicelib.domain.usage import Usage
from chalicelib.domain.values import DAY, HOUR, MINUTE, Origin, Reason
from chalicelib.domain.warmup import WarmUp
from tests.fakes.clock import NOON
from tests.fakes.numbers import FAST, ORGANIZATION
from tests.fakes.views import a_view, an_intent, used
from tests.unit.rule_cases import AN_HOUR_AGO, IN_AN_HOUR, Case, a_person, check, one, to

if TYPE_CHECKING:
    from chalicelib.domain.view import View

TOLD = RecentIntent("int_0", NOON - MINUTE, "ins_1", NOON - MINUTE, "said")
CAMPAIGN, SAME = an_intent(origin=Origin.CAMPAIGN), an_intent(likeness="said")
SLOW = Policy(per_minute=3, per_hour=3, per_day=5, min_interval=0, max_interval=0)
WARMING = replace(FAST, warmup=WarmUp(days=10, first_day=2, growth=180, new_contacts=50))
LINE = f"{ORGANIZATION}/dispatch"


def paced(interval: int) -> View:
    """A number that sent just now, and pauses so long (ms) between two messages."""
    view = one(Policy(per_minute=9, per_hour=90, per_day=200, min_interval=interval, max_interval=interval))
    return replace(view, usages={"ins_1": Usage("ins_1").reserve(NOON, interval)})


# Of each number at its slot: what the recipient has a say in.
PEOPLE: dict[str, Case] = {
    "number locked": Case(
        one(reachout=Reachout(Lock(AN_HOUR_AGO, IN_AN_HOUR))),
        Defer,
        Reason.REACHOUT_LOCK,
        {"until": IN_AN_HOUR, "scope": "number", "slot": IN_AN_HOUR},
        "new chats are locked · room at 06:00:00 · until 06:00:00 · for every new contact",
        "novas conversas bloqueadas · vaga a partir de 06:00:00 · até 06:00:00 · para todo contato novo",
        until=IN_AN_HOUR - MINUTE,
    ),
    "person locked": Case(
        to(Contact("con_1", ORGANIZATION, locks={"ins_1": IN_AN_HOUR})),
        Defer,
        Reason.REACHOUT_LOCK,
        {"until": IN_AN_HOUR, "scope": "contact", "slot": IN_AN_HOUR},
        "new chats are locked · room at 06:00:00 · until 06:00:00 · for this person",
        "novas conversas bloqueadas · vaga a partir de 06:00:00 · até 06:00:00 · para esta pessoa",
        until=IN_AN_HOUR - MINUTE,
    ),
    "service window closed": Case(
        to(a_person(), provider=Provider.CLOUD_API),
        Block,
        Reason.OUTSIDE_SERVICE_WINDOW,
        {"last_inbound": NOON - 2 * DAY},
        "the service window is closed · the person last wrote: 13 Jan 05:00",
        "janela de atendimento fechada · última mensagem da pessoa: 13 jan 05:00",
    ),
    "service window never open": Case(
        one(provider=Provider.CLOUD_API),
        Block,
        Reason.OUTSIDE_SERVICE_WINDOW,
        {"last_inbound": 0},
        "the service window is closed · the person never wrote to it",
        "janela de atendimento fechada · a pessoa nunca escreveu para ela",
    ),
    "duplicate": Case(
        to(a_person(recent=(TOLD,)), replace(FAST, duplicate_window=HOUR)),
        Block,
        Reason.DUPLICATE_CONTENT,
        {"last_message": NOON - MINUTE, "window": HOUR},
        "the person was told the same · last message: 04:59:00 · nothing twice within 1 h",
        "a pessoa já recebeu a mesma mensagem · última mensagem: 04:59:00 · nada se repete em 1 h",
        SAME,
    ),
    "duplicate that waits": Case(
        to(a_person(recent=(TOLD,)), replace(FAST, duplicate_window=HOUR, on_duplicate=OnDuplicate.WAIT)),
        Defer,
        Reason.DUPLICATE_CONTENT,
        {"last_message": NOON - MINUTE, "window": HOUR, "slot": IN_AN_HOUR - MINUTE},
        "the person was told the same · room at 05:59:00 · last message: 04:59:00 · nothing twice within 1 h",
        "a pessoa já recebeu a mesma mensagem · vaga a partir de 05:59:00 · última mensagem: 04:59:00"
        " · nada se repete em 1 h",
        SAME,
        until=IN_AN_HOUR - 2 * MINUTE,
    ),
    "spacing": Case(
        to(a_person(recent=(TOLD,)), replace(FAST, spacing=10 * MINUTE)),
        Defer,
        Reason.RECIPIENT_COOLDOWN,
        {"last_message": NOON - MINUTE, "spacing": 10 * MINUTE, "slot": NOON + 9 * MINUTE},
        "the person was just written to · room at 05:09:00 · last message: 04:59:00"
        " · at least 10 min between two messages to one person",
        "a pessoa acabou de receber uma mensagem · vaga a partir de 05:09:00 · última mensagem: 04:59:00"
        " · intervalo mínimo de 10 min entre mensagens para a mesma pessoa",
        until=NOON + 8 * MINUTE,
    ),
    "quiet hours": Case(
        one(replace(FAST, quiet=QuietHours(21 * 60, 8 * 60))),
        Defer,
        Reason.QUIET_HOURS,
        {"quiet": "21:00-08:00", "zone": "America/Sao_Paulo", "slot": NOON + 3 * HOUR},
        "quiet hours · room at 08:00:00 · from 21:00 to 08:00 (America/Sao_Paulo)",
        "horário de silêncio · vaga a partir de 08:00:00 · de 21:00 a 08:00 (America/Sao_Paulo)",
        CAMPAIGN,
        until=NOON + 3 * HOUR - MINUTE,
    ),
    "quiet hours where the recipient is": Case(
        one(replace(FAST, quiet=QuietHours(21 * 60, 8 * 60, QuietZone.RECIPIENT, QuietScope.ALL))),
        Defer,
        Reason.QUIET_HOURS,
        {"quiet": "21:00-08:00", "zone": "America/Manaus", "slot": NOON + 4 * HOUR},
        "quiet hours · room at 09:00:00 · from 21:00 to 08:00 (America/Manaus)",
        "horário de silêncio · vaga a partir de 09:00:00 · de 21:00 a 08:00 (America/Manaus)",
        an_intent(time_zone="America/Manaus"),
        until=NOON + 4 * HOUR - MINUTE,
    ),
}

# Of each number at its slot: room.
ROOM: dict[str, Case] = {
    "new contacts": Case(
        used(one(replace(FAST, new_contacts=2)), "ins_1", AN_HOUR_AGO, AN_HOUR_AGO, new_contact=True),
        Defer,
        Reason.NEW_CONTACT_LIMIT,
        {"minute": "0/1000", "hour": "2/10000", "day": "2/100000", "slot": NOON + DAY, "window": "new", "new": "2/2"},
        "new-contact limit reached · room at tomorrow 05:00 · 0 of 1,000 in the last minute"
        " · 2 of 10,000 in the last hour · 2 of 100,000 in the last 24 h · 2 of 2 new contacts in the last 24 h",
        "limite de contatos novos atingido · vaga a partir de amanhã 05:00 · 0 de 1.000 no último minuto"
        " · 2 de 10.000 na última hora · 2 de 100.000 nas últimas 24 h · 2 de 2 contatos novos nas últimas 24 h",
        place=f"{ORGANIZATION}/new",
    ),
    "plan": Case(
        used(a_view("ins_1", plan=2), ORGANIZATION, AN_HOUR_AGO, AN_HOUR_AGO),
        Defer,
        Reason.PLAN_LIMIT,
        {"plan": "2/2", "slot": NOON + DAY},
        "the plan is used up · room at tomorrow 05:00 · 2 of 2 of the plan",
        "plano esgotado · vaga a partir de amanhã 05:00 · 2 de 2 do plano",
        place=LINE,
    ),
    "warm-up": Case(
        used(one(WARMING, warmed_up=False, warmup_at=NOON - DAY - HOUR), "ins_1", *[NOON - 2 * HOUR] * 3),
        Defer,
        Reason.WARMUP_LIMIT,
        {
            "minute": "0/1000",
            "hour": "0/10000",
            "day": "3/3",
            "slot": NOON + 23 * HOUR,
            "window": "day",
            "new": "0/50",
            "warmup_day": "2/10",
        },
        "warm-up limit reached · room at tomorrow 04:00 · 0 of 1,000 in the last minute"
        " · 0 of 10,000 in the last hour · 3 of 3 in the last 24 h · 0 of 50 new contacts in the last 24 h"
        " · day 2 of 10 of the warm-up",
        "limite do aquecimento atingido · vaga a partir de amanhã 04:00 · 0 de 1.000 no último minuto"
        " · 0 de 10.000 na última hora · 3 de 3 nas últimas 24 h · 0 de 50 contatos novos nas últimas 24 h"
        " · dia 2 de 10 do aquecimento",
        place=LINE,
    ),
    "hour": Case(
        used(one(SLOW), "ins_1", *[NOON - MINUTE] * 3),
        Defer,
        Reason.RATE_LIMIT,
        {"minute": "3/3", "hour": "3/3", "day": "3/5", "slot": IN_AN_HOUR, "window": "hour"},
        "the hour is full · room at 06:00:00 · 3 of 3 in the last minute · 3 of 3 in the last hour"
        " · 3 of 5 in the last 24 h",
        "a hora está cheia · vaga a partir de 06:00:00 · 3 de 3 no último minuto · 3 de 3 na última hora"
        " · 3 de 5 nas últimas 24 h",
        place=LINE,
    ),
    "day": Case(
        used(one(replace(SLOW, per_day=3)), "ins_1", *[NOON - 2 * HOUR] * 3),
        Defer,
        Reason.RATE_LIMIT,
        {"minute": "0/3", "hour": "0/3", "day": "3/3", "slot": NOON + 23 * HOUR, "window": "day"},
        "the day is full · room at tomorrow 04:00 · 0 of 3 in the last minute · 0 of 3 in the last hour"
        " · 3 of 3 in the last 24 h",
        "o dia está cheio · vaga a partir de amanhã 04:00 · 0 de 3 no último minuto · 0 de 3 na última hora"
        " · 3 de 3 nas últimas 24 h",
        place=LINE,
    ),
    "what is left to replies": Case(
        used(one(Policy(10, 10, 50, 0, 0, reply_share=20)), "ins_1", *[NOON - 2 * MINUTE] * 8),
        Defer,
        Reason.RATE_LIMIT,
        {"minute": "0/10", "hour": "8/8", "day": "8/50", "slot": NOON + 59 * MINUTE, "window": "hour"},
        "the hour is full · room at 05:59:00 · 0 of 10 in the last minute · 8 of 8 in the last hour"
        " · 8 of 50 in the last 24 h",
        "a hora está cheia · vaga a partir de 05:59:00 · 0 de 10 no último minuto · 8 de 8 na última hora"
        " · 8 de 50 nas últimas 24 h",
        place=LINE,
    ),
    "pace": Case(
        paced(5 * MINUTE),
        Defer,
        Reason.RATE_LIMIT,
        {"minute": "1/9", "hour": "1/90", "day": "1/200", "slot": NOON + 5 * MINUTE, "window": "pace"},
        "its pace leaves no room sooner · room at 05:05:00 · 1 of 9 in the last minute · 1 of 90 in the last hour"
        " · 1 of 200 in the last 24 h",
        "o ritmo não abre vaga antes · vaga a partir de 05:05:00 · 1 de 9 no último minuto · 1 de 90 na última hora"
        " · 1 de 200 nas últimas 24 h",
        place=LINE,
    ),
    "others wait": Case(
        replace(one(), lines={LINE: NOON}),
        Defer,
        Reason.RATE_LIMIT,
        {"minute": "0/1000", "hour": "0/10000", "day": "0/100000", "slot": NOON, "window": "line"},
        "others wait before it · 0 of 1,000 in the last minute · 0 of 10,000 in the last hour"
        " · 0 of 100,000 in the last 24 h",
        "há outras na frente · 0 de 1.000 no último minuto · 0 de 10.000 na última hora"
        " · 0 de 100.000 nas últimas 24 h",
        place=LINE,
    ),
    "of many, the first to be free": Case(
        replace(
            a_view("ins_1", "ins_2", "ins_3", "ins_4", policy=SLOW),
            usages={f"ins_{n}": used(one(SLOW), "ins_1", *[NOON - n * MINUTE] * 3).usage("ins_1") for n in range(1, 5)},
        ),
        Defer,
        Reason.RATE_LIMIT,
        {"minute": "0/3", "hour": "3/3", "day": "3/5", "slot": NOON + 57 * MINUTE, "window": "hour", "others": 3},
        "the hour is full · room at 05:57:00 · 0 of 3 in the last minute · 3 of 3 in the last hour"
        " · 3 of 5 in the last 24 h · likewise 3 more",
        "a hora está cheia · vaga a partir de 05:57:00 · 0 de 3 no último minuto · 3 de 3 na última hora"
        " · 3 de 5 nas últimas 24 h · mais 3 na mesma situação",
        place=LINE,
    ),
    "half speed": Case(
        used(one(SLOW, signals=Signals(disconnects=(NOON - 5 * MINUTE,) * 3)), "ins_1", NOON - 2 * MINUTE),
        Defer,
        Reason.RATE_LIMIT,
        {"minute": "0/1", "hour": "1/1", "day": "1/2", "capacity": 50, "window": "hour", "slot": NOON + 55 * MINUTE},
        "the hour is full · room at 05:55:00 · 0 of 1 in the last minute · 1 of 1 in the last hour"
        " · 1 of 2 in the last 24 h · slowed down to 50 %",
        "a hora está cheia · vaga a partir de 05:55:00 · 0 de 1 no último minuto · 1 de 1 na última hora"
        " · 1 de 2 nas últimas 24 h · ritmo reduzido a 50 %",
        place=LINE,
    ),
    "free": Case(
        used(one(WARMING, warmed_up=False, warmup_at=NOON - HOUR), "ins_1", AN_HOUR_AGO),
        Approve,
        "OK",
        {
            "minute": "0/1000",
            "hour": "1/10000",
            "day": "1/2",
            "slot": NOON,
            "new": "0/50",
            "warmup_day": "1/10",
        },
        "room at 05:00:00 · 0 of 1,000 in the last minute · 1 of 10,000 in the last hour · 1 of 2 in the last 24 h"
        " · 0 of 50 new contacts in the last 24 h · day 1 of 10 of the warm-up",
        "vaga a partir de 05:00:00 · 0 de 1.000 no último minuto · 1 de 10.000 na última hora"
        " · 1 de 2 nas últimas 24 h · 0 de 50 contatos novos nas últimas 24 h · dia 1 de 10 do aquecimento",
    ),
}


@pytest.mark.parametrize("case", PEOPLE.values(), ids=PEOPLE)
def test_what_the_recipient_has_a_say_in(case: Case) -> None:
    """People who are written to at night, twice or against their will report the number, and it is banned."""
    check(case)


@pytest.mark.parametrize("case", ROOM.values(), ids=ROOM)
def test_room(case: Case) -> None:
    """A number that sends too much is banned; an operator who cannot see which limit held it raises all of them."""
    check(case)
