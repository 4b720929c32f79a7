"""The demo data is what it promises to be."""

import csv
import gzip
import json
import re
from collections import Counter
from datetime import datetime
from math import log
from pathlib import Path
from random import Random
from statistics import linear_regression, mean

import pytest

from extractors.demo import DEMO_FILES, describe, generate_demo, write_truth
from extractors.demo.company import THEMES
from extractors.demo.incidents import SLOW_GROWTH
from extractors.demo.patterns import fill, load_patterns, patterns_for
from extractors.demo.personal import card_number, iban
from extractors.demo.slots import Facts, slot_filler
from groundswell.errors import ConfigError

SENTENCES = ("main", "alone")


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The folder and the truth of the default demo."""
    folder = tmp_path_factory.mktemp("demo")
    return folder, generate_demo(folder)


@pytest.fixture(scope="module", params=[20, 1, 2])
def seeded(request, tmp_path_factory):
    """The folder and the truth of demos of several seeds: what is promised holds for each."""
    folder = tmp_path_factory.mktemp("seeded")
    return folder, generate_demo(folder, seed=request.param)


def read_table(path: Path, delimiter: str) -> list[list[str]]:
    """Every line of a delimited file, the header first."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, delimiter=delimiter))


def read_reviews(path: Path) -> tuple[list[dict], int]:
    """The readable reviews, and how many lines are not JSON."""
    good, bad = [], 0
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            try:
                good.append(json.loads(line))
            except json.JSONDecodeError:
                bad += 1
    return good, bad


def all_texts(folder: Path) -> dict[str, str]:
    """Everything that stands in the line of each record, by record id; the lines' cells joined by a tab."""
    lines = read_table(folder / DEMO_FILES["survey"], ";")[1:] + read_table(folder / DEMO_FILES["ticket"], "\t")[1:]
    texts = {row[0]: "\t".join(row) for row in lines}
    for review in read_reviews(folder / DEMO_FILES["review"])[0]:
        texts[review["review_id"]] = f"{review['title']}\t{review['body']}"
    return texts


def test_the_same_seed_gives_the_same_bytes(tmp_path, demo):
    """Two runs with one seed write identical files and tell the same truth."""
    folder, truth = demo
    again = generate_demo(tmp_path)
    assert again == truth
    for name in DEMO_FILES.values():
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()


def test_another_seed_gives_other_data(tmp_path, demo):
    """The seed decides: another one writes other files."""
    folder, _ = demo
    generate_demo(tmp_path, seed=21)
    for name in DEMO_FILES.values():
        assert (tmp_path / name).read_bytes() != (folder / name).read_bytes()


def test_only_the_three_exports_are_written(demo):
    """The folder holds three files; the truth is not among them."""
    folder, _ = demo
    assert sorted(path.name for path in folder.iterdir()) == sorted(DEMO_FILES.values())


def test_weeks_out_of_range_are_refused(tmp_path):
    """Too few weeks for the slow incident raise an error that names the range."""
    with pytest.raises(ConfigError, match="14 to 104"):
        generate_demo(tmp_path, weeks=8)


def test_hundreds_of_different_sentences_over_many_themes():
    """There are at least 450 different English sentences, over pains, praise, wishes and neutral themes."""
    sentences = {p.text for p in load_patterns() if p.language == "en" and p.shape in SENTENCES}
    assert len(sentences) >= 450
    assert len({p.text for p in load_patterns()}) >= len(sentences)
    tones = Counter(theme.tone for theme in THEMES.values())
    assert len(THEMES) >= 14 and set(tones) == {"pain", "praise", "wish", "neutral"}
    for key in THEMES:
        assert sum(p.theme == key and p.shape in SENTENCES and p.language == "en" for p in load_patterns()) >= 13


def test_every_pattern_can_be_filled():
    """No pattern names an unknown slot or leaves a bracket behind, and every second sentence can follow a first."""
    facts = Facts(datetime(2026, 11, 9), version="4.2.0", agent="Tom")
    for pattern in load_patterns():
        for seed in range(4):
            text = fill(pattern.text, Random(seed), slot_filler(Random(seed), facts))
            assert not set("{}[]|") & set(text), pattern
        if pattern.shape == "more":
            firsts = [p for letter in "srt" for p in patterns_for(pattern.theme, letter, SENTENCES)]
            assert any(pattern.follows(first) for first in firsts), pattern


def test_the_files_have_the_promised_shape(demo):
    """Rows per file are those of the truth, six to eight thousand in all, with natural headers."""
    folder, truth = demo
    survey = read_table(folder / DEMO_FILES["survey"], ";")
    ticket = read_table(folder / DEMO_FILES["ticket"], "\t")
    reviews, cut = read_reviews(folder / DEMO_FILES["review"])
    found = {"survey": len(survey) - 1, "ticket": len(ticket) - 1, "review": len(reviews) + cut}
    assert found == {source: truth.rows[name] for source, name in DEMO_FILES.items()}
    assert 6_000 <= sum(found.values()) <= 8_000
    assert "How likely are you to recommend us? (0-10)" in survey[0]
    assert {"Ticket ID", "Created", "First reply", "Solved", "CSAT (1-5)"} <= set(ticket[0])
    assert {"review_id", "created_at", "stars", "body", "app_version"} <= set(reviews[0])


def test_every_week_has_its_volume(demo):
    """26 weeks up to 2026-W46, each with 200 to 330 records."""
    _, truth = demo
    weeks = Counter(week for _, week in {(row.record_id, row.week) for row in truth.records})
    assert len(weeks) == truth.weeks == 26
    assert (min(weeks), max(weeks)) == ("2026-W21", "2026-W46")
    assert all(200 <= n <= 330 for n in weeks.values())


def test_the_sudden_incident_has_the_promised_rate(seeded):
    """In the last week people are charged twice 4-6 times as often as usual, in each of the three sources."""
    _, truth = seeded
    sudden = truth.incidents[0]
    assert sudden.kind == "sudden" and sudden.start_week == "2026-W46"
    assert 4 <= sudden.last / sudden.usual <= 6
    for source in DEMO_FILES:
        counts = Counter(row.week for row in truth.records if row.source == source and sudden.theme in row.themes)
        usual = sum(n for week, n in counts.items() if week != "2026-W46") / 25
        assert 4 <= counts["2026-W46"] / usual <= 6
        assert len(sudden.record_ids[source]) == counts["2026-W46"]


def test_the_slow_incident_grows_about_a_tenth_a_week(seeded):
    """Over its twelve weeks the waiting time on the phone grows 8-12 % a week, by a fit through the log counts."""
    _, truth = seeded
    slow = truth.incidents[1]
    counts = list(truth.weekly(slow.theme).values())[-12:]
    growth = linear_regression(range(12), [log(n) for n in counts]).slope
    assert slow.kind == "slow" and 0.08 <= growth <= 0.12
    assert 2.3 <= counts[-1] / slow.usual <= 1.25 * SLOW_GROWTH**12


def test_one_version_alone_crashes_at_login(seeded):
    """At least a fifth of the reviews of 4.2.0 tell of it, and at most one in fifty of the others."""
    folder, truth = seeded
    crash = truth.incidents[2]
    reviews, _ = read_reviews(folder / DEMO_FILES["review"])
    versions = {review["review_id"]: review["app_version"] for review in reviews}
    assert crash.kind == "one version" and crash.start_week == "2026-W42"
    assert crash.last >= 0.2 and crash.usual <= 0.02
    told = [versions[record] for record in crash.record_ids["review"] if record in versions]
    assert len(told) >= 30 and set(told) == {"4.2.0"}
    assert min(r["created_at"] for r in reviews if r["app_version"] == "4.2.0") >= "2026-10-14"


def test_broken_rows_are_as_counted(demo):
    """Broken scores, dates, surplus cells and blank lines stand in the files as often as the truth says."""
    folder, truth = demo
    survey = read_table(folder / DEMO_FILES["survey"], ";")[1:]
    ticket = read_table(folder / DEMO_FILES["ticket"], "\t")[1:]
    reviews, cut = read_reviews(folder / DEMO_FILES["review"])
    rows = [*survey, *ticket, *([str(cell or "") for cell in review.values()] for review in reviews)]
    assert sum("abc" in row for row in rows) == truth.broken["score 'abc'"]
    assert sum("yesterday" in row for row in rows) == truth.broken["date 'yesterday'"]
    assert sum(not any(row[1:]) for row in rows) == truth.broken["everything missing"]
    ragged = sum(len(row) > 7 for row in survey) + sum(len(row) > 16 for row in ticket)
    assert ragged == truth.broken["surplus cells"]
    assert cut == truth.broken["line cut off"] == 1
    whole = sum(truth.broken.values()) - truth.broken["everything missing"]
    assert len(truth.broken_ids) == len(set(truth.broken_ids)) == whole


def test_repeated_rows_are_as_counted(demo):
    """As many lines occur a second time, exactly, as the truth says."""
    folder, truth = demo
    lines = {
        "survey": [tuple(row) for row in read_table(folder / DEMO_FILES["survey"], ";")[1:]],
        "ticket": [tuple(row) for row in read_table(folder / DEMO_FILES["ticket"], "\t")[1:]],
        "review": gzip.decompress((folder / DEMO_FILES["review"]).read_bytes()).splitlines(),
    }
    for source, rows in lines.items():
        named = [row for row in rows if not isinstance(row, tuple) or any(row[1:])]
        repeated = len(named) - len(set(named))
        assert repeated == truth.duplicates[source]


def test_personal_data_stands_in_the_texts(demo):
    """Every planted item is in the line of its record, and all kinds occur."""
    folder, truth = demo
    texts = all_texts(folder)
    broken = set(truth.broken_ids)
    assert set(truth.personal_counts) == {
        "email",
        "phone",
        "iban",
        "card",
        "customer_name",
        "agent_name",
        "agent_first_name",
    }
    for item in truth.personal:
        assert item.record_id not in broken
        assert item.text in texts[item.record_id]


def test_cards_and_ibans_have_right_check_digits():
    """Card numbers pass the Luhn check, IBANs leave 1 when divided by 97."""
    rng = Random(3)
    for _ in range(200):
        digits = [int(char) for char in card_number(rng).replace(" ", "")]
        luhn = sum(digits[1::2]) + sum(sum(divmod(2 * digit, 10)) for digit in digits[0::2])
        assert len(digits) == 16 and luhn % 10 == 0
        for country, length in (("GB", 22), ("DE", 22)):
            number = iban(country, rng).replace(" ", "")
            assert len(number) == length
            assert int("".join(str(int(char, 36)) for char in number[4:] + number[:4])) % 97 == 1


def test_languages_are_a_few_percent(demo):
    """Five languages occur; those other than English are 2-5 % of the texts with content."""
    _, truth = demo
    assert set(truth.languages) == {"en", "de", "fr", "es", "hi"}
    other = sum(n for code, n in truth.languages.items() if code != "en")
    assert 0.02 <= other / sum(truth.languages.values()) <= 0.05


def test_the_loud_customer_is_one_person(demo):
    """Fifteen tickets of the last ten days about one theme come from one e-mail address, which wrote nothing else."""
    _, truth = demo
    loud = [row for row in truth.records if row.author == truth.loud_author]
    assert len(loud) == truth.marks["loud"] == 15
    assert {row.themes for row in loud} == {(truth.loud_theme,)}
    assert {row.week for row in loud} <= {"2026-W45", "2026-W46"}


def test_scores_follow_the_words(demo):
    """Surveys of pain lie at least three points under those of praise; some scores contradict the words."""
    folder, truth = demo
    scores = {row[0]: row[2] for row in read_table(folder / DEMO_FILES["survey"], ";")[1:]}
    by_tone = {"pain": [], "praise": []}
    for row in truth.records:
        tones = {THEMES[theme].tone for theme in row.themes}
        score = scores.get(row.record_id, "")
        if row.column.startswith("What is the main") and len(tones) == 1 and score.isdigit() and int(score) <= 10:
            by_tone.setdefault(tones.pop(), []).append(int(score))
    assert mean(by_tone["praise"]) - mean(by_tone["pain"]) >= 3
    assert 40 <= truth.marks["mismatch"] <= 200


def test_comments_read_like_sentences(demo):
    """No comment has an unfilled slot or choice, a doubled comma, or a full stop where a sentence has just ended."""
    folder, _ = demo
    texts = list(all_texts(folder).values())
    assert not [text for text in texts if re.search(r"[{}\[\]|]|,,| ,|[?!]\.|[a-z]\.\.(?!\.)", text)]


def test_texts_vary(demo):
    """Nine in ten of the texts with content are unlike any other, word for word."""
    folder, truth = demo
    wanted = {row.record_id for row in truth.records if row.themes and row.source == "ticket"}
    rows = [row[9] for row in read_table(folder / DEMO_FILES["ticket"], "\t")[1:] if row[0] in wanted]
    assert len(set(rows)) / len(rows) >= 0.9


def test_help_desk_times_are_in_order(demo):
    """A ticket is answered after it was created, solved after it was answered, and nothing lies after the export."""
    folder, truth = demo
    broken = set(truth.broken_ids)
    for row in read_table(folder / DEMO_FILES["ticket"], "\t")[1:]:
        if row[0] in broken or not row[1]:
            continue
        created, reply, solved = row[1:4]
        assert created < "2026-11-16"
        assert not reply or created <= reply < "2026-11-16"
        assert not solved or reply <= solved < "2026-11-16"


def test_the_description_names_every_incident(demo):
    """The printed lines name each incident with its kind, its start and what to look for."""
    _, truth = demo
    text = "\n".join(describe(truth))
    for incident in truth.incidents:
        assert incident.name in text and incident.start_week in text and incident.look_for in text


def test_the_truth_can_be_written_apart(demo, tmp_path):
    """write_truth gives a CSV line for each text, with its themes and incident."""
    _, truth = demo
    write_truth(truth, tmp_path / "truth.csv")
    with (tmp_path / "truth.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(truth.records)
    assert sum(row["incident"] == "charged_twice" for row in rows) == truth.incidents[0].records


def test_a_shorter_demo_keeps_its_incidents(tmp_path):
    """Fourteen weeks end on the same Sunday and hold the same three incidents."""
    truth = generate_demo(tmp_path, weeks=14)
    assert truth.weeks == 14
    assert [item.kind for item in truth.incidents] == ["sudden", "slow", "one version"]
    assert all(item.records for item in truth.incidents)
