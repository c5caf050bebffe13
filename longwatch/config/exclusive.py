# SPDX-License-Identifier: Apache-2.0
"""What only one running Longwatch may have: its data directory and its port."""

import errno
import fcntl
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from longwatch.core.environment import HOST, PORT, Environment
from longwatch.core.errors import LongwatchError

# Processes of one that was killed end by themselves, but not at once.
LET_GO_SECONDS = 12.0
PAUSE_SECONDS = 0.1
# What a moment's patience may help with.
HELD = frozenset({errno.EADDRINUSE, errno.EWOULDBLOCK, errno.EAGAIN})


class InUse(LongwatchError):
    """Another running program has what this one needs."""


class Unusable(LongwatchError):
    """Waiting would not help: there is no such place, or it is not for this program."""


@contextmanager
def data_directory(environment: Environment, seconds: float = LET_GO_SECONDS) -> Iterator[None]:
    """Hold the data directory until the end of the block; the system lets go of it when this process is killed.

    Raises InUse when another process still holds it after that many seconds, and Unusable at once when the file system
    takes no locks.
    """
    with lock_file(environment.data).open("a") as held:
        _patiently(
            lambda: fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB),
            f"The data directory {environment.data} is in use by another Longwatch. "
            "Stop that one, or set LONGWATCH_DATA to a directory of this one's own.",
            f"The data directory {environment.data} cannot be locked; see LONGWATCH_DATA",
            seconds,
        )
        yield


def free_port(environment: Environment, seconds: float = LET_GO_SECONDS) -> None:
    """Return when nobody listens where the pages will.

    Raises InUse when somebody still does after that many seconds, and Unusable at once when nobody can listen there.
    """
    host, port = environment.text(HOST), environment.number(PORT)
    _patiently(
        lambda: _listen(host, port),
        f"Port {port} on {host} is in use by another program. Stop that one, or set LONGWATCH_PORT to a free port.",
        f"Longwatch cannot listen on port {port} of {host}; see LONGWATCH_HOST and LONGWATCH_PORT",
        seconds,
    )


def lock_file(data: Path) -> Path:
    """The file whose lock means that the directory is in use."""
    return data / "in-use"


def _listen(host: str, port: int) -> None:
    family, kind, protocol, _name, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        # As the server does: connections that are over do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(where)


def _patiently(attempt: Callable[[], None], held: str, unusable: str, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            return attempt()
        except OSError as error:
            if error.errno not in HELD:
                raise Unusable(f"{unusable}: {error.strerror}.", code="unusable") from error
        if time.monotonic() >= deadline:
            raise InUse(held, code="in_use")
        time.sleep(PAUSE_SECONDS)
