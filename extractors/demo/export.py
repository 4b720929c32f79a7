"""The three files as three different systems would export them."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from math import log
from pathlib import Path
from random import Random

from extractors.demo.company import AGENTS, LAST_DAY, THEMES, iso_week, midnight
from extractors.demo.personal import PersonalItem
from extractors.demo.plan import Job, Mix
from extractors.demo.service import compensation, team_of
from extractors.demo.texts import Text, score_of, write_text
from extractors.demo.truth import TruthRow

__all__ = ["Exported", "export_reviews", "export_surveys", "export_tickets", "write_gzip_jsonl", "write_table"]

SURVEY_HEADER = (
    "Response ID",
    "Submitted at",
    "How likely are you to recommend us? (0-10)",
    "What is the main reason for your score?",
    "What could we do better?",
    "Customer ID",
    "Country",
)
TICKET_HEADER = (
    "Ticket ID", "Created", "First reply", "Solved", "Channel", "Category", "Customer", "Customer e-mail", "Agent",
    "Description", "CSAT (1-5)", "Reopened", "Handle seconds", "Team", "Compensation", "Currency",
)  # fmt: skip
_COUNTRY = {"GB": "United Kingdom", "IE": "Ireland", "DE": "Germany", "FR": "France", "ES": "Spain"}
_CHANNELS = {"E-mail": 34, "Chat": 26, "Phone": 22, "Web form": 18}
_REPLY_MINUTES = {"E-mail": 330.0, "Chat": 6.0, "Phone": 2.0, "Web form": 480.0}
_SOLVE_HOURS = {"Billing": 30.0, "Delivery": 26.0, "Installation": 40.0, "Contract": 14.0}
_REOPENED = {"refund_slow": 0.2, "wrong_bill": 0.17, "passed_around": 0.22, "device_offline": 0.13}


@dataclass(slots=True)
class Exported:
    """Rows of one file in the order of its header (`header` empty: JSON objects), with what is true of them."""

    header: Sequence[str]
    rows: list[list[str]]
    truth: list[TruthRow]
    personal: list[PersonalItem]


def export_surveys(jobs: Sequence[Job], rng: Random) -> Exported:
    """One row an answer; one in three also answers what could be better."""
    out, mix = Exported(SURVEY_HEADER, [], [], []), Mix("survey", rng)
    for number, job in enumerate(jobs):
        record_id = f"R-{500_000 + number * 3}"
        reason, better = write_text(job, record_id, "", rng), ""
        value, marks = score_of(job, rng)
        _note(out, job, record_id, SURVEY_HEADER[3], reason, marks, job.customer.customer_id)
        if job.language == "en" and not job.marks and rng.random() < 0.33:
            second = _second_answer(job, mix, rng)
            said = write_text(second, record_id, "", rng, register="short")
            better = said.text
            _note(out, second, record_id, SURVEY_HEADER[4], said, (), job.customer.customer_id)
        out.rows.append(
            [
                record_id,
                job.when.strftime("%d/%m/%Y %H:%M"),
                str(round(10 * value)),
                reason.text,
                better,
                job.customer.customer_id,
                _COUNTRY[job.customer.country],
            ]
        )
    return out


def export_reviews(jobs: Sequence[Job], rng: Random) -> Exported:
    """One row a review, newest first as stores list them."""
    header = "review_id created_at stars title body app_version device_os user_name lang".split()
    out = Exported(header, [], [], [])
    for number, job in reversed(list(enumerate(jobs))):
        record_id = "rv-" + sha256(f"{number}:{job.when}:{job.customer.handle}".encode()).hexdigest()[:12]
        written = write_text(job, record_id, "", rng)
        value, marks = score_of(job, rng)
        _note(out, job, record_id, "body", written, marks, job.customer.handle)
        out.rows.append(
            [
                record_id,
                job.when.strftime("%Y-%m-%dT%H:%M:%SZ"),
                str(1 + round(4 * value)),
                written.title,
                written.text,
                job.version,
                job.customer.device_os,
                job.customer.handle,
                job.language or "en",
            ]
        )
    return out


def export_tickets(jobs: Sequence[Job], rng: Random) -> Exported:
    """One row a ticket, with its times as the help desk recorded them up to the end of LAST_DAY."""
    out = Exported(TICKET_HEADER, [], [], [])
    for number, job in enumerate(jobs):
        record_id, agent = str(84_210 + number), rng.choice(AGENTS)
        channel = rng.choices(list(_CHANNELS), list(_CHANNELS.values()))[0]
        written = write_text(job, record_id, agent, rng)
        category = THEMES[job.themes[0]].category if job.themes else "Feedback"
        reply, solved = _times(job, channel, category, rng)
        value, marks = score_of(job, rng)
        rated = bool(solved) and rng.random() < 0.58
        _note(out, job, record_id, "Description", written, marks if rated else (), job.customer.email)
        again = rng.random() < _REOPENED.get(job.themes[0] if job.themes else "", 0.06)
        handle = str(round(rng.lognormvariate(log(420 if channel != "Phone" else 560), 0.55)))
        out.rows.append(
            [
                record_id, job.when.strftime("%Y-%m-%d %H:%M:%S"), reply, solved, channel, category,
                job.customer.name, job.customer.email, agent, written.text,
                str(1 + round(4 * value)) if rated else "", ("Yes" if again else "No") if solved else "",
                handle if rng.random() > 0.03 and reply else "", team_of(agent), *compensation(job, record_id, solved),
            ]
        )  # fmt: skip
    return out


def _second_answer(job: Job, mix: Mix, rng: Random) -> Job:
    """The answer to "What could we do better?": a wish, a pain the first answer left out, or "nothing"."""
    further = mix.more(job.themes, "en", rng.choice((("wish",), ("pain",), ("pain", "wish"))))
    plain = rng.random() < 0.25 or further is None
    return Job(
        job.source,
        job.when,
        job.customer,
        () if plain or further is None else (further,),
        whole="~contentless_flat" if plain else "",
        marks=("contentless",) if plain else (),
    )


def _note(
    out: Exported, job: Job, record_id: str, column: str, written: Text, marks: tuple[str, ...], author: str
) -> None:
    row = TruthRow(
        job.source, record_id, column, iso_week(job.when), job.themes, job.incident, job.language, author,
        written.marks + marks,
    )  # fmt: skip
    out.truth.append(row)
    out.personal.extend(written.personal)


def _times(job: Job, channel: str, category: str, rng: Random) -> tuple[str, str]:
    """First reply and solution; blank where they lie after the export. Replies slow down as the phone queue grows."""
    weeks_back = (LAST_DAY - job.when.date()).days // 7
    slower = 1.0 + 0.04 * max(0, 12 - weeks_back)
    reply = job.when + timedelta(minutes=rng.lognormvariate(log(_REPLY_MINUTES[channel] * slower), 0.75))
    hours = _SOLVE_HOURS.get(category, 9.0) * (0.25 if channel in ("Phone", "Chat") else 1.0)
    solved = reply + timedelta(hours=rng.lognormvariate(log(hours), 0.9))
    end = midnight(LAST_DAY + timedelta(days=1))
    if rng.random() < 0.01:  # somebody forgot to press the button
        solved = end
    return _stamp(reply, end), _stamp(solved, end)


def _stamp(moment: datetime, end: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S") if moment < end else ""


def write_table(
    path: Path, header: Sequence[str], rows: Sequence[Sequence[str]], *, delimiter: str, excel: bool
) -> None:
    """Writes delimited text; `excel` means a byte-order mark and CRLF."""
    encoding, end = ("utf-8-sig", "\r\n") if excel else ("utf-8", "\n")
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator=end)
        writer.writerow(header)
        writer.writerows(rows)


def write_gzip_jsonl(path: Path, lines: Sequence[str]) -> None:
    """Writes one JSON text a line, gzip-compressed, without name and time: the bytes depend on the lines only."""
    data = "".join(f"{line}\n" for line in lines).encode()
    with path.open("wb") as raw, gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as file:
        file.write(data)


def json_line(header: Sequence[str], row: Sequence[str]) -> str:
    """One review as a JSON object; stars are a number where they are one, blanks are null."""
    record: Mapping[str, object] = {
        name: int(cell) if name == "stars" and cell.lstrip("-").isdigit() else cell or None
        for name, cell in zip(header, row, strict=True)
    }
    return json.dumps(record, ensure_ascii=False)
