"""The settings of a project: groundswell.toml, each key also by an environment variable, all checked before a run.

    settings = load_settings()                     # $GROUNDSWELL_SETTINGS, else ./groundswell.toml
    settings.sources["reviews"].files

Every key, its default and an example stand in docs/settings.md. What is imported here is light: `status` waits for it.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, get_args

from pydantic import AfterValidator, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from groundswell.errors import ConfigError
from groundswell.settings_delivery import (
    Channels,
    ChannelSettings,
    DeliverySettings,
    EscalationSettings,
    OwnerName,
    OwnerSettings,
    check_owners,
    check_sends,
)
from groundswell.settings_mistakes import PREFIX, Origin, mistakes_of, nearest_variable, secrets_in
from groundswell.settings_service import ServiceSettings
from groundswell.settings_statistics import ReleaseSettings, StatisticsSettings, check_releases
from groundswell.settings_tables import (
    Audience,
    AudienceSettings,
    BatchSettings,
    PrivacySettings,
    ScheduleSettings,
    SentimentSettings,
    ServeSettings,
    SourceName,
    SourceSettings,
    ThemeSettings,
    Weekday,
    Zone,
)
from groundswell.settings_testimonials import TestimonialSettings

__all__ = [
    "FILE",
    "AudienceSettings",
    "Settings",
    "SourceSettings",
    "load_settings",
    "mistakes_in",
    "settings_path",
    "unknown_variables",
]

FILE = "groundswell.toml"
_SETTINGS, _STORE, _STORE_FILE = "GROUNDSWELL_SETTINGS", "GROUNDSWELL_STORE", "GROUNDSWELL_STORE_FILE"
# Read by others than the settings: the model's cache, and the test of the pages.
_OTHERS = {_SETTINGS, _STORE_FILE, "GROUNDSWELL_CACHE"}


_HALF_URL = re.compile(r"(postgres(ql)?|sqlite)(\+\w+)?:(?!//)", re.IGNORECASE)


def _store(store: SecretStr) -> SecretStr:
    # Taken for the name of a file it would be shown, with the password in it.
    if _HALF_URL.match(store.get_secret_value()):
        raise ValueError("a file name, or a URL as postgresql://USER@HOST/NAME is wanted")
    return store


def _all_audiences() -> dict[Audience, AudienceSettings]:
    names: tuple[Audience, ...] = get_args(Audience)
    return {name: AudienceSettings() for name in names}


class Settings(BaseSettings):
    """groundswell.toml: the keys of its top level, and its tables. Paths are absolute, once loaded."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="forbid",
        allow_inf_nan=False,
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        env_ignore_empty=True,
        validate_default=True,
    )

    store: Annotated[SecretStr, AfterValidator(_store)] = Field(
        default=SecretStr("groundswell.db"),
        description="a SQLite file, or postgresql://USER@HOST/NAME; a password belongs in the environment, not here",
        examples=["groundswell.db"],
    )
    out: Path = Field(default=Path("out"), description="the folder that digests go to", examples=["out"])
    key_file: Path = Field(
        default=Path("groundswell.key"),
        description="the key of author and content hashes",
        examples=["groundswell.key"],
    )
    timezone: Zone = Field(
        default="UTC", description="zone of periods, schedules and naive times", examples=["Europe/Berlin"]
    )
    week_start: Weekday = Field(
        default="monday", description="the first day of a week: monday to sunday", examples=["monday"]
    )
    sources: dict[SourceName, SourceSettings] = Field(default={}, description="where feedback comes from")
    channels: Channels = Field(default={}, description="ways by which digests and notices are sent")
    delivery: DeliverySettings = Field(default=DeliverySettings(), description="what all channels have in common")
    audiences: dict[Audience, AudienceSettings] = Field(
        default_factory=_all_audiences, description="who gets a digest; all four where none is named"
    )
    owners: dict[OwnerName, OwnerSettings] = Field(default={}, description="where owners of themes hear of them")
    escalations: EscalationSettings = Field(
        default=EscalationSettings(), description="who hears the same day of customers to call back"
    )
    schedule: ScheduleSettings = Field(default=ScheduleSettings(), description="when `groundswell serve` works")
    serve: ServeSettings = Field(default=ServeSettings(), description="the server of `groundswell serve`")
    privacy: PrivacySettings = Field(default=PrivacySettings(), description="what is marked out of texts")
    themes: ThemeSettings = Field(default=ThemeSettings(), description="how comments are grouped")
    sentiment: SentimentSettings = Field(default=SentimentSettings(), description="how the tone of comments is read")
    statistics: StatisticsSettings = Field(
        default=StatisticsSettings(), description="when something counts as news, and what a score is shared out by"
    )
    releases: tuple[ReleaseSettings, ...] = Field(
        default=(), description="what customers got on a day; digests compare before and since"
    )
    service: ServiceSettings = Field(default=ServiceSettings(), description="the service levels of contacts")
    batch: BatchSettings = Field(default=BatchSettings(), description="limits of what a load may bring")
    testimonials: TestimonialSettings = Field(
        default=TestimonialSettings(), description="how customers are asked whether they may be quoted"
    )

    @field_validator("releases")
    @classmethod
    def _releases(cls, releases: tuple[ReleaseSettings, ...], info: ValidationInfo) -> tuple[ReleaseSettings, ...]:
        if "sources" in info.data:  # missing where they are wrong themselves, which is told already
            check_releases(releases, info.data["sources"])
        return releases

    @field_validator("audiences", "owners", "escalations")
    @classmethod
    def _sends(cls, value: Any, info: ValidationInfo) -> Any:
        if "channels" in info.data:
            tables = value if isinstance(value, dict) else {"": value}
            sends = {name: table.send for name, table in tables.items()}
            check_sends(sends, info.data["channels"])
        if info.field_name == "owners":
            check_owners(value)
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment over the file, whose table is given to the constructor."""
        return env_settings, init_settings


def settings_path(path: Path | str | None = None) -> Path:
    """Where the settings are: the path given, else the one named in the environment, else groundswell.toml here."""
    return Path(os.path.expanduser(path or os.environ.get(_SETTINGS) or FILE))  # "~x" stays where nobody is called x


def load_settings(path: Path | str | None = None) -> Settings:
    """The settings of the file and the environment, checked, with absolute paths.

    Raises ConfigError, one line, with the file, the key, what was found and what is wanted.
    """
    place = settings_path(path)
    settings, mistakes = _load(place)
    if settings is None:
        more = len(mistakes) - 1
        others = f" ({more} more: `groundswell check` lists them)" if more else ""
        end = "" if mistakes[0].endswith("?") else "."
        raise ConfigError(f"{mistakes[0]}{end} Nothing was run{others}")
    return settings


def mistakes_in(path: Path | str | None = None) -> list[str]:
    """Every mistake in the settings, a line each, of which `load_settings` raises the first; none where all is well."""
    return _load(settings_path(path))[1]


def unknown_variables(environ: Mapping[str, str]) -> list[tuple[str, str | None]]:
    """Names in the environment that look like ours and mean nothing, each with the nearest right one."""
    ours = sorted(name for name in environ if name.upper().startswith(PREFIX))
    told = ((name, nearest_variable(name.upper(), Settings, _OTHERS)) for name in ours)
    return [(name, near or None) for name, near in told if near != name.upper()]


def _load(place: Path) -> tuple[Settings | None, list[str]]:
    """The settings, or what is wrong with them."""
    try:
        table = _with_secret(_read(place))
    except ConfigError as mistake:
        return None, [str(mistake)]
    if secrets := secrets_in(table, Settings):
        return None, [f"{place.name}: {line}" for line in secrets]
    try:
        settings = Settings(**table)
    except ValidationError as error:
        return None, mistakes_of(error, Settings, Origin(place.name, table, _from_environment()))
    except SettingsError as error:
        return None, [f"the environment: {error}; write lists and tables as JSON"]
    return _with_paths(settings, place.absolute().parent), []


def _read(place: Path) -> dict[str, Any]:
    """The file's table; ConfigError for a file that cannot be read or is no TOML, with line and column."""
    try:
        text = place.read_text("utf-8-sig")  # Windows' editor begins a file with a byte-order mark
    except FileNotFoundError:
        raise ConfigError(
            f"{place}: there are no settings; make them with `groundswell init FILE...`, go to their folder, or name "
            f"them in {_SETTINGS}"
        ) from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{place}: byte {error.start + 1} is not UTF-8; save the file as UTF-8") from None
    except OSError as error:
        raise ConfigError(f"{place}: cannot be read: {(error.strerror or str(error)).lower()}") from None
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        reason = str(error)
        raise ConfigError(f"{place.name}: is no TOML: {reason[:1].lower()}{reason[1:]}") from None


def _with_secret(table: dict[str, Any]) -> dict[str, Any]:
    """The table with the store that the file named in the environment holds, as secrets are mounted."""
    named = os.environ.get(_STORE_FILE)
    if not named:
        return table
    if os.environ.get(_STORE):
        raise ConfigError(f"{_STORE} and {_STORE_FILE} are both set; unset one of them")
    try:
        store = Path(os.path.expanduser(named)).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ConfigError(f"{_STORE_FILE}: {named} cannot be read: {(reason or str(error)).lower()}") from None
    if not store:
        raise ConfigError(f"{_STORE_FILE}: {named} is empty; write the store's URL into it")
    return {**table, "store": store}


def _from_environment() -> dict[str, Any]:
    """What the environment says, as a table: to name the variable that holds a mistake."""
    return EnvSettingsSource(Settings)()


def _with_paths(settings: Settings, folder: Path) -> Settings:
    """The settings with every path absolute: relative ones lie beside the settings file, wherever a command runs."""
    return settings.model_copy(
        update={
            "store": SecretStr(_absolute_store(settings.store.get_secret_value(), folder)),
            "out": folder / os.path.expanduser(settings.out),
            "key_file": folder / os.path.expanduser(settings.key_file),
            "service": _service_with_path(settings.service, folder),
            "channels": {name: _channel_with_paths(one, folder) for name, one in settings.channels.items()},
        }
    )


def _channel_with_paths(channel: ChannelSettings, folder: Path) -> ChannelSettings:
    named = {name: getattr(channel, name) for name in ("ca_file", "password_file", "url_file")}
    return channel.model_copy(
        update={name: folder / os.path.expanduser(path) for name, path in named.items() if path is not None}
    )


def _service_with_path(service: ServiceSettings, folder: Path) -> ServiceSettings:
    base = service.contact_base
    return service if base is None else service.model_copy(update={"contact_base": folder / os.path.expanduser(base)})


def _absolute_store(store: str, folder: Path) -> str:
    scheme, divider, rest = store.partition("://")
    if not divider:
        return str(folder / os.path.expanduser(store))
    if scheme.partition("+")[0] == "sqlite" and rest.startswith("/") and rest[1:2] not in ("", "/", ":"):
        return f"{scheme}:///{folder / rest[1:]}"  # three slashes: a relative path
    return store
