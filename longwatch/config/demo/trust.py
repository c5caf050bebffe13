# SPDX-License-Identifier: Apache-2.0
"""(e) Who may know: sections of the threat case, what leaves them, an anonymous report, and looks across the walls."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from longwatch.access.context import acting_as
from longwatch.access.models import Compartment, Section
from longwatch.access.services.break_glass import end_glass
from longwatch.cases.services import findings, privilege, publishing, sections, witnesses
from longwatch.config.demo.stage import Stage
from longwatch.evidence.models import Exhibit
from longwatch.evidence.services import custody, transferring
from longwatch.incidents.models import NoticeKind
from longwatch.incidents.services.notices import Wording
from longwatch.intake import receipts
from longwatch.intake.services import threads, triage
from longwatch.intake.services.identities import ask_for_identity
from longwatch.records.reference import RecordRef
from longwatch.search.services.break_glass import break_glass
from longwatch.search.services.sealed_match import ask_sealed_match


def who_may_know(stage: Stage, incident_id: UUID, case_id: UUID) -> None:
    """The sections of the threat case and what goes out of them."""
    at = stage.back(hours=1)
    record = stage.case_record("tomas", case_id)
    _employment(stage, at, record)
    _medical(stage, at, incident_id, record)
    _counsel(stage, at, record)
    _witnesses(stage, at, record)
    with stage.scene("tomas", stage.after(at, 14)) as by:
        wording = Wording(
            kind=NoticeKind.BOLO, about="Daniel Kessler, 41, tall, grey jacket",
            text="Has no business on any site. Do not speak with him alone: keep distance, call the operations centre.",
            expires_at=stage.opening + timedelta(days=14),
        )  # fmt: skip
        publishing.publish(publishing.Origin(case_id), incident_id, wording, by=by)


def _inside(record: RecordRef, place: Compartment) -> RecordRef:
    """The section as the place to write in, for somebody who is inside it and perhaps not inside the case."""
    return replace(record, compartment_id=place.id, rows=None)


def _employment(stage: Stage, at: datetime, record: RecordRef) -> None:
    with stage.scene("lena", stage.after(at, 1)) as by:
        place = sections.open_section(record.id, section=Section.HR, by=by)
        sections.let_in(record.id, place.id, stage.actors["amara"].id, reason="Assesses the risk", by=by)
    inside = _inside(record, place)
    stage.note("lena", stage.after(at, 2), inside, "Left on 29 August after two written warnings about shouting at colleagues. "
               "The reference letter says so in one sentence; he asked three times to have it removed.")  # fmt: skip
    stage.task("lena", stage.after(at, 3), inside, "Look up who signed the reference letter and warn them", owner="lena",
               due=stage.back(hours=-6))  # fmt: skip


def _medical(stage: Stage, at: datetime, incident_id: UUID, record: RecordRef) -> None:
    nadia = stage.actors["nadia"].id
    with stage.scene("tomas", stage.after(at, 4)) as by:
        place = sections.open_section(record.id, section=Section.MEDICAL, first_member_id=nadia, by=by)
    inside = _inside(record, place)
    stage.note("nadia", stage.after(at, 6), inside, "Carla Mendes: severe allergic asthma, stress makes attacks likely. "
               "Agreed with her that the guards learn what to do, and nothing else.")  # fmt: skip
    with stage.scene("nadia", stage.after(at, 7)) as by:
        wording = Wording(
            kind=NoticeKind.NEED, about="Carla Mendes",
            text="Carries an injector in her bag. If she struggles for breath: let her sit, hand it to her, call 112.",
        )  # fmt: skip
        publishing.publish(publishing.Origin(record.id, place.id), incident_id, wording, by=by)


def _counsel(stage: Stage, at: datetime, record: RecordRef) -> None:
    with stage.scene("samuel", stage.after(at, 8)) as by:
        place = sections.open_section(record.id, section=Section.PRIVILEGED, by=by)
        sections.let_in(record.id, place.id, stage.actors["tomas"].id, reason="Gathers what the court needs", by=by)
        privilege.direct(
            record.id, place.id, directed_on=at.date(), matter="Protective order against D. Kessler",
            basis="advice", by=by,
        )  # fmt: skip
    inside = _inside(record, place)
    stage.note("samuel", stage.after(at, 9), inside, "The court will ask whether he knew that contact was unwanted. Her answer "
               "to the sixth message is the best evidence that we have; get the message itself, not a picture.")  # fmt: skip
    with stage.scene("tomas", stage.after(at, 10)) as by:
        findings.add_allegation(
            record.id, text="Did he know that contact was unwanted?", kind="question", section_id=place.id, by=by
        )


def _witnesses(stage: Stage, at: datetime, record: RecordRef) -> None:
    with stage.scene("tomas", stage.after(at, 11)) as by:
        place = sections.open_section(record.id, section=Section.WITNESS, by=by)
        for name, contact in (("Joana Pires", "+351 210 555 031"), ("Paulo Lima, parking guard", "+351 910 555 660")):
            witnesses.add_witness(record.id, place.id, name=name, contact=contact, by=by)
    stage.note("tomas", stage.after(at, 12), record, "W1 was in the room when the message was played. W2 saw a man in a grey "
               "jacket write down number plates on the 13th.")  # fmt: skip


def anonymous_report(stage: Stage) -> str:
    """Somebody of Norvik writes without a name, is asked, and answers: the answer waits. Returns their receipt."""
    signal, receipt = stage.anonymous_report(
        "form", stage.back(days=1),
        {
            "title": "Scaffold tags signed before the scaffold stood", "kind": "report", "severity": "medium",
            "place": "Plant 2, hall 3",
            "description": "The inspection tags in hall 3 are signed days before the frames are put up. I was told to keep "
            "quiet about it. People walk on these every shift.",
            "entities": [{"kind": "organisation", "value": "Norvik Scaffolding", "part": "subject"},
                         {"kind": "location", "value": "Plant 2, hall 3", "part": "scene"}],
        },
        language="en",
    )  # fmt: skip
    with stage.scene("adaeze", stage.back(hours=20)) as by:
        triage.acknowledge(signal, by=by)
        [thread] = threads.threads_of(signal)
        threads.write_to_reporter(
            thread.id, "Thank you. We have closed frames 5 to 9 until they are checked, and gave another reason for it. Is the "
            "same signature on other frames? Please do not go and look if anybody could notice.", by=by,
        )  # fmt: skip
    tag = receipts.tag_of(receipt)
    with acting_as(stage.actors["form"]):
        opened = threads.opened_by(tag) if tag else None
        if opened is not None:
            threads.answer(opened, "Only on those five, as far as I know. The tags for hall 4 lie ready in the site office, "
                           "signed, with no date yet.", (), once=uuid4())  # fmt: skip
    return receipt


def sealed_identity(stage: Stage, signal_id: UUID) -> None:
    """Who reported the man in the car park is known to the custodian only; somebody asks."""
    with stage.scene("tomas", stage.back(minutes=40)) as by:
        ask_for_identity(
            signal_id,
            "The reporter may have seen Daniel Kessler. I want to show them six photographs, one of them his.",
            by=by,
        )


def paper_in_hand(stage: Stage, incident: RecordRef, exhibit: Exhibit) -> None:
    """The signed transcript goes into a bag, and from hand to hand; whoever gets it says so."""
    with stage.scene("ben", stage.back(minutes=52)) as by:
        custody.apply_seal(incident, exhibit.id, seal="HW-00417", reason="Signed original, bagged on site", by=by)
    with stage.scene("ben", stage.back(minutes=44)) as by:
        handover = transferring.Handover(
            giver="Ben Okafor", receiver_id=stage.actors["tomas"].id, place="Safe 2, threat assessment",
            reason="Annex to the application for the protective order", condition="Bag and seal whole",
        )  # fmt: skip
        transferring.transfer(incident, exhibit.id, handover, by=by)
    with stage.scene("tomas", stage.back(minutes=37)) as by:
        transferring.confirm_receipt(incident, exhibit.id, condition="Bag and seal whole", by=by)


def across_the_walls(stage: Stage, trip_id: UUID) -> None:
    """A sealed match that was answered yes, and a glass broken in the night, which waits for its review."""
    with stage.scene("yusuf", stage.back(minutes=30)) as by:
        ask_sealed_match([("person", "Daniel Kessler")], reason="Named in a letter to the Porto office.", by=by)
    reference = stage.case_record("victor", trip_id).reference
    with stage.scene("noor", stage.opening) as by:
        glass = break_glass(
            reference, reason_code="absence", minutes=15, by=by,
            reason="The detail in São Paulo asks which hotels are burnt; Victor Hale is in the air until six.",
        )  # fmt: skip
    if glass is not None:
        with stage.scene("noor", stage.opening + timedelta(seconds=1)) as by:
            end_glass(glass.id, by=by)
