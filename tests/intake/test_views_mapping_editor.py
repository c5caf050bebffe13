# SPDX-License-Identifier: Apache-2.0
"""The page in which a mapping is made."""

import html
from typing import Any

import pytest
from django.test import Client

from longwatch.access.context import acting_as
from longwatch.intake.mapping_models import MappingVersion
from longwatch.intake.models import Source
from tests.intake.cast_mappings import RECORD, door_mapping, make_own, read_with
from tests.intake.cast_signals import keep_unreadable, make_source, send
from tests.intake.test_views_deliveries import browser_of
from tests.personas import Cast

pytestmark = pytest.mark.django_db
FIELDS = {"sample": RECORD.decode(), "slot_title": "event.name", "name": "gates", "title": "Gates"}


@pytest.fixture
def browser(cast: Cast) -> Client:
    return browser_of(cast, "analyst")


@pytest.fixture
def source(cast: Cast) -> Source:
    return make_source(cast, name="Gate")


def text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def newest(cast: Cast) -> MappingVersion:
    with acting_as(cast.analyst):
        return MappingVersion.objects.order_by("-at").first() or MappingVersion()


class TestNewMapping:
    def test_begins_with_a_body_that_could_not_be_read(self, cast: Cast, browser: Client, source: Source) -> None:
        identity = keep_unreadable(source, cast, RECORD, "No title.")
        page = text(browser.get(f"/mappings/new?source={source.id}&record=delivery:{identity}"))
        assert 'value="point:event.name"' in page
        assert "Records of Gate" in page

    def test_begins_with_a_signal(self, cast: Cast, browser: Client, source: Source) -> None:
        received = send(source, cast, title="Port scan", door="D7")
        assert 'value="point:door"' in text(browser.get(f"/mappings/new?signal={received.signal_id}"))

    def test_is_not_there_for_records_that_one_does_not_see(self, cast: Cast, source: Source) -> None:
        received = send(source, cast)
        stranger = browser_of(cast, "outsider")
        assert stranger.get(f"/mappings/new?signal={received.signal_id}").status_code == 404
        assert stranger.get(f"/mappings/new?source={source.id}").status_code == 404

    def test_a_click_on_the_record_fills_the_chosen_field(self, browser: Client) -> None:
        answer = browser.post(
            "/mappings/new", {"sample": RECORD.decode(), "target": "title", "act": "point:event.name"}
        )
        page = text(answer)
        assert answer.status_code == 200
        assert ">event.name</textarea>" in page
        assert "Held open" in page
        assert 'value="severity" checked' in page

    def test_a_script_gets_the_part_that_changes(self, browser: Client) -> None:
        headers = {"HX-Request": "true"}
        shown = browser.post("/mappings/new", {**FIELDS, "act": "point:door", "target": "rule"}, headers=headers)
        looked = browser.post("/mappings/new", {**FIELDS, "act": "look"}, headers=headers)
        assert text(shown).startswith("<form")
        assert text(looked).startswith("<section")

    def test_saves_with_the_record_as_a_test_and_goes_on(self, cast: Cast, browser: Client) -> None:
        answer = browser.post("/mappings/new", {**FIELDS, "keep": "on", "act": "save"})
        row = newest(cast)
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/mappings/{row.mapping_id}")
        assert (row.name, row.number, "[[sample.expect]]" in row.text) == ("gates", 1, True)

    def test_reads_the_source_with_it_when_whoever_saves_manages_sources(self, cast: Cast, source: Source) -> None:
        fields = {**FIELDS, "keep": "on", "use": "on", "source": str(source.id), "act": "save"}
        answer = browser_of(cast).post("/mappings/new", fields)
        with acting_as(cast.supervisor):
            assert Source.objects.get(id=source.id).format == "own:gates"
        assert answer.headers["Location"] == f"/administration/sources/{source.id}"

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"name": ""}, "Enter a short name."),
            ({"name": "Two Words"}, "name"),
            ({"keep": ""}, "Keep at least one sample"),
            ({"slot_title": "a["}, "signal.title"),
            ({"sample": "{"}, "not valid JSON"),
            ({"name": "wazuh"}, "comes with the system"),
            ({"text": "name = "}, "not valid TOML"),
        ],
    )
    def test_says_what_is_wrong_and_loses_nothing_typed(
        self, cast: Cast, browser: Client, change: dict[str, str], said: str
    ) -> None:
        answer = browser.post("/mappings/new", {**FIELDS, "keep": "on", "note": "n", "act": "save"} | change)
        assert answer.status_code in (409, 422)
        assert said in text(answer)
        assert ({**FIELDS} | change)["slot_title"] in text(answer)

    @pytest.mark.parametrize(
        "act", ["", "point:", "drop:9", "sample:x", "forget:x", "accept", "suggest", "record:x", "x"]
    )
    def test_survives_any_click(self, browser: Client, act: str) -> None:
        assert browser.post("/mappings/new", {"act": act, "sample": "{"}).status_code == 200

    def test_is_for_those_who_judge_signals(self, cast: Cast) -> None:
        assert browser_of(cast, "responder").get("/mappings/new").status_code == 404


class TestMappingPage:
    def test_shows_its_sample_its_tests_and_what_the_form_cannot_show(self, cast: Cast, browser: Client) -> None:
        row = make_own(cast, text=door_mapping().replace("[signal]", '[signal]\nrule = {path = "door", regex = "D"}'))
        page = text(browser.get(f"/mappings/{row.mapping_id}"))
        assert "held open" in page
        assert '{path = "door", regex = "D"}' in page
        assert 'value="point:event.level"' in page

    def test_saves_another_version(self, cast: Cast, browser: Client) -> None:
        row = make_own(cast)
        fields = {"was": row.text, "text": row.text.replace("Door controller", "Doors"), "number": "1", "act": "save",
                  "name": "doors", "note": "Shorter"}  # fmt: skip
        assert browser.post(f"/mappings/{row.mapping_id}", fields).status_code == 302
        assert (newest(cast).number, newest(cast).title, newest(cast).note) == (2, "Doors", "Shorter")

    def test_is_refused_when_somebody_saved_meanwhile_and_keeps_what_was_typed(
        self, cast: Cast, browser: Client
    ) -> None:
        row = make_own(cast)
        fields = {"was": "", "text": row.text.replace("Door controller", "Mine"), "number": "7", "act": "save"}
        answer = browser.post(f"/mappings/{row.mapping_id}", fields)
        assert (answer.status_code, "Mine" in text(answer)) == (412, True)

    def test_compares_with_how_the_last_records_are_read(self, cast: Cast, browser: Client, source: Source) -> None:
        row = make_own(cast)
        send(source, cast, title="Port scan", door="D7", event={"name": "Opened"})
        fields = {"was": row.text, "text": row.text, "name": "doors", "source": str(source.id), "act": "compare",
                  "slot_title": "{event.name} at {door}", "title": "Doors"}  # fmt: skip
        page = text(browser.post(f"/mappings/{row.mapping_id}", fields))
        assert "Opened at D7" in page
        assert "title" in page

    def test_takes_few_statements(
        self, cast: Cast, browser: Client, source: Source, django_assert_max_num_queries: Any
    ) -> None:
        row = make_own(cast)
        read_with(source, cast)
        for number in range(5):
            send(source, cast, title=f"Scan {number}")
        with django_assert_max_num_queries(20):
            browser.get(f"/mappings/{row.mapping_id}")
