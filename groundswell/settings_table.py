"""What every table of groundswell.toml is: frozen, no key but its own, no number that is not finite."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Share", "Table"]

Share = Annotated[float, Field(ge=0, le=1)]


class Table(BaseModel):
    """A table of the settings; a mistake in it is a ValidationError that names the key."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
