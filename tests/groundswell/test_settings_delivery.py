"""Settings of what is sent: every mistake is told with what to do, none shows a secret, and nobody is told twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from groundswell.settings import load_settings, mistakes_in

SOURCE = '[sources.a]\nkind = "review"\nfiles = ["x.csv"]\n[sources.a.columns]\ntext = "t"\n'
MAIL = '[channels.mail]\nkind = "smtp"\nhost = "mail.example.com"\nsender = "Digests <digests@example.com>"\n'
TEAM = '[channels.team]\nkind = "slack"\n'


def written(tmp_path: Path, *tables: str) -> Path:
    place = tmp_path / "groundswell.toml"
    place.write_text(SOURCE + "".join(tables), "utf-8")
    return place


def service(send: str) -> str:
    return f"[audiences.service]\nsend = {send}\n"


@pytest.mark.parametrize(
    ("tables", "told"),
    [
        (MAIL + service('"mial:a@example.com"'), "there is no channel 'mial'; did you mean 'mail'?"),
        (MAIL + service('"room"'), "there is no channel 'room'; add a table [channels.room]"),
        (MAIL + service('"anna@example.com"'), "; write mail:anna@example.com"),
        (MAIL + service('"mail"'), "to 'mail' without an address; write mail:anna@example.com"),
        (TEAM + service('"team:a@example.com"'), "a channel of its kind has no addresses: 'team'"),
        (MAIL + service('["mail:a@example.com", ""]'), 'entry 2: found ""; a channel is wanted'),
        (MAIL + service('"mail:a@example.com, mail:b@example.com"'), "a channel is wanted, as team, or"),
        (MAIL + service('"mail:a@example.com\\r\\nBcc: b@example.com"'), "a channel is wanted, as team, or"),
        (MAIL.replace("digests@", "a@example.com, digests@"), "channels.mail.sender: found "),
        (MAIL.replace(".com>", ".com>\\nBcc: b@example.com"), "channels.mail.sender: found "),
        (
            MAIL + 'password = "s3cret"\n',
            "channels.mail.password: a secret does not belong in the file; set GROUNDSWELL_",
        ),
        (TEAM + 'url = "https://example.com/s3cret"\n', "channels.team.url: a secret does not belong in the file"),
        (TEAM + 'host = "h"\n', "host means nothing for kind 'slack'; leave it out"),
        (MAIL + 'user = "d"\ntls = "none"\n', "the password would go over the network unencrypted"),
        (
            MAIL + '[owners.Log]\nsend = "mail:a@example.com"\n[owners.log]\nsend = "mail:b@example.com"\n',
            "[owners.Log] and [owners.log] are the same owner; leave one of them out",
        ),
    ],
)
def test_a_mistake_is_told_with_what_to_do(tmp_path: Path, tables: str, told: str) -> None:
    """One line that names the key, what was found and what is wanted; a secret is not shown."""
    [line] = mistakes_in(written(tmp_path, tables))
    assert told in line and "s3cret" not in line


def test_a_destination_that_is_named_twice_is_one(tmp_path: Path) -> None:
    """Capital letters make no other mailbox."""
    place = written(tmp_path, MAIL, service('["mail:a@example.com", "mail:b@example.com", "mail:A@Example.com"]'))
    sends = load_settings(place).audiences["service"].send
    assert [written.casefold() for written in sends] == ["mail:a@example.com", "mail:b@example.com"]
