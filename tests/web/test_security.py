# SPDX-License-Identifier: Apache-2.0
"""How somebody signs in, and where they are signed in now."""

from uuid import uuid4

import pytest
from django.test import Client

from longwatch.access.sessions import living
from tests.access.ageing import LONG, signed_in
from tests.personas import Cast


def is_in(browser: Client) -> bool:
    return browser.get("/preferences").status_code == 200


class TestSecurity:
    """security"""

    def test_marks_this_session_among_ones_own(self, cast: Cast) -> None:
        signed_in(cast.accounts["lead"])
        signed_in(cast.accounts["analyst"])
        page = signed_in(cast.accounts["analyst"]).get("/security").content.decode()
        assert page.count("This session") == 1
        assert page.count("Unknown device") == 2

    def test_is_for_people_who_are_signed_in(self, db: None) -> None:
        assert Client().get("/security").status_code == 302


class TestRevoke:
    """revoke"""

    def test_ends_the_named_one(self, cast: Cast) -> None:
        lost = signed_in(cast.accounts["analyst"])
        (row,) = living(cast.analyst.id)
        here = signed_in(cast.accounts["analyst"])
        assert here.post(f"/security/sessions/{row.id}/revocation").status_code == 302
        assert (is_in(lost), is_in(here)) == (False, True)

    def test_hides_those_of_others_and_those_that_never_were(self, cast: Cast) -> None:
        others = signed_in(cast.accounts["lead"])
        (row,) = living(cast.lead.id)
        here = signed_in(cast.accounts["analyst"])
        for each in (row.id, uuid4()):
            assert here.post(f"/security/sessions/{each}/revocation").status_code == 404
        assert is_in(others)


class TestLeftOpen:
    """revoke and revoke_others in a session whose person confirmed long ago"""

    @pytest.mark.parametrize("what", ["/security/sessions/{}/revocation", "/security/sessions/revocation"])
    def test_ends_nothing_before_it_is_confirmed(self, cast: Cast, what: str) -> None:
        elsewhere = signed_in(cast.accounts["analyst"])
        (row,) = living(cast.analyst.id)
        left = signed_in(cast.accounts["analyst"], LONG)
        left.post(what.format(row.id))
        assert is_in(elsewhere)


class TestRevokeOthers:
    """revoke_others"""

    def test_leaves_this_one(self, cast: Cast) -> None:
        lost, here = signed_in(cast.accounts["analyst"]), signed_in(cast.accounts["analyst"])
        assert here.post("/security/sessions/revocation").status_code == 302
        assert (is_in(lost), is_in(here)) == (False, True)
