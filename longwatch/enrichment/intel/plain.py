# SPDX-License-Identifier: Apache-2.0
"""Plain lists: one value a line, of one kind or of whatever each looks like."""

import re

from longwatch.enrichment.intel.shape import CVE, Entry, Loaded, exact, network
from longwatch.entities.kinds import EntityKind, refanged

_HASH = re.compile(r"[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128}")
_CVE = re.compile(r"cve-\d{4}-\d{4,7}")
_DOMAIN = re.compile(r"[\w-]+(?:\.[\w-]+)+")
LONGEST_LINE = 1_000


def read_plain(text: str, name: str) -> Loaded:
    """Values that are hashes, addresses, domains, URLs, e-mail addresses or CVEs; other lines are counted as skipped.

    What follows a `#` at the beginning or after a space is a remark.
    """
    loaded = Loaded("indicators", name, [*(str(kind) for kind in EntityKind), CVE])
    for line in text.splitlines():
        value = re.split(r"(?:^|\s)#", line[:LONGEST_LINE], maxsplit=1)[0].strip().strip(",;\"'")
        if value:
            loaded.add(_entry(value))
    return loaded


def _entry(value: str) -> Entry | None:
    text = refanged(value.casefold())
    if _HASH.fullmatch(text):
        return exact(EntityKind.FILE_HASH, text)
    if _CVE.fullmatch(text):
        return Entry("exact", text)
    if "://" in text:
        return exact(EntityKind.URL, text)
    if "@" in text:
        return exact(EntityKind.EMAIL, text)
    found = network(text)
    if found is not None:
        return found
    return Entry("host", text.strip(".")) if _DOMAIN.fullmatch(text.strip(".")) and not text[-1].isdigit() else None
