"""Derived secrets: stable, apart from each other, and never readable from one another."""

from __future__ import annotations

import hashlib
import hmac
import re

from chalicelib.adapters.keyring import DerivingKeyring

KEYRING = DerivingKeyring(lambda: "m" * 64)


def test_a_secret_is_the_same_in_every_process() -> None:
    """After a restart no webhook would verify and no number would accept its token."""
    assert KEYRING.derive("bridge-user", "ins_1") == DerivingKeyring(lambda: "m" * 64).derive("bridge-user", "ins_1")


def test_a_secret_is_the_same_in_every_version() -> None:
    """After an update every number would have to be registered anew."""
    expected = hmac.new(b"m" * 64, b"bridge-user\0ins_1", hashlib.sha256).hexdigest()
    assert KEYRING.derive("bridge-user", "ins_1") == expected


def test_a_secret_is_64_hex_digits() -> None:
    """The bridge refuses keys shorter than 32 characters."""
    assert re.fullmatch(r"[0-9a-f]{64}", KEYRING.derive("webhook-signature", "ins_1"))


def test_purposes_subjects_and_stages_have_secrets_of_their_own() -> None:
    """Who learns one number's token could sign another's webhooks, or those of production from a test stage."""
    secrets = [
        KEYRING.derive("bridge-user", "ins_1"),
        KEYRING.derive("bridge-user", "ins_2"),
        KEYRING.derive("webhook-signature", "ins_1"),
        KEYRING.derive("bridge-userins_", "1"),
        DerivingKeyring(lambda: "n" * 64).derive("bridge-user", "ins_1"),
    ]
    assert len(set(secrets)) == len(secrets)


def test_the_master_secret_is_read_once_and_only_when_needed() -> None:
    """Every request would pay for a call to the secret store, and a health check would need it."""
    reads: list[str] = []

    def master() -> str:
        reads.append("read")
        return "m" * 64

    keyring = DerivingKeyring(master)
    assert reads == []
    for subject in ("ins_1", "ins_2"):
        keyring.derive("bridge-user", subject)
    assert reads == ["read"]
