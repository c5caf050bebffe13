# SPDX-License-Identifier: Apache-2.0
"""Which path is which way in."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from longwatch.intake.fast.answers import Answer, Receive, Scope
from longwatch.intake.ways import collector, enqueue, hooks

if TYPE_CHECKING:
    from longwatch.intake.fast.serving import Intake

Entrance = Callable[["Intake", Scope, Receive], Awaitable[Answer]]


def entrance(path: str) -> Entrance | None:
    """What answers a path; None when it is none of these."""
    if path.startswith(hooks.PREFIX):
        return hooks.answer
    if path in collector.PATHS:
        return collector.answer
    return enqueue.answer if path == enqueue.PATH else None
