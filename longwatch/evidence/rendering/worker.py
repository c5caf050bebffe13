# SPDX-License-Identifier: Apache-2.0
"""The process that reads one hostile file and answers with its copy: `python -m longwatch.evidence.rendering.worker`.

It has no keys and no database; before it reads the first byte it gives up memory, time, files and network.
"""

import ctypes
import encodings
import importlib
import io
import os
import pkgutil
import resource
import sys
from contextlib import suppress

from longwatch.evidence.rendering import image, office, pdf  # noqa: F401  Loaded now: later no file can be opened.
from longwatch.evidence.rendering.choosing import copy_of
from longwatch.evidence.rendering.copy import READY, REFUSED, Unreadable, packed
from longwatch.evidence.rendering.mail import attachment

MEMORY = 1024 * 1024 * 1024
CPU_SECONDS = 20
NEW_NETWORK = 0x40000000
NEW_USER = 0x10000000
NO_NEW_PRIVILEGES = 38


def confine() -> None:
    """Give up what reading a file does not need; nothing can be opened or connected afterwards."""
    for module in pkgutil.iter_modules(encodings.__path__, "encodings."):
        # A letter set that is first asked for later could not be loaded any more.
        with suppress(ImportError):
            importlib.import_module(module.name)
    libc = ctypes.CDLL(None, use_errno=True)
    # Where the system does not allow it, the limits below still hold.
    libc.unshare(NEW_USER | NEW_NETWORK)
    libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    for what, limit in (
        (resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, CPU_SECONDS), (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0), (resource.RLIMIT_NPROC, 0), (resource.RLIMIT_NOFILE, 3),
    ):  # fmt: skip
        resource.setrlimit(what, (limit, limit))


def answer(what: str, content_type: str, number: int) -> bytes:
    """What is said of the file at the standard input: + and its copy, or an attachment of it; or - and why not.

    The number is the whole file's size, of which this may be the beginning; or which attachment.
    """
    file = io.BufferedReader(io.FileIO(0, closefd=False))
    try:
        if what == "attachment":
            name, content = attachment(file.read(), number)
            return READY + len(name.encode()).to_bytes(4, "big") + name.encode() + content
        return READY + packed(copy_of(file, content_type, max(number, os.fstat(0).st_size)))
    except Unreadable as refusal:
        return REFUSED + refusal.why.encode()
    except MemoryError:
        return REFUSED + b"too_much_memory"
    except Exception as error:  # noqa: BLE001  Whatever a hostile file does to a parser ends here.
        sys.stderr.write(f"{type(error).__name__}\n")
        return REFUSED + b"broken"


def main() -> None:
    """Read one file, write one answer."""
    what, content_type, number = sys.argv[1:4]
    confine()
    out = io.FileIO(1, "w", closefd=False)
    left = memoryview(answer(what, content_type, int(number)))
    while left:
        left = left[out.write(left) or 0 :]


if __name__ == "__main__":
    main()
