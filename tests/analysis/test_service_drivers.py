"""Themes whose contacts take longer or come back, and how they are judged."""

from __future__ import annotations

import numpy as np
from contacts_for_tests import contact, contacts, nothing_found

from analysis.findings.service.contacts import with_service
from analysis.findings.service.drivers import compare_drivers
from analysis.scope.service_options import ServiceOptions
from groundswell.findings import ServiceDriver


def drivers(scope) -> list[ServiceDriver]:
    """Those that differ by a p-value below .01 each."""
    found = compare_drivers(scope)
    p = np.concatenate(found.p_values) if found.p_values else np.array([])
    return found.told(p < 0.01)


def served(slow: float, again: float, n: int = 60, people: int = 60) -> list[dict[str, object]]:
    """Contacts of a theme that take so many hours more or less, of which such a share was opened again."""
    rng = np.random.default_rng(int(100 * slow + 10 * again + n))
    return [
        contact(
            solved=slow * float(rng.lognormal(0, 0.6)),
            reopened=bool(rng.random() < again),
            author=f"{slow}-{again}-{i % people}",
        )
        for i in range(n)
    ]


def test_a_theme_that_takes_longer_is_found():
    """Contacts of one theme take four times as long as the others: told with both medians and the difference."""
    rows = [*served(16, 0.1), *served(4, 0.1), *served(4.1, 0.1)]
    (found,) = drivers(contacts(rows, ["t1"] * 60 + ["t2"] * 60 + ["t3"] * 60))
    assert (found.theme_id, found.measure, found.n, found.source) == ("t1", "resolution", 60, "desk")
    assert 700 < found.value < 1200 and 180 < found.elsewhere < 300
    assert 0 < found.difference.low < found.value - found.elsewhere < found.difference.high


def test_a_theme_that_comes_back_is_found():
    """Two fifths of one theme's contacts are opened again and a tenth of the others."""
    rows = [*served(4, 0.4), *served(4.1, 0.1), *served(4.2, 0.1)]
    (found,) = drivers(contacts(rows, ["t1"] * 60 + ["t2"] * 60 + ["t3"] * 60))
    assert (found.theme_id, found.measure) == ("t1", "reopened")
    assert found.difference.low > 0.05


def test_a_theme_that_is_served_better_is_no_driver():
    """What goes faster than the rest is tested, and not told here."""
    rows = [*served(1, 0.1), *served(4, 0.1), *served(4.1, 0.1)]
    assert all(found.theme_id != "t1" for found in drivers(contacts(rows, ["t1"] * 60 + ["t2"] * 60 + ["t3"] * 60)))


def test_one_persons_many_contacts_are_no_proof():
    """Sixty slow contacts of three people are three, which is too few to tell."""
    rows = [*served(16, 0.1, people=3), *served(4, 0.1), *served(4.1, 0.1)]
    assert drivers(contacts(rows, ["t1"] * 60 + ["t2"] * 60 + ["t3"] * 60)) == []


def test_a_theme_in_every_contact_has_nothing_to_be_compared_with():
    """Then, and where nobody tells of solutions, there is no driver and no crash."""
    assert drivers(contacts(served(4, 0.1), ["t1"] * 60)) == []
    untold = [{**row, "resolved_at": None, "reopened": None} for row in served(4, 0.1)]
    assert drivers(contacts(untold, ["t1"] * 30 + ["t2"] * 30)) == []
    assert drivers(contacts(served(4, 0.1))) == []
    same = [contact(solved=2, author=f"a{i}") for i in range(60)]
    assert drivers(contacts(same, ["t1"] * 30 + ["t2"] * 30)) == []


def test_themes_alike_are_rarely_told_apart():
    """In 60 draws of three themes that are served alike, p lies below .05 about once in twenty."""
    below = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        rows = [
            contact(solved=float(rng.lognormal(1, 1)), reopened=bool(rng.random() < 0.15), author=f"a{i // 2}")
            for i in range(150)
        ]
        of = [f"t{1 + i}" for i in rng.integers(0, 3, 150)]
        below += [p < 0.05 for p in np.concatenate(compare_drivers(contacts(rows, of)).p_values)]
    assert len(below) == 360
    assert 0.02 <= np.mean(below) <= 0.09


def test_the_page_marks_what_holds_among_all():
    """The page's drivers are those that hold after having looked at all themes, measures and groups."""
    rows = [*served(16, 0.1), *served(4, 0.1), *served(4.1, 0.1)]
    scope = contacts(rows, ["t1"] * 60 + ["t2"] * 60 + ["t3"] * 60)
    found = with_service(scope, nothing_found(), ServiceOptions())
    asked = with_service(scope, nothing_found(), ServiceOptions(agents=True))
    assert asked.warnings == (
        *found.warnings,
        "Single agents are asked for, but no source maps one: segments = { agent = COLUMN }.",
    )
    assert [driver.theme_id for driver in found.service_drivers] == ["t1"]
    assert found.service_drivers[0].significant
    assert [level.group_by for level in found.service_levels] == ["all"]
    assert {absent.section for absent in found.absent} == {"backlog", "contact_ratios"}


def test_a_theme_of_slow_channels_is_not_slow_itself():
    """Letters take long and chats do not, whatever they are about: a theme that is mostly written is no driver."""
    rng = np.random.default_rng(2)
    rows, of = [], []
    for i in range(240):
        slow = bool(rng.random() < (0.9 if i % 2 else 0.1))
        hours = float(rng.lognormal(0, 0.5)) * (40 if slow else 1)
        rows.append(contact(solved=hours, channel="letter" if slow else "chat", author=f"a{i}"))
        of.append("t1" if i % 2 else "t2")
    assert drivers(contacts(rows, of)) == []
    assert [d.theme_id for d in drivers(contacts([{**row, "segment:channel": None} for row in rows], of))] == ["t1"]
