# SPDX-License-Identifier: Apache-2.0
"""A bundle, put together: everything that leaves, its proofs, how to check it, and the signatures over all of it."""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from longwatch.core.canonical import canonical
from longwatch.core.discretion import moment_in
from longwatch.core.errors import Conflict, LongwatchError
from longwatch.evidence.archiving import encrypted_zip
from longwatch.evidence.models import Exhibit
from longwatch.exchange.audiences import UNREADABLE, Kind
from longwatch.exchange.bag import BagWriter
from longwatch.exchange.case_graph import case_graph, exhibit_graph
from longwatch.exchange.comparing import COLUMNS
from longwatch.exchange.comparing import LISTS as COMPARED
from longwatch.exchange.content import Content
from longwatch.exchange.enclosing import Hashed
from longwatch.exchange.observables import stix_bundle
from longwatch.exchange.provenance import Provenance
from longwatch.exchange.redaction import Judged, Release, Treatment, Withheld
from longwatch.exchange.signing import SigningKey, dsse, sshsig
from longwatch.exchange.tables import csv_lines
from longwatch.ledger.proofs import proof_text
from longwatch.version import VERSION

TEXT = Path(__file__).with_name("data")
LISTS = {
    Kind.TASK: "tasks", Kind.NAMED: "people", Kind.FINDING: "findings", Kind.DECISION: "decisions",
    Kind.LINK: "links", Kind.SIGNAL: "signals", Kind.MEMBER: "members", Kind.CUSTODY: "custody",
}  # fmt: skip
UNSAFE = re.compile(r'[\x00-\x1f\x7f%/\\:*?"<>|]')
LONGEST_NAME = 100
TIMELINE_COLUMNS = ("occurred_at", "recorded_at", "kind", "author", "text", "masked", "entry")
CUSTODY_COLUMNS = ("exhibit", "at", "kind", "by", "reason", "from", "to", "place", "condition", "seal")
# Their content is packed already; trying again only costs time.
PACKED = ("image/", "video/", "audio/", "application/zip", "application/gzip", "application/vnd.")

Tell = Callable[[str, int, int], None]
Open = Callable[[Exhibit], Iterable[bytes]]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """All that a bundle is made from."""

    name: str
    export_id: str
    organisation: str
    content: Content
    release: Release
    provenance: Provenance
    key: SigningKey
    made_at: datetime
    requested_by: str
    recipient: str
    purpose: str
    marking: str
    pdf: bytes
    # By exhibit, why it is dangerous; such a file leaves in an archive that only opens with the password.
    dangers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    password: str = ""
    policy: str = ""
    # Of the checkpoint, and the certificates (PEM) that it leads to, when they are known.
    timestamp: bytes = b""
    authorities: bytes = b""


@dataclass(frozen=True, slots=True)
class Made:
    """What was made."""

    tagmanifest_sha256: str
    counts: dict[str, Any]
    # The exhibits whose bytes are in it.
    exhibits: list[str] = field(default_factory=list)
    # Those of them that lie in encrypted archives.
    archived: list[str] = field(default_factory=list)
    # Of the file as it is downloaded.
    size: int = 0
    sha256: str = ""


def assemble(stream: IO[bytes], plan: Plan, open_file: Open, tell: Tell) -> Made:
    """Write the bundle into a stream; `tell` hears how far it is, and stops everything by raising."""
    with BagWriter(stream, plan.name, plan.made_at) as bag:
        writer = _Writer(bag, plan, open_file, tell)
        writer.write_content()
        writer.write_ledger()
        seal = bag.seal(_info(plan))
        digest = hashlib.sha256(seal).hexdigest()
        bag.unlisted("longwatch/tagmanifest-sha256.txt.sig", sshsig(plan.key, seal).encode())
        bag.unlisted("longwatch/export.dsse.json", dsse(plan.key, plan.name, digest, _statement(plan, writer.counts)))
    return Made(digest, writer.counts, writer.taken, writer.archived)


class _Writer:
    """One bundle on its way."""

    def __init__(self, bag: BagWriter, plan: Plan, open_file: Open, tell: Tell) -> None:
        self.bag, self.plan, self.open_file, self.tell = bag, plan, open_file, tell
        self.release, self.places = plan.release, plan.provenance.places
        self.taken: list[str] = []
        self.archived: list[str] = []
        self.unreadable = 0
        self.counts: dict[str, Any] = {}

    def write_content(self) -> None:
        """The record itself, and what was withheld of it."""
        self.bag.payload("report.pdf", [self.plan.pdf], packed=False)
        self._json("record.json", self._record())
        self._timeline()
        custody = self._exhibits()
        for kind, name in LISTS.items():
            rows = [self._line(each) for each in self.release.of(kind)]
            if rows:
                self._json(f"{name}.json", rows)
        if custody:
            self._csv("custody.csv", CUSTODY_COLUMNS, (each.fields for each in custody))
        self._graphs()
        self._withheld()
        self.counts |= {
            "exhibits": len(self.taken), "archived": len(self.archived),
            "items": {
                str(kind): {str(name): count for name, count in found.items()}
                for kind, found in self.release.counts().items()
            },
        }  # fmt: skip

    def write_ledger(self) -> None:
        """Leaves, openings and proofs; keys, checkpoint, and how to check all of it."""
        provenance, plan = self.plan.provenance, self.plan
        self.counts |= {"entries": len(provenance.proofs), "unsealed_entries": provenance.unsealed}
        if provenance.checkpoint is not None:
            self.bag.payload("ledger/leaves.jsonl", _lines(provenance.leaves()))
            self.bag.payload("ledger/openings.jsonl", _lines(provenance.openings()))
            for done, proof in enumerate(provenance.proofs):
                if done % 200 == 0:
                    self.tell("proofs", done, len(provenance.proofs))
                text = proof_text(proof, provenance.checkpoint).encode()
                self.bag.payload(f"ledger/{proof.index}.tlog-proof", [text], size=len(text))
            self.bag.tag("longwatch/checkpoint", provenance.checkpoint.note.encode())
            self.bag.tag("longwatch/policy", plan.policy.encode())
            if plan.timestamp:
                self.bag.tag("longwatch/checkpoint.tsr", plan.timestamp)
            if plan.timestamp and plan.authorities:
                self.bag.tag("longwatch/tsa.pem", plan.authorities)
        public = plan.key.public
        self.bag.tag("longwatch/allowed_signers", public.allowed_signers.encode())
        self.bag.tag("longwatch/export-key.pub", public.ssh_line.encode())
        self.bag.tag("longwatch/export-key.pem", public.pem)
        self.bag.tag("longwatch/VERIFY.md", self._instructions().encode())

    def _instructions(self) -> str:
        return instructions(self.plan, with_stix=self.has_stix, with_archives=bool(self.archived))

    def _record(self) -> dict[str, Any]:
        found = self.release.of(Kind.RECORD)
        about = {"kind": str(self.plan.content.record.kind), "reference": self.plan.content.record.reference}
        return about | (dict(self._line(found[0])) if found else {})

    def _line(self, each: Judged) -> dict[str, Any]:
        entry = self.places.get(each.item.version or 0)
        told = {"id": each.item.id, **each.fields, "masked": each.treatment is Treatment.MASKED, "entry": entry}
        return told if each.item.section == "core" else {**told, "section": each.item.section}

    def _timeline(self) -> None:
        entries = [self._line(each) for each in self.release.of(Kind.ENTRY)]
        changes = [self._changed(self._line(each)) for each in self.release.of(Kind.CHANGE)]
        rows = sorted([*entries, *changes], key=lambda row: (moment_in(row["occurred_at"])[0], row["id"]))
        self._json("timeline.json", rows)
        self._csv("timeline.csv", TIMELINE_COLUMNS, rows)

    @staticmethod
    def _changed(line: dict[str, Any]) -> dict[str, Any]:
        at, actor = line.pop("at"), line.pop("actor")
        return {**line, "kind": "change", "occurred_at": at, "recorded_at": at, "author": actor}

    def _exhibits(self) -> list[Judged]:
        leaving = self.release.of(Kind.EXHIBIT)
        lines = []
        for done, each in enumerate(leaving):
            self.tell("exhibits", done, len(leaving))
            lines.append({**self._line(each), **self._file(each)})
        self.tell("exhibits", len(leaving), len(leaving))
        if lines:
            self._json("exhibits.json", lines)
        return self.release.of(Kind.CUSTODY)

    def _file(self, each: Judged) -> dict[str, Any]:
        """Where an exhibit lies in the bundle, and in which archive, as its line tells it."""
        row = self.plan.content.exhibits[each.item.id]
        nowhere: dict[str, Any] = {"file": None, "archive": None}
        if row.is_physical:
            return nowhere
        try:
            chunks = iter(self.open_file(row))
        except LongwatchError:
            self.unreadable += 1
            return nowhere
        told = self._archived if each.item.id in self.plan.dangers else self._as_it_is
        lies = told(each, row, chunks)
        self.taken.append(each.item.id)
        return lies

    def _as_it_is(self, each: Judged, row: Exhibit, chunks: Iterable[bytes]) -> dict[str, Any]:
        path = _path(each, row)
        written = self.bag.payload(path, chunks, size=row.size, packed=not row.content_type.startswith(PACKED))
        _refuse_another(row, written.sha256)
        return {"file": path, "archive": None}

    def _archived(self, each: Judged, row: Exhibit, chunks: Iterable[bytes]) -> dict[str, Any]:
        content, name, password = Hashed(chunks), safe_name(str(each.fields["name"])), self.plan.password
        path = f"{_path(each, row)}.zip"
        written = self.bag.payload(path, encrypted_zip(name, content, password), packed=False)
        _refuse_another(row, content.sha256)
        self.archived.append(each.item.id)
        # Beside it, `sha256` and `size` of the line stay those of what was received.
        told = {
            "encryption": "AES-256 (WinZip AE-2)", "password": password, "holds": name, "sha256": written.sha256,
            "size": written.size, "because": list(self.plan.dangers[each.item.id]),
        }  # fmt: skip
        return {"file": path, "archive": told}

    def _graphs(self) -> None:
        content, record = self.plan.content, self.release.of(Kind.RECORD)
        facts = record[0].fields if record else {"reference": content.record.reference, "title": ""}
        named = [(each.item.id, each.fields) for each in self.release.of(Kind.NAMED)]
        self.bag.payload("case.jsonld", [case_graph(str(content.record.id), facts, named)])
        events: dict[str, list[Judged]] = {}
        for each in self.release.of(Kind.CUSTODY):
            events.setdefault(each.item.of, []).append(each)
        for each in self.release.of(Kind.EXHIBIT):
            chain = [_performed(event) for event in events.get(each.item.id, [])]
            about = {**each.fields, "facet": each.item.id}
            graph = exhibit_graph(str(content.record.id), each.item.id, about, chain)
            self.bag.payload(f"case/exhibit-{each.item.id}.jsonld", [graph], size=len(graph))
        values = [fields for _id, fields in named]
        stix = stix_bundle(facts, str(content.record.id), self.plan.organisation, values, self.plan.made_at)
        self.has_stix = stix is not None
        if stix is not None:
            self.bag.payload("stix.json", [stix])

    def _withheld(self) -> None:
        log = self.release.log()
        if self.unreadable:
            log.append(Withheld(Kind.EXHIBIT, Treatment.OUT, self.unreadable, UNREADABLE))
        words = {Treatment.OUT: "withheld", Treatment.MASKED: "masked"}
        rows = (
            {"what": str(line.kind.label), "how": words[line.treatment], "count": line.count, "rule": line.rule.code,
             "why": str(line.rule.why)}
            for line in log
        )  # fmt: skip
        self._csv("withheld.csv", ("what", "how", "count", "rule", "why"), rows)

    def _json(self, path: str, value: Any) -> None:
        self.bag.payload(path, [json.dumps(value, ensure_ascii=False, indent=1).encode(), b"\n"])

    def _csv(self, path: str, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
        self.bag.payload(path, csv_lines(columns, rows))


def _path(each: Judged, row: Exhibit) -> str:
    mark = "report-" + row.id.hex[-8:] + "-" if each.fields["with_a_report"] else ""
    section = f"{row.mark.partition('-')[0].lower()}-{row.compartment_id.hex[-4:]}-" if "-" in row.mark else ""
    return f"exhibits/{mark}{section}{row.number:04d}-{safe_name(str(each.fields['name']))}"


def _refuse_another(row: Exhibit, sha256: str) -> None:
    if sha256 != row.sha256:
        raise Conflict(f"Exhibit {row.mark} is not what was received. Tell an administrator.", code="damaged")


def _performed(event: Judged) -> tuple[str, dict[str, Any]]:
    return event.item.id, {**event.fields, "performer": event.item.id}


def safe_name(name: str) -> str:
    """A file name that every system can keep, with its extension."""
    tidy = UNSAFE.sub("_", name).strip(" .") or "file"
    stem, dot, extension = tidy.rpartition(".")
    if dot and len(extension) <= 10:
        return f"{stem[: LONGEST_NAME - len(extension) - 1]}.{extension}"
    return tidy[:LONGEST_NAME]


def instructions(plan: Plan, *, with_stix: bool, with_archives: bool = False) -> str:
    """VERIFY.md for this very bundle."""
    sealed = plan.provenance.checkpoint is not None
    number = 4 + sealed + (sealed and bool(plan.timestamp))
    return filled(
        _text("VERIFY"),
        ledger=_text("VERIFY-ledger") if sealed else "", tsr=_time(plan),
        archives=_text("VERIFY-archives") if with_archives else "", archives_number=str(number),
        more=" pyzipper" if with_archives else "",
        stix=_text("VERIFY-stix") if with_stix else "", case_number=str(number + with_archives),
        record=plan.content.record.reference, audience=str(plan.release.profile.audience.label), name=plan.name,
        fingerprint=plan.key.public.fingerprint, columns=json.dumps(COLUMNS, indent=1), lists=json.dumps(COMPARED),
    )  # fmt: skip


def _time(plan: Plan) -> str:
    if not plan.timestamp:
        return ""
    return _text("VERIFY-time" if plan.authorities else "VERIFY-time-only")


def filled(text: str, **values: str) -> str:
    """The text with its blanks filled in."""
    for name, value in values.items():
        text = text.replace("{{" + name + "}}", value)
    return text.replace("\n\n\n", "\n\n")


def _text(name: str) -> str:
    return (TEXT / f"{name}.md").read_text(encoding="utf-8")


def _lines(values: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    return (canonical(value) + b"\n" for value in values)


def _info(plan: Plan) -> dict[str, str]:
    return {
        "Source-Organization": plan.organisation,
        "External-Identifier": plan.content.record.reference,
        "External-Description": f"Export for {plan.recipient} ({plan.release.profile.audience}): {plan.purpose}",
        "Bagging-Date": plan.made_at.date().isoformat(),
        "Bag-Software-Agent": f"Longwatch {VERSION}",
    }


def _statement(plan: Plan, counts: Mapping[str, Any]) -> dict[str, Any]:
    record, checkpoint = plan.content.record, plan.provenance.checkpoint
    return {
        "export": plan.export_id, "made_at": plan.made_at.isoformat(), "organisation": plan.organisation,
        "record": {"kind": str(record.kind), "id": str(record.id), "reference": record.reference},
        "audience": str(plan.release.profile.audience), "recipient": plan.recipient, "purpose": plan.purpose,
        "requested_by": plan.requested_by, "counts": dict(counts),
        "checkpoint": {"origin": checkpoint.origin, "size": checkpoint.size} if checkpoint else None,
    }  # fmt: skip
