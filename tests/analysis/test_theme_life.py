"""Themes from one analysis to the next, on made-up streams: what they keep, what they take in, what opens."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from registries_for_tests import edited
from streams_for_tests import START, WORDS, Stream

from analysis.themes.clusters import ThemeSettings
from analysis.themes.draft import KnownThemes
from analysis.themes.frames import mention_columns, theme_frame, without_undecided
from analysis.themes.guided import GuidedTheme
from analysis.themes.life import Moment, ThemeUpdate, propose_refit, update_themes
from analysis.themes.names import Namer
from analysis.themes.texts import distinct_texts
from groundswell.frames import MEMBERS, THEMES, empty_frame
from groundswell.registry import NewEvent, Registry, fold, number_events
from groundswell.registry_edits import merge, own, reject, retire

BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
SETTINGS = ThemeSettings(texts_per_theme=8)


def embed(texts) -> np.ndarray:
    """Vectors of phrases: the centre of the subject that they name, else one of their own."""
    centres = Stream.of([1] * len(WORDS), noise=0.0).vectors
    rows = []
    for text in texts:
        named = [i for i, words in enumerate(WORDS) if set(words.split()) & set(text.lower().split())]
        rows.append(centres[named].mean(axis=0) if named else np.eye(centres.shape[1])[len(text) % centres.shape[1]])
    return np.array(rows, dtype=np.float32)


@dataclass
class Life:
    """A registry with its members, as a store would keep them."""

    registry: Registry = field(default_factory=lambda: fold([]))
    members: pd.DataFrame = field(default_factory=lambda: empty_frame(MEMBERS))
    centroids: dict[str, bytes] = field(default_factory=dict)

    @property
    def known(self) -> KnownThemes:
        """What an analysis is given."""
        return KnownThemes(self.registry, self.members, self.centroids)

    def analyse(self, stream: Stream, weeks: int | None, guided=(), copies=None, settings=SETTINGS) -> ThemeUpdate:
        """The analysis of a period that ends so many weeks after the start (None: undated), kept like a store does."""
        texts = texts_of(stream, copies)
        update = update_themes(self.known, texts, moment(weeks), settings, Namer((), embed), guided)
        self.keep(update)
        return update

    def keep(self, update: ThemeUpdate) -> None:
        """Append what the update says."""
        change = update.change
        if change is None:
            return
        batch = NewEvent(change.kind, payload=change.payload)
        events = number_events(
            self.registry, [batch, *change.events], actor="groundswell", at=change.at, as_of=change.as_of
        )
        fits = [(events[0].event_id, fit) for fit in change.fits]
        self.registry = self.registry.after(events, fits)
        rows = change.members.assign(since=pd.NaT)
        kept = self.members[~self.members["key"].isin(rows["key"])]
        self.members = pd.concat([kept.astype(object), rows.astype(object)]).dropna(subset=["theme_id"])
        self.centroids |= {fit.theme_id: fit.centroid for fit in change.fits if fit.centroid is not None}

    def tops(self, status: str | None = None) -> dict[str, str]:
        """Open top themes, id -> label."""
        themes = [theme for theme in self.registry.open_themes() if theme.is_top]
        return {theme.theme_id: theme.label for theme in themes if status in (None, theme.status)}


def texts_of(stream: Stream, copies=None):
    """The stream as distinct texts."""
    written = pd.Series(pd.to_datetime(stream.days), dtype="datetime64[ns]").dt.tz_localize("UTC")
    authors = [f"a{row}" for row in range(len(stream.texts))]
    return distinct_texts(stream.texts, stream.texts, stream.vectors, authors, written, copies)


def moment(weeks: int | None, auto: bool = True) -> Moment:
    """The end of a period so many weeks after the start."""
    return Moment(None if weeks is None else BEGIN + timedelta(weeks=weeks), BEGIN + timedelta(weeks=400), auto)


def joined(*streams: Stream) -> Stream:
    """Streams one after another."""
    return Stream(
        [text for stream in streams for text in stream.texts],
        np.vstack([stream.vectors for stream in streams]),
        np.concatenate([stream.subject for stream in streams]),
        np.concatenate([stream.days for stream in streams]),
    )


def later(counts: list[int], weeks: tuple[int, int], seed: int = 2, noise: float = 0.1) -> Stream:
    """Texts written between two weeks after the start."""
    stream = Stream.of(counts, seed=seed, start=1000 * seed, noise=noise)
    days = np.random.default_rng(seed).integers(7 * weeks[0], 7 * weeks[1], len(stream.texts))
    return replace(stream, days=START + days)


FIRST = Stream.of([30, 30, 30, 30])


@pytest.fixture(scope="module")
def analysed() -> Life:
    """Four subjects, analysed after twelve weeks: to be copied."""
    life = Life()
    life.analyse(FIRST, 12)
    return life


@pytest.fixture
def life(analysed: Life) -> Life:
    """Such a life of a test's own."""
    return replace(analysed, members=analysed.members.copy(), centroids=dict(analysed.centroids))


def test_the_first_analysis_opens_a_theme_for_each_subject(life):
    """Each subject is one theme with a label of its own, its texts its members; the batch says what it was made of."""
    assert len(life.tops()) == 4 and len(set(life.tops().values())) == 4
    assert len(life.members) == len(FIRST.texts)
    fit = life.registry.events[0]
    assert fit.kind == "fit" and fit.payload["texts"] == 120 and fit.payload["themes"] == 4
    assert all(theme.opened == BEGIN + timedelta(weeks=12) for theme in life.registry.open_themes())


def test_the_same_feedback_again_changes_nothing(life):
    """An analysis of the rows that the last one read has nothing to tell the registry."""
    assert life.analyse(FIRST, 12).change is None
    assert life.analyse(FIRST, 13).change is None


def test_new_texts_join_and_nobody_else_moves(life):
    """Texts on known subjects get their themes; only they are told to the registry, and no theme is opened."""
    before = dict(zip(life.members["key"], life.members["theme_id"], strict=True))
    new = later([8, 8, 8, 8], (12, 13))
    update = life.analyse(joined(FIRST, new), 13)
    assert update.change.kind == "assign" and not update.change.events
    assert len(update.change.members) >= 30  # a loose one may wait
    after = dict(zip(life.members["key"], life.members["theme_id"], strict=True))
    assert {key: after[key] for key in before} == before
    tops = update.draft.top[update.draft.texts.place]
    for subject in range(4):
        of_subject = {tops[i] for i in np.flatnonzero(joined(FIRST, new).subject == subject)}
        assert len(of_subject - {None}) == 1


def test_what_came_since_may_take_a_member_over(life):
    """A text in the wrong theme goes over to that of its like when new texts are placed, and the reader is told; as
    long as nothing came it stays."""
    key, right = life.members["key"].iloc[0], life.members["theme_id"].iloc[0]
    wrong = next(theme for theme in sorted(life.tops()) if theme != right)
    life.members.loc[life.members.index[0], ["theme_id", "sub_theme_id"]] = [wrong, None]
    assert life.analyse(FIRST, 12).change is None
    update = life.analyse(joined(FIRST, later([6, 6, 6, 6], (12, 13))), 13)
    assert life.members.set_index("key")["theme_id"][key] == right
    assert [note for note in update.notes if "what came since" in note][0].startswith("1 of 120 different clauses ")


def test_the_same_period_again_moves_nobody_even_if_a_text_that_waited_finds_a_place(life):
    """An analysis made again because somebody renamed a theme may place what waited; members stay where they are."""
    both = joined(FIRST, later([6, 6, 6, 6], (12, 13)))
    life.analyse(both, 13)
    members = life.members.reset_index(drop=True)
    right, key, waited = members["theme_id"][0], members["key"][0], members["key"].iloc[-1]
    wrong = next(theme for theme in sorted(life.tops()) if theme != right)
    members.loc[0, ["theme_id", "sub_theme_id"]] = [wrong, None]
    life.members = members.iloc[:-1]
    life.analyse(both, 13)
    places = life.members.set_index("key")["theme_id"]
    assert waited in places.index and places[key] == wrong


def test_a_new_subject_opens_a_theme_that_is_new_until_it_is_old(life):
    """A subject that nobody raised before opens a theme, undecided for eight weeks; it then counts as accepted."""
    old, new = later([6, 6, 6, 6], (12, 14)), later([0, 0, 0, 0, 25], (12, 14), seed=3)
    everything = joined(FIRST, old, new)
    life.analyse(everything, 14)
    [theme_id] = life.tops("new")
    assert life.registry.themes[theme_id].origin == "emerged"
    held = life.members[life.members["theme_id"] == theme_id]
    assert len(held) >= 20
    life.analyse(everything, 21)
    assert life.tops("new") and life.analyse(everything, 22).change.events[0].kind == "accept"
    assert not life.tops("new") and theme_id in life.tops()


def test_where_a_person_is_to_decide_nothing_is_accepted_by_time(life):
    """Without `auto` a new theme stays undecided however long nobody looks."""
    new = joined(FIRST, later([6, 6, 6, 6], (12, 14)), later([0, 0, 0, 0, 25], (12, 14), seed=3))
    life.analyse(new, 14)
    update = update_themes(life.known, texts_of(new), moment(40, auto=False), SETTINGS, Namer((), embed))
    assert life.tops("new") and (update.change is None or not update.change.events)


def test_one_customer_opens_no_theme(life):
    """A subject that one person writes of in two dozen sentences is no theme, whatever they say."""
    everything = joined(FIRST, later([6, 6, 6, 6], (12, 14)), later([0, 0, 0, 0, 25], (12, 14), seed=3))
    texts = texts_of(everything)
    loud = replace(
        texts,
        authors=[
            "mallory" if WORDS[4] in text else name for text, name in zip(texts.texts, texts.authors, strict=True)
        ],
    )
    assert len(update_themes(life.known, loud, moment(14), SETTINGS, Namer((), embed)).draft.tops()) == 4
    assert len(update_themes(life.known, texts, moment(14), SETTINGS, Namer((), embed)).draft.tops()) == 5


def test_a_rejected_theme_does_not_come_up_again(life):
    """What a person rejected is remembered: its clauses stay without a theme, week after week."""
    everything = joined(FIRST, later([6, 6, 6, 6], (12, 14)), later([0, 0, 0, 0, 25], (12, 14), seed=3))
    life.analyse(everything, 14)
    [theme_id] = life.tops("new")
    life.registry = edited(life.registry, reject(life.registry, theme_id))
    more = joined(everything, later([0, 0, 0, 0, 12], (14, 15), seed=4))
    life.analyse(more, 15)
    assert not life.tops("new") and len(life.tops()) == 4


def test_a_merge_moves_no_row_and_counts_at_once(life):
    """The texts of a merged theme are the target's in the next analysis, which has nothing to write."""
    first, second, *_ = sorted(life.tops())
    life.registry = edited(life.registry, merge(life.registry, first, second))
    update = life.analyse(FIRST, 12)
    assert update.change is None
    assert (update.draft.top == second).sum() == 60 and first not in set(update.draft.top)


def test_clauses_of_a_retired_theme_wait(life):
    """A retired theme takes nothing any more, and is not found again under another id."""
    theme_id = sorted(life.tops())[0]
    life.registry = edited(life.registry, retire(life.registry, theme_id))
    update = life.analyse(joined(FIRST, later([8, 8, 8, 8], (12, 13))), 13)
    assert theme_id not in set(update.draft.top) and len(life.tops()) == 3


def test_an_earlier_period_opens_nothing(life):
    """A period before the last one that was analysed gets the themes that are known, and none of its own."""
    early = later([4, 4, 4, 4, 25], (6, 8), seed=5)
    update = life.analyse(joined(FIRST, early), 8)
    assert update.change.kind == "assign" and not update.change.events
    assert len(life.tops()) == 4


def test_guided_themes_take_their_clauses_first():
    """A theme that the settings name has its id from its name, its examples' clauses, and the owner they say."""
    life, guided = Life(), (GuidedTheme("Fees", ("monthly fee", "the monthly fee again"), owner="billing"),)
    update = life.analyse(FIRST, 12, guided)
    theme = life.registry.themes[guided[0].theme_id]
    assert (theme.label, theme.owner, theme.origin) == ("Fees", "billing", "guided")
    assert set(np.flatnonzero(update.draft.top == theme.theme_id)) == {
        i for i, text in enumerate(update.draft.texts.texts) if text.startswith("monthly fee")
    }
    assert len(life.tops()) == 4


def test_a_guided_theme_named_later_takes_its_clauses_over(life):
    """Named after the first fit, it takes what is like its examples out of the theme that held it."""
    guided = (GuidedTheme("Fees", ("monthly fee", "the monthly fee again")),)
    update = life.analyse(FIRST, 13, guided)
    held = {
        text for text, top in zip(update.draft.texts.texts, update.draft.top, strict=True) if top == guided[0].theme_id
    }
    assert len(held) >= 28 and all(text.startswith("monthly fee") for text in held)


def test_a_named_theme_that_was_merged_or_retired_stays_so(life):
    """Merged, its clauses go where it went; retired, nowhere; a part of a retired one stands by itself, and says so."""
    fees = GuidedTheme("Fees", ("monthly fee", "the monthly fee again"))
    life.analyse(FIRST, 13, (fees,))
    other = next(theme for theme in life.tops() if theme != fees.theme_id)
    life.registry = edited(life.registry, merge(life.registry, fees.theme_id, other))
    more = joined(FIRST, later([0, 8], (13, 14)))
    update = life.analyse(more, 14, (fees,))
    assert fees.theme_id not in set(update.draft.top) and (update.draft.top == other).sum() >= 60
    life.registry = edited(life.registry, retire(life.registry, other))
    part = GuidedTheme("High fees", ("monthly fee no9",), parent="fees")
    update = life.analyse(more, 15, (fees, part))
    assert "its parent 'fees' was retired" in " ".join(update.notes)
    assert life.registry.themes[part.theme_id].is_top


def test_a_named_theme_follows_the_settings_until_a_person_decides(life):
    """Owner and stage are those of the settings, whatever the name's case; what somebody decided by hand stays."""
    examples = ("monthly fee", "the monthly fee again")
    life.analyse(FIRST, 13, (GuidedTheme("Fees", examples, owner="billing"),))
    again = GuidedTheme("fees", examples, owner="finance", journey_stage="leave")
    assert [event.kind for event in life.analyse(FIRST, 14, (again,)).change.events] == ["own", "stage"]
    theme = life.registry.themes[again.theme_id]
    assert (theme.label, theme.owner, theme.journey_stage) == ("Fees", "finance", "leave")
    life.registry = edited(life.registry, own(life.registry, theme.theme_id, "ann"))
    assert life.analyse(FIRST, 15, (again,)).change is None
    assert life.registry.themes[again.theme_id].owner == "ann"


def test_a_theme_that_the_settings_no_longer_name_goes_on_and_is_told(life):
    """Taken out of the settings it stays a theme with its clauses; a note says so."""
    life.analyse(FIRST, 13, (GuidedTheme("Fees", ("monthly fee", "the monthly fee again")),))
    update = life.analyse(FIRST, 14)
    assert "“Fees”" in update.notes[0] and "goes on as a theme" in update.notes[0]
    assert "Fees" in life.tops().values()


def test_a_part_that_a_person_took_out_does_not_come_back(life):
    """Once a sub-theme is retired, its theme is not cut again, and its other part takes in only what is like it."""
    settings = replace(SETTINGS, sub_theme_from=40, sub_theme_size=10)
    parent, other, *_ = life.tops()
    life.registry = edited(life.registry, merge(life.registry, other, parent))
    update = life.analyse(FIRST, 13, settings=settings)
    gone, part = (theme.theme_id for theme in life.registry.sub_themes(parent))
    held = np.flatnonzero(update.draft.sub == gone)
    assert len(held) == 30 and (update.draft.sub == part).sum() == 30
    life.registry = edited(life.registry, retire(life.registry, gone))
    update = life.analyse(FIRST, 14, settings=settings)
    assert all(update.draft.top[held] == parent) and sum(sub is None for sub in update.draft.sub[held]) >= 28
    life.registry = edited(life.registry, retire(life.registry, part))
    life.analyse(FIRST, 15, settings=settings)
    assert not life.registry.sub_themes(parent)


def test_a_refit_does_not_bring_back_what_a_person_refused(life):
    """A group that is the retired theme again is not opened; its clauses wait."""
    theme_id = sorted(life.tops())[0]
    life.registry = edited(life.registry, retire(life.registry, theme_id))
    regrouped, update = propose_refit(life.known, texts_of(FIRST), moment(13), SETTINGS, Namer((), embed))
    assert not regrouped.opened and theme_id not in set(update.draft.top)
    assert sum(top is None for top in update.draft.top) >= 25


def test_copies_join_a_theme_and_make_none(life):
    """A text that only copies hold gets a theme and no row of its own; many of them open nothing."""
    copies = later([2, 0, 0, 0, 40], (12, 14), seed=6)
    everything = joined(FIRST, copies)
    update = life.analyse(everything, 14, copies=np.arange(len(everything.texts)) >= len(FIRST.texts))
    assert update.change is None and len(life.tops()) == 4
    tops = update.draft.top[update.draft.texts.place]
    assert all(tops[len(FIRST.texts) : len(FIRST.texts) + 2])


def test_too_few_texts_have_no_themes_but_those_the_user_named():
    """Fewer than fifty texts are not grouped, which is said; a named theme holds what is like its examples."""
    life, few = Life(), Stream.of([6, 6, 6])
    update = life.analyse(few, 12, (GuidedTheme("Fees", ("monthly fee",)),))
    assert update.notes[0].startswith("fewer than 50 different clauses (12)")
    assert update.change.kind == "assign" and list(life.tops().values()) == ["Fees"]
    assert Life().analyse(few, 12).change is None


@pytest.mark.parametrize("texts", [["same"] * 80, [""] * 80])
def test_feedback_that_says_one_thing_or_nothing_has_no_themes(texts):
    """All texts equal, or all empty: no theme, no error."""
    vectors = np.ones((80, 48), dtype=np.float32) / np.sqrt(48)
    stream = Stream(texts, vectors, np.zeros(80, dtype=int), np.repeat(START, 80))
    update = Life().analyse(stream, 12)
    assert update.change is None and update.notes


def test_a_refit_keeps_the_ids_of_what_lives_on(life):
    """Grouped anew on request, the subjects keep their ids; the change says what it is."""
    more = joined(FIRST, later([25, 25, 25, 25], (12, 14)))
    life.analyse(more, 14)
    regrouped, update = propose_refit(life.known, texts_of(more), moment(14), SETTINGS, Namer((), embed))
    assert set(regrouped.same) >= set(life.tops()) - {theme for theme, _ in regrouped.merges}
    assert regrouped.moved <= 0.05
    life.keep(update)
    assert life.registry.events[-1].kind != "assign" and len(life.tops()) >= 4


@pytest.mark.parametrize(("noise", "kind"), [(0.13, "refit"), (0.1, "assign")])
def test_a_thin_first_fit_is_made_anew_once_when_the_feedback_has_doubled(noise, kind):
    """Under forty texts a theme, not as alike as wanted: doubled, everything is grouped anew, and only then. Of tight
    themes more texts would make no other ones, so they stay."""
    life, first = Life(), Stream.of([30, 30, 30, 30], noise=noise)
    life.analyse(first, 12)
    assert life.registry.events[0].payload["short_of_texts"] == (kind == "refit")
    doubled = joined(first, later([30, 30, 30, 30], (12, 14), noise=noise))
    assert life.analyse(doubled, 14).change.kind == kind
    again = joined(doubled, later([60, 60, 60, 60], (14, 16), seed=7, noise=noise))
    assert life.analyse(again, 16).change.kind == "assign"


def test_undated_feedback_is_placed_and_opens_nothing(life):
    """Without a date nothing is new: texts join what they are like."""
    undated = replace(later([5, 5, 5, 5, 20], (12, 13)), days=np.full(40, np.datetime64("NaT", "D")))
    update = life.analyse(joined(FIRST, undated), None)
    assert not [event for event in update.change.events if event.kind == "open"]


def test_frames_hold_every_row_and_every_open_theme(life):
    """Each row has its text's theme; the themes are counted by rows, repeated ones too."""
    update = life.analyse(FIRST, 12)
    stream = joined(FIRST, FIRST)
    texts = texts_of(stream)
    update = update_themes(life.known, texts, moment(12), SETTINGS, Namer((), embed))
    mentions = mention_columns(update.draft, pd.RangeIndex(len(stream.texts)))
    themes = theme_frame(update.draft, mentions)
    assert {name: str(dtype) for name, dtype in themes.dtypes.items()} == THEMES
    assert themes.loc[themes["parent"].isna(), "clauses"].sum() == 240
    assert mentions["theme_id"].notna().all() and (mentions["similarity"] > 0.5).all()


def test_undecided_themes_can_be_left_out(life):
    """Where a person is to decide, clauses of a new theme count as without one, and it is not among the themes."""
    everything = joined(FIRST, later([6, 6, 6, 6], (12, 14)), later([0, 0, 0, 0, 25], (12, 14), seed=3))
    update = life.analyse(everything, 14)
    mentions = mention_columns(update.draft, pd.RangeIndex(len(everything.texts)))
    themes = theme_frame(update.draft, mentions)
    held, decided = without_undecided(mentions, themes)
    assert len(decided) == len(themes) - 1 and held["theme_id"].isna().sum() > mentions["theme_id"].isna().sum()
    assert held.loc[held["theme_id"].isna(), "similarity"].isna().all()


def test_the_same_life_twice_is_the_same():
    """Two registries that saw the same feedback in another order of rows are equal, ids and labels included."""
    lives = []
    for seed in (1, 2):
        life = Life()
        for stream, weeks in ((FIRST, 12), (joined(FIRST, later([8, 8, 8, 8, 25], (12, 14))), 14)):
            order = np.random.default_rng(seed).permutation(len(stream.texts))
            shuffled = Stream(
                [stream.texts[i] for i in order], stream.vectors[order], stream.subject[order], stream.days[order]
            )
            life.analyse(shuffled, weeks)
        lives.append(life)
    first, second = lives
    assert first.registry.themes == second.registry.themes
    assert first.members.sort_values("key").values.tolist() == second.members.sort_values("key").values.tolist()
    assert first.centroids == second.centroids
