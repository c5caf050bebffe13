# SPDX-License-Identifier: Apache-2.0
"""Whatever is sent to the API, by whomever: it never breaks, and answers only what its description promises."""

import json
import os
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from zlib import crc32

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.urls import resolve
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.config import SchemathesisConfig
from schemathesis.core import NOT_SET
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok

from longwatch.config.api import api
from tests.access.matrix import lines
from tests.access.matrix_words import Group, Line
from tests.access.matrix_world import PERSONAS, World, make_world
from tests.secrecy.probing import undone

load_all_checks()
# What it means to be described well; the others look for laxness in taking values, which the forms' own tests do.
PROMISES = CHECKS.get_by_names(
    ["not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance"]
)
DESCRIPTION = json.loads(json.dumps(api.get_openapi_schema(), default=str))
OPERATIONS = {f"{method.upper()} {path}" for path, methods in DESCRIPTION["paths"].items() for method in methods}
# What stands in an address, by the name of its parameter: the things of the access matrix.
KNOWN = {
    "signal_id": "signal", "incident_id": "incident_id", "case_id": "case_id", "exhibit_id": "case_file",
    "entity_id": "case_entity", "task_id": "case_task", "entry_id": "case_entry", "mention_id": "case_mention",
    "finding_id": "finding", "decision_id": "decision", "source_id": "source", "link_id": "case_tie",
    "account_id": "hr", "responder_id": "responder_row", "occurrence_id": "occurrence", "section_id": "section",
    "publication_id": "publication", "export_id": "export", "token_id": "lead_token", "hold_id": "hold",
    "disposal_id": "disposal", "request_id": "request", "group_id": "group", "lesson_id": "lesson", "trial_id": "trial",
    "rule_id": "grouping_rule", "item_id": "item", "watchlist_id": "watchlist", "analysis_id": "analysis",
    "said_id": "said", "marking_id": "marking", "subscription_id": "webhook_out", "letter_id": "refused_event",
    "delivery_id": "delivery", "door_id": "door", "poll_id": "poll", "feed_id": "feed",
    "canary_id": "canary", "mapping_id": "mapping",
    "message_id": "sender_message",
}  # fmt: skip
OF_INCIDENTS = {"task_id": "task", "entry_id": "entry", "mention_id": "mention", "link_id": "tie", "exhibit_id": "file"}
OF_REQUESTS = {"finding_id": "case_finding"}
OF_QUIET = {"rule_id": "quiet_rule"}
OF_WATCHING = {"entry_id": "watched"}
OF_ENTITIES = {"entity_id": "known_entity"}
# Nothing of the kind is in the world of the matrix; what is asked about it is made up.
NOT_THERE = {"number", "name", "key"}
# No operations: the description itself, and resumable uploads, which follow a protocol of their own.
ELSEWHERE = re.compile(r"/api/v1/(?:openapi\.json|docs|)|.*/uploads(?:/.*)?")
ASKED = [(group, line) for group, line in lines() if line.by_api and not ELSEWHERE.fullmatch(line.path.split("?")[0])]
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
# `make fuzz` takes its time: boundary values of every parameter, and many examples.
THOROUGH = "FUZZ_SECONDS" in os.environ
EXAMPLES = 60 if THOROUGH else 4
CONFIGURATION = SchemathesisConfig.from_dict({"phases": {"coverage": {"enabled": THOROUGH}}})

product = get_wsgi_application()


def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """The product, with each answer closed as a server does."""
    answer = product(environ, start_response)
    try:
        return [b"".join(answer)]
    finally:
        answer.close()


@schemathesis.serializer("application/x-ndjson")
def lines_of(context: Any, value: Any) -> bytes:
    """Lines are sent as they are."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


schema = schemathesis.openapi.from_dict(DESCRIPTION, config=CONFIGURATION)
schema.app = app
schema.location = None


@dataclass(frozen=True)
class Asking:
    """An operation with somebody who may do it, and what they would send."""

    group: Group
    method: str
    path: str
    parameters: Mapping[str, str]
    query: Mapping[str, str]
    body: Mapping[str, Any]
    named: Mapping[str, Any]

    @property
    def label(self) -> str:
        """The operation, as the description names it."""
        return f"{self.method} {self.path}"

    def case(self) -> Any:
        """What they would send, in the form that the description asks for."""
        operation = schema[self.path][self.method.lower()]
        kinds = DESCRIPTION["paths"][self.path][self.method.lower()].get("requestBody", {}).get("content", {})
        kind = next(iter(kinds), None)
        body: Any = {**self.body, "file": b"a"} if "file" in self.body else dict(self.body)
        nothing = kind is None or (not body and kind != "application/json")
        return operation.Case(
            path_parameters=dict(self.parameters), query=dict(self.query), body=NOT_SET if nothing else body,
            media_type=None if nothing else kind,
        )  # fmt: skip


def asking(world: World, group: Group, line: Line) -> Asking:
    """What a line of the access matrix asks."""
    address = urlsplit(world.filled(line.path))
    found = resolve(address.path)
    path = PARAMETER.sub(lambda name: f"{{{name[1]}}}", found.route)
    parameters = {name: str(value) for name, value in found.kwargs.items()}
    body = world.filled(line.body)
    named = {name: body[name] for name, value in line.body.items() if "{" in str(value)}
    return Asking(group, line.method, f"/{path}", parameters, dict(parse_qsl(address.query)), body, named)


@dataclass(frozen=True)
class Asked:
    """The world with all that is asked about it."""

    world: World
    by_label: Mapping[str, list[Asking]]

    def check(self, case: Any, persona: str) -> None:
        """Ask, and hold the answer against the description; nothing of the request stays."""
        token = self.world.tokens.get(persona, "")
        with undone():
            answer = case.call(headers={"Authorization": f"Bearer {token}"} if token else {})
        case.validate_response(answer, checks=PROMISES)


@pytest.fixture(scope="module")
def asked(django_db_setup: None, django_db_blocker: Any) -> Iterator[Asked]:
    """One of everything; each request is undone, so the connection must outlive it."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    with django_db_blocker.unblock(), transaction.atomic():
        world, by_label = make_world(), defaultdict(list)
        for group, line in ASKED:
            each = asking(world, group, line)
            by_label[each.label].append(each)
        yield Asked(world, by_label)
        transaction.set_rollback(True)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def askers(group: Group) -> list[str]:
    """One of each: let through, refused, told nothing, and not signed in."""
    hidden = set(PERSONAS) - group.allowed - group.forbidden - {"anonymous", "reporter"}
    found = [min(each) for each in (group.allowed - {"outsider"}, group.forbidden, hidden) if each]
    return [*found, "anonymous"]


def fit(case: Any, asked: Asked, number: int) -> None:
    """Let two of three cases be about things that exist: in the address, and where a body names things."""
    if number % 3 == 0:
        return
    given = dict(case.path_parameters or {})
    of_incident = "/incidents" in case.path or ("{kind}" in case.path and number % 3 == 1)
    names = KNOWN | (OF_INCIDENTS if of_incident else {}) | (OF_REQUESTS if "/subject-" in case.path else {})
    names |= (OF_QUIET if "/quiet-rules/" in case.path else {}) | (OF_WATCHING if "/watch-lists/" in case.path else {})
    names |= OF_ENTITIES if "_id}/identities" in case.path or "_id}/markings" in case.path else {}
    noun = "incident" if of_incident else "case"
    there = {name: asked.world.names[names[name]] for name in given if name in names}
    there |= {"kind": noun, "record_id": asked.world.names[f"{noun}_id"]}
    case.path_parameters = given | {name: value for name, value in there.items() if name in given}
    if isinstance(case.body, dict):
        case.body = {**case.body, **asked.by_label[case.operation.label][0].named}


@pytest.mark.parametrize("label", sorted(OPERATIONS))
@pytest.mark.slow
def test_what_is_meant_is_answered_as_described(asked: Asked, label: str) -> None:
    for each in asked.by_label[label]:
        for persona in askers(each.group):
            asked.check(each.case(), persona)


@schema.parametrize()
@settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
@pytest.mark.slow
def test_what_nobody_meant_is_answered_as_described(case: Any, asked: Asked) -> None:
    number = crc32(repr((case.path_parameters, case.query, case.body)).encode())
    fit(case, asked, number)
    people = askers(asked.by_label[case.operation.label][0].group)
    # Most get further as somebody who may.
    asked.check(case, people[0] if number % 4 else people[number // 4 % len(people)])


class TestThisCheck:
    def test_asks_every_operation(self, asked: Asked) -> None:
        assert set(asked.by_label) == OPERATIONS
        assert {each.ok().label for each in schema.get_all_operations() if isinstance(each, Ok)} == OPERATIONS

    def test_asks_as_people_of_several_roles(self) -> None:
        personas = {persona for group, _line in ASKED for persona in askers(group)}
        assert personas >= {"administrator", "analyst", "auditor", "counsel", "hr", "lead", "privacy", "integration"}
        assert "anonymous" in personas

    def test_knows_what_stands_in_an_address(self) -> None:
        named = {name for label in OPERATIONS for name in re.findall(r"{(\w+)}", label)}
        assert named == {*KNOWN, *NOT_THERE, "record_id", "kind"}

    def test_sees_an_answer_that_is_not_described(self, asked: Asked) -> None:
        # A checkpoint is there or not yet, as other tests left it; only its own description says so.
        planted = json.loads(json.dumps(DESCRIPTION))
        for status in ("200", "409"):
            del planted["paths"]["/api/v1/ledger/checkpoint"]["get"]["responses"][status]
        narrower = schemathesis.openapi.from_dict(planted, config=CONFIGURATION)
        narrower.app = app
        narrower.location = None
        with pytest.raises(FailureGroup, match="Undocumented status code"):
            asked.check(narrower["/api/v1/ledger/checkpoint"]["get"].Case(), "auditor")
