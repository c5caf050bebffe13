# SPDX-License-Identifier: Apache-2.0
"""Native records of other tools through the public API: all accepted, none lost, every byte kept.

The records are third-party data beside the project; without them these tests are skipped.
"""

import gzip
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from longwatch.access.context import acting_as
from longwatch.core.postgres.address import Address
from longwatch.intake.models import Occurrence, Signal
from tests.intake.cast_signals import make_source, make_token
from tests.intake.conversation import Client
from tests.personas import make_cast

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
PIECE = 500

pytestmark = [
    pytest.mark.skipif(not DATA.is_dir(), reason="the records are not beside the project"),
    pytest.mark.slow,
]


def lines_of(path: str) -> Iterator[bytes]:
    """The lines of a file, as they are."""
    file = DATA / path
    content = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    yield from (line for line in content.split(b"\n") if line.strip())


def events() -> list[bytes]:
    """The vendor-native event inside each rule test, as JSON of its own."""
    files = sorted((DATA / "alerts/vendor_native").glob("*.ndjson"))
    records = (json.loads(line) for file in files for line in lines_of(str(file.relative_to(DATA))))
    return [json.dumps(record["event"], ensure_ascii=False).encode() for record in records]


FAMILIES: dict[str, Callable[[], list[bytes]]] = {
    "suricata": lambda: list(lines_of("alerts/suricata_eve/eve_alerts.ndjson")),
    "wazuh": lambda: list(lines_of("alerts/wazuh/alerts.ndjson")),
    "security-hub": lambda: list(lines_of("alerts/aws_security_hub_asff/findings.ndjson")),
    "vendors": events,
    "vcdb": lambda: list(lines_of("incidents/vcdb/vcdb.ndjson.gz")),
}


@pytest.mark.timeout(300)
def test_every_native_record_is_accepted_and_kept(committed_db: Address, live_server_process: str) -> None:
    cast = make_cast()
    for family, records_of in FAMILIES.items():
        records = records_of()
        source = make_source(cast, slug=family, name=family)
        client = Client(live_server_process, make_token(cast, source))
        for start in range(0, len(records), PIECE):
            answer = client.bulk(records[start : start + PIECE])
            assert (answer.status, answer.body["errors"]) == (200, []), family
        with acting_as(cast.analyst):
            kept = Occurrence.objects.filter(source_id=source.id).values_list("raw", "sha256")
            arrived = Counter(hashlib.sha256(bytes(raw)).digest() for raw, _ in kept)
            hashes = Counter(bytes(sha) for _, sha in kept)
            titles = Counter(Signal.objects.filter(source_id=source.id).values_list("title", flat=True))
            counted = sum(Signal.objects.filter(source_id=source.id).values_list("count", flat=True))
        assert arrived == hashes == Counter(hashlib.sha256(record).digest() for record in records), family
        assert counted == len(records), family
        assert titles["Alert"] == 0, family
        print(family, len(records), "records,", sum(titles.values()), "signals;", titles.most_common(3))
