"""[service] of groundswell.toml: what the figures of contacts are told of, and for each hundred of what."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from groundswell.settings_table import Table

__all__ = ["ServiceSettings"]


class ServiceSettings(Table):
    """`[service]`: the service levels of contacts with your help desk."""

    agents: bool = Field(
        default=False,
        description="whether figures of single agents are told, of sources whose `segments` name the column `agent`; "
        "without it their names are not stored",
        examples=[True],
    )
    contact_base: Path | None = Field(
        default=None,
        description="a CSV file with columns `date` (2026-11-09) and `count`, a row for each day or each week: "
        "contacts are told for each hundred of what it counts",
        examples=["orders.csv"],
    )
    contact_base_name: str = Field(
        default="orders",
        min_length=1,
        max_length=40,
        description="what it counts, as digests shall say it",
        examples=["orders"],
    )
    first_contact_days: int = Field(
        default=7,
        ge=1,
        le=90,
        description="days within which a contact must be solved, and its author not come back, to count as solved at "
        "the first contact",
        examples=[7],
    )
