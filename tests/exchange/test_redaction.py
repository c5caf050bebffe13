# SPDX-License-Identifier: Apache-2.0
"""Who receives what: as a table of rules, and on real items."""

from collections.abc import Iterable
from typing import Any

import pytest

from longwatch.access.models import Section
from longwatch.entities.kinds import Part
from longwatch.exchange.audiences import PROFILES, Audience, Choice, Kind
from longwatch.exchange.redaction import Decided, Item, Judged, Release, Treatment, redact

EVERY = list(Audience)


def item(kind: Kind = Kind.ENTRY, section: str = "core", **fields: Any) -> Item:
    return Item(kind=kind, id=f"{kind}-{section}", label="x", fields=fields or {"text": "x"}, section=section)


def named(value: str, part: Part, kind: str = "person", identifier: str = "") -> Item:
    return Item(
        kind=Kind.NAMED, id=identifier or value, label=value, fields={"value": value}, entity_kind=kind, part=part,
        value=value,
    )  # fmt: skip


def released(audience: Audience, *items: Item, **more: Any) -> Release:
    return redact(items, PROFILES[audience], more.pop("decisions", {}), **more)


def only(release: Release) -> Judged:
    (judged,) = release.judged
    return judged


def texts(release: Release) -> str:
    return str([each.fields for each in release.judged])


class TestSections:
    @pytest.mark.parametrize("audience", EVERY)
    @pytest.mark.parametrize("section", [Section.MEDICAL, Section.IDENTITY])
    def test_that_never_leave_do_not_leave_by_decision_or_by_counsel_either(
        self, audience: Audience, section: Section
    ) -> None:
        decisions = {("entry", f"entry-{section}"): Decided(Choice.RELEASE)}
        judged = only(released(audience, item(section=section), decisions=decisions, by_counsel=True))
        assert (judged.treatment, dict(judged.fields), judged.open) == (Treatment.OUT, {}, False)

    @pytest.mark.parametrize("audience", EVERY)
    def test_that_are_privileged_leave_for_counsel_made_by_counsel_only(self, audience: Audience) -> None:
        secret = item(section=Section.PRIVILEGED)
        decisions = {("entry", secret.id): Decided(Choice.RELEASE)}
        assert not only(released(audience, secret, decisions=decisions)).is_in
        by_counsel = only(released(audience, secret, by_counsel=True))
        assert by_counsel.is_in == (audience == Audience.COUNSEL)

    def test_of_a_reporters_identity_are_not_even_counted(self) -> None:
        release = released(Audience.INTERNAL, item(section=Section.IDENTITY))
        assert release.counts() == {}
        assert release.log() == []

    def test_of_witnesses_are_withheld_without_a_word_about_witnesses(self) -> None:
        (line,) = released(Audience.SUBJECT, item(section=Section.WITNESS)).log()
        assert "witness" not in f"{line.rule.code} {line.rule.why}".lower()


class TestNames:
    @pytest.mark.parametrize("audience", EVERY)
    def test_of_reporters_leave_under_no_rule_and_no_decision(self, audience: Audience) -> None:
        reporter = named("Rita Reporter", Part.REPORTER)
        decisions = {("named", reporter.id): Decided(Choice.RELEASE)}
        release = released(audience, reporter, item(text="Rita called."), decisions=decisions, about=reporter.id)
        assert "Rita" not in texts(release)

    @pytest.mark.parametrize(
        ("audience", "shown"),
        [
            (Audience.INTERNAL, {"Subject", "Witness", "Affected"}),
            (Audience.COUNSEL, {"Subject", "Witness", "Affected"}),
            (Audience.REGULATOR, {"Subject"}),
            (Audience.LAW_ENFORCEMENT, {"Subject", "Affected"}),
            (Audience.SUBJECT, set()),
        ],
    )
    def test_are_shown_by_the_part_of_the_person(self, audience: Audience, shown: set[str]) -> None:
        parts = {"Subject": Part.SUBJECT, "Witness": Part.WITNESS, "Affected": Part.AFFECTED}
        people = [named(f"{name}ine {name}son", part) for name, part in parts.items()]
        text = texts(released(audience, *people))
        assert {name for name in parts if f"{name}ine {name}son" in text} == shown

    def test_of_the_person_concerned_stay_and_the_staffs_go(self) -> None:
        people = [named("Jonas Weber", Part.SUBJECT, identifier="j"), named("Tom Other", Part.SUBJECT)]
        entry = item(text="Ines Investigator asked Jonas Weber about Tom.")
        release = released(Audience.SUBJECT, *people, entry, staff=["Ines Investigator"], about="j")
        assert release.of(Kind.ENTRY)[0].fields["text"] == "[Staff 1] asked Jonas Weber about [Person 1]."

    def test_are_the_same_pseudonym_everywhere(self) -> None:
        release = released(Audience.REGULATOR, named("Wanda W", Part.WITNESS), item(text="Wanda W and wanda w"))
        assert release.of(Kind.ENTRY)[0].fields["text"] == "[Witness 1] and [Witness 1]"

    def test_that_stay_stay_whole_beside_a_masked_one_of_the_same_family(self) -> None:
        people = [named("Jonas Weber", Part.SUBJECT), named("Wanda Weber", Part.WITNESS)]
        release = released(Audience.REGULATOR, *people, item(text="Jonas Weber met Wanda Weber. Weber ran."))
        assert release.of(Kind.ENTRY)[0].fields["text"] == "Jonas Weber met [Witness 1]. [Witness 1] ran."

    def test_may_be_shown_by_decision_but_for_reporters(self) -> None:
        wanda = named("Wanda W", Part.WITNESS)
        release = released(Audience.REGULATOR, wanda, decisions={("named", wanda.id): Decided(Choice.RELEASE)})
        assert only(release).treatment is Treatment.IN

    def test_of_somebody_withheld_go_from_every_text(self) -> None:
        jonas = named("Jonas Weber", Part.SUBJECT)
        decisions = {("named", jonas.id): Decided(Choice.WITHHOLD, "irrelevant")}
        release = released(Audience.INTERNAL, jonas, item(text="Jonas Weber came."), decisions=decisions)
        assert "Weber" not in texts(release)


class TestItems:
    def test_are_withheld_by_kind_and_released_by_decision(self) -> None:
        exhibit = item(Kind.EXHIBIT)
        assert not only(released(Audience.SUBJECT, exhibit)).is_in
        decisions = {("exhibit", exhibit.id): Decided(Choice.RELEASE)}
        assert only(released(Audience.SUBJECT, exhibit, decisions=decisions)).is_in

    def test_that_hang_on_a_withheld_exhibit_stay_with_it(self) -> None:
        exhibit = item(Kind.EXHIBIT)
        event = Item(kind=Kind.CUSTODY, id="c", label="x", fields={"by": "x"}, of=exhibit.id)
        decisions = {("exhibit", exhibit.id): Decided(Choice.WITHHOLD, "secret")}
        assert not any(each.is_in for each in released(Audience.INTERNAL, exhibit, event, decisions=decisions).judged)

    def test_are_logged_by_rule_with_the_ground_and_never_the_content(self) -> None:
        entries: Iterable[Item] = [
            Item(kind=Kind.ENTRY, id=str(n), label="secret words", fields={"text": "secret words"}) for n in range(3)
        ]
        decisions = {("entry", str(n)): Decided(Choice.WITHHOLD, "prejudice") for n in range(2)}
        (line,) = released(Audience.INTERNAL, *entries, decisions=decisions).log()
        assert (line.kind, line.count, line.rule.code) == (Kind.ENTRY, 2, "decision.prejudice")
        assert "secret" not in str(line)
