"""``/messages``: every message of the organization, and each with its story and what may be done about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.bootstrap import services
from chalicelib.domain.errors import NotFound
from chalicelib.domain.listing import is_position
from chalicelib.domain.role import Role
from chalicelib.entrypoints.http.cursors import after_of, next_of
from chalicelib.entrypoints.http.intent_filter import filter_query
from chalicelib.entrypoints.http.links import api_url
from chalicelib.entrypoints.web.blueprint import PageBlueprint
from chalicelib.entrypoints.web.message_page import show_message

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalice.app import Response

    from chalicelib.domain.listing import IntentFilter
    from chalicelib.entrypoints.web.page import Page
    from chalicelib.entrypoints.web.views.message_filter import UnreadableFilter

routes = PageBlueprint(__name__)

_PAGE = 25


@routes.page("/messages")
def show_all(page: Page) -> Response:
    """One page of the messages that fit the filter, newest first; a filled-in form gets the address to keep."""
    from chalicelib.entrypoints.web.views.message_filter import (  # noqa: PLC0415 - words, on this page only
        UnreadableFilter,
        address,
        is_as_filled_in,
        wanted_of,
    )

    try:
        wanted = wanted_of(page)
    except UnreadableFilter as error:
        return _unreadable(page, error)
    if page.partial and is_position(page.query.get("than", "")):
        return _refreshed(page, wanted)
    if is_as_filled_in(page):
        return page.redirect(address(filter_query(wanted)))
    return _listed(page, wanted)


@routes.page("/messages/{intent_id}")
def show(page: Page, intent_id: str) -> Response:
    """One message; the page asks for its content anew until nothing more can happen."""
    return show_message(page, intent_id)


@routes.page("/messages/{intent_id}/{part}")
def without_a_form(page: Page, intent_id: str, part: str) -> Response:
    """Whoever opens a form's address anew gets to the message: nothing is done by merely opening an address."""
    _act(part)
    return page.redirect(f"messages/{intent_id}")


@routes.page("/messages/{intent_id}/{part}", methods=["POST"], role=Role.OPERATOR)
def act(page: Page, intent_id: str, part: str) -> Response:
    """Do something about a message."""
    return _act(part)(page, intent_id)


def _act(name: str) -> Callable[[Page, str], Response]:
    from chalicelib.entrypoints.web.message_acts import ACTS  # noqa: PLC0415 - schemas and words, on these pages only

    if name not in ACTS:
        raise NotFound("There is no such action.")
    return ACTS[name]


def _listed(page: Page, wanted: IntentFilter) -> Response:
    from chalicelib.entrypoints.web.views.message_filter import address, filter_view  # noqa: PLC0415 - as above
    from chalicelib.entrypoints.web.views.messages import newest_of, row  # noqa: PLC0415
    from chalicelib.entrypoints.web.views.numbers import number_names  # noqa: PLC0415

    query = filter_query(wanted)
    bound = {"organization_id": page.organization.id, "query": address(query)}
    found = services().queries.page(page.organization.id, wanted, after_of(page.query, **bound), _PAGE)
    cursor, numbers = next_of(found.after, **bound), number_names(page)
    first = "cursor" not in page.query
    watched = {"rows": ".".join(one.id for one in found.intents), "than": newest_of(page, found.intents)}
    return page.render(
        "messages.html",
        narrowed=filter_view(page, wanted, numbers),
        rows=[row(page, intent, numbers) for intent in found.intents],
        searched_until=found.searched_until,
        first_href=None if first else page.root + address(query),
        next_href=page.root + address(query | {"cursor": cursor}) if cursor else None,
        refresh_href=page.root + address(query | watched) if first else None,
        reload_href=page.root + address(query),
        api_url=None if found.intents else api_url(page.request),
    )


def _refreshed(page: Page, wanted: IntentFilter) -> Response:
    """The same rows as they are now, whatever the filter would say of them, and how many came since."""
    from chalicelib.entrypoints.web.views.message_filter import address  # noqa: PLC0415 - as above
    from chalicelib.entrypoints.web.views.messages import row  # noqa: PLC0415
    from chalicelib.entrypoints.web.views.numbers import number_names  # noqa: PLC0415

    organization_id, query = page.organization.id, filter_query(wanted)
    intents = services().queries.several(organization_id, page.query.get("rows", "").split(".")[:_PAGE])
    numbers = number_names(page) if intents else {}
    newer = services().queries.count_newer(organization_id, wanted, page.query["than"])
    watched = {"rows": page.query.get("rows", ""), "than": page.query["than"], "newer": str(newer)}
    return page.render(
        "fragments/messages.html",
        rows=[row(page, intent, numbers) for intent in intents],
        refresh_href=page.root + address(query | watched),
        reload_href=page.root + address(query),
        newer=newer,
        newer_before=page.query.get("newer", "0"),
    )


def _unreadable(page: Page, error: UnreadableFilter) -> Response:
    from chalicelib.entrypoints.web.views.message_filter import unreadable_view  # noqa: PLC0415 - as above
    from chalicelib.entrypoints.web.views.numbers import number_names  # noqa: PLC0415

    narrowed = unreadable_view(page, error.field, number_names(page))
    return page.render("messages.html", 400, narrowed=narrowed, rows=[], refresh_href=None)
