"""The one way into Great Expectations: one context per process, in memory, silent, nothing sent anywhere."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["GX", "has_raised", "in_memory_context", "load_library", "validate_table"]

GX = Lock()  # one context per process, and it is not made for two threads


def load_library() -> None:
    """Loads Great Expectations now (3-6 s), where otherwise the first validation would."""
    with GX:
        _batches()


def validate_table(table: pd.DataFrame, suite: Any, result_format: Mapping[str, Any] | str) -> Any:
    """Great Expectations' result of a suite on a table; hold `GX` around it and around the making of the suite."""
    return _batches().get_batch(batch_parameters={"dataframe": table}).validate(suite, result_format=result_format)


def has_raised(info: Any) -> bool:
    """True when an expectation's exception info, flat or one per metric, says that it raised."""
    if not isinstance(info, Mapping):
        return False
    return bool(info.get("raised_exception")) or any(has_raised(value) for value in info.values())


@cache
def in_memory_context() -> Any:
    """The process's context; an expectation can be made only where there is one."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"  # read when the library is imported
    import great_expectations as gx
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )

    # Its own default also makes a folder for documentation that nobody will read, and logs that it did.
    config = DataContextConfig(store_backend_defaults=InMemoryStoreBackendDefaults())
    context = gx.get_context(mode="ephemeral", project_config=config)
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    return context


@cache
def _batches() -> Any:
    asset = in_memory_context().data_sources.add_pandas("pages").add_dataframe_asset("page")
    return asset.add_batch_definition_whole_dataframe("whole page")
