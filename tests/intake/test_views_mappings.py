# SPDX-License-Identifier: Apache-2.0
"""The list of mappings, their files and versions."""

from io import BytesIO

import pytest
from django.test import Client

from longwatch.access.context import acting_as
from longwatch.intake import mapping_selectors
from longwatch.intake.models import Source
from longwatch.intake.services.mappings import NewVersion, change_mapping
from tests.intake.cast_mappings import door_mapping, make_own, read_with
from tests.intake.cast_signals import make_source
from tests.intake.test_views_deliveries import browser_of
from tests.intake.test_views_mapping_editor import text
from tests.personas import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(cast: Cast) -> Client:
    return browser_of(cast, "analyst")


def upload(browser: Client, content: str | bytes) -> str:
    file = BytesIO(content if isinstance(content, bytes) else content.encode())
    file.name = "doors.toml"
    return text(browser.post("/mappings/import", {"file": file}, follow=True))


class TestList:
    def test_says_what_there_is_and_what_it_reads(self, cast: Cast, browser: Client) -> None:
        assert "No mappings yet" in text(browser.get("/mappings"))
        make_own(cast)
        read_with(make_source(cast, name="Gate"), cast)
        page = text(browser.get("/mappings"))
        assert ("own:doors" in page, "Gate" in page) == (True, True)
        assert "own:doors" not in text(browser_of(cast, "outsider").get("/mappings"))


class TestFiles:
    def test_go_out_and_come_in_again(self, cast: Cast, browser: Client) -> None:
        row = make_own(cast)
        answer = browser.get(f"/mappings/{row.mapping_id}/file")
        assert answer.headers["Content-Disposition"] == 'attachment; filename="doors.toml"'
        assert answer.content.decode() == door_mapping()
        upload(browser, answer.content.decode().replace('"doors"', '"gates"'))
        upload(browser, answer.content.decode().replace("Door controller", "Doors"))
        with acting_as(cast.analyst):
            assert [str(each) for each in mapping_selectors.newest(cast.analyst)] == ["doors 2", "gates 1"]

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            ("name = ", "not valid TOML"),
            (b"\xff\xfe", "no text in UTF-8"),
            ("", "The file is empty."),
            ("#" * 900_000, "too large"),
            (door_mapping(expected="Else"), "A sample does not give what it should"),
        ],
    )
    def test_that_cannot_be_taken_say_why(self, browser: Client, content: str | bytes, said: str) -> None:
        assert said in upload(browser, content)


class TestVersions:
    def test_tell_what_changed_and_lead_back(self, cast: Cast, browser: Client) -> None:
        row = make_own(cast)
        with acting_as(cast.analyst):
            wanted = NewVersion(text=door_mapping(title="{event.name}", expected="Held open"), note="Shorter")
            change_mapping(row.mapping_id, wanted, by=cast.analyst)
        page = text(browser.get(f"/mappings/{row.mapping_id}/versions"))
        assert ("Shorter" in page, '-title = "{event.name} at {door}"' in page) == (True, True)
        browser.post(f"/mappings/{row.mapping_id}/versions/1/restoring")
        with acting_as(cast.analyst):
            assert mapping_selectors.mapping(cast.analyst, row.mapping_id).text == door_mapping()


class TestRetirement:
    def test_takes_it_out_of_use_unless_a_source_is_read_with_it(self, cast: Cast) -> None:
        row, manager = make_own(cast), browser_of(cast)
        read_with(make_source(cast, name="Gate"), cast)
        page = text(manager.post(f"/mappings/{row.mapping_id}/retirement", follow=True))
        assert "Give Gate another format first." in page
        with acting_as(cast.supervisor):
            Source.objects.get(name="Gate")
        manager.post(f"/administration/sources/{_id(cast)}/reading", {"format": "auto", "time_zone": "UTC"})
        assert "is retired" in text(manager.post(f"/mappings/{row.mapping_id}/retirement", follow=True))


class TestReading:
    def test_reads_a_source_with_it(self, cast: Cast) -> None:
        row = make_own(cast)
        make_source(cast, name="Gate")
        browser_of(cast).post(f"/mappings/{row.mapping_id}/sources", {"source": _id(cast)})
        with acting_as(cast.supervisor):
            assert Source.objects.get(name="Gate").format == "own:doors"

    def test_says_that_a_source_is_needed(self, cast: Cast) -> None:
        row = make_own(cast)
        answer = browser_of(cast).post(f"/mappings/{row.mapping_id}/sources", {"source": "x"}, follow=True)
        assert "Choose a source." in text(answer)


def _id(cast: Cast) -> str:
    with acting_as(cast.supervisor):
        return str(Source.objects.get(name="Gate").id)
