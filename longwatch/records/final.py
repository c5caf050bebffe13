# SPDX-License-Identifier: Apache-2.0
"""What keeps a closed record closed for good; packages above this one say so here."""

from collections.abc import Callable
from uuid import UUID

OBJECTIONS: list[Callable[[UUID], None]] = []


def refuse_final(record_id: UUID) -> None:
    """Refuses (409) to open a record again to which somebody objects."""
    for object_to in OBJECTIONS:
        object_to(record_id)
