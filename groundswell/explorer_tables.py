"""The table of explorers: what the page of each period is made from (see tables.py)."""

from __future__ import annotations

from sqlalchemy import Column, Integer, LargeBinary, Table, Text

from groundswell.result_tables import metadata, need

__all__ = ["explorer"]

# One row for each period, that of its newest revision: earlier ones are read by nobody, and hold every comment.
explorer = Table(
    "explorer",
    metadata,
    Column("period", Text, primary_key=True),
    need("revision", Integer),  # of the product digest that it stands beside
    need("fingerprint", Text),
    need("body", LargeBinary),  # its data as JSON, UTF-8, compressed by zlib
)
