"""[themes] of groundswell.toml: how comments are grouped, the themes that a user names, and who may name the others."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

from groundswell.settings_table import Share, Table, as_list, is_loopback

__all__ = ["FEW_EXAMPLES", "GuidedSettings", "JourneyStage", "NamingSettings", "ThemeSettings"]

JourneyStage = Literal["discover", "buy", "onboard", "use", "pay", "get help", "leave"]
FEW_EXAMPLES = 3  # fewer find much less of a theme (docs/decisions.md)
LONGEST_NAME = 60


# ------------------------------------------------------------------------------------------------------ guided themes


def _name(name: str) -> str:
    name = " ".join(name.split())
    if not any(character.isalnum() for character in name):
        raise ValueError("a name with letters is wanted")
    if len(name) > LONGEST_NAME:
        raise ValueError(f"a name of at most {LONGEST_NAME} characters is wanted; it has {len(name)}")
    return name


def _example(text: str) -> str:
    text = " ".join(text.split())
    if not any(character.isalpha() for character in text):
        raise ValueError("an example in words, as a customer would write it, is wanted")
    return text


Name = Annotated[str, AfterValidator(_name)]
Example = Annotated[str, AfterValidator(_example)]


class GuidedSettings(Table):
    """`[[themes.guided]]`: a theme that the user names and describes by what customers write about it."""

    name: Name = Field(description="what the theme is called", examples=["Delivery"])
    examples: Annotated[tuple[Example, ...], BeforeValidator(as_list), Field(min_length=1)] = Field(
        description="what customers write about it, as clauses of their own; one at least, better three to five",
        examples=[["where is my parcel", "it arrived two weeks late", "the courier never came"]],
    )
    parent: Name | None = Field(
        default=None, description="the name of the guided theme that it is a part of", examples=["Orders"]
    )
    owner: str | None = Field(default=None, min_length=1, description="who takes care of it", examples=["logistics"])
    journey_stage: JourneyStage | None = Field(
        default=None,
        description="where the customer is: discover, buy, onboard, use, pay, get help or leave; else it is worked out",
        examples=["use"],
    )


def _guided(themes: tuple[GuidedSettings, ...]) -> tuple[GuidedSettings, ...]:
    """The themes, with parents spelled as their own names; ValueError for doubles and for parents that are none."""
    entries: dict[str, int] = {}
    for entry, theme in enumerate(themes, 1):
        first = entries.setdefault(theme.name.casefold(), entry)
        if first != entry:
            raise ValueError(
                f"entries {first} and {entry} are both called {theme.name!r}; give one another name, or put the "
                "examples of both into one"
            )
    _check_parents(themes)
    _check_examples(themes)
    spelled = {theme.name.casefold(): theme.name for theme in themes}
    return tuple(
        theme if theme.parent is None else theme.model_copy(update={"parent": spelled[theme.parent.casefold()]})
        for theme in themes
    )


def _check_parents(themes: Sequence[GuidedSettings]) -> None:
    by_name = {theme.name.casefold(): theme for theme in themes}
    for entry, theme in enumerate(themes, 1):
        if theme.parent is None:
            continue
        start = f"entry {entry} ({theme.name!r}): "
        parent = by_name.get(theme.parent.casefold())
        if parent is None:
            near = get_close_matches(theme.parent.casefold(), by_name, n=1)
            hint = f"did you mean {by_name[near[0]].name!r}?" if near else "add it as an entry of its own"
            raise ValueError(f"{start}its parent {theme.parent!r} is no guided theme; {hint}")
        if parent is theme:
            raise ValueError(f"{start}it is its own parent; leave `parent` out")
        if parent.parent is not None:
            raise ValueError(
                f"{start}its parent {parent.name!r} is itself a part of {parent.parent!r}; there are two levels: "
                f"name {parent.parent!r} as parent, or none"
            )


def _check_examples(themes: Sequence[GuidedSettings]) -> None:
    owners: dict[str, str] = {}
    for theme in themes:
        for example in theme.examples:
            other = owners.setdefault(example.casefold(), theme.name)
            if other != theme.name:
                raise ValueError(f"{example!r} is an example of both {other!r} and {theme.name!r}; leave one out")


# ---------------------------------------------------------------------------------------------------- names by a model


def _endpoint(url: str) -> str:
    """The URL without a slash at its end. ValueError for what could carry a secret, or go out unencrypted."""
    wanted = "the endpoint's URL is wanted, as https://HOST/v1"
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:  # whose words hold what was found
        raise ValueError(wanted) from None
    if parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"[\s\x00-\x1f]", url):
        raise ValueError(wanted)
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("a URL without user, password, query or fragment is wanted; the key has its own variable")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise ValueError("https is wanted; http only for this machine itself (127.0.0.1, localhost)")
    return url.rstrip("/")


class NamingSettings(Table):
    """`[themes.naming]`: an OpenAI-compatible endpoint that may propose names; off unless url and model are set."""

    url: Annotated[str, AfterValidator(_endpoint)] | None = Field(
        default=None,
        description="an OpenAI-compatible endpoint; https, or http on this machine itself; without it nothing is asked",
        examples=["http://127.0.0.1:11434/v1"],
        json_schema_extra={"secret": True},  # a wrong one may hold a password
    )
    model: str | None = Field(
        default=None, min_length=1, description="the model's name as the endpoint knows it", examples=["llama3.1"]
    )
    timeout: float = Field(default=20.0, gt=0, le=600, description="seconds that one answer may take", examples=[20.0])
    key: SecretStr | None = Field(
        default=None,
        description="the endpoint's key; in the environment alone, never in the file",
        examples=["THE-KEY"],
        json_schema_extra={"secret": True, "environment": True},
    )


def _complete(naming: NamingSettings) -> NamingSettings:
    if (naming.url is None) != (naming.model is None):
        has, lacks = ("model", "url") if naming.url is None else ("url", "model")
        raise ValueError(f"{has} is set and {lacks} is not; set both, or neither to leave names as they are")
    return naming


# ------------------------------------------------------------------------------------------------------------- themes


class ThemeSettings(Table):
    """`[themes]`: how comments are grouped; what each value was measured on stands in docs/decisions.md."""

    neighbours: int = Field(default=50, ge=2, description="nearest clauses by meaning that are compared", examples=[50])
    word_weight: Share = Field(default=0.25, description="of shared words against meaning", examples=[0.25])
    graph_neighbours: int = Field(
        default=15, ge=2, description="neighbours in the graph that is grouped", examples=[15]
    )
    consensus_neighbours: int = Field(
        default=30, ge=2, description="neighbours in the consensus of runs", examples=[30]
    )
    run_neighbours: int = Field(default=10, ge=2, description="neighbours in each run of the consensus", examples=[10])
    runs: int = Field(default=300, ge=5, description="runs of the consensus at most", examples=[300])
    cohesion: Share = Field(default=0.78, description="mean likeness within a theme that is aimed at", examples=[0.78])
    ceiling: int = Field(default=100, ge=1, description="themes at most", examples=[100])
    texts_per_theme: int = Field(default=15, ge=1, description="one theme at most for so many texts", examples=[15])
    loose_themes: float = Field(
        default=0.75,
        gt=0,
        description="themes for loose feedback, times the root of its number of texts",
        examples=[0.75],
    )
    min_size: int = Field(default=4, ge=1, description="different texts that make a theme", examples=[4])
    min_share: Share = Field(default=0.0008, description="share of all texts that makes a theme", examples=[0.0008])
    min_likeness: Share = Field(
        default=0.43, description="of a text to the three most similar ones, to have a theme", examples=[0.43]
    )
    max_unlike: Share = Field(
        default=0.10, description="share of texts that may be left out for being like no other", examples=[0.10]
    )
    min_cohesion: Share = Field(default=0.40, description="looser themes are dissolved", examples=[0.40])
    min_similarity: Share = Field(
        default=0.35, description="of a text that joins by its neighbours' vote", examples=[0.35]
    )
    join_similarity: Share = Field(default=0.45, description="of a text that joins a theme later", examples=[0.45])
    double_meaning: Share = Field(default=0.87, description="likeness of two themes' meaning and", examples=[0.87])
    double_runs: Share = Field(
        default=0.55, description="share of the runs that had them together, from which they are one", examples=[0.55]
    )
    min_texts: int = Field(default=50, ge=2, description="fewer different texts are not grouped", examples=[50])
    voters: int = Field(
        default=10, ge=1, description="nearest grouped texts that decide for a text beyond the limit", examples=[10]
    )
    fit_limit: int = Field(
        default=18_000, ge=100, description="texts up to which all are grouped; of more,", examples=[18_000]
    )
    fit_sample: int = Field(default=10_000, ge=100, description="so many are, and the rest joins", examples=[10_000])
    sub_theme_from: int = Field(default=120, ge=1, description="texts of a theme with sub-themes", examples=[120])
    sub_theme_size: int = Field(default=25, ge=1, description="texts that make a sub-theme", examples=[25])
    sub_theme_resolution: float = Field(default=0.5, gt=0, description="higher: more sub-themes", examples=[0.5])
    seed: int = Field(default=7, ge=0, description="another seed, slightly other themes", examples=[7])
    auto: bool = Field(
        default=True,
        description="whether a theme that comes up is counted at once; else only when somebody accepts it",
        examples=[True],
    )
    guided: Annotated[tuple[GuidedSettings, ...], AfterValidator(_guided)] = Field(
        default=(), description="themes that you name and describe by examples; the rest is discovered"
    )
    naming: Annotated[NamingSettings, AfterValidator(_complete)] = Field(
        default=NamingSettings(), description="an endpoint that may propose names; off unless set"
    )

    def grouping(self) -> dict[str, Any]:
        """The values that the grouping takes: all but the guided themes, the endpoint and who decides."""
        return self.model_dump(exclude={"auto", "guided", "naming"})
