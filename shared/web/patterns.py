"""The forms that text may have, as regular expressions which JSON Schema, Rust and Python read alike."""

import re

IDENTIFIER = "[A-Za-z0-9][A-Za-z0-9._:@-]{0,63}"
URN = "[0-9]{6}"
ACADEMIC_YEAR = "20(?:" + "|".join(f"{year:02d}-{year + 1:02d}" for year in range(99)) + ")"
"""`2024-25`: the second year is the one after the first."""
POSITION = "[0-9]{1,18}"
FEED_CURSOR = "[0-9]{1,18}(?:-[0-9]{1,18}){0,999}"
ON_ONE_LINE = r"[^\x00-\x1f\x7f]"
VISIBLE_ASCII = "[!-~]{1,255}"
TEXT = r"[\t\n \u00a0]*[^\s\x00-\x1f\x7f-\x9f\ufeff][^\x00-\x08\x0b-\x1f\x7f-\x9f]*"
DAY = (
    "(?:(?:199[0-9]|20[0-9]{2}|2100)-(?:"
    "(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8])"
    ")|(?:199[26]|20(?:[02468][048]|[13579][26]))-02-29)"
)
INSTANT = (
    "[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])[Tt]"
    r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,9})?(?:[Zz]|[+ -](?:[01][0-9]|2[0-3]):[0-5][0-9])"
)

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""What a database or an encoder chokes on: NUL, and halves of surrogate pairs."""

CONTROL = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")


def anchored(pattern: str) -> str:
    """The pattern as JSON Schema needs it, which searches rather than matches."""
    return f"^(?:{pattern})$"
