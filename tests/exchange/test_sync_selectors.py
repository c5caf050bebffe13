# SPDX-License-Identifier: Apache-2.0
"""Who sees what senders are told."""

import pytest

from longwatch.access.context import acting_as
from longwatch.core.errors import NotFound
from longwatch.exchange.sync_models import LetterState, SenderSync
from longwatch.exchange.sync_selectors import counted, letters, sync
from longwatch.intake.services.triage import dismiss
from tests.exchange.sync_material import made
from tests.intake.cast_signals import make_source, send
from tests.personas import Cast


def judged(cast: Cast) -> SenderSync:
    """Something waits to be told."""
    source = make_source(cast)
    row = made(cast, source)
    signal = send(source, cast).signal_id
    with acting_as(cast.analyst):
        dismiss(signal, "benign", by=cast.analyst)
    return row


class TestLetters:
    """letters"""

    def test_name_the_signal_to_who_reads_it(self, cast: Cast) -> None:
        row = judged(cast)
        with acting_as(cast.supervisor):
            (letter,) = letters(row, cast.supervisor, states=[LetterState.WAITING])
        assert (letter.title, letter.state, letter.happened) == ("Door forced", "Waiting", "Dismissed")

    def test_name_no_signal_to_who_does_not(self, cast: Cast) -> None:
        row = judged(cast)
        with acting_as(cast.administrator):
            (letter,) = letters(row, cast.administrator, states=[LetterState.WAITING])
        assert letter.title == ""

    def test_are_counted_by_state(self, cast: Cast) -> None:
        row = judged(cast)
        with acting_as(cast.supervisor):
            assert (counted(row, "waiting"), counted(row, "refused")) == (1, 0)

    def test_are_not_there_for_who_manages_no_sources(self, cast: Cast) -> None:
        row = judged(cast)
        with acting_as(cast.analyst):
            assert counted(row, "waiting") == 0


def test_nothing_is_there_where_nothing_is_set_up(cast: Cast) -> None:
    source = make_source(cast)
    with acting_as(cast.supervisor), pytest.raises(NotFound):
        sync(source.id, cast.supervisor)
