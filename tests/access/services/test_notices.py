# SPDX-License-Identifier: Apache-2.0
"""Notices and their mails: that there is something, never what."""

import pytest
from django.db import DatabaseError, transaction

from longwatch.access.context import acting_as
from longwatch.access.oversight import Notice, NoticeKind
from longwatch.access.services.notices import notify, own_notices, with_role
from tests.personas import Cast


class TestNotify:
    """notify"""

    def test_leaves_one_with_each_person(self, cast: Cast) -> None:
        twice = [cast.accounts["hr"], cast.accounts["hr"], cast.accounts["counsel"]]
        with acting_as(cast.analyst):
            assert len(notify(twice, NoticeKind.GLASS_BROKEN, "/cases", by=cast.analyst)) == 2
            assert own_notices(cast.analyst) == []
        with acting_as(cast.hr):
            assert [row.kind for row in own_notices(cast.hr)] == ["glass_broken"]

    def test_leaves_none_with_another_organisation_or_leading_elsewhere(self, cast: Cast) -> None:
        for account, link in (("outsider", "/cases"), ("hr", "https://evil.example")):
            with acting_as(cast.analyst), pytest.raises(DatabaseError), transaction.atomic():
                notify([cast.accounts[account]], NoticeKind.GLASS_BROKEN, link, by=cast.analyst)
        assert not Notice.objects.exists()


class TestWithRole:
    """with_role"""

    def test_finds_the_privacy_officers(self, cast: Cast) -> None:
        assert with_role("privacy", cast.analyst) == [cast.accounts["privacy"]]
