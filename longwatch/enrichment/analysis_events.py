# SPDX-License-Identifier: Apache-2.0
"""What is decided about analyzers, and what they are asked and answer."""

from dataclasses import dataclass
from typing import ClassVar

from longwatch.ledger import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalyzerSet(Event):
    """An analyzer was switched on or off, or what it may do or is told changed; values it is told are never named."""

    name: ClassVar[str] = "analyzer.set"
    analyzer: str
    enabled: bool
    network: bool
    max_tlp: int
    max_pap: int
    told: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisAsked(Event):
    """An analyzer was asked about something in a record; perhaps others outside learned of it so."""

    name: ClassVar[str] = "analysis.asked"
    analyzer: str
    analyzer_version: str
    kind: str
    value: str
    tlp: str
    pap: str
    network: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisFinished(Event):
    """An analyzer answered, or did not; `failure` says why not."""

    name: ClassVar[str] = "analysis.finished"
    analyzer: str
    kind: str
    value: str
    failure: str
