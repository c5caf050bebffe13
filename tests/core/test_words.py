# SPDX-License-Identifier: Apache-2.0
import pytest

from longwatch.core.errors import Invalid
from longwatch.core.words import optional, written


class TestWritten:
    def test_comes_without_space_around_it(self) -> None:
        assert written(" why \n", "reason", "Say why.") == "why"

    def test_refuses_nothing_with_the_sentence_at_the_field(self) -> None:
        with pytest.raises(Invalid, match=r"Say why\.") as refusal:
            written("  ", "reason", "Say why.")
        assert refusal.value.fields == {"reason": "Say why."}

    def test_refuses_too_much(self) -> None:
        with pytest.raises(Invalid) as refusal:
            written("x" * 11, "reason", "Say why.", 10)
        assert refusal.value.fields == {"reason": "Use at most 10 characters."}


class TestOptional:
    def test_may_stay_empty_but_not_become_too_long(self) -> None:
        assert optional(" ", "place") == ""
        with pytest.raises(Invalid):
            optional("x" * 201, "place")
