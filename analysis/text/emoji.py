"""Which characters are emoji: one range of characters for every pattern that looks for them."""

from __future__ import annotations

__all__ = ["EMOJI"]

# The inside of a character class: pictures, dingbats and arrows, with the joiners and tones that belong to them.
EMOJI = (
    "\u00a9\u00ae\u203c\u2049\u2139\u2194-\u21aa\u231a-\u23ff\u25aa-\u27bf\u2934-\u2935\u2b05-\u2b55\u3030"
    "\U0001f000-\U0001faff\U000e0020-\U000e007f\ufe0f\u200d\u20e3"
)
