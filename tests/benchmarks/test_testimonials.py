"""The blind readings of testimonial candidates: how they are counted, and that no text is kept."""

from __future__ import annotations

import csv
from collections import Counter
from math import isnan
from pathlib import Path

import pytest

from benchmarks.testimonials import CANDIDATE, EACH, KEY, RANDOM, SETS, agreement, main, verdict_lines


@pytest.mark.parametrize(
    ("pairs", "kappa"),
    [
        ([(True, True)] * 5 + [(False, False)] * 5, 1.0),
        ([(True, True), (True, False), (False, True), (False, False)], 0.0),
        ([(True, True)] * 20 + [(True, False)] * 5 + [(False, True)] * 10 + [(False, False)] * 15, 0.4),
        ([(True, True)] * 3, 1.0),
    ],
)
def test_agreement_is_cohens_kappa(pairs: list[tuple[bool, bool]], kappa: float) -> None:
    """1 for readers who always agree, 0 for no more than chance, the textbook's .4 in between."""
    assert agreement(pairs) == pytest.approx(kappa)
    assert isnan(agreement([]))


def test_verdicts_are_counted_by_set_and_kind(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each reader's yes by set, for candidates and random texts; exit code 1 below 17 of 20."""
    kinds = {f"alexa-{n}": CANDIDATE if n < 20 else RANDOM for n in range(40)}
    said = {key: int(key.split("-")[1]) < 17 for key in kinds}
    lines, met = verdict_lines({"a": said, "b": {**said, "alexa-0": False}}, kinds)
    assert lines[0] == "a: alexa: 17 of 20 candidates, 0 of 20 random ones"
    assert lines[1].endswith("16 of 20 candidates, 0 of 20 random ones; 17 of 20 wanted") and not met
    assert lines[2].startswith("a and b: 39 of 40 alike, kappa 0.95")
    for name, head, rows in (("key.csv", "kind", kinds), ("one.csv", "verdict", {k: "yes" for k in kinds})):
        text = "".join(f"{key},{value}\n" for key, value in rows.items())
        (tmp_path / name).write_text(f"id,{head}\n{text}", "utf-8")
    assert main(["--verdicts", str(tmp_path / "one.csv"), "--key", str(tmp_path / "key.csv")]) == 0
    assert "one: alexa: 20 of 20 candidates, 20 of 20 random ones" in capsys.readouterr().out


def test_the_kept_files_hold_ids_and_nothing_else() -> None:
    """Twenty of each kind in each set; verdicts of rows that were read; no word of a text."""
    for file in sorted(KEY.parent.glob("testimonials_*.csv")):
        with file.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.reader(lines))
        assert {len(row) for row in rows} == {2} and rows[0][0] == "id"
        assert {row[0].rpartition("-")[0] for row in rows[1:]} == set(SETS)
        if file == KEY:
            counts = Counter((row[0].rpartition("-")[0], row[1]) for row in rows[1:])
            assert counts == {(name, kind): EACH for name in SETS for kind in (CANDIDATE, RANDOM)}
        else:
            assert {row[1].strip().lower() for row in rows[1:]} <= {"yes", "no"}
