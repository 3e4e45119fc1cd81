"""Settings: complete or refused, set by the template, and explained in docs/settings.md."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from chalicelib.settings import Settings, read_settings
from tests.aws import resources

FIELDS = list(Settings.model_fields)
GOOD = {
    "STAGE": "test",
    "TABLE_NAME": "portaria-test",
    "GATE_QUEUE_URL": "https://sqs.example.org/gate",
    "EXECUTION_QUEUE_ENABLED": "True",
    "EXECUTION_QUEUE_URL": "https://sqs.example.org/execution",
    "PROVIDER_EVENTS_QUEUE_URL": "https://sqs.example.org/events",
    "GATE_DEAD_LETTERS_URL": "https://sqs.example.org/gate-dead",
    "EXECUTION_DEAD_LETTERS_URL": "https://sqs.example.org/execution-dead",
    "PROVIDER_EVENTS_DEAD_LETTERS_URL": "https://sqs.example.org/events-dead",
    "PROJECTION_DEAD_LETTERS_URL": "https://sqs.example.org/uncounted",
    "MASTER_SECRET_ID": "master",
    "BRIDGE_SECRET_ID": "bridge",
    "USER_POOL_ID": "sa-east-1_people",
    "USER_POOL_CLIENT_ID": "panel",
    "BRIDGE_URL": "https://bridge.example.org",
    "API_URL": "https://api.example.org/api",
    "SEND_TIMEOUT_SECONDS": "80",
    "LEASE_MARGIN_SECONDS": "5",
}
_DOCUMENT = Path(__file__).parents[2] / "docs" / "settings.md"


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A complete environment to spoil."""
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


@pytest.mark.usefixtures("environment")
def test_a_complete_environment_is_read() -> None:
    """No function would start."""
    settings = read_settings()
    assert {name.upper(): str(getattr(settings, name)).removesuffix(".0") for name in FIELDS} == GOOD


@pytest.mark.parametrize("name", FIELDS)
def test_every_setting_is_needed_and_named_when_missing(environment: pytest.MonkeyPatch, name: str) -> None:
    """A deployment without it would fail at the first message instead of at once, and not say why."""
    environment.delenv(name.upper())
    with pytest.raises(ValidationError) as refused:
        read_settings()
    assert [(error["loc"], error["type"]) for error in refused.value.errors()] == [((name,), "missing")]


@pytest.mark.parametrize(
    ("name", "value"),
    [(name, "") for name in FIELDS]
    + [
        ("bridge_url", "bridge.example.org"),
        ("bridge_url", "ftp://bridge.example.org"),
        ("send_timeout_seconds", "0"),
        ("send_timeout_seconds", "a while"),
        ("send_timeout_seconds", "nan"),
        ("lease_margin_seconds", "-1"),
    ],
)
def test_a_setting_that_makes_no_sense_is_named(environment: pytest.MonkeyPatch, name: str, value: str) -> None:
    """An empty or mistyped value would surface as a timeout or a lost message somewhere else."""
    environment.setenv(name.upper(), value)
    with pytest.raises(ValidationError) as refused:
        read_settings()
    assert [error["loc"] for error in refused.value.errors()] == [(name,)]


def test_settings_do_not_change_while_a_process_lives() -> None:
    """Half of a request would work with one table and half with another."""
    settings = Settings.model_validate({name: GOOD[name.upper()] for name in FIELDS})
    with pytest.raises(ValidationError):
        settings.stage = "other"


def test_the_template_sets_every_setting() -> None:
    """A fresh deployment would not start."""
    assert {name.upper() for name in FIELDS} <= set(resources().environment)


def test_every_variable_is_documented_and_no_other() -> None:
    """An operator would look for the meaning of a setting in the code, or set one that does nothing."""
    documented = re.findall(r"^\| `([A-Z_]+)` \|", _DOCUMENT.read_text(), re.MULTILINE)
    assert len(documented) == len(set(documented))
    assert set(documented) == {name.upper() for name in FIELDS} | set(resources().environment)
