# SPDX-License-Identifier: Apache-2.0
"""What somebody is told whose session ended, and the way back."""

from django.test import RequestFactory

from longwatch.web.signed_out import sign_in_address, signed_out

PAGE = "/incidents/INC-2026-0001"
BACK = "/accounts/login/?next=%2Fincidents%2FINC-2026-0001"


class TestSignInAddress:
    """sign_in_address"""

    def test_leads_back_to_the_page_that_was_asked_for(self) -> None:
        assert sign_in_address(RequestFactory().get(PAGE)) == BACK

    def test_keeps_what_was_searched(self) -> None:
        assert sign_in_address(RequestFactory().get(f"{PAGE}?all=people")) == f"{BACK}%3Fall%3Dpeople"

    def test_leads_back_to_the_page_that_a_change_was_sent_from(self) -> None:
        request = RequestFactory().post(f"{PAGE}/next-action", headers={"Referer": f"http://testserver{PAGE}"})
        assert sign_in_address(request) == BACK

    def test_leads_back_to_the_page_that_a_part_belongs_to(self) -> None:
        request = RequestFactory().get(f"{PAGE}/tasks", headers={"HX-Current-URL": f"http://testserver{PAGE}"})
        assert sign_in_address(request) == BACK

    def test_does_not_lead_to_another_host(self) -> None:
        request = RequestFactory().post(PAGE, headers={"Referer": "http://elsewhere.example/trap"})
        assert sign_in_address(request) == BACK


class TestSignedOut:
    """signed_out"""

    def test_says_of_a_change_that_what_was_typed_is_kept_and_links_to_signing_in(self) -> None:
        answer = signed_out(RequestFactory().post(PAGE))
        assert answer.status_code == 401
        assert "You were signed out. Sign in again; what you typed is kept." in answer.content.decode()
        assert f'href="{BACK}"' in answer.content.decode()

    def test_does_not_speak_of_typing_to_somebody_who_only_reads(self) -> None:
        assert "typed" not in signed_out(RequestFactory().get(PAGE)).content.decode()
