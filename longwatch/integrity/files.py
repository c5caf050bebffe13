# SPDX-License-Identifier: Apache-2.0
"""The bytes of exhibits: present, and just those that were kept."""

from longwatch.integrity.findings import Findings
from longwatch.integrity.snapshot import Connection, rows
from longwatch.integrity.stored_bytes import state_of_bytes

# What a destroyed key sealed is of no use to anybody, and may be gone; the ledger says when and why it was destroyed.
EXHIBITS = """
select x.id, to_jsonb(x) - 'tsv' from evidence_exhibit x left join evidence_key k on k.id = x.key_id
 where k.destroyed_at is null order by x.id
"""


def check_files(connection: Connection, findings: Findings) -> None:
    """Every exhibit's bytes, read to their end."""
    for identifier, exhibit in rows(connection, EXHIBITS):
        findings.count("files", 1)
        if wrong := state_of_bytes(exhibit):
            findings.fault(f"The file of evidence_exhibit {identifier} ({exhibit['sha256'][:12]}…) {wrong}.")
