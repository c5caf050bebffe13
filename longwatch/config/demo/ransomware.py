# SPDX-License-Identifier: Apache-2.0
"""(d) Phishing, an endpoint, and the steps before ransomware: several tools, one cluster."""

from typing import Any

from longwatch.cases.services import investigating, people
from longwatch.cases.services import opening as case_opening
from longwatch.config.demo.stage import Stage
from longwatch.incidents.services import moving, opening, responding
from longwatch.intake.services import triage
from longwatch.records.models import EntryKind

HOST = {"kind": "host", "value": "FIN-WS-0417", "part": "affected"}
USER = {"kind": "account", "value": "halden\\m.costa", "part": "affected"}
LURE = {"kind": "domain", "value": "invoice-portal.example", "part": "indicator"}
SERVER = {"kind": "ip", "value": "203.0.113.84", "part": "indicator"}
HASH = {
    "kind": "file_hash",
    "value": "9f2c1e0b7d5a4c3e8f6071829304a5b6c7d8e9f00112233445566778899aabbc",
    "part": "indicator",
}
CHAIN: tuple[tuple[str, float, dict[str, Any]], ...] = (
    ("mail", 96, {"title": "Message with a link to a newly registered domain", "rule": "mail.url.newdomain",
                  "severity": "medium", "entities": [LURE, {"kind": "email", "value": "m.costa@halden.example",
                                                            "part": "affected"}]}),
    ("edr", 71, {"title": "Office started a script interpreter", "rule": "edr.office.child", "severity": "high",
                 "entities": [HOST, USER, HASH]}),
    ("edr", 64, {"title": "Credential store read by an unsigned process", "rule": "edr.lsass.read", "severity": "high",
                 "entities": [HOST, USER, HASH]}),
    ("siem", 58, {"title": "Beacon-like traffic every 60 seconds", "rule": "net.beacon", "severity": "medium",
                  "entities": [HOST, SERVER]}),
    ("siem", 41, {"title": "Sign-in of a finance account on 14 hosts in 3 minutes", "rule": "auth.spray.lateral",
                  "severity": "high", "entities": [USER, {"kind": "host", "value": "FILE-SRV-02", "part": "affected"}]}),
    ("edr", 33, {"title": "Shadow copies deleted on a file server", "rule": "edr.vss.delete", "severity": "critical",
                 "entities": [{"kind": "host", "value": "FILE-SRV-02", "part": "affected"}, USER, HASH]}),
)  # fmt: skip


def cluster(stage: Stage) -> None:
    """Six kinds of alerts within an hour, and what the team does about them."""
    signals = [stage.signal(source, stage.back(minutes=ago), payload) for source, ago, payload in CHAIN]
    for repeat in range(36):
        stage.signal("siem", stage.back(minutes=57 - repeat), CHAIN[3][2])
    with stage.scene("jo", stage.back(minutes=30)) as by:
        incident = opening.open_incident(
            title="Ransomware precursors on finance hosts", category="CY-03", severity=4, signal_ids=signals,
            severity_reason="Shadow copies deleted, credentials stolen, spreading to a file server.", by=by,
            commander_id=by.id, next_action="Confirm FILE-SRV-02 is off the network", place="Head office, Lisbon",
            next_action_due=stage.back(minutes=6), latitude=38.7369, longitude=-9.1427,
        )  # fmt: skip
    for who, role in (("priya", "responder"), ("mara", "observer")):
        with stage.scene("jo", stage.back(minutes=29)) as by:
            responding.add_responder(incident.id, stage.actors[who].id, role=role, by=by)
    with stage.scene("jo", stage.back(minutes=28)) as by:
        moving.change_status(incident.id, "active", by=by)
    record = stage.incident_record("jo", incident.id)
    stage.note("jo", stage.back(minutes=26), record, "FIN-WS-0417 isolated through endpoint protection. User called: he "
               "opened an \"invoice\" at 09:20.", occurred=stage.back(minutes=27), kind=EntryKind.EVENT)  # fmt: skip
    stage.note("priya", stage.back(minutes=19), record, "Account m.costa disabled, tokens revoked. 14 hosts listed, 2 have the "
               "same file hash. Nothing encrypted so far.", kind=EntryKind.UPDATE)  # fmt: skip
    stage.note(
        "priya", stage.back(minutes=11), record, "Backups of FILE-SRV-02 from last night restore cleanly in the lab."
    )
    stage.task("jo", stage.back(minutes=25), record, "Isolate the two hosts with the same hash", owner="priya",
               due=stage.back(minutes=4))  # fmt: skip
    stage.task("jo", stage.back(minutes=25), record, "Block invoice-portal.example and 203.0.113.84 at the edge", owner="jo",
               due=stage.back(minutes=-15))  # fmt: skip
    stage.task(
        "jo", stage.back(minutes=20), record, "Tell the finance director what is known", due=stage.back(minutes=-40)
    )
    with stage.scene("priya", stage.back(minutes=9)) as by:
        case = case_opening.open_case(
            title="Intrusion through a phishing mail in finance", type="cyber", incident_ids=[incident.id], lead_id=by.id,
            summary="Scope, root cause, data touched, and what must be reported to whom.", by=by,
        )  # fmt: skip
        people.add_member(case.id, stage.actors["samuel"].id, reason="Notification duties", by=by)
        investigating.start_investigation(case.id, by=by)


def waiting(stage: Stage) -> None:
    """What still lies in the inbox: the usual mixture."""
    usual: tuple[tuple[str, float, dict[str, Any]], ...] = (
        ("mail", 14, {"title": "Second message from the same sender, quarantined", "rule": "mail.quarantine",
                      "severity": "medium", "entities": [LURE]}),
        ("siem", 22, {"title": "Outbound connection to 203.0.113.84 from FIN-WS-0398", "rule": "net.ioc", "severity": "high",
                      "entities": [SERVER, {"kind": "host", "value": "FIN-WS-0398", "part": "affected"}]}),
        ("siem", 48, {"title": "Port scan from the vulnerability scanner", "rule": "net.scan", "severity": "low",
                      "entities": [{"kind": "ip", "value": "10.20.0.9", "part": "indicator"}]}),
        ("edr", 130, {"title": "Unsigned driver loaded", "rule": "edr.driver", "severity": "medium",
                      "entities": [{"kind": "host", "value": "LAB-WS-0022", "part": "affected"}]}),
        ("siem", 190, {"title": "Impossible travel: Lisbon and Warsaw within 20 minutes", "rule": "auth.travel",
                       "severity": "medium", "entities": [{"kind": "account", "value": "halden\\k.novak",
                                                           "part": "affected"}]}),
        ("doors", 240, {"title": "Badge of a leaver used at the north gate", "rule": "badge.leaver", "severity": "high",
                        "place": "Plant 2, north gate", "latitude": 38.5246, "longitude": -8.8879,
                        "entities": [{"kind": "person", "value": "Egil Norvik", "part": "subject"}]}),
        ("siem", 300, {"title": "Certificate of vpn.halden.example expires in 6 days", "rule": "cert.expiry",
                       "severity": "informational", "entities": [{"kind": "host", "value": "vpn", "part": "affected"}]}),
        ("edr", 420, {"title": "Test of the alert path", "rule": "canary", "severity": "informational"}),
    )  # fmt: skip
    ids = [stage.signal(source, stage.back(minutes=ago), payload) for source, ago, payload in usual]
    with stage.scene("jo", stage.back(minutes=45)) as by:
        triage.dismiss(ids[2], "benign", "Our own scanner, weekly.", by=by)
        triage.dismiss(ids[7], "drill", by=by)
    with stage.scene("jo", stage.back(minutes=120)) as by:
        triage.snooze(ids[6], stage.back(days=-2), by=by)
        triage.assign(ids[3], by.id, by=by)
