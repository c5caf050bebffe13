# SPDX-License-Identifier: Apache-2.0
"""The last net below everything that answers requests: what falls through is logged, and answered without a part
that could fail as well. The server itself logs nothing.
"""

import json
import logging

from longwatch.config.limits import Application, Message, Receive, Scope, Send
from longwatch.core.problem import CONTENT_TYPE, problem_document
from longwatch.web.last_resort import PAGE, POLICY, SENTENCE

API_PREFIX = "/api/"
log = logging.getLogger(__name__)


class Caught:
    """Logs what an application raises, and answers 500 when nothing was answered yet."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; an answer that broke off half-way is left to the server to break off as well."""
        answered = False

        async def noticed_send(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        try:
            await self.application(scope, receive, noticed_send)
        except Exception:
            # The path apart, for the filter that knows the reporter pages by it (longwatch/config/logging.py).
            # As its repr: the path has been decoded, and a line end in it would begin a line of its own.
            log.exception("Failed outside of the pages: %s %r", scope.get("method", scope["type"]), scope.get("path"))
            if answered or scope["type"] != "http":
                raise
            await _answer(scope["path"], send)


async def _answer(path: str, send: Send) -> None:
    of_api = path.startswith(API_PREFIX)
    document = json.dumps(problem_document(500, SENTENCE, code="unexpected"))
    body = (document if of_api else PAGE).encode()
    headers = {
        "content-type": CONTENT_TYPE if of_api else "text/html; charset=utf-8",
        "content-length": str(len(body)),
        "content-security-policy": POLICY,
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
    }
    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": 500, "headers": pairs})
    await send({"type": "http.response.body", "body": body})
