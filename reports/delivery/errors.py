"""Why a message did not arrive, in words without a secret, and what is to be done with it."""

from __future__ import annotations

import smtplib
import socket
import ssl

from groundswell.errors import DeliveryError

__all__ = ["NotSent", "reason_of"]


class NotSent(DeliveryError):
    """A message did not arrive.

    `maybe_arrived`: the connection broke after all of it was sent, before the answer came. `for_good`: the channel
    refused this message or this recipient, and will again. `is_down`: the channel itself does not answer, so nothing
    else need be tried there now.
    """

    def __init__(
        self, message: str, *, maybe_arrived: bool = False, for_good: bool = False, is_down: bool = False
    ) -> None:
        super().__init__(message)
        self.maybe_arrived, self.for_good, self.is_down = maybe_arrived, for_good, is_down


def reason_of(error: Exception) -> str:
    """Why an exchange failed, in words of the system or of the library, never of the server, who may say anything."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return "its certificate is not trusted"
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return "no answer in time"
    if isinstance(error, socket.gaierror):
        return "no such host is known"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"answer {error.smtp_code}"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return type(error).__name__
