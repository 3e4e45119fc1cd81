"""``/api/gate/simulations``: what would another policy have done to the last hours?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.bootstrap import services
from chalicelib.entrypoints.http.answers import json_answer
from chalicelib.entrypoints.http.blueprint import ApiBlueprint
from chalicelib.entrypoints.http.callers import caller
from chalicelib.entrypoints.http.links import place_of
from chalicelib.entrypoints.http.parameters import query_parameters
from chalicelib.entrypoints.http.problems import read_body

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalice.app import Response

    from chalicelib.domain.whatif.simulation import Simulation
    from chalicelib.entrypoints.http.schemas.simulations import SimulationView

routes = ApiBlueprint(__name__)

_PLACE = "/api/gate/simulations"
_NEWEST = 10


@routes.route(_PLACE, methods=["POST"])
def ask() -> Response:
    """Begin to find out; the answer is found at its address within a minute or two."""
    from chalicelib.entrypoints.http.schemas.simulations import NewSimulation  # noqa: PLC0415 - schemas, here only

    request = routes.current_request
    client = caller(request)
    query_parameters(request, frozenset())
    body = read_body(NewSimulation, request.raw_body)
    policy = body.policy.policy()
    asked = services().simulations.ask(client.organization_id, client.actor, body.hours, policy, body.instance_id)
    shown = _shown([asked])[0]
    answer = json_answer(shown, status=202)
    answer.headers["Location"] = shown.url
    return answer


@routes.route(_PLACE, methods=["GET"])
def newest() -> Response:
    """The newest ones, newest first."""
    from chalicelib.entrypoints.http.schemas.simulations import SimulationList  # noqa: PLC0415 - as above

    request = routes.current_request
    client = caller(request)
    query_parameters(request, frozenset())
    found = services().simulations.newest(client.organization_id, _NEWEST)
    return json_answer(SimulationList(data=_shown(found), next_cursor=None, has_more=False))


@routes.route(_PLACE + "/{simulation_id}", methods=["GET"])
def show(simulation_id: str) -> Response:
    """One of them, with its answer as soon as there is one."""
    request = routes.current_request
    client = caller(request)
    query_parameters(request, frozenset())
    return json_answer(_shown([services().simulations.one(client.organization_id, simulation_id)])[0])


def _shown(simulations: Sequence[Simulation]) -> list[SimulationView]:
    """Simulations of one organization in the caller's language."""
    from chalicelib.entrypoints.http.readers import times_for  # noqa: PLC0415 - words, where they are read
    from chalicelib.entrypoints.http.views.simulations import shown  # noqa: PLC0415

    if not simulations:
        return []
    request = routes.current_request
    times = times_for(request, services().onboarding.organization(simulations[0].organization_id))
    return [shown(one, times, place_of(request, f"{_PLACE}/{one.id}")) for one in simulations]
