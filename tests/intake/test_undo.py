# SPDX-License-Identifier: Apache-2.0
"""The way back of what one did in the inbox."""

import pytest
from django.test import RequestFactory

from longwatch.core.errors import NotFound
from longwatch.core.ids import uuid7
from longwatch.intake.undo import KEPT, remember, take


class TestTake:
    """take"""

    def test_gives_back_what_was_remembered_once(self) -> None:
        request, signal = RequestFactory().get("/"), uuid7()
        request.session = {}  # type: ignore[assignment]
        token = remember(request, "assign", {signal: "x"}).rstrip("/").rpartition("/")[2]
        undo = take(request, token)
        assert (undo.act, undo.before) == ("assign", {signal: "x"})
        with pytest.raises(NotFound):
            take(request, token)


class TestRemember:
    """remember"""

    def test_keeps_the_last_few_only(self) -> None:
        request = RequestFactory().get("/")
        request.session = {}  # type: ignore[assignment]
        tokens = [remember(request, "reopen", {uuid7(): ""}).rstrip("/").rpartition("/")[2] for _ in range(KEPT + 1)]
        assert take(request, tokens[1]).act == "reopen"
        with pytest.raises(NotFound):
            take(request, tokens[0])
