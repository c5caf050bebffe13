# SPDX-License-Identifier: Apache-2.0
"""Tells other systems what happened, again and again, in threads of the worker."""

from django.db import connections

from longwatch.core.watching import Watcher
from longwatch.exchange.services.answering import tell_senders
from longwatch.exchange.services.telling import tell_everybody

LOOK_SECONDS = 2.0


class Teller(Watcher):
    """Looks every few seconds who is to be told. What fails is said and tried again."""

    name = "teller"
    complaint = "Other systems are not being told."
    look_seconds = LOOK_SECONDS

    def watch(self) -> None:
        """Tell round after round."""
        while not self.is_stopping():
            try:
                self.tell()
            finally:
                # A connection of its own, given back between the looks: the worker's other threads need some too.
                connections.close_all()
            self.rest()

    def tell(self) -> int:
        """One round; how many were told."""
        return tell_everybody()


class SenderTeller(Teller):
    """The same for senders, in a thread of its own: a slow one holds up no webhook."""

    name = "sender-teller"
    complaint = "Senders are not being told what became of their alerts."

    def tell(self) -> int:
        """One round; how many were told."""
        return tell_senders()
