# SPDX-License-Identifier: Apache-2.0
"""A bundle's bytes on their way out."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from django.test import AsyncRequestFactory, RequestFactory

from longwatch.exchange import delivery
from longwatch.exchange.at_rest import SealedBundle
from longwatch.exchange.models import Export

CONTENT = b"PK" * 200_000


@pytest.fixture
def row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Export:
    """A bundle that lies there as a file."""
    file = tmp_path / "bundle.zip"
    row = Export(size=len(CONTENT), record_kind="case", reference="CASE-7K2M-4Q")
    with file.open("wb") as out:
        sealed = SealedBundle(out, row.id)
        sealed.write(CONTENT)
        sealed.finish()
    monkeypatch.setattr(delivery, "file_of", lambda _row: file)
    return row


async def gathered(answer: Any) -> bytes:
    return b"".join([piece async for piece in answer])


class TestFileResponse:
    """file_response"""

    def test_hands_out_every_byte_in_pieces(self, row: Export) -> None:
        answer = delivery.file_response(RequestFactory().get("/"), row)
        pieces = list(answer)
        assert (b"".join(pieces), len(pieces) > 1) == (CONTENT, True)

    def test_hands_them_to_a_server_that_waits_for_many_at_once(self, row: Export) -> None:
        answer = delivery.file_response(AsyncRequestFactory().get("/"), row)
        assert asyncio.run(gathered(answer)) == CONTENT

    def test_lets_nobody_keep_it_on_the_way(self, row: Export) -> None:
        answer = delivery.file_response(RequestFactory().get("/"), row)
        assert answer.headers["Cache-Control"] == "no-store, private"
        assert answer.headers["Content-Disposition"].startswith("attachment")
