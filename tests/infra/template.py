"""Reads a packaged template the way CloudFormation does, as far as these tests need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Node = Any


class Template:
    """A packaged template with its conditions decided.

    Attributes:
        stage: Name of the stage it was packaged for.
        body: The template as packaged.
    """

    def __init__(self, body: dict[str, Node]) -> None:
        self.body = body
        self.stage: str = body["Parameters"]["Stage"]["Default"]

    def resolve(self, node: Node) -> Node:
        """Decide every `Fn::If` in a node; other functions stay as they are."""
        if isinstance(node, dict):
            if "Fn::If" in node:
                condition, when_true, when_false = node["Fn::If"]
                return self.resolve(when_true if self.holds(condition) else when_false)
            return {key: self.resolve(value) for key, value in node.items()}
        return [self.resolve(item) for item in node] if isinstance(node, list) else node

    def holds(self, condition: str) -> bool:
        """Decide a condition; only `IsLocal` matters here, every other is false."""
        return condition == "IsLocal" and self.stage == "local"

    def resources(self, kind: str) -> Iterator[tuple[str, dict[str, Node]]]:
        """Give names and resolved properties of the resources of a type that this stage gets."""
        for name, resource in self.body["Resources"].items():
            if resource["Type"] == kind and ("Condition" not in resource or self.holds(resource["Condition"])):
                yield name, self.resolve(resource.get("Properties", {}))

    def properties(self, name: str) -> dict[str, Node]:
        """Give the resolved properties of one resource."""
        found: dict[str, Node] = self.resolve(self.body["Resources"][name]["Properties"])
        return found

    @property
    def environment(self) -> dict[str, Node]:
        """The environment variables that every function gets."""
        found: dict[str, Node] = self.resolve(self.body["Globals"]["Function"]["Environment"]["Variables"])
        return found

    def mapping(self, function: str) -> dict[str, Node]:
        """Give the resolved properties of a function's queue mapping."""
        events = self.properties(function)["Events"].values()
        (found,) = [event["Properties"] for event in events if event["Type"] == "SQS"]
        return dict(found)


def get_att(node: Node) -> str:
    """What an `Fn::GetAtt` names, in its short form."""
    target = node["Fn::GetAtt"]
    return str(target if isinstance(target, str) else ".".join(target))
