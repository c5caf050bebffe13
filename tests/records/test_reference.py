# SPDX-License-Identifier: Apache-2.0
"""A record as others refer to it."""

import pytest

from longwatch.access.roles import Permission
from longwatch.core.errors import Conflict
from longwatch.core.ids import uuid7
from longwatch.records.models import RecordKind
from longwatch.records.reference import RecordRef


def a_record(kind: RecordKind = RecordKind.CASE, *, closed: bool = False) -> RecordRef:
    return RecordRef(kind, uuid7(), uuid7(), uuid7(), "CASE-7K2M-4Q", "Threats", closed)


class TestWorkPermission:
    """RecordRef.work_permission"""

    def test_is_that_of_its_kind(self) -> None:
        assert [a_record(kind).work_permission for kind in (RecordKind.CASE, RecordKind.SIGNAL)] == [
            Permission.CASE_WORK, Permission.SIGNAL_TRIAGE,
        ]  # fmt: skip


class TestRefuseWhenClosed:
    """RecordRef.refuse_when_closed"""

    def test_says_what_was_not_saved_and_what_to_do(self) -> None:
        with pytest.raises(
            Conflict, match=r"The task was not saved because CASE-7K2M-4Q is closed\. Reopen it first\."
        ):
            a_record(closed=True).refuse_when_closed("The task")

    def test_lets_open_ones_pass(self) -> None:
        a_record().refuse_when_closed("The task")
