"""The two decorators of every flow and task here: nothing kept, nothing cached, nothing quoted.

A result or a cache would be a file with customers' words outside our erasure. And Prefect writes down the text of
whatever exception ends a run: that of a mistake of ours may quote a comment, so only its type and place get there.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from prefect import Flow, Task
from prefect.cache_policies import NO_CACHE
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings
from prefect.utilities.annotations import quote

from groundswell.errors import GroundswellError

__all__ = ["Unforeseen", "step", "subflow"]

P = ParamSpec("P")
R = TypeVar("R")


class Unforeseen(Exception):
    """A mistake of ours, by its type and place. The exception itself is in `bug`, and not its cause: Prefect writes
    the causes of what ends a run into its log."""

    def __init__(self, message: str, bug: Exception) -> None:
        super().__init__(message)
        self.bug = bug


class _Step(Task[P, R]):
    """A task whose arguments are not searched for Prefect's futures: there are none, and in a list of every text of a
    project it looks twice at each (measured: a third of all calls of a run of 240 reviews)."""

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        quoted = [quote(one) for one in arguments], {name: quote(one) for name, one in options.items()}
        return super().__call__(*quoted[0], **quoted[1])  # type: ignore[arg-type]  # it takes the quotes off again


def step(function: Callable[P, R]) -> Task[P, R]:
    """The function as a Prefect task."""
    return _Step(_unquoted(function), cache_policy=NO_CACHE, persist_result=False)


def subflow(name: str, run_name: str | None = None) -> Callable[[Callable[P, R]], Flow[P, R]]:
    """The function as a Prefect flow of that name; its parameters are taken as they are."""

    def decorate(function: Callable[P, R]) -> Flow[P, R]:
        guarded = _unquoted(function)

        @wraps(function)
        def quiet_inside(*arguments: P.args, **options: P.kwargs) -> R:
            # Its own heartbeats tell that the run is alive. A flow inside it would send more of them, and wait at its
            # end for up to a second for the thread that does.
            if PREFECT_FLOWS_HEARTBEAT_FREQUENCY.value() is None:
                return guarded(*arguments, **options)
            with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
                return guarded(*arguments, **options)

        return Flow(quiet_inside, name=name, flow_run_name=run_name, persist_result=False, validate_parameters=False)

    return decorate


def _unquoted(function: Callable[P, R]) -> Callable[P, R]:
    @wraps(function)
    def guarded(*arguments: P.args, **options: P.kwargs) -> R:
        try:
            return function(*arguments, **options)
        except (GroundswellError, Unforeseen):
            raise
        except Exception as bug:
            last = traceback.extract_tb(bug.__traceback__)[-1]
            place = f"{Path(last.filename).name}, line {last.lineno}"
            raise Unforeseen(f"{type(bug).__name__} in {place}", bug) from None

    return guarded
