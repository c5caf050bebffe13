# SPDX-License-Identifier: Apache-2.0
"""The append-only record of every change.

from longwatch import ledger
ledger.record(CaseClosed(...), by=actor, row=case)
"""

from longwatch.ledger.event import Event
from longwatch.ledger.writing import append, record, record_created

__all__ = ["Event", "append", "record", "record_created"]
