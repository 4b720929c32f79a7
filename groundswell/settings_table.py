"""What every table of groundswell.toml is: frozen, no key but its own, no number that is not finite."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Share", "Table", "as_list", "is_loopback"]

Share = Annotated[float, Field(ge=0, le=1)]


class Table(BaseModel):
    """A table of the settings; a mistake in it is a ValidationError that names the key."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def as_list(value: Any) -> Any:
    """One word may stand for a list of one."""
    return (value,) if isinstance(value, str) else value


def is_loopback(host: str) -> bool:
    """Whether a host is this machine itself."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
