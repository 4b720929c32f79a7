"""What a contact cost: amounts and currencies in the cells, the columns that hold them, and the count of orders."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from extractors.base import RawRecord
from extractors.contact_base import read_contact_base
from extractors.demo import DEMO_FILES, generate_demo
from extractors.detect import detect
from extractors.mapping import ColumnMapping
from extractors.money import read_amount, read_currency
from extractors.parsing import RowParser
from groundswell.errors import ConfigError
from groundswell.records import Kind, Service

NOW = datetime(2026, 11, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("12.50", (12.5, None)),
        ("0", (0.0, None)),
        ("£12.50", (12.5, "GBP")),
        ("12,50 €", (12.5, "EUR")),
        ("EUR 20", (20.0, "EUR")),
        ("1,234.50", (1234.5, None)),
        ("1.234,50 €", (1234.5, "EUR")),
        ("1,234", (1234.0, None)),
        ("1 234 567", (1234567.0, None)),
        ("-5", (-5.0, None)),
        ("-$5.00", (-5.0, "USD")),
        ("five", None),
        ("12.50 or so", None),
        ("£5 EUR", None),
        ("1.2.3", None),
        ("1,23,456", None),
        ("", None),
    ],
)
def test_amounts_are_read_as_people_write_them(cell: str, read: tuple[float, str | None] | None) -> None:
    """Signs and codes of currencies, commas and points of either custom; what is no amount is not guessed."""
    assert read_amount(cell) == read


def test_a_currency_is_a_code_or_a_usual_sign() -> None:
    """Anything else in that column is unknown, and never stored: it could be a name."""
    assert [read_currency(cell) for cell in ("eur", "£", "Jane Doe", "")] == ["EUR", "GBP", None, None]


def contact(fields: dict[str, str], **mapping: str) -> tuple[Service, list[str]]:
    """The service fields of one row, and the fields that could not be understood."""
    draft = RowParser(ColumnMapping(**mapping), "desk", Kind.TICKET, now=NOW).parse(RawRecord(1, fields), "f")
    return draft.service, [problem.field for problem in draft.problems]


def test_the_currency_stands_in_the_cell_or_beside_it() -> None:
    """The cell's own currency wins; a blank amount is unknown here, whatever the currency says."""
    both = {"compensation": "paid", "currency": "unit"}
    assert contact({"paid": "10", "unit": "GBP"}, **both) == (Service(compensation=10.0, currency="GBP"), [])
    assert contact({"paid": "€10", "unit": "GBP"}, **both) == (Service(compensation=10.0, currency="EUR"), [])
    assert contact({"paid": "", "unit": "GBP"}, **both) == (Service(), [])
    assert contact({"paid": "10"}, compensation="paid") == (Service(compensation=10.0), [])


def test_amounts_that_cannot_be_are_problems_and_unknown() -> None:
    """A negative amount, a word, a currency nobody knows: each is told with its field, and taken as unknown."""
    both = {"compensation": "paid", "currency": "unit"}
    assert contact({"paid": "-10", "unit": "GBP"}, **both) == (Service(), ["paid"])
    assert contact({"paid": "a voucher", "unit": "GBP"}, **both) == (Service(), ["paid"])
    assert contact({"paid": "10", "unit": "money"}, **both) == (Service(compensation=10.0), ["unit"])


def write(folder: Path, text: str, name: str = "export.csv") -> Path:
    """A file with that text."""
    (folder / name).write_text(text, "utf-8")
    return folder / name


def tickets(header: str, cells: list[str]) -> str:
    """An export of forty tickets with one more column or two."""
    rows = [
        f"{i},Parcel number {i} never came to us,2026-11-{1 + i % 14:02},{cells[i % len(cells)]}" for i in range(40)
    ]
    return "\n".join([f"Ticket ID,Description,Created,{header}", *rows])


@pytest.mark.parametrize(
    ("header", "cells", "found"),
    [
        ("Compensation,Currency", ["10.00,GBP", ","], ("Compensation", "Currency")),
        ("Goodwill amount", ["£5.00", ""], ("Goodwill amount", None)),
        ("Compensation reason", ["late", "broken"], (None, None)),
        ("Compensation", ["voucher", "refund"], (None, None)),
        ("Currency", ["GBP"], (None, None)),
    ],
)
def test_columns_of_money_are_found(
    tmp_path: Path, header: str, cells: list[str], found: tuple[str | None, str | None]
) -> None:
    """A column is a compensation where its name says so and its cells are amounts; a currency only beside one."""
    mapping = detect(write(tmp_path, tickets(header, cells)), now=NOW).mapping
    assert (mapping.compensation, mapping.currency) == found


def test_the_demo_has_teams_and_amounts(tmp_path: Path) -> None:
    """The demo's tickets name a team and, where something was paid, how much in which currency; agents are names."""
    generate_demo(tmp_path, weeks=14)
    mapping = detect(tmp_path / DEMO_FILES["ticket"], now=NOW).mapping
    assert (mapping.compensation, mapping.currency) == ("Compensation", "Currency")
    assert mapping.segments["team"] == "Team" and "agent" not in mapping.segments
    assert "Agent" in mapping.names
    rows = [line.split("\t") for line in (tmp_path / DEMO_FILES["ticket"]).read_text("utf-8").splitlines()]
    whole = [dict(zip(rows[0], row, strict=True)) for row in rows[1:] if len(row) == len(rows[0])]
    paid = [row for row in whole if row["Compensation"]]
    assert 0.05 < len(paid) / len(whole) < 0.25
    assert {row["Currency"] for row in paid} == {"GBP", "EUR"}
    assert len({(row["Agent"], row["Team"]) for row in whole if row["Agent"]}) == 12


def test_orders_are_counted_by_day_or_by_week(tmp_path: Path) -> None:
    """Rows that all lie whole weeks apart stand for weeks; any others for days; the order of the rows is nothing."""
    weekly = write(tmp_path, "date,count\n2026-11-09,700\n2026-11-02,650\n")
    assert read_contact_base(weekly) == (((date(2026, 11, 2), 650.0), (date(2026, 11, 9), 700.0)), 7)
    daily = write(tmp_path, "Date;Count\n2026-11-09;100\n2026-11-10;0\n")
    assert read_contact_base(daily) == (((date(2026, 11, 9), 100.0), (date(2026, 11, 10), 0.0)), 1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("day,orders\n2026-11-09,5\n", "columns date and count are wanted; its columns are day, orders"),
        ("date,count\n09.11.2026,5\n", "row 1: 'date' is '09.11.2026'; a date as 2026-11-09 is wanted"),
        ("date,count\n2026-11-09,many\n", "row 1: 'count' is 'many'; a number from 0 up is wanted"),
        ("date,count\n2026-11-09,-1\n", "row 1: 'count' is '-1'; a number from 0 up is wanted"),
        ("date,count\n2026-11-09,5\n2026-11-09,6\n", "row 2: 2026-11-09 stands there a second time"),
        ("date,count\n", "no record"),
    ],
)
def test_a_count_that_cannot_be_read_says_where(tmp_path: Path, text: str, said: str) -> None:
    """The file, the row, what was found and what is wanted."""
    with pytest.raises(ConfigError, match="orders.csv") as caught:
        read_contact_base(write(tmp_path, text, "orders.csv"))
    assert said in str(caught.value)


def test_a_count_that_is_not_there_says_so(tmp_path: Path) -> None:
    """A misspelt name is a mistake that the user can mend."""
    with pytest.raises(ConfigError, match="orders.csv"):
        read_contact_base(tmp_path / "orders.csv")
