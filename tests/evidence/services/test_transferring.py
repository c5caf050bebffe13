# SPDX-License-Identifier: Apache-2.0
"""Exhibits change hands, and whoever has an account says so themself."""

from dataclasses import replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction

from longwatch.access.context import acting_as
from longwatch.access.models import CompartmentKind
from longwatch.access.services.accounts import disable_account
from longwatch.access.services.compartments import add_member, open_compartment
from longwatch.access.services.notices import own_notices
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from longwatch.core.ids import uuid7
from longwatch.evidence import selectors
from longwatch.evidence.models import CustodyEvent, CustodyKind, Exhibit
from longwatch.evidence.services import transferring
from longwatch.evidence.services.custody import link, unwritten
from longwatch.evidence.services.receiving import add_exhibit
from longwatch.evidence.services.transferring import NOT_A_READER, Handover
from longwatch.intake.services.enclosing import exclude_from
from longwatch.records.reference import RecordRef
from longwatch.records.selectors import timeline
from tests.personas import Cast


@pytest.fixture
def row(cast: Cast, record: RecordRef) -> Exhibit:
    """A file that the responder brought."""
    with acting_as(cast.responder):
        return add_exhibit(record, SimpleUploadedFile("disk.img", b"bytes"), by=cast.responder)


def hand(record: RecordRef, row: Exhibit, to: Actor, by: Actor, **said: Any) -> CustodyEvent:
    with acting_as(by):
        given = Handover(receiver_id=to.id, reason="Image it", place="Safe 2", **said)
        return transferring.transfer(record, row.id, given, by=by)


def refused(record: RecordRef, row: Exhibit, given: Handover, by: Actor) -> tuple[str, str]:
    """How a hand-over is refused: the code, and the sentence."""
    with acting_as(by), pytest.raises((Invalid, Conflict)) as refusal:
        transferring.transfer(record, row.id, given, by=by)
    return refusal.value.code, refusal.value.sentence


def kinds(row: Exhibit, by: Actor) -> list[str]:
    with acting_as(by):
        return [each.kind for each in selectors.custody(row.id)]


def holder(row: Exhibit, by: Actor) -> str:
    with acting_as(by):
        return selectors.holding(row).holder


def told(actor: Actor) -> list[tuple[str, str]]:
    with acting_as(actor):
        return [(each.kind, each.link) for each in own_notices(actor)]


class TestTransfer:
    """transfer"""

    def test_goes_to_somebody_without_an_account_at_once(self, cast: Cast, record: RecordRef, row: Exhibit) -> None:
        with acting_as(cast.responder):
            officer = Handover(receiver="Officer Lind, badge 4711", reason="Receipt 17/26")
            transferring.transfer(record, row.id, officer, by=cast.responder)
            assert selectors.holding(row) == selectors.Holding("Officer Lind, badge 4711")
        assert kinds(row, cast.responder) == ["received", "transferred"]

    def test_stays_where_it_is_until_somebody_with_an_account_confirms(
        self, cast: Cast, record: RecordRef, row: Exhibit
    ) -> None:
        hand(record, row, cast.analyst, cast.responder)
        with acting_as(cast.analyst):
            standing = selectors.holding(row)
            assert (standing.holder, standing.place, standing.holder_id) == ("Ravi Responder", "", cast.responder.id)
            assert standing.offer is not None
            assert standing.offer.to_label == "Ana Analyst"
            transferring.confirm_receipt(record, row.id, condition="Box dented", by=cast.analyst)
            standing, chain = selectors.holding(row), list(selectors.custody(row.id))
        assert (standing.holder, standing.place, standing.holder_id) == ("Ana Analyst", "Safe 2", cast.analyst.id)
        assert standing.offer is None
        offered, accepted = chain[1:]
        assert (offered.kind, offered.actor_label) == ("offered", "Ravi Responder")
        assert (accepted.kind, accepted.actor_label, accepted.condition) == ("accepted", "Ana Analyst", "Box dented")
        assert accepted.offer_id == offered.id
        assert offered.at < accepted.at

    def test_is_told_to_the_receiver_and_then_to_the_giver(self, cast: Cast, record: RecordRef, row: Exhibit) -> None:
        hand(record, row, cast.analyst, cast.responder)
        page = f"/files/{row.id}/view"
        assert told(cast.analyst) == [("custody_offered", page)]
        with acting_as(cast.analyst):
            transferring.confirm_receipt(record, row.id, by=cast.analyst)
        assert told(cast.responder) == [("custody_answered", page)]

    def test_stands_in_the_history_with_both_moments(self, cast: Cast, record: RecordRef, row: Exhibit) -> None:
        hand(record, row, cast.analyst, cast.responder)
        with acting_as(cast.analyst):
            transferring.confirm_receipt(record, row.id, by=cast.analyst)
            lines = [line.action for line in timeline(record.id, by=cast.analyst).rows]
        assert lines == ["evidence.receipt_confirmed", "evidence.offered", "evidence.received"]

    def test_is_not_for_who_may_not_see_the_exhibit_whoever_they_are(
        self, cast: Cast, record: RecordRef, row: Exhibit
    ) -> None:
        for nobody in (cast.hr.id, cast.administrator.id, cast.outsider.id, uuid7()):
            given = Handover(receiver_id=nobody, reason="x")
            assert refused(record, row, given, cast.responder) == ("receiver_cannot_read", NOT_A_READER)
        assert kinds(row, cast.responder) == ["received"]

    def test_is_not_for_whom_a_reporter_named_in_the_same_words(self, cast: Cast, record: RecordRef) -> None:
        with acting_as(cast.analyst):
            inside = open_compartment(name="Quiet", kind=CompartmentKind.RECORD, by=cast.analyst)
            for each in (cast.supervisor, cast.responder):
                add_member(inside.id, each.id, reason="Helps", by=cast.analyst)
            quiet = replace(record, id=uuid7(), compartment_id=inside.id)
            kept = add_exhibit(quiet, SimpleUploadedFile("a.txt", b"a"), by=cast.analyst)
            able = {each.id for each in transferring.receivers(kept, by=cast.analyst)}
            exclude_from(inside.id, cast.accounts["supervisor"], reason="", by=cast.analyst)
            left = {each.id for each in transferring.receivers(kept, by=cast.analyst)}
        assert able - left == {cast.supervisor.id}
        given = Handover(receiver_id=cast.supervisor.id, reason="x")
        assert refused(quiet, kept, given, cast.analyst) == ("receiver_cannot_read", NOT_A_READER)

    def test_is_not_for_who_has_left(self, cast: Cast, record: RecordRef, row: Exhibit) -> None:
        with acting_as(cast.administrator):
            disable_account(cast.analyst.id, reason="Left", by=cast.administrator)
        given = Handover(receiver_id=cast.analyst.id, reason="x")
        assert refused(record, row, given, cast.responder)[0] == "account_disabled"

    @pytest.mark.parametrize("name", ["Ana Analyst", " ana analyst "])
    def test_names_nobody_as_an_outsider_who_can_confirm_for_themself(
        self, cast: Cast, record: RecordRef, row: Exhibit, name: str
    ) -> None:
        assert refused(record, row, Handover(receiver=name, reason="x"), cast.responder)[0] == "has_an_account"
        email = cast.accounts["analyst"].email.upper()
        assert refused(record, row, Handover(receiver=email, reason="x"), cast.responder)[0] == "has_an_account"

    def test_goes_to_one_of_both(self, cast: Cast, record: RecordRef, row: Exhibit) -> None:
        given = Handover(receiver="Lab", receiver_id=cast.analyst.id, reason="x")
        assert refused(record, row, given, cast.responder)[1] == transferring.ONE_OF_BOTH

    def test_waits_for_one_answer_at_a_time(self, cast: Cast, record: RecordRef, row: Exhibit) -> None:
        hand(record, row, cast.analyst, cast.responder)
        for given in (Handover(receiver="Lab", reason="x"), Handover(receiver_id=cast.supervisor.id, reason="x")):
            code, sentence = refused(record, row, given, cast.responder)
            assert code == "waits_for_receipt"
            assert "Ana Analyst" in sentence

    def test_is_taken_by_oneself_from_who_has_no_account_or_left_and_from_nobody_else(
        self, cast: Cast, record: RecordRef, row: Exhibit
    ) -> None:
        mine = Handover(receiver_id=cast.analyst.id, reason="Back from the lab")
        assert refused(record, row, mine, cast.analyst)[0] == "holder_hands_over"
        with acting_as(cast.responder):
            transferring.transfer(record, row.id, Handover(receiver="Lab", reason="x"), by=cast.responder)
        assert hand(record, row, cast.analyst, cast.analyst).kind == CustodyKind.TRANSFERRED
        with acting_as(cast.administrator):
            disable_account(cast.analyst.id, reason="Left", by=cast.administrator)
        assert hand(record, row, cast.supervisor, cast.supervisor).from_label == "Ana Analyst"
        assert holder(row, cast.supervisor) == "Sam Supervisor"


class TestAnswers:
    """confirm_receipt, refuse_receipt and take_back"""

    def test_are_the_receivers_alone(self, cast: Cast, record: RecordRef, row: Exhibit) -> None:
        hand(record, row, cast.analyst, cast.responder)
        for actor in (cast.responder, cast.supervisor):
            with acting_as(actor), pytest.raises(NotAllowed, match="Only Ana Analyst"):
                transferring.confirm_receipt(record, row.id, by=actor)
            with acting_as(actor), pytest.raises(NotAllowed, match="Only Ana Analyst"):
                transferring.refuse_receipt(record, row.id, reason="x", by=actor)
        with acting_as(cast.outsider), pytest.raises(NotFound):
            transferring.confirm_receipt(record, row.id, by=cast.outsider)

    def test_need_an_offer_and_end_it(self, cast: Cast, record: RecordRef, row: Exhibit) -> None:
        with acting_as(cast.analyst), pytest.raises(Conflict, match="not offered"):
            transferring.confirm_receipt(record, row.id, by=cast.analyst)
        hand(record, row, cast.analyst, cast.responder)
        with acting_as(cast.analyst):
            transferring.confirm_receipt(record, row.id, by=cast.analyst)
            with pytest.raises(Conflict, match="not offered"):
                transferring.confirm_receipt(record, row.id, by=cast.analyst)
            with pytest.raises(Conflict, match="not offered"):
                transferring.refuse_receipt(record, row.id, reason="x", by=cast.analyst)
        with acting_as(cast.responder), pytest.raises(Conflict, match="not offered"):
            transferring.take_back(record, row.id, by=cast.responder)

    def test_refuse_for_a_reason_and_it_stays(self, cast: Cast, record: RecordRef, row: Exhibit) -> None:
        hand(record, row, cast.analyst, cast.responder)
        with acting_as(cast.analyst):
            with pytest.raises(Invalid, match="why you do not take it"):
                transferring.refuse_receipt(record, row.id, reason=" ", by=cast.analyst)
            made = transferring.refuse_receipt(record, row.id, reason="Seal broken", by=cast.analyst)
        assert (made.kind, made.reason) == ("refused", "Seal broken")
        assert holder(row, cast.analyst) == "Ravi Responder"
        assert told(cast.responder) == [("custody_answered", f"/files/{row.id}/view")]
        assert hand(record, row, cast.supervisor, cast.responder).kind == CustodyKind.OFFERED

    def test_take_back_what_nobody_answered(self, cast: Cast, record: RecordRef, row: Exhibit) -> None:
        hand(record, row, cast.analyst, cast.responder)
        with acting_as(cast.analyst), pytest.raises(Conflict, match="offered to you"):
            transferring.take_back(record, row.id, by=cast.analyst)
        with acting_as(cast.responder):
            transferring.take_back(record, row.id, reason="Wrong person", by=cast.responder)
        assert told(cast.analyst) == [
            ("custody_answered", f"/files/{row.id}/view"), ("custody_offered", f"/files/{row.id}/view"),
        ]  # fmt: skip
        assert kinds(row, cast.analyst) == ["received", "offered", "taken_back"]
        with acting_as(cast.analyst), pytest.raises(Conflict, match="not offered"):
            transferring.confirm_receipt(record, row.id, by=cast.analyst)

    def test_happen_in_the_version_that_was_read_only(self, cast: Cast, record: RecordRef, row: Exhibit) -> None:
        with acting_as(cast.analyst):
            before = selectors.holding(row).version
        offered = hand(record, row, cast.analyst, cast.responder)
        with acting_as(cast.analyst):
            with pytest.raises(Stale):
                transferring.confirm_receipt(record, row.id, by=cast.analyst, expected_version=before)
            transferring.confirm_receipt(record, row.id, by=cast.analyst, expected_version=offered.version)

    def test_are_out_of_reach_for_who_is_let_out_or_named_later(self, cast: Cast, record: RecordRef) -> None:
        with acting_as(cast.analyst):
            inside = open_compartment(name="Quiet", kind=CompartmentKind.RECORD, by=cast.analyst)
            add_member(inside.id, cast.supervisor.id, reason="Helps", by=cast.analyst)
            quiet = replace(record, id=uuid7(), compartment_id=inside.id)
            kept = add_exhibit(quiet, SimpleUploadedFile("a.txt", b"a"), by=cast.analyst)
        hand(quiet, kept, cast.supervisor, cast.analyst)
        with acting_as(cast.analyst):
            exclude_from(inside.id, cast.accounts["supervisor"], reason="", by=cast.analyst)
        with acting_as(cast.supervisor):
            assert list(selectors.offers()) == []
            with pytest.raises(NotFound):
                transferring.confirm_receipt(quiet, kept.id, by=cast.supervisor)
        with acting_as(cast.analyst):
            assert transferring.take_back(quiet, kept.id, by=cast.analyst).kind == CustodyKind.TAKEN_BACK

    def test_end_for_who_leaves_and_the_giver_is_told(self, cast: Cast, record: RecordRef, row: Exhibit) -> None:
        hand(record, row, cast.analyst, cast.responder)
        with acting_as(cast.administrator):
            transferring.tell_of_leaver(cast.analyst.id, by=cast.administrator)
            assert selectors.in_hands(cast.analyst.id) == selectors.InHands(0, 1)
        assert told(cast.responder) == []
        with acting_as(cast.administrator):
            disable_account(cast.analyst.id, reason="Left", by=cast.administrator)
            transferring.tell_of_leaver(cast.analyst.id, by=cast.administrator)
        assert told(cast.responder) == [("custody_answered", f"/files/{row.id}/view")]
        with acting_as(cast.supervisor):
            assert selectors.in_hands(cast.analyst.id) == selectors.InHands(0, 0)
            transferring.take_back(record, row.id, reason="Left", by=cast.supervisor)


class TestTheDatabase:
    """evidence_custody_answers"""

    @pytest.mark.parametrize(
        ("kind", "facts"),
        [
            (CustodyKind.ACCEPTED, {}),
            (CustodyKind.ACCEPTED, {"offer": True, "receiver": "supervisor"}),
            (CustodyKind.ACCEPTED, {"offer": True, "receiver": "analyst"}),
            (CustodyKind.REFUSED, {"offer": True, "receiver": "analyst"}),
            (CustodyKind.TRANSFERRED, {"to_label": "Lab"}),
            (CustodyKind.OFFERED, {"receiver": "supervisor"}),
            (CustodyKind.OFFERED, {}),
            (CustodyKind.SEALED, {"offer": True, "receiver": "analyst"}),
        ],
    )
    def test_lets_nobody_answer_for_another_or_past_an_offer(
        self, cast: Cast, record: RecordRef, row: Exhibit, kind: CustodyKind, facts: dict[str, Any]
    ) -> None:
        offered = hand(record, row, cast.analyst, cast.responder)
        said = dict(facts)
        values = {
            "offer_id": offered.id if said.pop("offer", False) else None,
            "receiver_id": cast.actors[said.pop("receiver")].id if "receiver" in said else None,
        }  # fmt: skip
        with acting_as(cast.responder), pytest.raises(DatabaseError), transaction.atomic():
            _raw(row, kind, cast.responder, **values, **said)
        assert kinds(row, cast.responder) == ["received", "offered"]

    def test_lets_nobody_say_that_another_took_it(self, cast: Cast, record: RecordRef, row: Exhibit) -> None:
        with acting_as(cast.responder), pytest.raises(DatabaseError), transaction.atomic():
            _raw(row, CustodyKind.TRANSFERRED, cast.responder, to_label="Ana Analyst", receiver_id=cast.analyst.id)
        made = unwritten(row, CustodyKind.TRANSFERRED, by=cast.analyst, receiver_id=cast.analyst.id)
        with acting_as(cast.responder), pytest.raises(DatabaseError), transaction.atomic():
            made.save(force_insert=True)

    def test_takes_one_answer(self, cast: Cast, record: RecordRef, row: Exhibit) -> None:
        offered = hand(record, row, cast.analyst, cast.responder)
        with acting_as(cast.analyst):
            transferring.confirm_receipt(record, row.id, by=cast.analyst)
            with pytest.raises(DatabaseError), transaction.atomic():
                _raw(row, CustodyKind.REFUSED, cast.analyst, offer_id=offered.id, receiver_id=cast.analyst.id)


def _raw(row: Exhibit, kind: CustodyKind, by: Actor, **facts: Any) -> CustodyEvent:
    """A link that no rule has looked at."""
    said = {
        "giver": "", "receiver": "", "place": "", "reason": "", "seal": "",
    }  # fmt: skip
    names = {
        CustodyKind.ACCEPTED: ("giver", "receiver", "place"), CustodyKind.SEALED: ("seal", "reason"),
        CustodyKind.REFUSED: ("giver", "receiver", "reason"),
    }.get(kind, ("giver", "receiver", "place", "reason"))  # fmt: skip
    return link(row, kind, by=by, said={name: said[name] for name in names}, **facts)
