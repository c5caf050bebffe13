# SPDX-License-Identifier: Apache-2.0
"""Refusals: each its status, its code and what it carries."""

import pytest

from longwatch.core import errors
from longwatch.core.errors import Conflict, Invalid, LongwatchError, NotFound, Stale, TooMany, refuse_stale


class TestLongwatchError:
    """LongwatchError and its kinds"""

    @pytest.mark.parametrize(
        ("kind", "status", "code"),
        [
            (errors.LongwatchError, 400, "refused"),
            (errors.SignInNeeded, 401, "sign_in_needed"),
            (errors.NotAllowed, 403, "not_allowed"),
            (errors.NotFound, 404, "not_found"),
            (errors.Conflict, 409, "conflict"),
            (errors.Stale, 412, "stale"),
            (errors.TooLarge, 413, "too_large"),
            (errors.Invalid, 422, "invalid"),
            (errors.TooMany, 429, "too_many"),
        ],
    )
    def test_has_a_status_and_a_code(self, kind: type[LongwatchError], status: int, code: str) -> None:
        refusal = kind("Not now.")
        assert (refusal.status, refusal.code, refusal.sentence, str(refusal)) == (status, code, "Not now.", "Not now.")

    def test_may_carry_a_code_of_its_own(self) -> None:
        assert Conflict("Taken.", code="email_taken").code == "email_taken"

    def test_carries_fields_gaps_and_patience(self) -> None:
        assert Invalid("Wrong.", fields={"name": "Missing."}).fields == {"name": "Missing."}
        assert Conflict("Not yet.", gaps=["A task is open."]).gaps == ("A task is open.",)
        assert TooMany("Slower.", retry_after=7).retry_after == 7

    def test_does_not_tell_hidden_from_missing(self) -> None:
        assert NotFound().sentence == "There is nothing here, or you may not see it."


class TestRefuseStale:
    """refuse_stale"""

    @pytest.mark.parametrize("expected", [None, 7])
    def test_lets_the_version_that_was_seen_pass(self, expected: int | None) -> None:
        refuse_stale(7, expected)

    @pytest.mark.parametrize("expected", [0, 6, 8])
    def test_refuses_any_other_version(self, expected: int) -> None:
        with pytest.raises(Stale):
            refuse_stale(7, expected)
