# SPDX-License-Identifier: Apache-2.0
"""What Cortex analyzers are told and what they answer, as cortexutils reads and writes it. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from longwatch.entities.kinds import EntityKind

# TLP and PAP as cortexutils counts them.
LEVELS = {"clear": 0, "white": 0, "green": 1, "amber": 2, "amber+strict": 2, "red": 3}
TYPES: dict[str, str] = {
    EntityKind.IP: "ip", EntityKind.DOMAIN: "domain", EntityKind.HOST: "fqdn", EntityKind.URL: "url",
    EntityKind.EMAIL: "mail", EntityKind.FILE_HASH: "hash", EntityKind.OTHER: "other",
}  # fmt: skip
LONGEST_SENTENCE = 500


@dataclass(frozen=True, slots=True)
class Analyzer:
    """An analyzer as its JSON description and the administrator say."""

    name: str
    version: str
    command: str
    data_types: tuple[str, ...]
    config: Mapping[str, Any] = field(default_factory=dict)
    max_tlp: int = 2
    max_pap: int = 2
    network: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """What an analyzer answered; `error` says why there is nothing more."""

    success: bool
    full: Mapping[str, Any] = field(default_factory=dict)
    taxonomies: tuple[Mapping[str, Any], ...] = ()
    artifacts: tuple[Mapping[str, Any], ...] = ()
    error: str = ""


class Unusable(ValueError):
    """What an analyzer answered, or how it is described, is not of the contract."""


def described(text: str, settings: Mapping[str, Any], *, network: bool = False) -> Analyzer:
    """An analyzer from its description (Analyzers/<name>/<name>.json) and the administrator's settings."""
    try:
        said = json.loads(text)
        name, command, types = str(said["name"]), str(said["command"]), said["dataTypeList"]
    except (ValueError, KeyError, TypeError) as error:
        raise Unusable("This is not the description of an analyzer.") from error
    if not isinstance(types, list) or command.startswith("/") or ".." in command.split("/"):
        raise Unusable("The description names a command outside its folder.")
    missing = [
        str(item.get("name"))
        for item in said.get("configurationItems") or ()
        if item.get("required") and item.get("name") not in settings and "defaultValue" not in item
    ]
    if missing:
        raise Unusable(f"These settings are missing: {', '.join(missing)}.")
    defaults = {
        item["name"]: item["defaultValue"] for item in said.get("configurationItems") or () if "defaultValue" in item
    }
    config = {**(said.get("config") or {}), **defaults, **settings}
    return Analyzer(
        name, str(said.get("version", "")), command, tuple(map(str, types)), config,
        max_tlp=int(config.get("max_tlp", 2)), max_pap=int(config.get("max_pap", 2)), network=network,
    )  # fmt: skip


def refusal(analyzer: Analyzer, kind: str, *, tlp: str, pap: str) -> str:
    """Why an analyzer must not be asked about something; empty when it may. What is unmarked counts as amber."""
    if TYPES.get(kind) not in analyzer.data_types:
        return "type"
    if LEVELS.get(tlp, 2) > analyzer.max_tlp:
        return "tlp"
    return "pap" if LEVELS.get(pap, 2) > analyzer.max_pap else ""


def job(analyzer: Analyzer, kind: str, value: str, *, tlp: str, pap: str) -> dict[str, Any]:
    """The input of one job."""
    return {
        "data": value, "dataType": TYPES[kind], "tlp": LEVELS.get(tlp, 2), "pap": LEVELS.get(pap, 2), "message": "",
        "parameters": {},
        "config": {
            **analyzer.config, "check_tlp": True, "max_tlp": analyzer.max_tlp, "check_pap": True,
            "max_pap": analyzer.max_pap, "auto_extract_artifacts": False,
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
        return Report(False, error=str(said.get("errorMessage") or "failed")[:LONGEST_SENTENCE])
    full, summary = said.get("full"), said.get("summary")
    taxonomies = summary.get("taxonomies") if isinstance(summary, dict) else ()
    return Report(True, full if isinstance(full, dict) else {}, _objects(taxonomies), _objects(said.get("artifacts")))


def _objects(value: object) -> tuple[Mapping[str, Any], ...]:
    return tuple(each for each in value if isinstance(each, dict))[:200] if isinstance(value, list) else ()
