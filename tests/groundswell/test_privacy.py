"""Redaction, keyed hashes and the key file: what may reach the disk, and what may not."""

from __future__ import annotations

import csv
import gzip
import os
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import privacy as benchmark
from groundswell.errors import ConfigError
from groundswell.privacy import (
    TEXT_LIMIT,
    Numbering,
    cut_text,
    default_key_path,
    ensure_key,
    hash_author,
    load_key,
    redact,
    to_feedback,
    to_quarantined,
)
from groundswell.records import Draft, Feedback, Kind, Metric, Problem, Score, Service

KEY = bytes(range(32))
DATA = Path(__file__).resolve().parents[2].parent / "shared/data"


def draft(**fields: object) -> Draft:
    return Draft(**({"source": "shop", "kind": Kind.REVIEW, "row": 1, "text": "ok"} | fields))  # type: ignore[arg-type]


def store(given: Draft, numbering: Numbering | None = None) -> Feedback:
    return to_feedback(given, KEY, numbering or Numbering())


# ------------------------------------------------------------------------------------------------------------- rules

MARKED = [
    ("mail jane.doe+x@mail.example.co.uk now", "mail [email] now"),
    ("'jane@example.com'", "'[email]'"),
    ("JANE@EXAMPLE.COM.", "[email]."),
    ("jane at example dot com", "[email]"),
    ("jane(at)example.com", "[email]"),
    ("jane @ gmail.com", "[email]"),
    ("pay name@okaxis", "pay [email]"),
    ("call (415) 555-2671!", "call [phone]!"),
    ("+44 7911 123456 or 020 7946 0958", "[phone] or [phone]"),
    ("0044 7911 123456", "[phone]"),
    ("my mobile number 7755087826.", "my mobile number [phone]."),
    ("415 555 2671 415 555 2672 415 555 2673", "[phone] [phone] [phone]"),
    ("card 4111 1111 1111 1111 exp 12/27", "card [card] exp 12/27"),
    ("378282246310005", "[card]"),
    ("DE89 3704 0044 0532 0130 00 please", "[iban] please"),
    ("gb82west12345698765432", "[iban]"),
    ("from 192.168.1.10 and 2001:db8::ff00:42:8329", "from [ip] and [ip]"),
    ("SSN 123-45-6789", "SSN [id]"),
    ("passport no: X1234567", "passport no: [id]"),
    ("my account number is 12345678", "my account number is [id]"),
    ("@AppleSupport @115821 help", "[handle] [handle] help"),
    ("https://jane:pw@shop.example/cart?token=abc#x", "https://[link user]shop.example/cart[link query]"),
    ("www.shop.example/user/jane_doe/orders.", "www.shop.example/user/[handle]/orders."),
    ("https://shop.example/@jane", "https://shop.example/[handle]"),
    ("https://shop.example/unsubscribe/jane%40example.com", "https://shop.example/unsubscribe/[email]"),
]
KEPT = [
    "order 4155552671 not arrived", "4155552671 is my order number", "INV-4155552671", "#4155552671",
    "version 4.2.0.1 at 12:30:45", "after updating to 10.1.1.1", "2024-11-05 10:30 or 05.11.2024 or 20241105",
    "$1,299.00, 1.234.567,89 EUR, Rs. 9876543210", "1Z999AA10123456784", "9400 1000 0000 0000 0000 00",
    "123-4567890-1234567", "look at this. Then stop at example.com.", "meet @5pm @ 20 each", "4111 1111 1111 1112",
    "DE89 3704 0044 0532 0130 01", "std::string a::b", "https://shop.example/basket/42", "is size 33-25-37.5 ok?", "",
    "4a1b-4155552671", "41555526-673c-429f-aa64-b874b55e36fa",
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), MARKED)
def test_what_is_personal_gets_its_mark(text: str, expected: str) -> None:
    """Each kind of personal item is replaced by the mark of its kind, and nothing around it."""
    assert redact(text)[0] == expected


@pytest.mark.parametrize("text", KEPT)
def test_what_is_not_personal_stays(text: str) -> None:
    """Orders, versions, dates, prices and broken check digits are left alone."""
    assert redact(text) == (text, {})


def test_recall_and_false_alarms_on_made_up_items() -> None:
    """Of 3,000 made-up items at least 98 % of each type are marked, of 5,000 harmless numbers at most 2 %."""
    recall, alarms, _ = benchmark.measure()
    assert min(recall.values()) >= 0.98, recall
    assert alarms["all"] <= 0.02, alarms


def test_counts_say_how_many_of_each() -> None:
    """The counts hold one entry per kind that was found."""
    assert redact("a@b.com, c@d.com, +44 7911 123456")[1] == {"email": 2, "phone": 1}


def test_national_numbers_follow_the_regions() -> None:
    """A national number is known in its own region; announced as a phone number it is marked anywhere."""
    number = "(02) 9374 4000"
    assert redact(number, regions=("US",))[0] == number
    assert redact(number, regions=("AU",))[0] == "[phone]"
    assert redact(f"call {number}", regions=("US",))[0] == "call [phone]"


@settings(deadline=None, max_examples=200)
@given(
    st.lists(st.sampled_from([t for t, _ in MARKED] + KEPT + ["[email]", "[phone] 5550123", "Jane", "@", " ", "\n"]))
)
def test_redacting_twice_changes_nothing(parts: list[str]) -> None:
    """A redacted text has nothing left to redact."""
    once, _ = redact(" ".join(parts), ["Jane Doe", "Phone Link"])
    assert redact(once, ["Jane Doe", "Phone Link"]) == (once, {})


@settings(deadline=None, max_examples=200)
@given(st.text(alphabet="ab1290 .@-+()[]:/?#\n", max_size=60))
def test_redacting_odd_text_twice_changes_nothing(text: str) -> None:
    """Whatever characters come, the second run finds nothing."""
    once, _ = redact(text, ["ab ba"])
    assert redact(once, ["ab ba"]) == (once, {})


@pytest.mark.parametrize(
    "unit", ["a", "1", "@", "a.", "1 ", "a@", "(", ":", "1.", "aa11 ", "a at b ", "http://", "4111 "]
)
def test_hostile_repetition_comes_to_an_end(unit: str) -> None:
    """Texts made to stall a pattern are read to their end, and nothing is lost but what was marked."""
    text = unit * (TEXT_LIMIT // len(unit))
    redacted, counts = redact(text)
    assert counts or redacted == text


# ------------------------------------------------------------------------------------------------------------- names


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        ("JANE's parcel; doe, jane", ["Jane Doe"], "[name]'s parcel; [name], [name]"),
        ("ask Jane Doe about janet", ["Jane Doe"], "ask [name] about janet"),
        ("Jose Garcia; JOSÉ", ["José García"], "[name]; [name]"),
        ("Jose\u0301 came", ["José García"], "[name] came"),
        ("O'Brien and Anne-Marie", ["Anne-Marie O'Brien"], "[name] and [name]"),
        ("Will you? will they? will smith", ["Will Smith"], "[name] you? will they? [name]"),
        ("I hope for grace; Grace Hope", ["Grace Hope"], "I hope for grace; [name]"),
        ("jan van der berg took a van", ["Jan van der Berg"], "[name] took a van"),
        ("王小明说不好", ["王小明"], "[name]说不好"),
        ("Иванов звонил", ["Пётр Иванов"], "[name] звонил"),
        ("the team of J said no", ["J", "Team"], "the team of J said no"),
    ],
)
def test_names_of_the_record_are_marked(text: str, names: list[str], expected: str) -> None:
    """Names match as whole words in any case and accent; ordinary words only capitalised or in the full name."""
    assert redact(text, names)[0] == expected


def test_every_known_name_is_found() -> None:
    """Names known from the record are found in every frame, in every case: 100 %."""
    people = [f"{first} {last}" for first in benchmark.FIRST for last in benchmark.LAST]
    for person in people:
        for frame in benchmark.PERSONAL_FRAMES:
            for said in (person, person.title(), person.upper()):
                redacted, counts = redact(frame.format(said), [person.title()])
                assert counts.get("name", 0) >= 1 and said not in redacted


# ---------------------------------------------------------------------------------------------------- drafts, hashes


def test_no_original_word_of_a_person_reaches_the_record() -> None:
    """Text, segments, problems, author and ids of a stored record hold no trace of the person."""
    record = store(
        draft(
            text="Jane Doe here, jane.doe@example.com, +44 7911 123456",
            source_id="jane.doe@example.com",
            response_id="Jane Doe",
            author="jane.doe@example.com",
            names=("Jane Doe",),
            segments={"contact": "07911 123456", "customer": "Jane Doe", "version": "4.2.0.1"},
            problems=(Problem("score", "five, says Jane Doe (jane.doe@example.com)", "not a number"),),
        )
    )
    quarantined = to_quarantined(record)
    for kept in (str(asdict(record)), str(asdict(quarantined))):
        assert not any(trace in kept.casefold() for trace in ("jane", "doe", "7911", "example.com"))
    assert record.segments == {"contact": "[phone]", "customer": "[name]", "version": "4.2.0.1"}
    assert record.redactions == {"name": 2, "email": 1, "phone": 2}
    assert record.reference == "row 1"
    assert quarantined.problems == record.problems


def test_a_segment_s_name_says_what_its_number_is() -> None:
    """A bare number under "order_id" stays, the same number under "mobile" does not."""
    record = store(draft(segments={"order_id": "4155552671", "mobile": "4155552671"}))
    assert record.segments == {"order_id": "4155552671", "mobile": "[phone]"}


def test_a_full_name_is_marked_within_a_segment() -> None:
    """ "Jane Doe (VIP)" names a person; a city that shares a first name does not."""
    record = store(draft(segments={"tier": "JANE DOE (VIP)", "city": "Florence"}, names=("Jane Doe", "Florence Gray")))
    assert record.segments == {"tier": "[name] (VIP)", "city": "Florence"} and record.redactions["name"] == 1


def test_an_author_s_own_address_gives_away_the_name() -> None:
    """A signature that repeats the author's e-mail name or user name is marked, although no name was given."""
    assert store(draft(text="Yours, Jane Doe", author="jane.doe@example.com")).text == "Yours, [name]"
    assert store(draft(text="zorro77 was here", author="Zorro77")).text == "[name] was here"
    assert store(draft(text="a google user told me", author="A Google user")).text == "a google user told me"


def test_an_own_id_is_kept_unless_it_is_personal() -> None:
    """Order-like ids stay readable; addresses, phone numbers and the author's name are hashed."""
    for own in ("8841", "4155552671", "gp:AOqpTOH-x_9", "171-1234567-1234567", "x" * 41):
        record = store(draft(source_id=own))
        assert record.source_id == own
        assert record.reference == (own if len(own) <= 40 else "row 1")
    for own in ("jane@example.com", "+447911123456", "@jane_doe", "zorro"):
        record = store(draft(source_id=own, author="zorro"))
        assert len(record.source_id) == 32 and record.reference == "row 1"


def test_equal_rows_without_id_stay_two_and_a_file_read_again_gives_the_same_ids() -> None:
    """Two customers who wrote "ok" are two records; the same file read again is the same two."""
    rows = [draft(row=1), draft(row=2, text="bad"), draft(row=3)]

    def ids() -> list[str]:
        numbering = Numbering()
        return [store(row, numbering).source_id for row in rows]

    assert len(set(ids())) == 3
    assert ids() == ids()


@pytest.mark.parametrize(
    "change",
    [
        {"text": "ok."},
        {"score": Score(3, 1, 5, Metric.RATING)},
        {"occurred_at": datetime(2026, 1, 2, tzinfo=UTC)},
        {"segments": {"version": "2"}},
        {"service": Service(handled_seconds=3.0)},
        {"service": Service(compensation=5.0, currency="EUR")},
        {"author": "b"},
    ],
)
def test_the_content_hash_changes_with_every_mapped_field(change: dict[str, object]) -> None:
    """Each mapped field counts for the version of a record."""
    assert store(draft(**change)).content_hash != store(draft()).content_hash


def test_an_agent_is_marked_in_the_text_and_kept_as_a_segment() -> None:
    """The name of who served a contact is a segment only where the settings ask for it; the text never shows it."""
    one = draft(text="Tom Ashdown was rude", names=("Tom Ashdown",), segments={"agent": "Tom Ashdown", "team": "Leeds"})
    stored = store(one)
    assert stored.segments == {"agent": "Tom Ashdown", "team": "Leeds"}
    assert "Tom" not in stored.text


def test_a_response_id_that_names_the_file_makes_no_new_record() -> None:
    """Where a source has no response ids they are made from the file's hash, which changes when the file grows."""
    one, two = (store(draft(response_id=f"{file}-1")) for file in ("a1b2", "c3d4"))
    assert (one.source_id, one.content_hash) == (two.source_id, two.content_hash)


def test_a_declared_language_holds_nothing_personal() -> None:
    """A column of languages that holds an address after all is redacted like every other."""
    assert store(draft(language="en-US")).language == "en-US"
    assert store(draft(language="jane@example.com")).language == "[email]"


def test_the_content_hash_does_not_depend_on_the_route() -> None:
    """Row number, source id, line ends, zone and order of segments do not make a new version."""
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    one = draft(text="a\nb", occurred_at=noon, segments={"a": "1", "b": "2"})
    two = replace(
        one, text="a\r\nb", row=9, source_id="x", segments={"b": "2", "a": "1"},
        occurred_at=noon.astimezone(timezone(timedelta(hours=5))),
    )  # fmt: skip
    assert store(one).content_hash == store(two).content_hash


def test_hashes_need_the_key() -> None:
    """Without the key nobody can test whether a text or author is in the store."""
    other = to_feedback(draft(author="zorro"), bytes(32), Numbering())
    mine = store(draft(author="zorro"))
    assert other.content_hash != mine.content_hash and other.author != mine.author


def test_authors_are_one_across_spellings_and_unknown_ones_are_none() -> None:
    """An address is one person in every source and case; a user name in its own source; a placeholder nobody."""
    assert hash_author(" Jane@Example.com ", "a", KEY) == hash_author("jane@example.com", "b", KEY)
    assert hash_author("zorro", "a", KEY) != hash_author("zorro", "b", KEY)
    assert hash_author("zorro  77", "a", KEY) == hash_author("zorro 77 ", "a", KEY)
    assert {hash_author(name, "a", KEY) for name in (None, "", " ", "A Google user", "Anonymous", "n/a", "-")} == {None}


def test_a_long_text_is_cut_and_marked() -> None:
    """What lies beyond 20,000 characters is not stored; the record says so; no mark is cut in two."""
    record = store(draft(text="so slow " * 2_499 + "jane@example.com " + "x" * 1_000_000))
    assert len(record.text) <= TEXT_LIMIT and "jane" not in record.text
    assert record.problems[0].field == "text" and record.problems[0].found == "1020009 characters"
    assert cut_text("a" * 8 + "[email]", 12) == "a" * 8
    assert cut_text("word " * 10, 22) == "word word word word"


def test_a_problem_shows_only_a_glimpse() -> None:
    """A problem's finding is short and redacted."""
    (problem,) = store(draft(problems=(Problem("score", "jane@example.com " + "so bad " * 99, "no number"),))).problems
    assert problem.found.startswith("[email] so bad") and len(problem.found) <= 61


# ---------------------------------------------------------------------------------------------------------- key file


def test_a_key_is_made_once_and_read_again(tmp_path: Path) -> None:
    """The first call makes 32 bytes in a file of mode 600, the next ones read them."""
    path = tmp_path / "a" / "b" / "key"
    key = ensure_key(path)
    assert len(key) == 32 and ensure_key(path) == key == load_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [child.name for child in path.parent.iterdir()] == ["key"]


def test_two_processes_that_make_a_key_at_once_get_the_same(tmp_path: Path) -> None:
    """Nobody overwrites a key that another has just made."""
    path = tmp_path / "key"
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: ensure_key(path), range(32)))) == 1


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    """A key file of mode 644 stops the run and the message holds the command that mends it."""
    path = tmp_path / "key"
    ensure_key(path)
    path.chmod(0o644)
    with pytest.raises(ConfigError, match=r"mode 644.*chmod 600"):
        load_key(path)


@pytest.mark.parametrize("content", [b"", b"abc", b"00" * 31, b"zz" * 32, b"\xff" * 64])
def test_a_file_that_is_no_key_is_refused(tmp_path: Path, content: bytes) -> None:
    """A key of the wrong length or form is not used, nor replaced."""
    path = tmp_path / "key"
    path.write_bytes(content)
    path.chmod(0o600)
    for read in (load_key, ensure_key):
        with pytest.raises(ConfigError, match="restore it from your backup"):
            read(path)
    assert path.read_bytes() == content


def test_a_missing_key_says_what_to_do(tmp_path: Path) -> None:
    """Reading a key that is not there names `groundswell init`."""
    with pytest.raises(ConfigError, match="groundswell init"):
        load_key(tmp_path / "key")


def test_a_key_that_cannot_be_written_is_a_setting_to_mend(tmp_path: Path) -> None:
    """A parent that is a file gives one line, not a traceback."""
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="GROUNDSWELL_KEY_FILE"):
        ensure_key(tmp_path / "file" / "key")


def test_the_default_key_lies_in_the_user_s_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """GROUNDSWELL_KEY_FILE wins over XDG_DATA_HOME, that over ~/.local/share."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("GROUNDSWELL_KEY_FILE", raising=False)
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    assert default_key_path() == tmp_path / ".local/share/groundswell/key"
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert default_key_path() == tmp_path / "data/groundswell/key"
    monkeypatch.setenv("GROUNDSWELL_KEY_FILE", str(tmp_path / "mine"))
    assert default_key_path() == tmp_path / "mine"


# --------------------------------------------------------------------------------------------------------- real texts


def real_texts(name: str, column: str) -> Iterator[str]:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"{name} of shared/data is not beside this checkout")
    opened = gzip.open(path, "rt", encoding="utf-8", newline="") if path.suffix == ".gz" else path.open(newline="")
    with opened as file:
        for row in csv.DictReader(file):
            yield row[column] or ""


@pytest.mark.parametrize(
    ("name", "column"),
    [("banking77/train.csv", "text"), ("support_csat_shopzilla/support_csat.csv.gz", "Customer Remarks")],
)
def test_texts_without_persons_stay_as_they_are(name: str, column: str) -> None:
    """Of real comments of banks' and shops' customers hardly one in a thousand is touched."""
    texts = [text for text in real_texts(name, column) if text]
    assert sum(bool(redact(text)[1]) for text in texts) <= len(texts) / 1_000


def test_handles_in_real_tweets_are_marked() -> None:
    """After redaction no tweet to a support account names another account."""
    for text in real_texts("support_tweets_labeled/support_tweets.csv", "text"):
        assert "@1" not in redact(text)[0]
