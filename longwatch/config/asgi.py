# SPDX-License-Identifier: Apache-2.0
"""The web process: signals take the short way, everything else goes to Django."""

import asyncio
import gc
import multiprocessing
import os
import signal
from collections.abc import MutableMapping
from importlib import import_module
from typing import Any, cast

from django.conf import settings
from django.core.asgi import get_asgi_application

from longwatch.config import static_serving, traced_requests, traces
from longwatch.config.failures import Caught
from longwatch.config.limits import Application, BodyLimit, Receive, Scope, Send
from longwatch.core.environment import current
from longwatch.core.parenthood import end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "longwatch.config.settings")

YOUNG_OBJECTS = 20_000
SIGNAL_PATHS = frozenset({"/api/v1/signals", "/api/v1/signals/bulk"})

# The server forks this process; without its parent nobody would stop it.
if multiprocessing.parent_process() is not None and (ask := end_with_parent(signal.SIGTERM)):
    ask()

(current().data / "uploads").mkdir(mode=0o700, parents=True, exist_ok=True)

django_pages = cast(Application, get_asgi_application())
# After Django is set up: these know models.
limited_pages = BodyLimit(
    django_pages,
    ordinary=settings.DATA_UPLOAD_MAX_MEMORY_SIZE,
    files=settings.MAX_UPLOAD_BYTES,
    public=import_module("longwatch.intake.report_forms").MOST_BYTES,
)
# Pieces of resumable uploads have their own limit: how large the file was said to be.
pages = static_serving.beside(import_module("longwatch.evidence.streaming").StreamedUploads(limited_pages))
signals = cast(Application, import_module("longwatch.intake.fast.serving").app)
entrance = import_module("longwatch.intake.ways.entrances").entrance
hub = import_module("longwatch.web.live").hub
hooks_prefix = import_module("longwatch.intake.ways.hooks").PREFIX
stop_traces = traces.start("web")


# What is loaded now stays until the end: nothing is found by searching it for garbage again and again, which took a
# third of the time of a bulk request. And a request makes many objects that are gone by themselves.
gc.collect()
gc.freeze()
gc.set_threshold(YOUNG_OBJECTS, 20, 20)


async def everything(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request, or the server's start and stop messages."""
    if scope["type"] == "lifespan":
        await _lifespan(scope, receive, send)
    elif (scope["path"] in SIGNAL_PATHS and scope["method"] == "POST") or entrance(scope["path"]) is not None:
        await signals(scope, receive, send)
    else:
        await pages(scope, receive, send)


async def _lifespan(scope: Scope, receive: Receive, send: Send) -> None:
    """Start and stop the signal intake, which holds connections of its own; end open live pages first."""

    async def receive_and_close() -> MutableMapping[str, Any]:
        message = await receive()
        if message["type"] == "lifespan.shutdown":
            await hub.close()
        return message

    await signals(scope, receive_and_close, send)
    await asyncio.to_thread(stop_traces)


def template(path: str) -> str:
    """The template of an address of the short way; nothing for those that Django knows."""
    if path.startswith(hooks_prefix):
        return f"{hooks_prefix}<source>"
    return path if path in SIGNAL_PATHS or entrance(path) is not None else ""


application = Caught(traced_requests.Traced(everything, template) if traces.are_made() else everything)
