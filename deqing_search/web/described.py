"""The description of the interface for programs, `static/openapi.json`, as nouns: what its page and its checks read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

_FILE: Final = Path(__file__).parent / "static" / "openapi.json"
_METHODS: Final = ("get", "post")
_NAMES: Final = {
    "string": "文字",
    "integer": "整数",
    "number": "数",
    "boolean": "真假",
    "object": "对象",
    "array": "数组",
    "null": "null",
}
_BOUNDS: Final = ("minimum", "maximum", "maxLength")

Json = Mapping[str, Any]


class Parameter(NamedTuple):
    """A parameter of an address. `kind` says in words what may be given."""

    name: str
    is_required: bool
    is_in_path: bool
    kind: str
    description: str
    example: str = ""


class Answer(NamedTuple):
    """What comes back with a status. `schema`: the name of its object, "" if it has none."""

    status: str
    description: str
    schema: str
    fields: Sequence[Field]


class Operation(NamedTuple):
    """One address, what it takes and what it answers. `body` is an example of what is sent, "" for nothing."""

    path: str
    method: str
    name: str
    summary: str
    description: str
    parameters: Sequence[Parameter]
    answers: Sequence[Answer]
    body: str
    examples: Sequence[str]  # ends of addresses, from the question mark on


class Field(NamedTuple):
    """A field of an object."""

    name: str
    kind: str
    description: str


class Schema(NamedTuple):
    """An object that answers share."""

    name: str
    description: str
    fields: Sequence[Field]


class Description(NamedTuple):
    """All of the interface."""

    summary: str
    description: str
    operations: Sequence[Operation]
    schemas: Sequence[Schema]

    def parameters_of(self, path: str) -> frozenset[str]:
        """The names of the parameters that an address takes; none of an address that is not described."""
        described = (one for one in self.operations if one.path == path)
        return frozenset(parameter.name for one in described for parameter in one.parameters)


@cache
def description() -> Description:
    """The description, read once."""
    read = json.loads(_FILE.read_text(encoding="utf-8"))
    return Description(
        read["info"]["summary"],
        read["info"]["description"],
        tuple(_operations(read)),
        tuple(
            Schema(name, schema.get("description", ""), tuple(_fields(schema)))
            for name, schema in read["components"]["schemas"].items()
        ),
    )


def _operations(read: Json) -> Iterator[Operation]:
    for path, item in read["paths"].items():
        for method in filter(item.__contains__, _METHODS):
            said = item[method]
            yield Operation(
                path,
                method.upper(),
                said["operationId"],
                said["summary"],
                said.get("description", ""),
                tuple(_parameter(_followed(read, one)) for one in said.get("parameters", ())),
                tuple(_answer(status, _followed(read, one)) for status, one in said["responses"].items()),
                _body(said.get("requestBody")),
                tuple(said.get("x-examples", ())),
            )


def _followed(read: Json, said: Json) -> Json:
    """What a reference leads to."""
    if "$ref" not in said:
        return said
    _, *names = said["$ref"].split("/")
    for name in names:
        read = read[name]
    return read


def _parameter(said: Json) -> Parameter:
    kind, text = _kind(said["schema"]), said.get("description", "")
    return Parameter(
        said["name"], bool(said.get("required")), said["in"] == "path", kind, text, said.get("example", "")
    )


def _answer(status: str, said: Json) -> Answer:
    schema: Json = next((one["schema"] for one in said.get("content", {}).values() if "schema" in one), {})
    name = schema["$ref"].rsplit("/", 1)[1] if "$ref" in schema else ""
    return Answer(status, said["description"], name, tuple(_fields(schema)))


def _body(said: Json | None) -> str:
    content = said["content"]["application/json"] if said else {}
    return json.dumps(content["example"], ensure_ascii=False) if "example" in content else ""


def _fields(schema: Json, prefix: str = "") -> Iterator[Field]:
    """The fields of an object, then those of the objects inside it: `coverage.reports`, `hits[].id`."""
    for name, said in schema.get("properties", {}).items():
        yield Field(prefix + name, _kind(said), said.get("description", ""))
        inner = said.get("items", said)
        yield from _fields(inner, f"{prefix}{name}{'[]' if 'items' in said else ''}.")


def _kind(schema: Json) -> str:
    """What a value is, in words.

    >>> _kind({"type": "array", "items": {"type": "string", "maxLength": 60}, "maxItems": 50})
    '文字的数组，每项至多 60 字'
    >>> _kind({"type": "integer", "minimum": 0, "maximum": 100, "default": 20}), _kind({"enum": ["csv", "jsonl"]})
    ('整数，0 到 100，默认 20', 'csv、jsonl 之一')
    """
    if "$ref" in schema:
        return str(schema["$ref"].rsplit("/", 1)[1])
    if "const" in schema:
        return str(schema["const"])
    if "oneOf" in schema or "anyOf" in schema:
        return " 或 ".join(map(_kind, schema.get("oneOf") or schema["anyOf"]))
    if "enum" in schema:
        choices = [str(one) for one in schema["enum"] if one != ""]  # the empty value is that of a parameter left out
        return "、".join(choices) + (" 之一" if len(choices) > 1 else "") + _default(schema)
    named = schema.get("type", "object")
    if named == "array":
        return _array(schema["items"]) if "items" in schema else "数组"
    words = " 或 ".join(_NAMES[one] for one in ([named] if isinstance(named, str) else named))
    return words + _bounds(schema) + _default(schema)


def _array(items: Json) -> str:
    unbounded = {name: said for name, said in items.items() if name not in _BOUNDS}
    bounds = _bounds(items).removeprefix("，")
    return f"{_kind(unbounded)}的数组" + (f"，每项{bounds}" if bounds else "")


def _bounds(schema: Json) -> str:
    if "minimum" in schema and "maximum" in schema:
        return f"，{schema['minimum']} 到 {schema['maximum']}"
    return f"，至多 {schema['maxLength']} 字" if "maxLength" in schema else ""


def _default(schema: Json) -> str:
    return f"，默认 {schema['default']}" if schema.get("default") not in (None, "") else ""
