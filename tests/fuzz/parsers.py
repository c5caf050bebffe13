# SPDX-License-Identifier: Apache-2.0
"""Every parser that reads what strangers send, with something to begin from and the refusals it may end in."""

import io
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from longwatch.core.errors import LongwatchError
from longwatch.core.outbound import Reply, target_of
from longwatch.enrichment.cortex import contract, wording
from longwatch.enrichment.intel.reading import read_bytes
from longwatch.enrichment.inventory_rules import read_table
from longwatch.evidence.archiving import encrypted_zip
from longwatch.evidence.content_type import content_type_of
from longwatch.evidence.names import LONGEST_NAME, clean_name
from longwatch.evidence.rendering.choosing import copy_of
from longwatch.evidence.rendering.copy import Unreadable, packed, unpacked
from longwatch.exchange.archive import NotABundle, opened
from longwatch.exchange.enclosing import Enclosed, enclosed_sha256
from longwatch.exchange.verification import Trust, verify
from longwatch.intake.listening.framing import Frames, Overlong
from longwatch.intake.mapping import understand
from longwatch.intake.mapping.catalogue import read_file
from longwatch.intake.mapping.choosing import BadMapping
from longwatch.intake.polling import elastic, misp
from longwatch.intake.polling.asking import Wanted, decoded, reason_in
from longwatch.intake.polling.kinds import query_in
from longwatch.intake.submission import read
from longwatch.intake.ways import collector, enqueue
from longwatch.ledger.checkpoint import read_body
from longwatch.ledger.note import NoteRefused, parse
from longwatch.search.upload_views import checksum, metadata
from tests.evidence.rendering import samples

JPEG, PDF = "image/jpeg", "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True)
class Parser:
    """What is fuzzed. Whatever it raises beyond `refusals`, or takes longer than it may, is a finding."""

    name: str
    seeds: tuple[bytes, ...]
    read: Callable[[bytes], object]
    refusals: tuple[type[BaseException], ...] = ()


def rendered(content_type: str) -> Callable[[bytes], object]:
    """A renderer, with the promise that its answer can be packed and read again."""

    def render(content: bytes) -> object:
        return unpacked(io.BytesIO(packed(copy_of(io.BytesIO(content), content_type, len(content)))))

    return render


def named(content: bytes) -> object:
    name = clean_name(content.decode("utf-8", "surrogateescape"))
    assert 0 < len(name) <= LONGEST_NAME, name
    assert "/" not in name, name
    return name


def bundle(content: bytes) -> object:
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        with opened(Path(file.name)) as archive:
            return verify(archive, Trust())


def enclosed(content: bytes) -> object:
    return enclosed_sha256(io.BytesIO(content), len(content), Enclosed("a", 1, "infected"))


def text(parser: Callable[[str], object]) -> Callable[[bytes], object]:
    return lambda content: parser(content.decode("utf-8", "replace"))


def as_text(content: bytes) -> object:
    return understand(content, format="syslog")


def as_mail(content: bytes) -> object:
    return understand(content, format="mail")


def framed(content: bytes) -> object:
    """Syslog over a connection, in pieces as they come."""
    frames = Frames()
    found = [message for start in range(0, len(content), 700) for message in frames.feed(content[start : start + 700])]
    return [*found, frames.rest()]


def pagerduty(content: bytes) -> object:
    return enqueue.signal_of(enqueue.document_in(content))


def searched(content: bytes) -> object:
    return elastic._records(decoded(Reply(200, {}, content), elastic.Found, "x").hits.hits)


def shared(content: bytes) -> object:
    tool = misp.Misp(Wanted("misp", "https://misp.example.org"))
    return [tool._record(bytes(each)) for each in decoded(Reply(200, {}, content), misp.Events, "x").response]


FOREIGN = (
    b'{"flow_id": 1, "event_type": "alert", "src_ip": "192.0.2.7", "timestamp": 1, "alert": {"signature": "x"}}',
    b'[{"title": "x"}, {"labels": {"alertname": "y"}, "startsAt": "2026-02-03T04:05:06Z"}]', b'{"a": 1}\n{"b": 2}',
    b"<34>1 2026-02-03T04:05:06Z host app 1 ID [a@1 b=\"c\"] {}",
    b"#separator \\x09\n#path\tnotice\n#fields\tts\tnote\n1\tx\n",
    b'<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>1</identifier><info>x</info></alert>',
    b"\x1f\x8b\x08\x00", b'{"Records": [{"eventName": "x", "eventSource": "y.z", "awsRegion": "r"}]}',
)  # fmt: skip
FORWARDED = (
    b"From: a@example.org\r\nSubject: =?utf-8?b?w6Q=?=\r\nDate: Tue, 3 Feb 2026 04:05:06 +0000\r\n"
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n<a href='http://x.y'>z</a>\r\n"
    b"--b\r\nContent-Type: message/rfc822\r\n\r\nFrom: c@example.net\r\n\r\n-----Original Message-----\r\n"
    b"From: d@e.f\r\n\r\n--b\r\nContent-Type: x/y; name*0*=utf-8''%41; name*1=b\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\nQQ\r\n--b--\r\n"
)


def intel(content: bytes) -> object:
    return read_bytes(content, "list.json")


def answer(content: bytes) -> object:
    report = contract.report(content)
    return wording.short(report.taxonomies), wording.long(report.full), wording.proposals(report.artifacts, "ip:x")


INTEL = (
    b'{"name": "List", "version": 1, "type": "cidr", "matching_attributes": ["ip-dst"], "list": ["192.0.2.0/24"]}',
    b'{"title": "CISA", "catalogVersion": "1", "vulnerabilities": [{"cveID": "CVE-2021-44228", '
    b'"dateAdded": "2021-12-10"}]}',
    b'{"type": "bundle", "objects": [{"type": "attack-pattern", "name": "x", "external_references": [{"source_name": '
    b'"mitre-attack", "external_id": "T1059"}], "kill_chain_phases": [{"phase_name": "execution"}]}]}',
    b'{"Event": {"uuid": "a", "info": "i", "date": "2026-01-01", "Attribute": [{"type": "ip-dst|port", '
    b'"value": "192.0.2.7|80", "to_ids": true}]}}',
    b"192.0.2.7\nbad[.]example # remark\n44d88612fea8a8f36de82e1278abb02f\n", b"\x1f\x8b\x08\x00",
)  # fmt: skip
ANALYZER = (
    b'{"name": "A", "command": "A/a.py", "dataTypeList": ["ip"], "configurationItems": [{"name": "key", '
    b'"required": true}]}'
)
ANSWER = (
    b'{"success": true, "summary": {"taxonomies": [{"level": "info", "namespace": "A", "predicate": "B", "value": "1"}'
    b']}, "full": {"a": [1]}, "artifacts": [{"dataType": "ip", "data": "192.0.2.8"}]}'
)
NOTE = "longwatch.example/1\n42\n" + "A" * 43 + "=\n\n\u2014 longwatch.example/1 " + "A" * 92 + "\n"
BAG = samples.zipped(
    {"b/bagit.txt": b"BagIt-Version: 1.0\n", "b/manifest-sha256.txt": b"ab  data/x\n", "b/data/x": b"1"}
)
# What the libraries of pictures and documents raise ends in the worker as "broken"; here it counts as a refusal too.
ANY = (Exception,)
PARSERS = (
    Parser("image", (samples.jpeg(), samples.png_bomb(50)), rendered(JPEG), ANY),
    Parser("pdf", (samples.pdf(),), rendered(PDF), ANY),
    Parser("office", (samples.docx(),), rendered(DOCX), (Unreadable,)),
    Parser("mail", (samples.mail(), samples.deep_mail(20)), rendered("message/rfc822"), (Unreadable,)),
    Parser("zip", (samples.zipped({"a": b"b"}),), rendered("application/zip"), (Unreadable,)),
    Parser("tar", (samples.tar_gz(),), rendered("application/gzip"), (Unreadable,)),
    Parser("text", (b"Seen at nine", "é".encode()), rendered("text/plain")),
    Parser("content type", (samples.jpeg()[:300], b"From: a\n", b"PK\x03\x04"), content_type_of),
    Parser("file name", (b"../a/b.txt", "exe.\u202egpj".encode()), named),
    Parser("signal", (b'{"title": "Door", "entities": [{"kind": "ip", "value": "1"}]}', b'{"alert": {"x": 1e9}}'),
           read, (LongwatchError,)),
    Parser("formats", FOREIGN, understand, (LongwatchError,)),
    Parser("text formats", (b"<34>Oct 11 22:14:15 host su: x", b"CEF:0|a|b|c|d|e|5|src=1", b"LEEF:1.0|a|b|c|d|x=1"),
           as_text, (LongwatchError,)),
    Parser("mail as a signal", (samples.mail(), samples.deep_mail(20), FORWARDED), as_mail, (LongwatchError,)),
    Parser("intelligence", INTEL, intel, (LongwatchError,)),
    Parser("inventory", (b"name,host,criticality\nweb1,web1,high\n",), text(read_table), (LongwatchError,)),
    Parser("analyzer", (ANALYZER,), contract.described, (contract.Unusable,)),
    Parser("answer of an analyzer", (ANSWER,), answer, (contract.Unusable,)),
    Parser("syslog frames", (b"5 hello3 abc", b"<34>a\n<34>b\n", b"99999 x"), framed, (Overlong,)),
    Parser("collector events", (b'{"event": "a", "time": 1.5}{"event": {"b": 1}}',), collector.events_in,
           (LongwatchError,)),
    Parser("pagerduty event", (b'{"routing_key": "r", "event_action": "trigger", "payload": {"summary": "a"}}',),
           pagerduty, (LongwatchError,)),
    Parser("found documents", (b'{"hits": {"hits": [{"_id": "a", "_index": "b", "_source": {"c": 1}, "sort": [5]}]}}',),
           searched, (LongwatchError,)),
    Parser("found events", (b'{"response": [{"Event": {"uuid": "u", "timestamp": "5", "publish_timestamp": "6"}}]}',),
           shared, (LongwatchError,)),
    Parser("refusal of a tool", (b'{"error": {"root_cause": [{"reason": "a"}], "reason": "b"}}',), reason_in),
    Parser("query", (b'{"term": {"a": 1}}',), text(query_in), (ValueError, TypeError)),
    Parser("address", (b"https://a.example.org:9200/b", b"http://[::1]"), text(target_of), (LongwatchError,)),
    Parser("mapping file", (b'name = "a"\ntitle = "A"\n[recognise]\nall = ["x"]\n[signal]\ntitle = ["x"]\n',),
           text(read_file), (BadMapping,)),
    Parser("upload metadata", (b"filename YS50eHQ=,note YQ==",), text(metadata), (LongwatchError,)),
    Parser("upload checksum", (b"sha1 " + b"A" * 28,), text(checksum), (LongwatchError,)),
    Parser("note", (NOTE.encode(),), text(parse), (NoteRefused,)),
    Parser("checkpoint", (NOTE.partition("\n\n")[0].encode() + b"\n",), text(read_body), (NoteRefused,)),
    Parser("bundle", (BAG,), bundle, (NotABundle,)),
    Parser("encrypted archive", (b"".join(encrypted_zip("a", [b"b"], "infected")),), enclosed, (NotABundle,)),
)  # fmt: skip
