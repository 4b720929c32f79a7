"""`groundswell sentiment train`: a sentiment head from what is stored, whether one is due or not."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import SecretStr

from flows.launch import load_libraries
from flows.order import Order
from flows.pipeline import newest_end
from flows.project import Project
from flows.reading import read_texts
from flows.sentiment import train_head
from flows.server import prefect_api
from flows.steps import subflow
from groundswell.leases import ANALYSIS, Lease, holding
from groundswell.storage import StoredHead, open_store

__all__ = ["train_project"]


def train_project(project: Project, as_of: date | None) -> tuple[StoredHead, bool]:
    """A head as of the end of the last closed period, kept for the next analysis, and whether it is a new one.

    Raises AlreadyRunning where an analysis is at work.
    """
    until = newest_end(project, Order(("analyse",), as_of))
    with holding(project.store, [ANALYSIS]) as held, prefect_api(meanwhile=lambda: load_libraries("flows.pipeline")):
        return train(project.settings.store, until, held[ANALYSIS])


@subflow("train sentiment")
def train(store: SecretStr, until: datetime | None, lease: Lease | None = None) -> tuple[StoredHead, bool]:
    """The head of that moment, from what an analysis of it reads."""
    head = train_head(read_texts(store, until, None), until)
    with open_store(store.get_secret_value()) as opened:
        kept = opened.save_head(head, lease)
        return StoredHead(kept.number, head), kept.is_new
