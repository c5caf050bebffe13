# SPDX-License-Identifier: Apache-2.0
"""The one world in which the access matrix asks: one of everything, made by the services."""

import json
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from longwatch.access.context import acting_as
from longwatch.access.services.tokens import create_token
from longwatch.access.sessions import living
from longwatch.cases import selectors as case_selectors
from longwatch.cases.services.decisions import record_decision
from longwatch.cases.services.findings import add_allegation
from longwatch.cases.services.linking import add_signals, link_incident
from longwatch.cases.services.opening import open_case
from longwatch.cases.services.people import add_member
from longwatch.cases.services.publishing import Origin, publish
from longwatch.cases.services.sections import open_section
from longwatch.entities.services.mentions import add_mention
from longwatch.evidence.services.receiving import add_exhibit
from longwatch.exchange.services.requesting import request_export
from longwatch.grouping.services.ruling import create_rule
from longwatch.grouping.services.teaching import teach
from longwatch.grouping.services.trying import ask_trial
from longwatch.incidents import selectors as incident_selectors
from longwatch.incidents.services.auto_opening import open_by_rule
from longwatch.incidents.services.merging import link_related
from longwatch.incidents.services.notices import Wording
from longwatch.incidents.services.opening import open_incident
from longwatch.incidents.services.responding import add_responder, take_command
from longwatch.intake.models import Occurrence
from longwatch.intake.undo import KEY
from longwatch.records.models import EntryKind
from longwatch.records.reference import RecordRef, placed
from longwatch.records.services.tasks import add_task
from longwatch.records.services.timeline import add_entry
from tests.access.matrix_exports import webhooks_out
from tests.access.matrix_known import make_known
from tests.access.matrix_mappings import make_mappings
from tests.access.matrix_quiet import make_quiet
from tests.access.matrix_senders import telling_the_sender
from tests.access.matrix_world_rights import make_rights
from tests.access.matrix_world_rooms import begun_upload, make_rooms
from tests.grouping.cast_groups import entity_of, make_group, make_signals
from tests.intake.cast_signals import keep_unreadable, make_address, make_door, make_poll, make_source, send
from tests.personas import Cast, make_cast

# `lead` and `hr` are the members of the case; `investigator` is of the same role as `lead` and is not.
PERSONAS = (
    "anonymous", "reporter", "responder", "analyst", "investigator", "lead", "supervisor", "hr", "counsel", "auditor",
    "administrator", "integration", "outsider", "privacy", "custodian",
)  # fmt: skip


# Kept when it could not be read, which it can be by now.
MENDED = b'{"title": "Window broken"}'


@dataclass(frozen=True)
class World:
    """What the placeholders in the matrix stand for, and how each persona comes to the server."""

    names: dict[str, str]
    tokens: dict[str, str]
    sessions: dict[str, str]
    browser: Client

    def status(self, persona: str, method: str, address: str, body: dict[str, Any], **headers: str) -> int:
        """How a request of a persona is answered; nothing of it stays. Headers are for programs."""
        address, body = self.filled(address), self.filled(body)
        with transaction.atomic():
            try:
                if address.startswith("/api/"):
                    return _read(self.by_api(persona, method, address, body, headers))
                return _read(self.by_page(persona, method, address, body))
            finally:
                transaction.set_rollback(True)

    def by_page(self, persona: str, method: str, address: str, body: dict[str, Any]) -> Any:
        """What a person with a session is answered; the caller undoes it."""
        self.browser.cookies.clear()
        if persona in self.sessions:
            self.browser.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[persona]
        return getattr(self.browser, method.lower())(address, body)

    def by_api(self, persona: str, method: str, address: str, body: dict[str, Any], headers: Mapping[str, str]) -> Any:
        """What a program with a persona's token is answered; the caller undoes it."""
        self.browser.cookies.clear()
        token = self.tokens.get(persona, "")
        headers = {**headers, "Authorization": f"Bearer {token}"} if token else headers
        if "file" in body:
            return self.browser.post(address, {"file": SimpleUploadedFile(body["file"], b"a")}, headers=headers)
        content = json.dumps(body) if body else ""
        return self.browser.generic(method, address, content, content_type="application/json", headers=headers)

    def filled(self, part: Any) -> Any:
        """The part with its placeholders replaced."""
        if isinstance(part, str):
            return part.format_map(self.names)
        if isinstance(part, dict):
            return {name: self.filled(value) for name, value in part.items()}
        return [self.filled(value) for value in part] if isinstance(part, list) else part


def make_world() -> World:
    """One of everything, in the current transaction."""
    cast = make_cast()
    names = {name: str(account.id) for name, account in cast.accounts.items()}
    names |= _signals(cast)
    names |= _groups(cast)
    names |= _incidents(cast, names)
    names |= _restricted(cast)
    names |= _case(cast, names)
    names |= make_rights(cast) | make_rooms(cast) | make_quiet(cast, names["source"])
    names |= make_known(cast, names["signal"], names["incident_id"])
    names |= webhooks_out(cast) | telling_the_sender(cast, UUID(names["source"]))
    names |= make_mappings(cast)
    tokens = {name: _token(cast, name, names) for name in cast.accounts}
    browser = Client(raise_request_exception=False)
    sessions = {name: _session(browser, cast, name) for name in cast.accounts if name != "integration"}
    names |= _of_sessions(browser, sessions, cast, names)
    return World(names, tokens, sessions, browser)


def _signals(cast: Cast) -> dict[str, str]:
    source = make_source(cast)
    sent = {
        name: str(send(source, cast, title=name, dedup_key=name).signal_id)
        for name in ("first", "second", "taken", "cased")
    }
    with acting_as(cast.analyst):
        occurrence = Occurrence.objects.filter(signal_id=sent["first"]).first()
    return {
        "signal": sent["first"], "other_signal": sent["second"], "taken_signal": sent["taken"],
        "case_signal": sent["cased"],
        "occurrence": str(occurrence.id if occurrence else ""), "source": str(source.id), "org": cast.organisation.slug,
        "delivery": str(keep_unreadable(source, cast, MENDED)), "door": str(make_door(source, cast)[0].id),
        "poll": str(make_poll(source, cast).id),
        "mailbox": str(make_address(source, cast).id),
    }  # fmt: skip


def _groups(cast: Cast) -> dict[str, str]:
    """Two groups of signals, and something taught about what the other of them names."""
    first, second, third, fourth = make_signals(cast, "web-1", "web-2", "web-3", "web-4")
    group, other = make_group(cast, first, fourth), make_group(cast, second)
    with acting_as(cast.analyst):
        lesson = teach(other.id, entity_of(second), "never", "A scanner", by=cast.analyst)
    about = [{"field": "rule", "op": "is", "values": ["vpn"]}]
    with acting_as(cast.supervisor):
        rule = create_rule(name="VPN", conditions=about, category="CY-05", by=cast.supervisor)
        trial = ask_trial(rule.id, 3, by=cast.supervisor)
        opened = make_group(cast, third)
        open_by_rule(opened, rule, [third.id], by=cast.supervisor)
    return {
        "grouping_rule": str(rule.id), "trial": str(trial.id),
        "group": str(group.id), "other_group": str(other.id), "opened_group": str(opened.id), "lesson": str(lesson.id),
        "group_entity": str(entity_of(first)), "group_signal": str(first.id),
    }  # fmt: skip


def _incidents(cast: Cast, names: dict[str, str]) -> dict[str, str]:
    by = cast.analyst
    with acting_as(by):
        incident = open_incident(
            title="Door forced", category="FA-01", restricted=False, signal_ids=[UUID(names["taken_signal"])], by=by
        )
        other = open_incident(title="Window broken", category="FA-01", restricted=False, by=by)
        take_command(incident.id, by=by)
        responder = add_responder(incident.id, cast.responder.id, role="responder", by=by)
        tie = link_related(incident.id, other.id, by=by)
        record = incident_selectors.incident_ref(incident_selectors.incident(incident.id))
        contents = _contents(record, cast, "analyst") | {"upload": begun_upload(record, by)}
    return contents | {
        "incident": incident.reference, "incident_id": str(incident.id), "other_incident": other.reference,
        "incident_entry": str(incident.version),
        "other_incident_id": str(other.id), "responder_row": str(responder.id), "tie": str(tie.id),
    }  # fmt: skip


def _restricted(cast: Cast) -> dict[str, str]:
    """An incident that only the analyst and the responder know of."""
    by = cast.analyst
    with acting_as(by):
        incident = open_incident(title="A threat", category="WV-03", restricted=True, by=by)
        add_responder(incident.id, cast.responder.id, role="responder", by=by)
        contents = _contents(incident_selectors.incident_ref(incident_selectors.incident(incident.id)), cast, "analyst")
    return {f"restricted_{name}": value for name, value in contents.items()} | {
        "restricted": incident.reference, "restricted_id": str(incident.id)
    }  # fmt: skip


def _case(cast: Cast, names: dict[str, str]) -> dict[str, str]:
    by = cast.lead
    with acting_as(by):
        case = open_case(title="Thefts", type="other", lead_id=by.id, by=by)
        other = open_case(title="More thefts", type="other", lead_id=by.id, by=by)
        for row in (case, other):
            add_member(row.id, cast.hr.id, reason="Partner", by=by)
        tie = link_incident(case.id, UUID(names["incident_id"]), by=by)
        add_signals(case.id, [UUID(names["case_signal"])], by=by)
        finding = add_allegation(case.id, text="He took it", by=by)
        decision = record_decision(case.id, what="Search the locker", why="A witness", by=by)
        record = case_selectors.case_ref(case_selectors.case(case.id))
        contents = _contents(record, cast, "lead")
        export = request_export(record, audience="internal", recipient="The board", purpose="The meeting", by=by)
    return {f"case_{name}": value for name, value in contents.items()} | {
        "case": case.reference, "case_id": str(case.id), "other_case_id": str(other.id), "case_tie": str(tie.id),
        "finding": str(finding.id), "decision": str(decision.id), "medical": str(cast.medical.id),
        "export": str(export.id),
    } | _section(cast, case.id, UUID(names["incident_id"]))  # fmt: skip


def _section(cast: Cast, case_id: UUID, incident_id: UUID) -> dict[str, str]:
    """The HR section of the case, with the HR partner alone inside."""
    by = cast.hr
    with acting_as(by):
        made = open_section(case_id, section="hr", by=by)
        place = placed(case_selectors.case_ref(case_selectors.case(case_id)), made.id)
        entry = add_entry(place, kind=EntryKind.NOTE, text="Seen inside", by=by)
        task = add_task(place, title="Look inside", by=by)
        wording = Wording(kind="safety", text="Keep the gate shut.")
        publication = publish(Origin(case_id, made.id), incident_id, wording, by=by)
    return {
        "section": str(made.id), "section_entry": str(entry.id), "section_task": str(task.id),
        "publication": str(publication.id),
    }  # fmt: skip


def _contents(record: RecordRef, cast: Cast, name: str) -> dict[str, str]:
    by = cast.actors[name]
    mention = add_mention(record, kind="person", value=f"Known only to {record.reference}", by=by)
    return {
        "entry": str(add_entry(record, kind=EntryKind.NOTE, text="Seen", by=by).id),
        "task": str(add_task(record, title="Look", by=by).id),
        "mention": str(mention.id),
        "entity": str(mention.entity_id),
        "file": str(add_exhibit(record, SimpleUploadedFile("seen.txt", b"seen"), by=by).id),
    }


def _token(cast: Cast, name: str, names: dict[str, str]) -> str:
    account, actor = cast.accounts[name], cast.actors[name]
    # A reporter can do nothing by API; even such a token must not exist.
    if not actor.permissions:
        return ""
    with acting_as(actor):
        token, text = create_token(account_id=account.id, label="Matrix", permissions=actor.permissions, by=actor)
    names[f"{name}_token"] = str(token.id)
    return text


def _session(browser: Client, cast: Cast, name: str) -> str:
    browser.cookies.clear()
    browser.force_login(cast.accounts[name])
    return str(browser.cookies[settings.SESSION_COOKIE_NAME].value)


def _of_sessions(browser: Client, sessions: Mapping[str, str], cast: Cast, names: Mapping[str, str]) -> dict[str, str]:
    """What hangs on being signed in somewhere: the sessions themselves, and what the analyst can take back in one."""
    browser.cookies.clear()
    browser.cookies[settings.SESSION_COOKIE_NAME] = sessions["analyst"]
    kept = browser.session
    kept[KEY] = {"taken-back": {"act": "acknowledge", "before": {names["signal"]: ""}}}
    kept.save()
    own = {f"{name}_session": str(living(cast.actors[name].id)[0].id) for name in ("analyst", "reporter")}
    return own | {"undo": "taken-back"}


def _read(answer: Any) -> int:
    # Files are closed when they have been read to their end.
    if answer.streaming:
        deque(answer, maxlen=0)
    return int(answer.status_code)
