# SPDX-License-Identifier: Apache-2.0
"""Native records of other tools: each understood as what it is. The expectations were set by reading the records.

The records are third-party data beside the project; without them these tests are skipped.
"""

import functools
import gzip
import json
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from longwatch.intake.mapping import Piece, understand, understand_whole
from longwatch.intake.mapping.checking import as_said

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
ALERTS = DATA / "alerts"
RECEIVED = datetime(2020, 8, 11, tzinfo=UTC)
pytestmark = pytest.mark.skipif(not ALERTS.is_dir(), reason="the records are not beside the project")


def content(path: str) -> bytes:
    raw = (ALERTS / path).read_bytes()
    return gzip.decompress(raw) if path.endswith(".gz") else raw


@functools.cache
def lines(path: str) -> list[bytes]:
    """The lines of a file, as they are."""
    return [line for line in content(path).split(b"\n") if line.strip()]


def event(path: str, number: int) -> bytes:
    """The vendor's own record inside a rule test."""
    return json.dumps(json.loads(lines(path)[number - 1])["event"], ensure_ascii=False).encode()


def line(path: str, number: int) -> bytes:
    return lines(path)[number - 1]


def read(raw: bytes, **more: Any) -> list[Piece]:
    return understand(raw, received_at=RECEIVED, **more)


GOLDENS: dict[str, list[dict[str, Any]]] = tomllib.loads(
    Path(__file__).with_name("goldens.toml").read_text(encoding="utf-8")
)
EVE, WAZUH = "suricata_eve/eve_alerts.ndjson", "wazuh/alerts.ndjson"
ASFF, TRAIL = "aws_security_hub_asff/findings.ndjson", "aws_cloudtrail_attack/records.ndjson.gz"
CEF, SYSLOG = "cef_leef/cef_leef.log", "syslog_vendor/syslog.log"


def compare(piece: Piece, golden: dict[str, Any]) -> None:
    said = as_said(piece.signal) | {"format": piece.format}
    wanted = {name: value for name, value in golden.items() if name in said}
    assert {name: said[name] for name in wanted} == wanted
    if main := golden.get("main"):
        assert said["entities"][0].partition(" ")[2] == main
    for name, among in (("has", "entities"), ("technique", "techniques"), ("link", "links")):
        if value := golden.get(name):
            assert value in said[among]


def name_of(golden: dict[str, Any]) -> str:
    return f"{golden['path']} {golden.get('line', golden.get('element'))}"


@pytest.mark.parametrize("golden", GOLDENS["line"], ids=name_of)
def test_a_record_says_what_stands_in_it(golden: dict[str, Any]) -> None:
    [piece] = read(line(golden["path"], golden["line"]))
    compare(piece, golden)


@pytest.mark.parametrize("golden", GOLDENS["event"], ids=name_of)
def test_a_vendors_own_record_says_what_stands_in_it(golden: dict[str, Any]) -> None:
    [piece] = read(event(golden["path"], golden["line"]))
    compare(piece, golden)


@pytest.mark.parametrize("golden", GOLDENS["file"], ids=name_of)
def test_a_file_says_what_stands_in_it(golden: dict[str, Any]) -> None:
    compare(read(content(golden["path"]))[golden["element"]], golden)


def test_containers_give_as_many_signals_as_they_hold() -> None:
    counts = {
        "gworkspace_attack/login.json": 71, "gworkspace_attack/drive.json": 30, "ms_graph_security/alert_v2.json": 1,
        "gdacs/gdacs-rss-24h.xml": 21, "cap/bushfire_valid.edxlde": 7, "cap/weather_index.atom": 2,
        "zeek/notice.log.head.tsv": 52, "cap/nws_alerts_active_zone.geojson": 1, "cap/australia.cap": 1,
        "cap/no_entries.atom": 1, "suricata_eve/eve_alerts.ndjson": 270,
    }  # fmt: skip
    assert {path: len(read(content(path))) for path in counts} == counts


def test_one_that_fetches_from_outside_is_refused() -> None:
    with pytest.raises(Exception, match="DOCTYPE"):
        read(content("cap/xee.atom"))


def test_an_empty_alert_among_others_is_told_apart() -> None:
    whole = understand_whole(content("cap/bushfire_invalid.edxlde"), received_at=RECEIVED)
    assert (len(whole.pieces), len(whole.faults)) == (6, 1)


def rows(pattern: str) -> list[bytes]:
    """Every line of some files."""
    return [row for file in sorted(ALERTS.glob(pattern)) for row in lines(str(file.relative_to(ALERTS)))]


def events() -> list[bytes]:
    return [json.dumps(json.loads(row)["event"], ensure_ascii=False).encode() for row in rows("vendor_native/*.ndjson")]


def wholes(pattern: str) -> list[bytes]:
    return [file.read_bytes() for file in sorted(ALERTS.glob(pattern))]


FOLDERS: dict[str, Callable[[], list[bytes]]] = {
    "suricata": lambda: lines(EVE),
    "wazuh": lambda: lines(WAZUH),
    "asff": lambda: lines(ASFF),
    "cloudtrail": lambda: lines(TRAIL),
    "zeek": lambda: rows("zeek/*.ndjson"),
    "cef": lambda: lines(CEF),
    "sigma": lambda: rows("sigma_windows/*.ndjson"),
    "prowler": lambda: rows("ocsf_prowler/*.ndjson"),
    "syslog": lambda: lines(SYSLOG),
    "webhooks": lambda: rows("monitoring_webhooks/*.ndjson"),
    "stix": lambda: rows("stix_observed/*.ndjson"),
    "eventbridge": lambda: wholes("aws_eventbridge/*.json"),
    "ocsf pairs": lambda: wholes("ocsf_pairs/**/*.raw"),
    "vendors": events,
}


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_record_gives_a_signal_with_a_title_of_its_own(folder: str) -> None:
    nameless, generic = [], 0
    records = FOLDERS[folder]()
    for number, raw in enumerate(records, start=1):
        pieces = read(raw, format="syslog" if folder in ("syslog", "ocsf pairs") and raw[:1] not in b"{[" else "auto")
        assert pieces, number
        nameless += [
            number
            for piece in pieces
            if piece.signal.title in ("Alert", "") or piece.signal.title.startswith("Alert from")
        ]
        generic += sum(piece.format == "generic" for piece in pieces)
    print(folder, len(records), "records,", generic, "read by guess,", len(nameless), "without a title:", nameless[:10])
    assert nameless == []


# Records on which their own tool says whether there is something to do, by file and line.
VERDICTS: dict[str, list[int]] = {
    "_small_types_mixed": [1, 2, 3, 4, 5, 6, 17, 18, 37, 38, 59, 60, 61, 62, 63, 64, 78, 79, 80],
    "SentinelOne.Activity": list(range(1, 12)),
    "Box.Event": [1, 2, 11, 12, 13, 14],
    "Slack.AuditLogs": [25, 26, 27],
    "Azure.Audit": list(range(12, 17)),
    "PushSecurity.Entities": [9, 10, 11],
    "Crowdstrike.FDREvent": [23],
    "AWS.GuardDuty": [1, 2],
    "Upwind.Detections": [1, 2, 3],
}
# The rules of these two tests want more than the record says: a word in a title, and the category of another.
NOT_SAID = {("_small_types_mixed", 63), ("Upwind.Detections", 2)}
SEVERITIES = {"Info": 0, "Low": 1, "Medium": 2, "High": 3, "Critical": 4}


def is_open(piece: Piece) -> bool:
    """Whether it is a finding that somebody has to look at."""
    signal = piece.signal
    return signal.severity != 0 and signal.state != "closed" and not {"update", "drill"} & set(signal.tags)


def test_what_a_tool_calls_a_finding_is_open_and_nothing_else() -> None:
    wrong = set()
    for name, numbers in VERDICTS.items():
        path = f"vendor_native/{name}.ndjson"
        for number in numbers:
            [piece] = read(event(path, number))
            if is_open(piece) is not json.loads(line(path, number))["expect_alert"]:
                wrong.add((name, number))
    assert wrong == NOT_SAID


def test_every_test_of_a_rule_says_what_its_rule_says() -> None:
    for raw in rows("vendor_native/*.ndjson"):
        wrapper = json.loads(raw)
        [piece] = read(raw)
        said = (piece.format, piece.signal.title, piece.signal.severity)
        severity = SEVERITIES[wrapper["severity"]] if wrapper["expect_alert"] else 0
        assert said == ("panther-test", " ".join(wrapper["rule_name"].split()), severity)
