"""A project whose service digest is frozen and announced, but sent to nobody yet."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

from flows.deliveries import Deliveries
from groundswell.keys import ensure_key
from groundswell.outbox import Destination, OutboxItem
from groundswell.storage import open_store

__all__ = ["GOLD", "PERIOD", "SENDER", "freeze", "mail_settings", "sending_project", "unsent"]

GOLD = Path(__file__).resolve().parents[1] / "reports" / "gold"
PERIOD = "2026-W46"
SENDER = "Groundswell <digests@example.com>"
MOMENT = datetime(2026, 11, 16, 6, tzinfo=UTC)


def unsent(state: str) -> Deliveries:
    """A sending of which one digest did not arrive."""
    to, error = Destination("mail", "anna@example.com"), "mail.example.com:587 cannot be reached"
    return Deliveries(
        unsent=[OutboxItem(1, "digest", "service", PERIOD, to, 0, (), state, 1, 0, error, False, None, MOMENT)]
    )


def mail_settings(port: int, name: str = "mail", more: str = "") -> str:
    """A channel to a mail server of this machine; unencrypted unless `more` says otherwise."""
    tls = "" if "tls" in more else 'tls = "none"\n'
    return (
        f'[channels.{name}]\nkind = "smtp"\nhost = "localhost"\nport = {port}\n{tls}'
        f'sender = "{SENDER}"\nconnect_timeout = 2\ntimeout = 2\n{more}\n'
    )


def freeze(store: str | Path, gold: str = "service", period: str = PERIOD) -> None:
    """Freezes and announces one of the gold digests for the service manager, as a run does; "undated" is small and
    has no charts."""
    json_text = (GOLD / f"{gold}.json").read_text("utf-8")
    with open_store(store) as opened:
        opened.save_digest("service", period, f"of {period}", json_text, "first", announce_at=MOMENT)


def sending_project(folder: Path, settings: str, *, store: Path | None = None) -> Path:
    """The settings file of a project in `folder`, with these tables; its store is a copy of one that is given, else
    made with the service digest of 2026-W46."""
    folder.mkdir(parents=True, exist_ok=True)
    ensure_key(os.environ.get("GROUNDSWELL_KEY_FILE") or folder / "groundswell.key")
    place = folder / "groundswell.toml"
    place.write_text(settings, "utf-8")
    if store is not None:
        shutil.copy(store, folder / "groundswell.db")
    else:
        freeze(folder / "groundswell.db")
    return place
