# SPDX-License-Identifier: Apache-2.0
"""Connections over which signals are fetched."""

from longwatch.core.hiding import hide, reveal
from longwatch.core.ids import uuid7
from longwatch.intake.poll_models import Poll, poll_purpose


def test_a_secret_opens_nothing_in_another_row() -> None:
    one, other = uuid7(), uuid7()
    hidden = hide("secret", poll_purpose(one))
    assert (reveal(hidden, poll_purpose(one)), reveal(hidden, poll_purpose(other))) == ("secret", None)


def test_it_is_called_as_it_was_named() -> None:
    assert str(Poll(label="SIEM")) == "SIEM"
