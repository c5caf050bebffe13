# SPDX-License-Identifier: Apache-2.0
"""The API's description: complete, and no form of one package standing in for another's."""

import json
import re
from collections import defaultdict
from typing import Any

from longwatch.cases.schemas import CaseIn
from longwatch.config.api import api
from longwatch.incidents.schemas import IncidentIn
from longwatch.intake.submission import read

FORM = re.compile(r"#/components/schemas/(\w+)")


def forms_by_name() -> dict[str, set[str]]:
    """Each schema's name with the modules that define one so named, over all operations."""
    found: dict[str, set[str]] = defaultdict(set)
    # Query parameters are flattened; only bodies and answers are named in the description.
    named = set(FORM.findall(json.dumps(api.get_openapi_schema(), default=str)))
    waiting = [
        model
        for _prefix, router in api._routers
        for view in router.path_operations.values()
        for operation in view.operations
        for model in (*operation.models, *filter(None, operation.response_models.values()))
        if isinstance(model, type)
    ]
    seen: set[type] = set()
    while waiting:
        model = waiting.pop()
        if model in seen or not hasattr(model, "model_fields"):
            continue
        seen.add(model)
        if model.__module__.startswith("longwatch.") and model.__name__ in named:
            found[model.__name__].add(model.__module__)
        waiting += [part for field in model.model_fields.values() for part in parts(field.annotation)]
    return found


def parts(annotation: object) -> list[type]:
    """The classes inside an annotation such as list[X] | None."""
    inside = getattr(annotation, "__args__", ())
    if inside:
        return [part for each in inside for part in parts(each)]
    return [annotation] if isinstance(annotation, type) else []


# Their answer holds a secret, and is never kept.
SECRETS = {"POST /api/v1/tokens", "POST /api/v1/webhooks", "POST /api/v1/sources/{source_id}/webhooks"}


class TestDescription:
    """/api/v1/openapi.json"""

    def test_names_each_form_once(self) -> None:
        assert {name: where for name, where in forms_by_name().items() if len(where) > 1} == {}

    def test_sees_the_forms_of_every_package(self) -> None:
        modules = {module for where in forms_by_name().values() for module in where}
        assert {"longwatch.cases.schemas", "longwatch.incidents.schemas", "longwatch.records.schemas"} <= modules

    def test_is_of_version_3_1(self) -> None:
        assert str(api.get_openapi_schema()["openapi"]).startswith("3.1")


SHARED = ("timeline", "tasks", "people", "links", "signals", "reopening")


def below(noun: str) -> dict[str, str]:
    """The operations on what every record holds: address and method, with the forms they take and give."""
    found = {}
    for path, methods in api.get_openapi_schema()["paths"].items():
        before, _, rest = path.partition(f"/{noun}/{{")
        _record, _, rest = rest.partition("}/")
        if before.endswith("/api/v1") and rest.split("/")[0] in SHARED:
            for method, operation in methods.items():
                found[f"{method} {rest}"] = ", ".join(sorted(FORM.findall(json.dumps(operation))))
    return found


class TestRecords:
    """What incidents and cases have in common"""

    def test_is_at_the_same_addresses_with_the_same_forms(self) -> None:
        incidents, cases = below("incidents"), below("cases")
        assert {name.split("/")[0].split(" ")[1] for name in cases} == set(SHARED)
        incidents.pop("post reopening")
        assert "ReasonIn" in cases.pop("post reopening")
        assert cases == incidents


def operations() -> list[tuple[str, dict[str, Any]]]:
    """Every operation with its name."""
    paths = api.get_openapi_schema()["paths"]
    return [(f"{method.upper()} {path}", one) for path, methods in paths.items() for method, one in methods.items()]


class TestOperations:
    """Each operation of the description"""

    def test_says_what_it_does_in_a_line_and_in_a_sentence(self) -> None:
        assert [name for name, one in operations() if not (one.get("summary") and one.get("description"))] == []

    def test_has_a_name_of_its_own(self) -> None:
        names = [one["operationId"] for _name, one in operations()]
        assert len(set(names)) == len(names)

    def test_stands_below_one_topic_that_is_described(self) -> None:
        topics = {each["name"] for each in api.get_openapi_schema()["tags"]}
        assert {name: one["tags"] for name, one in operations() if len(one["tags"]) != 1} == {}
        assert {one["tags"][0] for _name, one in operations()} == topics

    def test_asks_for_a_token_and_says_so(self) -> None:
        assert [name for name, one in operations() if not (one["security"] and 401 in one["responses"])] == []

    def test_names_its_refusals_as_problem_documents(self) -> None:
        refusals = api.get_openapi_schema()["components"]["responses"]
        for name, one in operations():
            named = {status: answer for status, answer in one["responses"].items() if status >= 400}
            assert {401, 404} <= set(named), name
            for answer in named.values():
                assert "application/problem+json" in refusals[answer["$ref"].rpartition("/")[2]]["content"]

    def test_takes_an_idempotency_key_wherever_something_is_posted(self) -> None:
        for name, one in operations():
            takes = "Idempotency-Key" in {each["name"] for each in one["parameters"]}
            assert takes is (name.startswith("POST ") and name not in SECRETS), name


class TestExamples:
    """What the main operations show"""

    def test_are_usable_as_they_stand(self) -> None:
        paths = api.get_openapi_schema()["paths"]
        signal = paths["/api/v1/signals"]["post"]["requestBody"]["content"]["application/json"]["schema"]["examples"][0]
        assert read(json.dumps(signal).encode()).title == signal["title"]
        forms = api.get_openapi_schema()["components"]["schemas"]
        for form in (IncidentIn, CaseIn):
            (example,) = forms[form.__name__]["examples"]
            assert form.model_validate(example).title == example["title"]
