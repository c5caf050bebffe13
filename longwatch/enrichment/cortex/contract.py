# SPDX-License-Identifier: Apache-2.0
"""What Cortex analyzers are told and what they answer, as cortexutils reads and writes it. Pure."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from longwatch.entities.kinds import EntityKind

# TLP and PAP as cortexutils counts them; what is unmarked counts as amber.
LEVELS = {"clear": 0, "white": 0, "green": 1, "amber": 2, "amber+strict": 2, "red": 3}
AMBER = 2
# What each kind is to analyzers, the nearest word first.
TYPES: dict[str, tuple[str, ...]] = {
    EntityKind.IP: ("ip",), EntityKind.DOMAIN: ("domain", "fqdn"), EntityKind.HOST: ("fqdn", "domain"),
    EntityKind.URL: ("url",), EntityKind.EMAIL: ("mail",), EntityKind.FILE_HASH: ("hash",),
    EntityKind.OTHER: ("other",),
}  # fmt: skip
LONGEST_SENTENCE = 500
MOST_OBJECTS = 200
MOST_SETTINGS = 100
_NAME = re.compile(r"[\w.+-][\w .+-]{0,119}")


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that an analyzer wants to be told, such as a key of its service."""

    name: str
    sort: str
    about: str
    required: bool = False
    multi: bool = False
    default: Any = None


@dataclass(frozen=True, slots=True)
class Description:
    """An analyzer as its own file describes it."""

    name: str
    version: str
    command: str
    data_types: tuple[str, ...]
    about: str = ""
    settings: tuple[Setting, ...] = ()
    config: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Analyzer:
    """An analyzer with what the administrator told it and lets it do."""

    name: str
    version: str
    command: str
    data_types: tuple[str, ...]
    config: Mapping[str, Any] = field(default_factory=dict)
    max_tlp: int = 2
    max_pap: int = 2
    network: bool = False
    seconds: int = 120
    megabytes: int = 1024


@dataclass(frozen=True, slots=True)
class Report:
    """What an analyzer answered. `failure` is our word for why there is nothing more, `error` its own sentence."""

    success: bool
    full: Mapping[str, Any] = field(default_factory=dict)
    taxonomies: tuple[Mapping[str, Any], ...] = ()
    artifacts: tuple[Mapping[str, Any], ...] = ()
    error: str = ""
    failure: str = ""


class Unusable(ValueError):
    """What an analyzer answered, or how it is described, is not of the contract; the word says how."""

    def __init__(self, sentence: str, failure: str = "no_answer") -> None:
        super().__init__(sentence)
        self.failure = failure


def described(text: str | bytes) -> Description:
    """An analyzer from its description, such as Analyzers/Abuse/Abuse.json; refuses (Unusable) what is none."""
    try:
        said = json.loads(text)
        name, command, types = _words(said["name"], 120), _words(said["command"], 300), said["dataTypeList"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Unusable("This is not the description of an analyzer.") from error
    if not _NAME.fullmatch(name) or not command or not isinstance(types, list):
        raise Unusable("This is not the description of an analyzer.")
    if command.startswith("/") or ".." in command.split("/"):
        raise Unusable("The description names a command outside its folder.")
    items, config = said.get("configurationItems"), said.get("config")
    settings = [_setting(item) for item in _objects(items)[:MOST_SETTINGS] if _words(item.get("name"), 100)]
    return Description(
        name, _words(said.get("version"), 40), command, tuple(_words(each, 40) for each in types[:50]),
        _words(said.get("description"), LONGEST_SENTENCE), tuple({each.name: each for each in settings}.values()),
        config if isinstance(config, dict) else {},
    )  # fmt: skip


def missing(description: Description, told: Mapping[str, Any]) -> list[str]:
    """The settings that an analyzer needs and nobody told."""
    return [
        each.name for each in description.settings if each.required and each.name not in told and each.default is None
    ]


def config_of(description: Description, told: Mapping[str, Any]) -> dict[str, Any]:
    """What an analyzer is told: what its description says, its defaults, and the administrator's words last."""
    defaults = {each.name: each.default for each in description.settings if each.default is not None}
    return {**description.config, **defaults, **told}


def data_type(data_types: tuple[str, ...], kind: str) -> str:
    """The analyzer's word for a kind of thing; empty when it takes none of that kind."""
    return next((word for word in TYPES.get(kind, ()) if word in data_types), "")


def refusal(analyzer: Analyzer, kind: str, *, tlp: str, pap: str) -> str:
    """Why an analyzer must not be asked about something; empty when it may. What is unmarked counts as amber."""
    if not data_type(analyzer.data_types, kind):
        return "type"
    if LEVELS.get(tlp, AMBER) > analyzer.max_tlp:
        return "tlp"
    return "pap" if LEVELS.get(pap, AMBER) > analyzer.max_pap else ""


def job(analyzer: Analyzer, kind: str, value: str, *, tlp: str, pap: str) -> dict[str, Any]:
    """The input of one job."""
    return {
        "data": value, "dataType": data_type(analyzer.data_types, kind), "tlp": LEVELS.get(tlp, AMBER),
        "pap": LEVELS.get(pap, AMBER), "message": "", "parameters": {},
        "config": {
            "auto_extract_artifacts": False, **analyzer.config, "check_tlp": True, "max_tlp": analyzer.max_tlp,
            "check_pap": True, "max_pap": analyzer.max_pap,
        },
    }  # fmt: skip


def report(answer: bytes) -> Report:
    """An answer as a report; refuses (Unusable) what is none."""
    try:
        said = json.loads(answer)
    except (ValueError, RecursionError) as error:
        raise Unusable("The answer is not JSON.") from error
    if not isinstance(said, dict) or not isinstance(said.get("success"), bool):
        raise Unusable("The answer does not say whether it succeeded.")
    if not said["success"]:
        sentence = _words(said.get("errorMessage"), LONGEST_SENTENCE)
        return Report(False, error=sentence or "It says that it failed.", failure="said_no")
    full, summary = said.get("full"), said.get("summary")
    taxonomies = summary.get("taxonomies") if isinstance(summary, dict) else ()
    return Report(True, full if isinstance(full, dict) else {}, _objects(taxonomies), _objects(said.get("artifacts")))


def _setting(item: Mapping[str, Any]) -> Setting:
    return Setting(
        _words(item.get("name"), 100), _words(item.get("type"), 20), _words(item.get("description"), 300),
        bool(item.get("required")), bool(item.get("multi")), item.get("defaultValue"),
    )  # fmt: skip


def _words(value: object, longest: int) -> str:
    """A text of one line and bounded length; empty for what is none."""
    text = value if isinstance(value, str | int | float) else ""
    return "".join(letter if letter.isprintable() else " " for letter in str(text)[:longest]).strip()


def _objects(value: object) -> tuple[Mapping[str, Any], ...]:
    return tuple(each for each in value if isinstance(each, dict))[:MOST_OBJECTS] if isinstance(value, list) else ()
