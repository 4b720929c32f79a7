"""The alerts in the store: a picture of all of them for each week that was judged.

A week is judged from the picture before it and its own counts. Judged again it replaces its own picture; those of later
weeks stay, as the digests that rest on them do.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from groundswell.alert_weeks import AlertWeek, KeptAlert
from groundswell.rows import check_text, encode_time
from groundswell.tables import alert, alert_week

__all__ = ["alerts_before", "load_alert_weeks", "save_alert_week"]


def save_alert_week(connection: Connection, kept: AlertWeek) -> None:
    """Keep the alerts of a week, in the place of what was kept of it before."""
    what = f"the alerts of {kept.week}"
    week = check_text(kept.week, what)
    rows = [
        {
            "week": week,
            "alert_id": check_text(one.alert_id, what),
            "theme_id": check_text(one.theme_id, what),
            "state": one.state,
            "body": check_text(one.as_json(), what),
        }
        for one in kept.alerts
    ]
    for table in (alert, alert_week):
        connection.execute(delete(table).where(table.c.week == week))
    ends = encode_time(kept.end, what)
    head = {"week": week, "week_end": ends, "rest": check_text(kept.rest, what), "target": float(kept.target)}
    connection.execute(insert(alert_week).values(head))
    if rows:
        connection.execute(insert(alert), rows)


def alerts_before(connection: Connection, week: str, end: datetime) -> AlertWeek | None:
    """The newest picture of a week before the named one, which ends at `end`; None where there is none.

    The week's own picture is never it, also where that was made with another zone or another first day of the week.
    """
    before = (alert_week.c.week != week) & (alert_week.c.week_end < encode_time(end, f"the end of {week}"))
    query = select(alert_week).where(before).order_by(alert_week.c.week_end.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    return None if row is None else _week(connection, row)


def load_alert_weeks(connection: Connection) -> list[AlertWeek]:
    """The pictures of all weeks that were judged, oldest first."""
    return [_week(connection, row) for row in connection.execute(select(alert_week).order_by(alert_week.c.week_end))]


def _week(connection: Connection, row: Row[Any]) -> AlertWeek:
    bodies = connection.scalars(select(alert.c.body).where(alert.c.week == row.week))
    # Sorted here, not by the database: the order of texts there depends on its locale.
    alerts = sorted((KeptAlert.from_json(body) for body in bodies), key=lambda one: one.theme_id)
    return AlertWeek(row.week, row.week_end.replace(tzinfo=UTC), row.rest, row.target, tuple(alerts))
