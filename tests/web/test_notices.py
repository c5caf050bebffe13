# SPDX-License-Identifier: Apache-2.0
"""The notices of the shell."""

import pytest
from django.test import Client

from longwatch.access.context import acting_as
from longwatch.access.oversight import Notice, NoticeKind
from longwatch.access.services.notices import notify
from tests.personas import Cast


@pytest.fixture
def notice(cast: Cast) -> Notice:
    """The analyst tells the investigator."""
    with acting_as(cast.analyst):
        (made,) = notify([cast.accounts["investigator"]], NoticeKind.GLASS_BROKEN, "/cases", by=cast.analyst)
    return made


def signed_in(cast: Cast, name: str) -> Client:
    client = Client()
    client.force_login(cast.accounts[name])
    return client


class TestOwn:
    """own"""

    def test_shows_that_there_is_something_and_counts_it_everywhere(self, cast: Cast, notice: Notice) -> None:
        reader = signed_in(cast, "investigator")
        assert "Somebody broke the glass on a record that you may see" in reader.get("/notices").text
        assert "account-count" in reader.get("/incidents").text

    def test_shows_nothing_of_others(self, cast: Cast, notice: Notice) -> None:
        page = signed_in(cast, "hr").get("/notices").text
        assert "No notices" in page
        assert "account-count" not in page


class TestFollow:
    """follow"""

    def test_leads_there_and_counts_as_read_then(self, cast: Cast, notice: Notice) -> None:
        reader = signed_in(cast, "investigator")
        assert reader.post(f"/notices/{notice.id}").headers["Location"] == "/cases"
        assert "account-count" not in reader.get("/notices").text

    def test_belongs_to_its_reader(self, cast: Cast, notice: Notice) -> None:
        assert signed_in(cast, "hr").post(f"/notices/{notice.id}").status_code == 404


class TestReadAll:
    """read_all"""

    def test_leaves_none_unread(self, cast: Cast, notice: Notice) -> None:
        reader = signed_in(cast, "investigator")
        reader.post("/notices/read")
        assert "account-count" not in reader.get("/notices").text
