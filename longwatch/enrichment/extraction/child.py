# SPDX-License-Identifier: Apache-2.0
"""The process that looks for indicators in texts: `python -m longwatch.enrichment.extraction.child`.

It has no keys, no database, no files and no network, and only so much memory and time. A library under the LGPL does
the work, unchanged and in this process alone. One JSON text a line comes in, one JSON answer a line goes out.
"""

import ctypes
import json
import resource
import sys
from typing import Any

from ioc_finder import find_iocs

MEMORY = 512 * 1024 * 1024
# Of the whole life of a process; it is replaced long before by those who use it as they should.
CPU_SECONDS = 300
NEW_NETWORK = 0x40000000
NEW_USER = 0x10000000
NO_NEW_PRIVILEGES = 38
WANTED = (
    "cves", "domains", "email_addresses", "ipv4s", "ipv6s", "md5s", "sha1s", "sha256s", "sha512s", "urls",
)  # fmt: skip


def confine() -> None:
    """Give up what reading a text does not need; nothing can be opened or connected afterwards."""
    find_iocs("example.com 192.0.2.1 https://example.com/", included_ioc_types=WANTED)
    libc = ctypes.CDLL(None, use_errno=True)
    # Where the system does not allow it, the limits below still hold.
    libc.unshare(NEW_USER | NEW_NETWORK)
    libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    for what, limit in (
        (resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, CPU_SECONDS), (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0), (resource.RLIMIT_NPROC, 0), (resource.RLIMIT_NOFILE, 3),
    ):  # fmt: skip
        resource.setrlimit(what, (limit, limit))


def answer(text: str) -> dict[str, Any]:
    """What the library finds in a text, by its own words for the kinds; or that it could not."""
    try:
        found = find_iocs(text, included_ioc_types=WANTED, parse_urls_without_scheme=False)
    except MemoryError:
        return {"failed": "too_much_memory"}
    except Exception as error:  # noqa: BLE001  Whatever a hostile text does to a parser ends here.
        return {"failed": type(error).__name__}
    return {"found": {kind: sorted(values) for kind, values in found.items() if isinstance(values, list) and values}}


def main() -> None:
    """Answer line by line until nobody asks."""
    confine()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
