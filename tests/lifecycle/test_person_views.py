# SPDX-License-Identifier: Apache-2.0
"""The pages on which less than a record goes: lone signals, and one person."""

from uuid import UUID

from longwatch.access.context import acting_as
from longwatch.access.oversight import Attempt
from longwatch.incidents.services.opening import add_signals
from longwatch.intake.models import Signal
from longwatch.lifecycle import selectors
from longwatch.lifecycle.services.disposing import approve, propose_person
from longwatch.lifecycle.services.erasing import carry_out
from longwatch.records.models import TimelineEntry
from tests.intake.cast_signals import make_source, send
from tests.lifecycle.alone import lone_signals
from tests.lifecycle.asking import a_request, found
from tests.lifecycle.closed import PERSON, a_closed_case, actions_about, an_incident
from tests.lifecycle.standing import identity
from tests.lifecycle.test_views import browser, text
from tests.personas import Cast


class TestSignals:
    def test_from_what_is_due_to_the_certificate(self, cast: Cast) -> None:
        lone_signals(cast)
        privacy, supervisor = browser(cast, "privacy"), browser(cast, "supervisor")
        assert "2 signals or bodies due" in text(privacy, "/life-cycle/due")
        page = f"/life-cycle/signals/{cast.signals.id}"
        assert "Signals, as they arrived" in text(privacy, page)
        made = privacy.post(page)
        assert made.status_code == 302
        assert privacy.post(page).status_code == 409
        disposal = made.headers["Location"]
        assert "Your decision" not in text(privacy, disposal)
        assert "Your decision" in text(supervisor, disposal)
        assert supervisor.post(disposal, {"decision": "approve"}).status_code == 302
        carry_out(UUID(disposal.rpartition("/")[2]))
        assert "Certificate of disposal" in text(privacy, disposal)
        assert privacy.get(f"{disposal}/certificate.pdf").content.startswith(b"%PDF")

    def test_an_empty_list_says_so(self, cast: Cast) -> None:
        assert "No signal is due" in text(browser(cast, "privacy"), "/life-cycle/due")


class TestPlace:
    def test_from_the_request_to_a_list_without_the_person(self, cast: Cast) -> None:
        identity(cast)
        row = a_request(cast, "erasure")
        (only,) = found(cast, row)
        privacy, supervisor = browser(cast, "privacy"), browser(cast, "supervisor")
        request = f"/life-cycle/requests/{row.id}"
        assert "Lists, rules and kept bodies of a place" in text(privacy, request)
        assert "Assets and identities: 1" in text(supervisor, f"/life-cycle/findings/{only.id}")
        decided = supervisor.post(f"/life-cycle/findings/{only.id}", {"choice": "comply"})
        assert decided.status_code == 302
        page = f"/life-cycle/place/{only.record_id}/person"
        assert page in privacy.get(request).content.decode()
        assert "The lists and rules of this place stay." in text(privacy, page)
        made = privacy.post(page, {"words": PERSON, "note": "Asked"})
        disposal = made.headers["Location"]
        assert PERSON not in text(privacy, disposal)
        assert "Assets and identities" in text(supervisor, disposal)
        goes = [str(each.row_id) for each in places(cast, UUID(disposal.rpartition("/")[2]))]
        assert supervisor.post(disposal, {"decision": "approve", "goes": goes}).status_code == 302
        carry_out(UUID(disposal.rpartition("/")[2]))
        assert "Certificate of erasure" in text(privacy, disposal)
        assert privacy.get(f"/life-cycle/place/{only.record_id}").status_code == 404


def places(cast: Cast, disposal_id: UUID) -> list[selectors.PersonPlace]:
    with acting_as(cast.supervisor):
        return selectors.person_places(selectors.disposal(disposal_id))


class TestPerson:
    def test_every_place_that_is_struck_was_shown_first(self, cast: Cast) -> None:
        record, source = an_incident(cast), make_source(cast)
        arrived = send(source, cast, title="Badge lost", entities=[{"kind": "person", "value": PERSON}])
        with acting_as(cast.analyst):
            add_signals(record.id, [arrived.signal_id], by=cast.analyst)
        with acting_as(cast.privacy):
            row = propose_person(record.id, words=[PERSON], note="Asked", by=cast.privacy)
        with acting_as(cast.supervisor):
            shown = [each.row_id for each in selectors.person_places(row)]
            approve(row.id, by=cast.supervisor)
        assert arrived.signal_id in shown
        assert carry_out(row.id) == "done"
        with acting_as(cast.supervisor):
            counts = selectors.disposal(row.id).counts
        assert sum(amount for place, amount in counts.items() if place != "ledger_detail") == len(shown)

    def test_the_lead_sees_each_place_and_leaves_some(self, cast: Cast) -> None:
        record = a_closed_case(cast)
        privacy, lead = browser(cast, "privacy"), browser(cast, "lead")
        page = f"/life-cycle/case/{record.id}/person"
        assert "Erase one person" in text(privacy, page)
        assert privacy.post(page, {"words": "Nobody Known", "note": "Asked"}).status_code == 409
        assert privacy.post(page, {"words": "x", "note": "Asked"}).status_code == 422
        made = privacy.post(page, {"words": PERSON, "note": "Asked"})
        assert made.status_code == 302
        disposal = made.headers["Location"]
        assert "wrote again" not in text(privacy, disposal)
        seen = text(lead, disposal)
        assert f"{PERSON} wrote again." in seen
        assert "[erased] wrote again." in seen
        with acting_as(cast.lead):
            (row,) = selectors.persons_of(record.id)
            ticked = [each.row_id for each in selectors.person_places(row) if "wrote" not in each.before]
        assert lead.post(disposal, {"decision": "approve", "goes": ticked}).status_code == 302
        assert carry_out(row.id) == "done"
        with acting_as(cast.lead):
            assert TimelineEntry.objects.filter(record_id=record.id, text=f"{PERSON} wrote again.").exists()
        assert "Threats by [erased]" in text(lead, f"/cases/{record.reference}")
        assert "Single persons" in text(privacy, f"/life-cycle/case/{record.id}")

    def test_only_texts_are_struck_and_each_of_them(self, cast: Cast) -> None:
        record, source = an_incident(cast), make_source(cast)
        arrived = send(
            source, cast, title="Badge lost", description=rf"\x {PERSON} came",
            entities=[{"kind": "person", "value": PERSON}],
        )  # fmt: skip
        with acting_as(cast.analyst):
            add_signals(record.id, [arrived.signal_id], by=cast.analyst)
            before = Signal.objects.get(id=arrived.signal_id)
        year = str(before.occurred_at.year)
        with acting_as(cast.privacy):
            row = propose_person(record.id, words=[PERSON, "value", year], note="Asked", by=cast.privacy)
        with acting_as(cast.supervisor):
            approve(row.id, by=cast.supervisor)
        assert carry_out(row.id) == "done"
        with acting_as(cast.analyst):
            after = Signal.objects.get(id=arrived.signal_id)
        assert after.description == r"\x [erased] came"
        assert [{**each, "value": "[erased]"} for each in before.entities] == after.entities
        assert after.occurred_at == before.occurred_at

    def test_a_look_that_finds_nothing_stays_in_the_history(self, cast: Cast) -> None:
        record = a_closed_case(cast)
        answer = browser(cast, "privacy").post(
            f"/life-cycle/case/{record.id}/person", {"words": "Nobody Known", "note": "Asked"}
        )
        assert answer.status_code == 409
        with acting_as(cast.lead):
            assert "disposal.person_sought" in actions_about(record.id)
        with acting_as(cast.privacy):
            assert Attempt.objects.filter(kind="person").count() == 1

    def test_is_for_privacy_officers(self, cast: Cast) -> None:
        record = a_closed_case(cast)
        text(browser(cast, "lead"), f"/life-cycle/case/{record.id}/person", 404)
