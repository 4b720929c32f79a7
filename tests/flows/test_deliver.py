"""Sending: each digest and notice reaches each recipient once, whatever is away, refused or killed."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from commands_for_tests import Ended
from deliveries_for_tests import GOLD, PERIOD, freeze, mail_settings, sending_project
from receivers_for_tests import Hook, MailServer, free_port, mail_server, web_hook

from flows.deliver import deliver
from flows.deliveries import Deliveries
from flows.project import open_project
from flows.recipients import queue_escalations
from groundswell.outbox import OutboxItem
from groundswell.records import Feedback, Kind
from groundswell.settings import mistakes_in
from groundswell.storage import open_store

Run = Callable[..., Ended]
HOOK_URL, OTHER_URL = "GROUNDSWELL_CHANNELS__TEAM__URL", "GROUNDSWELL_CHANNELS__OTHER__URL"
TEAM = '[channels.team]\nkind = "slack"\nconnect_timeout = 1\ntimeout = 1\n'
TO_ANNA = '[audiences.service]\nsend = ["mail:anna@example.com"]\n'
TO_TWO = '[audiences.service]\nsend = ["mail:anna@example.com", "mail:bob@example.com", "team"]\n'


@pytest.fixture(scope="module")
def frozen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with one frozen digest that is announced; it is there to be copied."""
    place = tmp_path_factory.mktemp("frozen") / "groundswell.db"
    freeze(place, "undated")
    with sqlite3.connect(place) as connection:  # into the one file that is copied
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return place


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hook]:
    """A web hook, whose URL the environment holds as the channel `team`."""
    with web_hook() as found:
        monkeypatch.setenv(HOOK_URL, found.url)
        yield found


@pytest.fixture
def make(tmp_path: Path, frozen: Path) -> Callable[[str], Path]:
    """`make(settings)`: the settings file of a project with a copy of that store."""
    return lambda settings: sending_project(tmp_path / "project", settings, store=frozen)


def send(place: Path) -> Deliveries:
    return deliver(open_project(place))


def items(place: Path) -> list[OutboxItem]:
    with open_store(place.parent / "groundswell.db") as opened:
        return opened.outbox()


def test_a_new_digest_reaches_everybody_once(make: Callable[[str], Path], mail: MailServer, hook: Hook) -> None:
    """Two by mail, one room by its hook; the next run, and the one after it, send nothing."""
    place = make(mail_settings(mail.port) + TEAM + TO_TWO + '[delivery]\nlink = "https://r.example.com/out/"\n')
    first = send(place)
    assert (len(first.sent), first.unsent) == (3, [])
    assert first.lines() == [f"sent: service digest {PERIOD} by mail to 2", f"sent: service digest {PERIOD} by team"]
    assert sorted(mail.recipients) == ["anna@example.com", "bob@example.com"] and len(set(mail.ids())) == 2
    page = "https://r.example.com/out/service/2026-W46/digest.html"
    assert page in str(hook.payloads[0]) and page in mail.messages[0].get_body(("plain",)).get_content()
    for _ in range(2):
        assert send(place).sent == []
    assert len(mail.messages) == 2 and len(hook.payloads) == 1
    assert {(one.state, one.revision, one.attempts) for one in items(place)} == {("sent", 1, 1)}


def test_a_channel_that_is_away_holds_up_no_other_and_is_tried_by_the_next_run(
    make: Callable[[str], Path], hook: Hook
) -> None:
    """The room gets its digest; both mails wait, after one try of the server; then it is there and they arrive."""
    port = free_port()
    place = make(mail_settings(port) + TEAM + TO_TWO)
    first = send(place)
    assert [str(one.to) for one in first.sent] == ["team"] and len(hook.payloads) == 1
    assert [one.state for one in first.unsent] == ["failed", "failed"] and [one.attempts for one in first.unsent] == [
        1,
        0,
    ]
    [said] = first.complaints()
    assert said.startswith("channel mail: 2 messages not sent: localhost:") and said.endswith(
        "the next run tries again"
    )
    with mail_server(port=port) as back:
        assert len(send(place).sent) == 2 and sorted(back.recipients) == ["anna@example.com", "bob@example.com"]
    assert len(hook.payloads) == 1 and not any(one.possible_repeat for one in items(place))


def test_a_recipient_who_is_refused_for_good_waits_for_a_person(
    make: Callable[[str], Path], mail: MailServer, hook: Hook, run: Run
) -> None:
    """Others of the same server get theirs; no run tries it again; the commands list it, try it, and give it up."""
    mail.on_recipient = lambda address: "550 no" if address.startswith("bob") else "250 OK"
    place = make(mail_settings(mail.port) + TEAM + TO_TWO)
    assert len(send(place).sent) == 2 and send(place).sent == []
    [bob] = [one for one in items(place) if one.state == "held"]
    listed = run("outbox", "list", "--settings", place)
    assert f"{bob.item_id}  held" in listed.out and "bob@example.com" in listed.out and "(550)" in listed.out
    assert "groundswell outbox retry NUMBER" in run("status", "--settings", place).out
    again = run("outbox", "retry", bob.item_id, "--settings", place)
    assert again.code == 3 and items(place)[1].attempts == 2 and "refused the recipient (550)" in again.err
    assert run("outbox", "drop", bob.item_id, "--settings", place).code == 0
    assert send(place).unsent == [] and run("outbox", "retry", "--settings", place).out == "nothing waits to be sent\n"
    assert run("outbox", "drop", bob.item_id, "--settings", place).code == 1
    assert "2 sent, 1 dropped" in run("outbox", "list", "--all", "--settings", place).out


@pytest.mark.parametrize("policy", ["resend", "hold"])
def test_what_was_being_sent_when_a_run_was_killed_is_told(
    make: Callable[[str], Path], mail: MailServer, policy: str, run: Run
) -> None:
    """By `resend` it goes out again with the same id and says that it is a possible repeat, and so does status; by
    `hold` it waits until a person asks for it."""
    place = make(mail_settings(mail.port) + TO_ANNA + f'[delivery]\nafter_kill = "{policy}"\n')
    mail.on_data = lambda _: "451 later"
    send(place)  # queued and tried, so that it can be left as a kill leaves it
    with open_store(place.parent / "groundswell.db") as opened:
        lease = opened.take_lease("delivery")
        opened.begin_sending(1, datetime.now(UTC), lease)
        opened.release_lease(lease)
    mail.on_data = lambda _: "250 OK"
    assert "without a number takes it up" in run("outbox", "retry", 1, "--settings", place).err
    result = send(place)
    assert "killed" in result.notes[0]
    if policy == "hold":
        assert mail.messages == [] and [one.state for one in result.unsent] == ["held"]
        assert "held of them" not in str(result.complaints()) and "outbox list" in result.complaints()[0]
        assert "marked as a possible repeat" in run("outbox", "retry", "--settings", place).out
    [got] = mail.messages
    [item] = items(place)
    assert got["X-Groundswell-Repeat"] == "possible" and got["Message-ID"] == item.message_id("example.com")
    assert "1 message arrived" in (told := run("status", "--settings", place).out) and "possibly twice" in told


@pytest.mark.parametrize(("policy", "state"), [("resend", "failed"), ("hold", "held")])
def test_a_break_before_the_answer_is_a_possible_repeat_too(
    make: Callable[[str], Path], hook: Hook, policy: str, state: str
) -> None:
    """The room may have it: it is tried again and says so, or waits for a person, as after a kill."""

    def break_off(_: int) -> tuple[int, dict[str, str]]:
        raise ConnectionError

    to_team = '[audiences.service]\nsend = "team"\n'
    place = make(TEAM + to_team + f'[delivery]\nafter_kill = "{policy}"\n')
    hook.answers = break_off
    [left] = send(place).unsent
    assert (left.state, left.possible_repeat, left.attempts) == (state, True, 1)
    hook.answers = lambda _: (200, {})
    assert len(send(place).sent) == (policy == "resend")
    assert ("Possible repeat" in told(hook)) == (policy == "resend")


def test_what_is_given_up_while_others_are_sent_is_not_sent(make: Callable[[str], Path], mail: MailServer) -> None:
    """The run that had it on its list finds it dropped, and goes on with the next one."""
    to = '[audiences.service]\nsend = ["mail:anna@example.com", "mail:bob@example.com", "mail:carol@example.com"]\n'
    place = make(mail_settings(mail.port) + to)

    def drop_second(address: str) -> str:
        if address.startswith("anna"):
            with open_store(place.parent / "groundswell.db") as opened:
                opened.decide_outbox([2], "dropped")
        return "250 OK"

    mail.on_recipient = drop_second
    assert len(send(place).sent) == 2 and mail.recipients == ["anna@example.com", "carol@example.com"]
    assert [one.state for one in items(place)] == ["sent", "dropped", "sent"]


def test_parts_that_arrived_are_not_sent_again(
    make: Callable[[str], Path], hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two services of one channel the second is away: the next run goes on with that one."""
    monkeypatch.delenv(HOOK_URL)
    place_of_hook, port = hook.url.removeprefix("http://"), free_port()
    monkeypatch.setenv(OTHER_URL, f"json://{place_of_hook} json://127.0.0.1:{port}/x")
    place = make('[channels.other]\nkind = "apprise"\n[audiences.service]\nsend = "other"\n')
    assert send(place).sent == [] and len(hook.payloads) == 1 and items(place)[0].parts == 1
    monkeypatch.setenv(OTHER_URL, f"json://{place_of_hook} json://{place_of_hook}2")
    assert len(send(place).sent) == 1 and len(hook.payloads) == 2


def test_who_is_taken_out_of_the_settings_gets_nothing_more(
    make: Callable[[str], Path], mail: MailServer, hook: Hook, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    """What waited for them is given up, and said to be; one who is added gets the next digest, not the last."""
    place = make(mail_settings(free_port()) + TEAM + TO_TWO)
    send(place)
    place.write_text(mail_settings(mail.port) + TO_ANNA.replace("anna", "carol"), "utf-8")
    assert "GROUNDSWELL_CHANNELS__TEAM" in run("outbox", "list", "--settings", place).err  # of a channel that is gone
    monkeypatch.delenv(HOOK_URL)
    result = send(place)
    assert (result.sent, result.unsent, mail.messages) == ([], [], [])
    assert sorted(one.state for one in items(place)) == ["dropped", "dropped", "sent"]


def test_owners_hear_of_their_own_themes(make: Callable[[str], Path], mail: MailServer) -> None:
    """Who owns a theme of the digest gets a notice of it, who owns none nothing; letters' case does not matter."""
    owners = '[owners.LOGISTICS]\nsend = "mail:l@example.com"\n[owners.Nobody]\nsend = "mail:n@example.com"\n'
    place = make(mail_settings(mail.port) + owners + "[audiences.service]\n")
    [item] = send(place).sent
    assert (item.kind, item.name, mail.recipients) == ("owner", "LOGISTICS", ["l@example.com"])
    assert "card never arrived" in mail.messages[0].get_body(("plain",)).get_content()


def test_the_newest_revision_is_what_arrives_late(make: Callable[[str], Path], mail: MailServer) -> None:
    """Revised while the server was away, the digest arrives once, as it is by then."""
    place = make(mail_settings(free_port()) + TO_ANNA)
    send(place)
    revised = (GOLD / "undated.json").read_text("utf-8").replace('"revision": 1', '"revision": 2', 1)
    with open_store(place.parent / "groundswell.db") as opened:
        opened.save_digest("service", PERIOD, "revised", revised, "rows", announce_at=datetime.now(UTC))
    place.write_text(mail_settings(mail.port) + TO_ANNA, "utf-8")
    assert len(send(place).sent) == 1 and len(mail.messages) == 1 and items(place)[0].revision == 2


def test_a_project_without_channels_pays_nothing(make: Callable[[str], Path]) -> None:
    """Neither its settings nor its runs import a library that sends; what was announced while it had one is let go."""
    place = make("[audiences.service]\n")
    code = (
        "import sys; from flows.deliver import deliver; from flows.project import open_project; "
        f"result = deliver(open_project({str(place)!r})); "
        "heavy = {'apprise', 'smtplib', 'email.headerregistry', 'reports.delivery'} & set(sys.modules); "
        "print(sorted(heavy), result.sent, result.unsent)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ended.stdout == "[] [] []\n", ended.stderr
    assert items(place) == []


def test_the_example_of_the_documentation_is_a_good_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """docs/delivery.md's settings load, with the variables that stand below them."""
    text = (Path(__file__).resolve().parents[2] / "docs" / "delivery.md").read_text("utf-8")
    settings, variables = (
        re.search(r"```toml\n(.*?)```", text, re.DOTALL),
        re.findall(r"^GROUNDSWELL_(\w+)=", text, re.M),
    )
    assert settings is not None and len(variables) == 3
    for name in variables:
        monkeypatch.setenv(f"GROUNDSWELL_{name}", "ntfys://example.com/alerts")
    place = tmp_path / "groundswell.toml"
    place.write_text(settings[1], "utf-8")
    assert mistakes_in(place) == []


# ------------------------------------------------------------------------------------------------------- escalations

NOW = datetime(2026, 11, 15, 20, tzinfo=UTC)


def add_comments(place: Path, *texts: str, age: timedelta = timedelta(hours=3)) -> None:
    """Brings comments into the store, as an accepted load does, written so long before NOW."""
    with open_store(place.parent / "groundswell.db") as opened:
        load = opened.open_load("tickets", Kind.TICKET, NOW)
        records = [
            Feedback("tickets", text[:40], Kind.TICKET, text[:8], text, text, NOW - age, author=text[:5])
            for text in texts
        ]
        opened.save_page(load, records, (), {}, {})
        opened.close_load(load, "accepted")


def told(hook: Hook) -> str:
    """What the last message said."""
    return str(hook.payloads[-1])


def test_customers_to_call_back_are_told_the_same_day_and_once(make: Callable[[str], Path], hook: Hook) -> None:
    """A threat of a lawyer is told, what is old or calls for nothing is not; the next run tells the new one alone."""
    place = make(TEAM + '[escalations]\nsend = "team"\n')
    add_comments(place, "My lawyer will write to you about this parcel.", "Quite nice, thank you.")
    add_comments(place, "I want to speak to your manager now.", age=timedelta(days=3))
    project = open_project(place)
    assert queue_escalations(project, NOW) == 1 and queue_escalations(project, NOW) == 0
    assert len(deliver(project).sent) == 1
    assert "lawyer" in told(hook) and "manager now" not in told(hook) and "15 Nov 2026" in told(hook)
    add_comments(place, "Cancel my account, I am leaving for your competitor.")
    assert queue_escalations(project, NOW) == 1 and len(deliver(project).sent) == 1
    assert "competitor" in told(hook) and "lawyer" not in told(hook) and len(hook.payloads) == 2


def test_escalations_find_the_address_that_was_put_right(
    make: Callable[[str], Path], mail: MailServer, run: Run
) -> None:
    """Refused at a mistyped address, they go to the one that the settings have by the time they are tried again."""
    place = make(mail_settings(mail.port) + '[escalations]\nsend = "mail:ana@example.com"\n')
    mail.on_recipient = lambda address: "550 no" if address.startswith("ana@") else "250 OK"
    add_comments(place, "My lawyer will write to you about this parcel.")
    queue_escalations(open_project(place), NOW)
    assert [one.state for one in send(place).unsent] == ["held"]
    place.write_text(place.read_text("utf-8").replace("ana@", "anna@"), "utf-8")
    assert run("outbox", "retry", "--settings", place).code == 0 and mail.recipients == ["anna@example.com"]
    assert [one.state for one in items(place)] == ["dropped", "sent"]


def test_the_outbox_holds_no_words_and_an_erased_comment_is_not_sent(make: Callable[[str], Path], hook: Hook) -> None:
    """Only ids of comments wait: what is gone from the store by then is told to nobody."""
    place = make(TEAM + '[escalations]\nsend = "team"\n')
    add_comments(place, "My lawyer will write to you about this parcel.")
    queue_escalations(open_project(place), NOW)
    store = place.parent / "groundswell.db"
    with sqlite3.connect(store) as connection:
        rows = (
            connection.execute("SELECT * FROM outbox").fetchall()
            + connection.execute("SELECT * FROM escalation_told").fetchall()
        )
        assert "lawyer" not in str(rows)
        connection.execute("DELETE FROM feedback")
    assert send(place).sent == [] and hook.payloads == [] and [one.state for one in items(place)] == ["dropped"]


def test_no_secret_gets_into_store_or_messages(
    make: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    """A hook that is away, a service nobody understands: what is told of them holds no part of their URLs."""
    monkeypatch.setenv(HOOK_URL, f"http://127.0.0.1:{free_port()}/services/s3cret")
    monkeypatch.setenv(OTHER_URL, "nothing://s3cret")
    place = make(TEAM + '[channels.other]\nkind = "apprise"\n[audiences.service]\nsend = ["team", "other"]\n')
    result = send(place)
    shown = [run(*words, "--settings", place) for words in (("outbox", "list"), ("status",), ("check",))]
    assert len(result.unsent) == 2
    said = [*result.complaints(), *(one.out + one.err for one in shown), str([one.last_error for one in items(place)])]
    assert "s3cret" not in "".join(said)
    assert "team: 127.0.0.1" in shown[-1].out and "see [channels.team]" in shown[-1].out
    assert not any(b"s3cret" in path.read_bytes() for path in place.parent.rglob("*") if path.is_file())


def test_the_day_of_a_run_is_that_of_its_zone(make: Callable[[str], Path], hook: Hook) -> None:
    """The end of 15 November in Auckland is 15 November, as --as-of has it."""
    place = make('timezone = "Pacific/Auckland"\n' + TEAM + '[escalations]\nsend = "team"\n')
    add_comments(place, "My lawyer will write to you about this parcel.", age=timedelta(hours=20))
    project = open_project(place)
    queue_escalations(project, datetime.combine(date(2026, 11, 16), datetime.min.time(), tzinfo=project.zone))
    assert [one.period for one in items(place)] == ["2026-11-15"]


# ---------------------------------------------------------------------------------------------------------- whole runs


def test_a_run_sends_a_new_digest_and_nothing_older(
    prefect_server: None, published_project: Path, run: Run, hook: Hook
) -> None:
    """What was published before anybody was named is sent to nobody; a new digest is sent once, its page on disk, and a
    run that finds the week finished sends nothing."""
    settings = published_project.read_text("utf-8") + 'send = "team"\n' + TEAM
    published_project.write_text(settings + '[audiences.operations]\nsend = "team"\n', "utf-8")
    command = ("--settings", published_project, "--as-of", "2026-11-01")
    assert "would send: operations digest 2026-W44 to team" in run("publish", *command, "--dry-run").out
    for _ in range(2):
        assert run("publish", *command).code == 0 and len(hook.payloads) == 1
    assert "2026-W44" in told(hook) and (published_project.parent / "out/operations/2026-W44/digest.html").exists()


@pytest.mark.parametrize(
    ("weeks", "due", "announced"),
    [
        (None, ("2026-W43", "2026-W44", "2026-W45"), {"2026-W45"}),
        (None, ("2026-W43",), {"2026-W43"}),
        (("2026-W43", "2026-W44"), ("2026-W43", "2026-W44"), set()),
        (("2026-W43", "2026-W45"), ("2026-W43", "2026-W44", "2026-W45"), {"2026-W45"}),
        (None, (), set()),
    ],
)
def test_only_the_newest_period_that_is_due_is_sent(
    make: Callable[[str], Path], weeks: tuple[str, str] | None, due: tuple[str, ...], announced: set[str]
) -> None:
    """Late feedback gets its digest sent; filling in a history by --week tells nobody of the past, only of the last
    closed week."""
    from analysis.scope.periods import Due, spans_of_weeks
    from flows.order import Order
    from flows.pipeline import calendar_of, to_announce

    project = open_project(make(TEAM + '[audiences.service]\nsend = "team"\n[audiences.product]\n'))
    spans = tuple(spans_of_weeks(one, one, calendar_of(project), "week")[0] for one in due)
    order = Order(weeks=weeks, as_of=date(2026, 11, 9))
    told_of = to_announce(project, order, {"service": Due(spans), "product": Due(spans)})
    assert told_of == {week: {"service"} for week in announced}


@pytest.mark.soak
def test_filling_in_the_past_sends_nothing_and_says_how_to(
    prefect_server: None, published_project: Path, run: Run, hook: Hook
) -> None:
    """Nor does a next revision: both are on disk, and asked for by name they are sent."""
    published_project.write_text(published_project.read_text("utf-8") + 'send = "team"\n' + TEAM, "utf-8")
    command = ("--settings", published_project, "--as-of", "2026-11-01")
    assert run("publish", *command, "--rebuild", "names").code == 0 and hook.payloads == []
    filled = run("publish", *command, "--week", "2026-W43")
    assert filled.code == 0 and hook.payloads == []
    assert "service: 1 digest of earlier periods, on disk and sent to nobody; groundswell publish --week" in filled.out
    assert run("publish", *command, "--week", "2026-W43", "--resend", "service").code == 0 and "2026-W43" in told(hook)


def test_a_digest_is_sent_again_when_it_is_asked_for(
    prefect_server: None, published_project: Path, run: Run, hook: Hook
) -> None:
    """--resend sends the newest one to whom the settings name, --dry-run says so; for an audience without recipients
    it is a mistake. The exit code is 3 where it did not arrive."""
    settings = published_project.read_text("utf-8") + 'send = "team"\n' + TEAM
    published_project.write_text(settings, "utf-8")
    command = ("publish", "--settings", published_project, "--as-of", "2026-11-01", "--resend")
    assert "would send once more: service digest 2026-W44 to team" in run(*command, "service", "--dry-run").out
    assert "sent: service digest 2026-W44 by team" in run(*command).out and "2026-W44" in told(hook)
    refused = run(*command, "product")
    assert refused.code == 1 and "nobody is named to get the product digest; name them in `send`" in refused.err
    assert "pages" not in refused.err  # at once, not after the work
    rebuilt = run("publish", "--settings", published_project, "--as-of", "2026-11-01", "--rebuild", "x", "--dry-run")
    assert "(next revision)" in rebuilt.out and "would send" not in rebuilt.out  # as the run itself
    hook.answers = lambda _: (500, {})
    assert (ended := run(*command, "service")).code == 3 and "channel team: 1 message not sent" in ended.err
