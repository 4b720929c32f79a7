"""Every error that Groundswell raises on purpose.

    GroundswellError
        ConfigError       settings or options are wrong; nothing was run
        SourceError       a source did not answer, or no longer looks as we know it; nothing of it was stored
        StoreError        the database cannot be opened, is of a newer version, or cannot be written
            RegistryMoved     the theme registry was edited while an analysis ran; nothing was saved
        ModelError        model weights are missing or are not the ones we know
        BatchRejected     a load failed its batch checks and is held; the analysis does not see it
        DeliveryError     the digest was built but could not be written or delivered
        NoAnswer          the endpoint of [themes.naming] gave nothing that can be used; themes keep their labels
        AlreadyRunning    another run is doing this work; nothing was done (exit code 3)

A message says what failed, where, what was found and what to do. `flows/cli.py` alone turns one into a
line on stderr and exit code 1; any other exception is our bug and keeps its traceback.
"""

__all__ = [
    "AlreadyRunning",
    "BatchRejected",
    "ConfigError",
    "DeliveryError",
    "GroundswellError",
    "ModelError",
    "NoAnswer",
    "RegistryMoved",
    "SourceError",
    "StoreError",
]


class GroundswellError(Exception):
    """Something the user can mend; the message says how."""


class ConfigError(GroundswellError):
    """Settings or options are wrong; nothing was run."""


class SourceError(GroundswellError):
    """A source cannot be read, or does not look as we know it; nothing of it was stored."""


class StoreError(GroundswellError):
    """The database cannot be opened or written, or a newer Groundswell made it."""


class RegistryMoved(StoreError):
    """The theme registry was edited while an analysis ran; nothing was saved, the analysis can be made again."""


class ModelError(GroundswellError):
    """Model weights are missing, or their hash is not the published one."""


class BatchRejected(GroundswellError):
    """A load failed its batch checks and is held; the analysis does not see it."""


class DeliveryError(GroundswellError):
    """A digest was built but could not be written or delivered."""


class NoAnswer(GroundswellError):
    """The endpoint of [themes.naming] gave nothing that can be used; the message holds nothing that it sent."""


class AlreadyRunning(GroundswellError):
    """Another run holds the lease on this work; nothing was done."""
