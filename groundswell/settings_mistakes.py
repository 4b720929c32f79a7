"""What is wrong with settings, in words: where, what was found, what is wanted; and the nearest right name."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr, ValidationError
from pydantic_core import ErrorDetails

__all__ = ["PREFIX", "Origin", "mark_of", "mistakes_of", "nearest_variable", "secrets_in", "variable_of", "walk"]

PREFIX = "GROUNDSWELL_"
_LONGEST = 60  # characters of a wrong value that are shown

Place = tuple[int | str, ...]

# By the beginning of pydantic's name of the mistake.
_WANTED = (
    ("int", "a whole number is wanted"),
    ("float", "a number is wanted"),
    ("bool", "true or false is wanted"),
    ("string", "text in quotes is wanted"),
    ("path", "a path in quotes is wanted"),
    ("tuple", "a list in brackets is wanted"),
    ("too_short", "at least one is wanted"),
    ("dict", "a table is wanted"),
    ("model", "a table is wanted"),
    ("finite", "a finite number is wanted"),
)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where values came from: the settings file with its table, and the environment as a table of the same form."""

    file: str
    table: Mapping[str, Any]
    environment: Mapping[str, Any]

    def is_of_environment(self, table: Place) -> bool:
        """Whether a table stands in the environment alone."""
        return bool(table) and _holds(self.environment, table) and not _holds(self.table, table)

    def names(self, place: Place) -> str:
        """The value's place as a message begins: the file and the dotted key, or the environment variable."""
        if _holds(self.environment, place):
            depth = next((i for i, part in enumerate(place) if isinstance(part, int)), len(place))
            return variable_of(place[:depth]) + dotted(place[depth:])
        return f"{self.file}: {dotted(place)}"


def mistakes_of(error: ValidationError, model: type[BaseModel], origin: Origin) -> list[str]:
    """A line for each mistake: unknown keys first, for they explain what is missing, which comes last."""
    order = {"extra_forbidden": 0, "missing": 2}
    details = sorted(error.errors(include_url=False), key=lambda detail: order.get(detail["type"], 1))
    return [_line(detail, model, origin) for detail in details]


def _line(detail: ErrorDetails, model: type[BaseModel], origin: Origin) -> str:
    place = detail["loc"]
    if detail["type"] == "extra_forbidden":
        near = nearest_key(place, model)
        return f"{origin.names(place)}: unknown key" + (f"; did you mean {near!r}?" if near else "")
    if place and place[-1] == "[key]":
        table = dotted(place[:-2])
        names = f"; {_reason(detail)}"
        return f"{origin.file}: {table}.{place[-2]}: there can be no {place[-2]!r} in [{table}]{names}"
    field = field_at(place, model)
    key = next((part for part in reversed(place) if isinstance(part, str)), "")
    example = f"; for example {key} = {as_toml(field.examples[0])}" if field and field.examples else ""
    if detail["type"] == "missing" and origin.is_of_environment(place[:-1]):
        table = dotted(place[:-1])
        return (
            f"{variable_of(place[:-1])}__...: is set, and {origin.file} has no table [{table}]; unset it, or add that"
        )
    if detail["type"] == "missing":
        return f"{origin.names(place)}: is missing{example}"
    found = "" if _is_hidden(field, detail) else f"found {_shown(detail['input'])}; "
    return f"{origin.names(place)}: {found}{_reason(detail)}{example}"


def _reason(detail: ErrorDetails) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind in ("literal_error", "enum"):
        return f"{context['expected']} is wanted"
    if kind == "value_error":
        return str(context["error"])
    bounds = {"greater_than": "gt", "greater_than_equal": "ge", "less_than": "lt", "less_than_equal": "le"}
    if kind in bounds:
        words = {"gt": "more than", "ge": "at least", "lt": "less than", "le": "at most"}
        return f"{words[bounds[kind]]} {context[bounds[kind]]:g} is wanted"
    return next((text for start, text in _WANTED if kind.startswith(start)), detail["msg"])


def _is_hidden(field: Any, detail: ErrorDetails) -> bool:
    """True for what may hold a secret, and for whole tables, whose mistake the reason tells: neither is shown."""
    value = detail["input"]
    tables = value if isinstance(value, list | tuple) else [value] if detail["type"] == "value_error" else []
    if any(isinstance(table, Mapping | BaseModel) for table in tables):
        return True
    return field is not None and (field.annotation is SecretStr or mark_of(field, "secret"))


def mark_of(field: Any, mark: str) -> bool:
    """Whether a field carries a mark: "secret" (never shown), "environment" (never in the file)."""
    return bool((field.json_schema_extra or {}).get(mark))


def _shown(value: Any) -> str:
    text = as_toml(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def as_toml(value: Any) -> str:
    """A plain value on one line as TOML writes it; for messages and the reference, not for files."""
    if isinstance(value, Mapping):
        inside = ", ".join(f"{key} = {as_toml(entry)}" for key, entry in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(as_toml, value))}]"
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, bool | int | float):
        return str(value).lower()
    return json.dumps(str(value), ensure_ascii=False)


# ------------------------------------------------------------------------------------------------------ walking models


@dataclass(frozen=True, slots=True)
class Key:
    """One key of the settings: its place (`*` for a name that the user chooses), and the field behind it.

    A key of a list of tables is `is_listed`: no variable of the environment is its own, only one of the whole list.
    """

    place: tuple[str, ...]
    field: Any
    is_table: bool
    is_listed: bool = False


def walk(model: type[BaseModel], above: tuple[str, ...] = (), *, is_listed: bool = False) -> Iterator[Key]:
    """Every key, tables before what is in them, in the order of the models."""
    for name, field in model.model_fields.items():
        inner, form = _inner(field.annotation)
        place = (*above, name)
        yield Key(place, field, inner is not None, is_listed)
        if inner is not None:
            below = (*place, "*") if form is _Form.NAMED else place
            yield from walk(inner, below, is_listed=is_listed or form is _Form.LISTED)


class _Form(Enum):
    """How tables stand in the file: one, several by name, or a list of them."""

    ONE = "one"
    NAMED = "named"
    LISTED = "listed"


def _inner(annotation: Any) -> tuple[type[BaseModel] | None, _Form]:
    """The model of a table, and in which form it stands there."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, _Form.ONE
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _inner(parts[0])
    if origin in (Union, UnionType):
        return next((found for part in parts if (found := _inner(part))[0]), (None, _Form.ONE))
    if origin is dict:
        return _inner(parts[1])[0], _Form.NAMED
    if origin is tuple:
        return _inner(parts[0])[0], _Form.LISTED
    return None, _Form.ONE


def _model_at(place: Sequence[int | str], model: type[BaseModel]) -> type[BaseModel] | None:
    """The model of the table at a place; None where there is none."""
    names = [part for part in place if isinstance(part, str)]
    found: type[BaseModel] | None = model
    while names and found is not None:
        field = found.model_fields.get(names.pop(0))
        if field is None:
            return None
        found, form = _inner(field.annotation)
        if form is _Form.NAMED and names:
            names.pop(0)
        elif form is _Form.NAMED:
            return None
    return found


def field_at(place: Place, model: type[BaseModel]) -> Any:
    """The field of the innermost key of a place; None for one that is not known."""
    names = [part for part in place if isinstance(part, str)]
    while names:
        table = _model_at(names[:-1], model)
        if table is not None and names[-1] in table.model_fields:
            return table.model_fields[names[-1]]
        names.pop()
    return None


def nearest_key(place: Place, model: type[BaseModel]) -> str | None:
    """The right key that looks most like this one: in its own table, else the dotted key of another one."""
    table, name = _model_at(place[:-1], model), str(place[-1])
    own = get_close_matches(name.lower(), table.model_fields if table else (), n=1)
    if own:
        return own[0]
    # Those whose whole place is known come first: a name of the user's cannot be guessed.
    places = sorted((key.place for key in walk(model)), key=lambda known: "*" in known)
    keys = {".".join(known): known[-1] for known in places}
    return next((whole for whole, last in keys.items() if last == name.lower()), None)


def nearest_variable(name: str, model: type[BaseModel], others: set[str]) -> str:
    """The name itself where it is known; else the nearest right one, or "" where none is near."""
    parts = name.removeprefix(PREFIX).split("__")
    known = set(others)
    for key in walk(model):
        if key.is_listed:
            continue
        # A name that the user chose stays what it is.
        place = [part.upper() if part != "*" else "".join(parts[i : i + 1]) for i, part in enumerate(key.place)]
        known.add(PREFIX + "__".join(place))
        if isinstance(key.field.annotation, type) or get_origin(key.field.annotation) is not dict or key.is_table:
            continue
        if parts[: len(place)] == place and len(parts) == len(place) + 1:
            return name  # an entry of a free table, as a segment
    if name in known:
        return name
    ends = {known_name.removeprefix(PREFIX): known_name for known_name in sorted(known)}
    near = get_close_matches(name.removeprefix(PREFIX), ends, n=1, cutoff=0.7)
    return ends[near[0]] if near else ""


def secrets_in(table: Mapping[str, Any], model: type[BaseModel]) -> list[str]:
    """A line for each key of the file that belongs in the environment alone: files are copied, and shown to others."""
    return [
        f"{dotted(place)}: a secret does not belong in the file; set {variable_of(place)}"
        for key in walk(model)
        if mark_of(key.field, "environment")
        for place in _places(table, key.place)
        if _holds(table, place)
    ]


def _places(table: Any, place: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The place with each name that the file gives for its `*`; itself where it has none."""
    if "*" not in place:
        return [place]
    above, below = place[: place.index("*")], place[place.index("*") + 1 :]
    for part in above:
        table = table.get(part) if isinstance(table, Mapping) else None
    names = map(str, table) if isinstance(table, Mapping) else ()
    return [(*above, name, *below) for name in names]


def dotted(place: Place) -> str:
    """sources.reviews.files, as a TOML header would write it; numbers count from 1, as people do."""
    return "".join(f" entry {part + 1}" if isinstance(part, int) else f".{part}" for part in place).lstrip(".")


def variable_of(place: Place) -> str:
    """The variable of the environment that a key may be set by."""
    return PREFIX + "__".join(map(str, place)).upper()


def _holds(table: Any, place: Place) -> bool:
    for part in place:
        if isinstance(part, int) and isinstance(table, list):
            return True
        if not isinstance(table, Mapping) or part not in table:
            return False
        table = table[part]
    return True
