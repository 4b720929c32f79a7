"""Groups of people that differ: what is compared, judged together, told, and what else may be behind it."""

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from frames_for_tests import MONDAY, clause_frame, comment_frame, feedback_frame, theme_frame

from analysis.findings.compare.comparisons import compare_page
from analysis.findings.compare.group_counts import coded, compared_fields, count_by_value
from analysis.findings.compare.segments import compare_segments
from analysis.findings.everything import find_everything
from analysis.findings.themes.trends import theme_trends
from analysis.scope.mentions import build_mentions
from analysis.scope.periods import Span
from analysis.scope.scope import open_scope
from analysis.statistics.two_groups import holding
from groundswell.persons import names_person
from groundswell.records import Period

THEMES = theme_frame({"t1": "crash at login", "t2": "easy set-up"})
MONTH = Period("four weeks", MONDAY, MONDAY + timedelta(weeks=4), "4 weeks")
STARS = {"metric": "rating", "score_low": 1.0, "score_high": 5.0}


def scope_of(rows, themes, labels=None, period=MONTH):
    """A scope over four weeks of records, each of which raises one theme."""
    feedback = feedback_frame(rows)
    labels = labels or ["negative" if theme == "t1" else "positive" for theme in themes]
    mentions = build_mentions(feedback, clause_frame(feedback, themes, labels))
    return open_scope(feedback, mentions, THEMES, Span(period, None))


def stars(score, **more):
    """A record with so many stars."""
    return {**STARS, "score": float(score), "score_scaled": (score - 1) / 4, **more}


def crashing(field="version", per=60, bad="4.2", others=("4.1", "4.0"), share=0.5, **more):
    """Rows and themes in which half of one value's people crash and a twentieth of the others'."""
    rows, themes = [], []
    for value in (bad, *others):
        for i in range(per):
            rows.append({f"segment:{field}": value, **more})
            themes.append("t1" if i < per * (share if value == bad else 0.05) else "t2")
    return rows, themes


def test_a_theme_of_one_version_is_singled_out():
    """Half of version 4.2 crashes and a twentieth of the others: that is found, and nothing else."""
    found = compare_page(scope_of(*crashing())).segments
    crash = [f for f in found if f.theme_id == "t1"]
    assert [(f.value, f.authors, f.of, f.significant) for f in crash] == [("4.2", 30, 60, True)]
    assert all(f.difference.low > 0 and f.p_value < 0.01 for f in found)


def test_any_mapped_field_is_compared():
    """A tier, a country or a shift is a group of people as much as a version."""
    found = compare_page(scope_of(*crashing("tier", bad="gold"))).segments
    assert ("tier", "gold", "t1") in {(f.segment, f.value, f.theme_id) for f in found}


def test_equal_versions_give_no_finding():
    """Where every version raises a theme alike there is nothing to say."""
    rows = [{"segment:version": f"4.{i % 3}"} for i in range(180)]
    assert compare_page(scope_of(rows, ["t1" if (i // 3) % 2 else "t2" for i in range(180)])).segments == ()


def test_a_version_is_also_a_time():
    """Crashes came in one week only, in which most wrote on 4.2: the note says that the time is behind it."""
    rows, themes = [], []
    for week, versions in ((0, ["4.1"] * 90 + ["4.2"] * 30), (1, ["4.1"] * 30 + ["4.2"] * 90)):
        for i, version in enumerate(versions):
            rows.append({"segment:version": version, "occurred_at": MONDAY + timedelta(weeks=week, minutes=i)})
            themes.append("t1" if i % 20 < (10 if week else 1) else "t2")
    (found,) = [f for f in compare_page(scope_of(rows, themes)).segments if f.theme_id == "t1"]
    assert found.value == "4.2"
    assert any(note.startswith("Within the same weeks") and "goes with the time" in note for note in found.notes)


def test_a_version_that_nobody_else_wrote_beside_cannot_be_told_from_its_weeks():
    """Each version has its own week: that is said."""
    rows, themes = crashing()
    for i, row in enumerate(rows):
        row["occurred_at"] = MONDAY + timedelta(weeks=i // 60, minutes=i)
    (found, *_) = compare_page(scope_of(rows, themes)).segments
    assert "Too few of the others wrote in the same weeks: it cannot be told from the time." in found.notes


def test_a_channel_is_also_a_kind_of_customer():
    """Whoever writes by mail is mostly from one country, and it is that country's people who crash."""
    rows, themes = [], []
    for channel, countries in (("mail", ["IE"] * 100 + ["UK"] * 50), ("chat", ["IE"] * 50 + ["UK"] * 250)):
        for i, country in enumerate(countries):
            rows.append({"segment:channel": channel, "segment:country": country})
            themes.append("t1" if country == "IE" and i % 2 else "t2")
    found = {(f.segment, f.value): f for f in compare_page(scope_of(rows, themes)).segments if f.theme_id == "t1"}
    assert "Among people alike in country the difference is" in found["channel", "mail"].notes[0]
    assert "has more of country IE (67% against 17%)" in found["channel", "mail"].notes[0]
    assert found["country", "IE"].notes == ()


def test_two_names_of_one_group_are_told_once():
    """Where platform and shop part people alike, one is told and the other named in a note."""
    rows, themes = crashing("platform", bad="iOS", others=("Android",))
    rows = [{**row, "segment:shop": "store " + row["segment:platform"]} for row in rows]
    found = [f for f in compare_page(scope_of(rows, themes)).segments if f.theme_id == "t1"]
    assert [(f.segment, f.notes[0]) for f in found] == [("platform", "Nearly the same people: shop store iOS.")]


def test_what_a_category_is_about_is_told_last_and_as_expected():
    """That deliveries raise the theme of deliveries is surer than anything else, and no news."""
    rows, themes = crashing("category", bad="login", share=0.9)
    rows = [{**row, "segment:tier": "gold" if i % 10 < (7 if t == "t1" else 3) else "plain"} for i, (row, t) in
            enumerate(zip(rows, themes, strict=True))]  # fmt: skip
    found = compare_page(scope_of(rows, themes)).segments
    order = [f.segment for f in found]
    assert order.index("tier") < order.index("category")
    assert all("is expected" in f.notes[0] for f in found if f.segment == "category")


def test_questions_agents_and_free_text_are_never_compared():
    """One answers two questions; agents are told of elsewhere; of ids and free text every value is its own."""
    rows, _ = crashing("agent")
    rows = [
        {**r, "segment:question": f"q{i % 2}", "segment:order": f"o{i}", "segment:tier": "a"}
        for i, r in enumerate(rows)
    ]
    assert compared_fields(feedback_frame(rows)) == (["tier"], ["order"])


@pytest.mark.parametrize(
    "field", ["supervisor", "Account manager", "rep", "csr_name", "handledBy", "assigned_to", "case owner", "Agent ID"]
)
def test_people_who_serve_are_never_compared(field):
    """Whatever the field of their names is called; their teams are, and so is a field that only sounds like one."""
    rows, _ = crashing("agent")
    rows = [{**r, f"segment:{field}": f"p{i % 2}", f"segment:{field} team": "a"} for i, r in enumerate(rows)]
    assert compared_fields(feedback_frame(rows)) == ([f"{field} team"], [])
    assert not any(names_person(other) for other in ("owner type", "product", "report", "representation", "version"))


def test_a_field_that_is_not_compared_is_named():
    """Whether a difference stands on the page or not, its reader is told what was left out."""
    for crash in (0.5, 0.05):
        rows, themes = crashing(share=crash)
        rows = [{**row, "segment:order": f"o{i}"} for i, row in enumerate(rows)]
        feedback = feedback_frame(rows)
        labels = ["negative" if theme == "t1" else "positive" for theme in themes]
        frames = (clause_frame(feedback, themes, labels), comment_frame(feedback, labels), THEMES)
        found = find_everything(feedback, *frames, Span(MONTH, None))
        reasons = {entry.section: entry.reason for entry in found.absent}
        assert "Not compared, since hardly any value is common: order." in reasons["segments"]
        assert bool(found.segments) == (crash == 0.5)
        assert reasons["segment_scores"] == "The feedback carries no scores."


def test_whoever_wrote_on_two_versions_is_among_the_others_of_neither():
    """The counts are those of a loop over people."""
    draw = np.random.default_rng(5)
    rows = [
        {"author": f"a{draw.integers(60)}", "segment:version": str(draw.choice(["1", "2", "3"], p=[0.7, 0.2, 0.1]))}
        for _ in range(150)
    ]
    themes = [str(draw.choice(["t1", "t2"])) for _ in rows]
    scope = scope_of(rows, themes)
    counts = count_by_value(coded(scope.feedback, scope.mentions), "version")
    table = pd.DataFrame(rows).assign(theme=themes)
    for v, value in enumerate(counts.values):
        mine = table[table["segment:version"] == value]
        others = table[~table["author"].isin(mine["author"])]
        assert (counts.n[v], counts.other_n[v]) == (mine["author"].nunique(), others["author"].nunique())
        for t, theme in enumerate(counts.themes):
            assert counts.hits[v, t] == mine.loc[mine["theme"] == theme, "author"].nunique()
            assert counts.other_hits[v, t] == others.loc[others["theme"] == theme, "author"].nunique()


def test_a_score_that_differs_is_told_with_its_interval():
    """One channel gives two stars where the others give four."""
    rows = [
        stars(2 + i % 2 if channel == "mail" else 4 + i % 2, **{"segment:channel": channel})
        for channel in ("mail", "chat", "phone")
        for i in range(40)
    ]
    found = compare_page(scope_of(rows, ["t2"] * 120)).segment_scores
    assert (found[0].value, found[0].n, found[0].score.value, found[0].elsewhere) == ("mail", 40, 2.5, 4.5)
    assert found[0].difference.low < -2 < found[0].difference.high < 0 and found[0].significant


def test_ten_answers_of_one_customer_are_no_ten_customers():
    """The same scores are told where forty people give them, and not where four do."""
    rows = [
        stars(1 + (i % 4 if channel == "mail" else i % 5), author=f"{channel}{i}", **{"segment:channel": channel})
        for channel in ("mail", "chat")
        for i in range(200)
    ]
    assert compare_page(scope_of(rows, ["t2"] * 400)).segment_scores != ()
    few = [{**row, "author": row["author"][:4] + str(i % 6)} for i, row in enumerate(rows)]
    assert compare_page(scope_of(few, ["t2"] * 400)).segment_scores == ()


def test_what_holds_must_hold_among_its_own_kind():
    """Categories that differ as a matter of course do not let a country through that chance explains."""
    rows, themes = crashing("category", per=200, others=tuple(f"c{i}" for i in range(8)), share=0.9)
    draw = np.random.default_rng(1)
    rows = [{**row, "segment:country": str(draw.choice([f"l{i}" for i in range(20)]))} for row in rows]
    scope = scope_of(rows, themes)
    category, country = compare_segments(scope).by_field
    together = holding(np.concatenate([category, country]), 0.1)
    assert together[len(category) :].any() and not holding(country, 0.1).any()
    assert {f.segment for f in compare_page(scope).segments} == {"category"}


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [{"author": "a", "segment:tier": "gold", "score": 5.0}] * 60,
        [stars(5, **{"segment:tier": f"t{i % 2}"}) for i in range(80)],
        [{"text": "", "segment:tier": f"t{i % 2}"} for i in range(80)],
        [{"occurred_at": None, "segment:tier": f"t{i % 2}"} for i in range(80)],
        [{"segment:tier": None} for i in range(80)],
    ],
    ids=["nothing", "one author", "equal scores", "no texts", "no dates", "an empty segment"],
)
def test_where_nothing_can_be_compared_nothing_is_told(rows):
    """No figure, no NaN and no crash."""
    period = Period("all", None, None, "all")
    if not rows:
        scope = scope_of([stars(1)], ["t1"], period=Period("later", MONDAY + timedelta(weeks=8), None, "week"))
        scope = open_scope(scope.feedback.iloc[:0], scope.mentions.iloc[:0], THEMES, Span(period, None))
    else:
        scope = scope_of(rows, ["t1"] * len(rows), period=period)
    page = compare_page(scope)
    assert (page.segments, page.segment_scores, page.releases) == ((), (), ())


def test_trends_count_each_author_once_and_split_by_version():
    """Ten comments of one author in a version are one."""
    rows = [{"author": "a", "segment:version": "4.2"}] * 10 + [{"segment:version": "4.1"}] * 8
    (trend,) = theme_trends(scope_of(rows, ["t1"] * 18))
    assert trend.authors == 9
    assert trend.by_segment == {"4.1": 8, "4.2": 1}
