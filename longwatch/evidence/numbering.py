# SPDX-License-Identifier: Apache-2.0
"""What an exhibit is called: its number, which counts within its section, with the section's letters before it.

Numbers count per section so that a gap among those of the core tells nobody that there is an exhibit elsewhere.
"""

from collections.abc import Mapping

from longwatch.access.models import Section

LETTERS: Mapping[str, str] = {
    Section.HR: "HR", Section.MEDICAL: "MED", Section.PRIVILEGED: "PRIV", Section.IDENTITY: "ID",
    Section.WITNESS: "WIT", Section.INTELLIGENCE: "INT",
}  # fmt: skip


def mark_of(section: str | None, number: int) -> str:
    """The number of an exhibit as people say and write it."""
    letters = LETTERS.get(section or "")
    return f"{letters}-{number}" if letters else str(number)
