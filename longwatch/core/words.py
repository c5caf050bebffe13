# SPDX-License-Identifier: Apache-2.0
"""What people write in a line: present, and not too long."""

from longwatch.core.errors import Invalid

LONGEST_REASON = 500
LONGEST_LINE = 200


def written(text: str, name: str, sentence: str, longest: int = LONGEST_REASON) -> str:
    """What somebody wrote, without space around it; refuses (422) nothing and too much."""
    tidy = text.strip()
    if not tidy:
        raise Invalid(sentence, fields={name: sentence})
    if len(tidy) > longest:
        raise Invalid("This is too long.", fields={name: f"Use at most {longest} characters."})
    return tidy


def optional(text: str, name: str, longest: int = LONGEST_LINE) -> str:
    """The same for what may stay empty."""
    return written(text, name, "", longest) if text.strip() else ""
