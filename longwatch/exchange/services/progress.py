# SPDX-License-Identifier: Apache-2.0
"""How far a bundle is, told while it is made; and whether somebody called it off."""

import time
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from longwatch.access.context import acting_as
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.exchange.models import Export, ExportStatus
from longwatch.exchange.selectors import is_recalled
from longwatch.web.live import announce

SECONDS_BETWEEN = 1.0
TELL = """
insert into exchange_progress (export_id, compartment_id, step, done, total, at)
values (%s, %s, %s, %s, %s, %s)
on conflict (export_id) do update
   set step = excluded.step, done = excluded.done, total = excluded.total, at = excluded.at
"""


class CalledOff(Exception):
    """Somebody cancelled the bundle or let its content go, or the person who asked for it lost sight of the record."""


@dataclass
class Teller:
    """Writes down how far a bundle is, at most once a second, each time in a short transaction of its own."""

    export: Export
    by: Actor
    _last: float = field(default=-1e9)
    _step: str = ""

    def __call__(self, step: str, done: int, total: int) -> None:
        """Tell a step; raises CalledOff when nobody wants the bundle any more."""
        now = time.monotonic()
        if step == self._step and now - self._last < SECONDS_BETWEEN:
            return
        self._last, self._step = now, step
        with acting_as(self.by):
            status = Export.objects.filter(id=self.export.id).values_list("status", flat=True).first()
            if status != ExportStatus.QUEUED or is_recalled(self.export.record_id, self.export.requested_at):
                raise CalledOff
            with connection.cursor() as cursor:
                values: list[Any] = [self.export.id, self.export.compartment_id, step, done, total, clock.now()]
                cursor.execute(TELL, values)
            announce_exports(self.export)


def announce_exports(export: Export) -> None:
    """Tell the open lists of the record's bundles that something changed."""
    announce(f"export:{export.record_id}", export.compartment_id)
