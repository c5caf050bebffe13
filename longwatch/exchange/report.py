# SPDX-License-Identifier: Apache-2.0
"""The six questions about a record as one audience may read them: built from what leaves, and from nothing else."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from longwatch.core import clock
from longwatch.core.discretion import moment_in
from longwatch.exchange.audiences import Kind
from longwatch.exchange.redaction import Judged, Release
from longwatch.records.briefing import Briefing, Question, Section, Statement, Subject, Weight, clipped, section
from longwatch.records.models import LinkKind, RecordKind
from longwatch.records.reference import RecordRef
from longwatch.web.moments import absolute_words

# More than a reader wants on paper; all of it is in the tables beside.
MOST = 400


def report(record: RecordRef, release: Release, *, marking: str, viewer: str) -> Briefing:
    """Six answers from what the audience receives."""
    told = _Told(release)
    sections = (
        told.happened(), told.knew(), told.evidence(), told.done(), told.before(), told.risk(),
    )  # fmt: skip
    facts = [(_("For"), str(release.profile.audience.label)), *told.facts()]
    subject = Subject(
        id=record.id, kind=str(record.kind), kind_word=str(RecordKind(record.kind).label), reference=record.reference,
        title=str(told.record.get("title", "")) or record.reference, url="", marking=marking, facts=tuple(facts),
    )  # fmt: skip
    zone = timezone.get_current_timezone_name()
    return Briefing(subject=subject, as_of=clock.now(), viewer=viewer, time_zone=zone, sections=sections)


class _Told:
    """The statements of each answer."""

    def __init__(self, release: Release) -> None:
        self.release = release
        found = release.of(Kind.RECORD)
        self.record: Mapping[str, Any] = found[0].fields if found else {}

    def facts(self) -> list[tuple[str, str]]:
        """What stands under the title."""
        opened = _opened(self.record)
        words = {_("Status"): str(self.record.get("status", "")), _("Opened"): absolute_words(opened) if opened else ""}
        return [(name, value) for name, value in words.items() if value]

    def happened(self) -> Section:
        """The summary, what was reported, events and updates, and who was named."""
        lead = self._paragraphs("summary")
        reports = [_statement(each, "received_at", text=str(each.fields["title"])) for each in self._of(Kind.SIGNAL)]
        entries = [
            _statement(each, "occurred_at", text=str(each.fields["text"]), person=str(each.fields["author"]))
            for each in self._of(Kind.ENTRY) if each.fields["kind"] != "decision"
        ]  # fmt: skip
        named = [Statement(text=_named(each.fields)) for each in self._of(Kind.NAMED)]
        found = self._paragraphs("findings")
        return self._section(Question.HAPPENED, [*lead, *_in_order([*reports, *entries]), *found, *named])

    def knew(self) -> Section:
        """Who was let in, and when; the summary of who opened it."""
        opened = Statement(
            text=_("opened the record"), at=_opened(self.record),
            person=str(self.record.get("opened_by", "")),
        )  # fmt: skip
        insiders = [
            _statement(each, "since", text=_("was let in: %(reason)s") % each.fields, person=str(each.fields["name"]))
            for each in self._of(Kind.MEMBER)
        ]
        return self._section(Question.KNEW, [*([opened] if self.record else []), *insiders])

    def evidence(self) -> Section:
        """Every exhibit with its hash."""
        told = [
            _statement(
                each, "received_at", text=f"{each.fields['number']}: {each.fields['name']}",
                raw=f"SHA-256 {each.fields['sha256']}" if each.fields["sha256"] else "",
                note=str(each.fields["received_by"]),
            )
            for each in self._of(Kind.EXHIBIT)
        ]  # fmt: skip
        return self._section(Question.EVIDENCE, told)

    def done(self) -> Section:
        """Decisions, tasks and changes."""
        decisions = [self._decision(each) for each in self._of(Kind.DECISION)]
        tasks = [
            _statement(each, "created_at", text=f"{each.fields['title']} ({each.fields['status']})",
                       person=str(each.fields["owner"]))
            for each in self._of(Kind.TASK)
        ]  # fmt: skip
        changes = [
            _statement(each, "at", text=str(each.fields["text"]), person=str(each.fields["actor"]))
            for each in self._of(Kind.CHANGE)
        ]
        actions = self._paragraphs("actions_taken")
        return self._section(Question.DONE, [*actions, *_in_order([*decisions, *tasks, *changes])])

    def _decision(self, each: Judged) -> Statement:
        approved = str(each.fields["approved_by"])
        note = _("approved by %(name)s") % {"name": approved} if approved else _("not approved yet")
        text = f"{each.fields['what']} {each.fields['why']}"
        return _statement(each, "decided_at", text=text, person=str(each.fields["decided_by"]), note=note)

    def before(self) -> Section:
        """Links to other records, by kind only: their names are not this record's to tell."""
        told = []
        for each in self._of(Kind.LINK):
            kind = each.fields["kind"]
            words = {
                "from": RecordKind(each.fields["from_kind"]).label, "to": RecordKind(each.fields["to_kind"]).label,
                "how": LinkKind(kind).label if kind in LinkKind.values else kind,
            }  # fmt: skip
            told.append(_statement(each, "since", text=_("%(from)s %(how)s %(to)s") % words))
        return self._section(Question.BEFORE, told)

    def risk(self) -> Section:
        """What the closure says."""
        names = ("residual_risk", "residual_risk_rationale", "remediation", "prevention", "closing_summary")
        return self._section(Question.RISK, self._paragraphs(*names))

    def _of(self, kind: Kind) -> list[Judged]:
        return self.release.of(kind)

    def _paragraphs(self, *names: str) -> list[Statement]:
        texts = (str(self.record.get(name) or "").strip() for name in names)
        return [Statement(text=clipped(text, 4000), weight=Weight.LEAD) for text in texts if text]

    def _section(self, question: Question, statements: Sequence[Statement]) -> Section:
        left = len(statements) - MOST
        more = ngettext("%(count)s more is in the tables.", "%(count)s more are in the tables.", max(left, 0))
        return section(
            question, statements[:MOST], nothing=_("Nothing in this bundle answers this."),
            more=more % {"count": left} if left > 0 else "",
        )  # fmt: skip


def _statement(each: Judged, moment: str, *, text: str, person: str = "", note: str = "", raw: str = "") -> Statement:
    told = each.fields.get(moment)
    # What came with a report without an account has no time of day.
    at, only_day = moment_in(told) if isinstance(told, str) and told else (None, False)
    return Statement(text=clipped(text, 1200), at=at, only_day=only_day, person=person, note=note, raw=raw)


def _named(fields: Mapping[str, Any]) -> str:
    note = f", {fields['note']}" if fields["note"] else ""
    return f"{fields['value']} ({fields['part']}{note})"


def _opened(record: Mapping[str, Any]) -> datetime | None:
    text = record.get("opened_at")
    return moment_in(str(text))[0] if text else None


def _in_order(statements: Sequence[Statement]) -> Iterator[Statement]:
    return iter(sorted(statements, key=lambda each: each.at.timestamp() if each.at else 0.0))
