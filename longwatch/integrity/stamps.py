# SPDX-License-Identifier: Apache-2.0
"""Time-stamps kept with the anchors' receipts: what an authority stamped, and when."""

from collections.abc import Sequence
from pathlib import Path

from longwatch.core.counting import counted
from longwatch.integrity.claims import Claim
from longwatch.integrity.findings import Findings, when
from longwatch.integrity.snapshot import Connection, everything
from longwatch.ledger.anchors.timestamp import holds, stamped_at
from longwatch.ledger.note import NoteRefused
from longwatch.ledger.published import PublishedKey, tree_of

RECEIPTS = """
select a.size, c.note, a.receipt from ledger_anchor a left join ledger_checkpoint c on c.size = a.size
 where a.anchor = 'timestamp' and a.ok order by a.size
"""


def stamped_claims(
    connection: Connection, keys: Sequence[PublishedKey], authorities: Path | None, findings: Findings
) -> list[Claim]:
    """The checkpoints that an authority stamped, with its time; without its certificates they are not looked at."""
    claims: list[Claim] = []
    found = everything(connection, RECEIPTS)
    if found and authorities is None:
        findings.note(
            f"Not checked: {counted(len(found), 'time-stamps')}; LONGWATCH_ANCHOR_TSA_CA names no certificates."
        )
        return claims
    for size, note, receipt in found:
        at = stamped_at(receipt)
        if note is None or authorities is None or not holds(receipt, note.encode(), authorities):
            findings.fault(
                f"The time-stamp of checkpoint {size} ({when(at)}) is not of the stored note: it was replaced."
            )
            continue
        findings.count("time-stamps", 1)
        try:
            tree = tree_of(note, keys)
        except NoteRefused:
            continue  # Said already of the stored checkpoint.
        if at is not None:
            claims.append(Claim(tree.size, tree.root, at, "a time-stamp"))
    return claims
