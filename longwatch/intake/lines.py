# SPDX-License-Identifier: Apache-2.0
"""The lines of a bulk body (NDJSON)."""

from longwatch.core.errors import Invalid

MOST_LINES = 20_000
# Bad lines are all counted; this many are listed in the answer.
MOST_LISTED = 100
Line = tuple[int, bytes]


def lines_of(body: bytes) -> list[Line]:
    """The lines that are not blank, numbered from 1; refuses none and too many."""
    if body.count(b"\n") > MOST_LINES:
        sentence = f"Send at most {MOST_LINES} lines in one request."
        raise Invalid(sentence, fields={"body": sentence})
    numbered = enumerate(body.split(b"\n"), start=1)
    lines = [(number, stripped) for number, line in numbered if (stripped := line.removesuffix(b"\r")).strip()]
    if not lines:
        raise Invalid("The body holds no lines.", fields={"body": "Send one JSON object a line."})
    return lines
