"""The banners of a number's health: each says what it is, since when, until when, what it does and what to do."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from chalicelib.application.instances.states import InstanceState
from chalicelib.domain.control import Control, ControlStatus
from chalicelib.domain.cooldown import THROTTLED, Cooldown, Rested
from chalicelib.domain.instance import FINAL
from chalicelib.domain.lifecycle import allowed_actions
from chalicelib.domain.presets import CONSERVATIVE
from chalicelib.domain.reachout import OPEN, Reachout
from chalicelib.domain.signals import Sample, Sign
from chalicelib.domain.values import DAY, HOUR, MINUTE
from chalicelib.entrypoints.web.languages import LANGUAGES, decimal_mark, translations
from chalicelib.entrypoints.web.views.health import health_banners, way_back
from chalicelib.entrypoints.web.words.times import Times
from tests.fakes.clock import NOON
from tests.fakes.numbers import an_instance

if TYPE_CHECKING:
    from chalicelib.domain.instance import Instance
    from chalicelib.entrypoints.web.views.banner import Banner

UNSAID = re.compile(r"%\(|[{}]|None|[A-Z]{2,}_[A-Z]+")
LOCKED = OPEN.refusing("con_a", "int_a", NOON - MINUTE).refusing("con_b", "int_b", NOON - MINUTE)


def flapping(times: int) -> Instance:
    """A number that lost its session so often within the hour."""
    instance = an_instance()
    for number in range(times):
        instance = instance.showing(Sign.DISCONNECTS, NOON - number * MINUTE)
    return instance


def locked(reachout: Reachout) -> Instance:
    """A number with such a past of refusals."""
    return replace(an_instance(), reachout=reachout)


STATES = {
    "medium": flapping(3),
    "high": flapping(5),
    "undelivered": an_instance().measured(Sample(40, 12, NOON)),
    "back": replace(an_instance(), rested=Rested(NOON - HOUR)),
    "locked": locked(LOCKED),
    "to be tried": locked(replace(LOCKED, lock=replace(LOCKED.lock, until=NOON))),  # type: ignore[type-var]
    "token": locked(OPEN.misknowing(NOON - MINUTE)),
}


def times(language: str) -> Times:
    """A reader's times."""
    return Times(translations(language).gettext, decimal_mark(language), "America/Sao_Paulo", NOON)


def banners(instance: Instance, language: str = "en") -> list[Banner]:
    """What its page shows of its health."""
    actions = allowed_actions(instance, NOON)
    state = InstanceState(instance, CONSERVATIVE, Control(ControlStatus.RUNNING), actions, NOON)
    return health_banners(times(language), state)


@pytest.mark.parametrize("name", STATES)
def test_each_trouble_has_its_banner_in_both_languages(name: str) -> None:
    """An operator would see a number slow down or wait, and nothing would say why."""
    said = {}
    for language in LANGUAGES:
        [banner] = banners(STATES[name], language)
        said[language] = " ".join((banner.title, *banner.lines, banner.action))
        assert not UNSAID.search(said[language]), said[language]
        assert "Vendas" in banner.title
        assert banner.href == f"instances/{an_instance().id}/overview"
    assert len(set(said.values())) == len(LANGUAGES)


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("medium", "wait", ["medium risk", "Sessions lost within an hour: 3; it counts from 3 on.", "50 %"]),
        ("high", "stop", ["high risk", "5; it counts from 5 on", "10 %"]),
        ("undelivered", "stop", ["30 %; it counts below 40 %"]),
        ("back", "info", ["25 % of its limits", "full pace from"]),
        ("locked", "wait", ["(assumed)", "463", "no other number"]),
        ("to be tried", "wait", ["may work again", "finds out"]),
        ("token", "stop", ["known contact", "Open the chat on the phone"]),
    ],
)
def test_a_banner_says_the_figures_and_what_to_do(name: str, kind: str, words: list[str]) -> None:
    """That something is wrong helps nobody: the figure and its limit do."""
    [banner] = banners(STATES[name])
    assert banner.kind == kind
    text = " ".join((banner.title, *banner.lines))
    for word in words:
        assert word in text, text


def test_a_healthy_number_has_no_banner() -> None:
    """Alerts that are always there are read by nobody."""
    assert banners(an_instance()) == []
    assert banners(flapping(2)) == []
    assert banners(replace(an_instance(), rested=Rested(NOON - DAY))) == []
    lifted = LOCKED.probing("int_1", NOON + DAY).reaching("int_1", NOON + DAY)
    assert banners(locked(lifted)) == []


def test_a_resting_number_is_told_of_once() -> None:
    """A resting number would be said to send at a tenth of its pace, which is not true: it sends nothing."""
    resting = replace(flapping(5), cooldown=Cooldown(NOON, NOON + HOUR, "HEALTH_BLOCKS"))
    assert banners(resting) == []


@pytest.mark.parametrize("life", sorted(FINAL))
def test_a_number_out_of_use_has_no_health(life: object) -> None:
    """A retired number would be shown as one that needs somebody."""
    assert banners(replace(flapping(5), lifecycle=life)) == []  # type: ignore[arg-type]


def test_after_a_rest_comes_a_slow_way_back_but_not_after_a_back_off() -> None:
    """Somebody who plans a campaign for the end of a rest would be surprised by a tenth of the pace."""
    [after] = way_back(times("en"), Cooldown(NOON, NOON + HOUR, "tired"))
    assert "from 10 % of its limits to all of them in 6 h" in after
    assert list(way_back(times("en"), Cooldown(NOON, NOON + HOUR, THROTTLED))) == []
    hint, _ = way_back(times("en"), Cooldown(NOON, NOON + HOUR, "HEALTH_DELIVERED"))
    assert "events reach us" in hint
