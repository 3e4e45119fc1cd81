"""Why a number is not connected, in sentences: what happened, what to do, and when it is tried again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.entrypoints.web.words.instances import CAUSES
from chalicelib.entrypoints.web.words.marking import mark

if TYPE_CHECKING:
    from chalicelib.domain.instance import Instance
    from chalicelib.entrypoints.web.words.times import Times

_REFUSING = mark("It says connected and refused sends %(count)s times in a row. Next try: %(until)s.")


def why_not_connected(times: Times, instance: Instance) -> str:
    """Why a number is not connected, as far as that is known; empty when it is not, or when it is connected."""
    said = [times.gettext(CAUSES[instance.cause])] if instance.cause else []
    circuit = instance.circuit
    if circuit.is_open(times.now):
        facts = {"count": times.number(circuit.times), "until": times.moment(circuit.until)}
        said.append(times.gettext(_REFUSING) % facts)
    return " ".join(said)
