"""What was filled in against the shape it must have, and what is wrong with it in the reader's words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from chalicelib.entrypoints.web.moments import instant_of
from chalicelib.entrypoints.web.words.mistakes import advice

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.entrypoints.web.page import Page

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Form(Generic[Model]):
    """A form as a template shows it.

    Attributes:
        values: What was filled in, by field.
        errors: What is wrong, by field; empty when nothing is.
        body: What it means; ``None`` when something is wrong.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    body: Model | None = None


def read_form(
    page: Page,
    model: type[Model],
    names: Mapping[str, str] | None = None,
    *,
    given: Mapping[str, str] | None = None,
    meant: Mapping[str, object] | None = None,
) -> Form[Model]:
    """The page's form as ``model``.

    Args:
        page: What was posted.
        model: The shape, the API's own where there is one; fields of the form that it does not have are left out.
        names: Field of the form by dotted place in the model, where they differ (``{"policy.preset": "preset"}``).
        given: What was filled in, where that is not what was posted.
        meant: What the fields mean, where that is not their text; fields that are left out mean nothing.
    """
    values = page.form if given is None else given
    try:
        return Form(values, body=model.model_validate(_nested(meant or values, model, names or {})))
    except ValidationError as error:
        return Form(values, _errors(page, error, names or {}))


def with_moment(page: Page, name: str) -> dict[str, object]:
    """What the page's form means where one field, if it is filled in, is an instant in the organization's time zone."""
    zone = page.organization.time_zone
    return {field: instant_of(text, zone) or text if field == name else text for field, text in page.form.items()}


def refused(page: Page, form: Form[Model], name: str, detail: str) -> Form[Model]:
    """The form with what a use case found wrong with one of its fields."""
    return Form(form.values, {name: advice(page.gettext, "", detail, {})})


def _nested(values: Mapping[str, object], model: type[BaseModel], names: Mapping[str, str]) -> dict[str, Any]:
    renamed = set(names.values())
    body: dict[str, Any] = {
        name: given for name, given in values.items() if name in model.model_fields and name not in renamed
    }
    for place, name in names.items():
        if name in values:
            inner, *outer = reversed(place.split("."))
            target = body
            for part in reversed(outer):
                target = target.setdefault(part, {})
            target[inner] = values[name]
    return body


def _errors(page: Page, error: ValidationError, names: Mapping[str, str]) -> dict[str, str]:
    errors: dict[str, str] = {}
    for found in error.errors(include_url=False, include_input=False):
        place = ".".join(str(part) for part in found["loc"])
        errors.setdefault(
            names.get(place, place), advice(page.gettext, found["type"], found["msg"], found.get("ctx", {}))
        )
    return errors
