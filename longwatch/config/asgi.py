# SPDX-License-Identifier: Apache-2.0
"""The web process: signals take the short way, everything else goes to Django."""

import multiprocessing
import os
import signal
from collections.abc import Awaitable, Callable, MutableMapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any, cast

from django.core.asgi import get_asgi_application

from longwatch.core.environment import current
from longwatch.core.parenthood import end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "longwatch.config.settings")

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

SIGNAL_PATHS = frozenset({"/api/v1/signals", "/api/v1/signals/bulk"})

# The server forks this process; without its parent nobody would stop it.
if multiprocessing.parent_process() is not None and (ask := end_with_parent(signal.SIGTERM)):
    ask()

(current().data / "uploads").mkdir(mode=0o700, parents=True, exist_ok=True)

pages = cast(Application, get_asgi_application())
signals: Application | None = import_module("longwatch.intake.fast").app if find_spec("longwatch.intake.fast") else None


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request, or the server's start and stop messages."""
    if scope["type"] == "lifespan":
        await _lifespan(scope, receive, send)
    elif signals is not None and scope["path"] in SIGNAL_PATHS and scope["method"] == "POST":
        await signals(scope, receive, send)
    else:
        await pages(scope, receive, send)


async def _lifespan(scope: Scope, receive: Receive, send: Send) -> None:
    """Start and stop the signal intake, which holds connections of its own; Django needs neither."""
    if signals is not None:
        await signals(scope, receive, send)
        return
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
