# SPDX-License-Identifier: Apache-2.0
import pytest

from longwatch.ledger.anchors.http import LARGEST_ANSWER, post
from longwatch.ledger.anchors.plugin import AnchorFailed
from tests.ledger.anchors.conftest import serving


class TestPost:
    def test_goes_nowhere_else_when_an_answer_leads_there(self) -> None:
        asked: list[str] = []

        def elsewhere(path: str, _body: bytes) -> tuple[int, bytes]:
            asked.append(path)
            return 200, b""

        with serving(elsewhere) as other, serving(lambda _path, _body: (302, f"{other}/inside".encode())) as url:
            assert post(url, b"x", {})[0] == 302
        assert asked == []

    def test_refuses_what_is_no_web_address(self) -> None:
        with pytest.raises(AnchorFailed, match="starts with"):
            post("file:///etc/passwd", b"", {})

    def test_refuses_an_answer_without_end(self) -> None:
        with (
            serving(lambda _path, _body: (200, b"x" * (LARGEST_ANSWER + 1))) as url,
            pytest.raises(AnchorFailed, match="more than a receipt"),
        ):
            post(url, b"", {})

    def test_says_who_does_not_answer(self) -> None:
        with serving(lambda _path, _body: (200, b"")) as url:
            gone = url
        with pytest.raises(AnchorFailed, match=r"127\.0\.0\.1 does not answer"):
            post(gone, b"", {})
