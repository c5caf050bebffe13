# SPDX-License-Identifier: Apache-2.0
"""One file of some gigabytes in a single resumable request: what the web process needs for it."""

import argparse
import base64
import hashlib
import http.client
import os
from collections.abc import Iterator
from uuid import UUID

from bench.figures import Figure
from bench.installation import HOST, Installation
from bench.machine import Meter, forget_peak, peak_of
from bench.people import Town
from longwatch.access.context import acting_as
from longwatch.access.services.tokens import create_token
from longwatch.evidence.models import Exhibit
from longwatch.incidents.services.opening import open_incident

MEMORY_MB = 200
BLOCK = 1 << 20


def measure(installation: Installation, town: Town, options: argparse.Namespace) -> list[Figure]:
    """Send, and look at the most memory that any web process ever had meanwhile."""
    actor = town.actors["analyst"]
    with acting_as(actor):
        incident = open_incident(title="A disk image", category="FA-01", restricted=False, by=actor)
        _, token = create_token(
            account_id=actor.id, label="upload", permissions=sorted(actor.permissions), by=actor
        )  # fmt: skip
    size = round(options.upload_gb * 1e9)
    digest = hashlib.sha256()
    web = installation.groups()["web"]
    for pid in web:
        forget_peak(pid)
    with Meter(installation.roots) as meter:
        exhibit_id = _sent(installation, token, incident.id, size, digest)
    peak = max(map(peak_of, web)) / 1e6
    with acting_as(actor):
        exhibit = Exhibit.objects.get(id=exhibit_id)
    whole = (exhibit.size, exhibit.sha256) == (size, digest.hexdigest())
    said = (
        f"at most {peak:.0f} MB in the web process, {meter.seconds:.0f} s, {size / meter.seconds / 1e6:.0f} MB/s, app "
        f"{meter.used['app']:.0f} s CPU; {'arrived as it was sent' if whole else 'arrived CHANGED'}"
    )
    details = {"bytes": size, "seconds": meter.seconds, "peak_mb": peak, **meter.surroundings()}
    job = f"upload of {size / 1e9:g} GB in one request"
    return [Figure(job, f"<= {MEMORY_MB} MB", said, whole and peak <= MEMORY_MB, details)]


def _sent(installation: Installation, token: str, record: UUID, size: int, digest: "hashlib._Hash") -> UUID:
    line = http.client.HTTPConnection(HOST, installation.port, timeout=600)
    headers = {"Authorization": f"Bearer {token}", "Tus-Resumable": "1.0.0"}
    name = base64.b64encode(b"disk.img").decode()
    begin = headers | {"Upload-Length": str(size), "Upload-Metadata": f"filename {name}", "Content-Length": "0"}
    line.request("POST", f"/api/v1/records/incident/{record}/uploads", headers=begin)
    answer = line.getresponse()
    place, said = answer.getheader("Location") or "", answer.read()
    if answer.status != 201:
        raise RuntimeError(f"beginning an upload answered {answer.status}: {said[:200]!r}")
    piece = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": "0", "Content-Length": str(size)}
    line.request("PATCH", place, body=_blocks(size, digest), headers=headers | piece)
    answer = line.getresponse()
    said = answer.read()
    if answer.status != 204:
        raise RuntimeError(f"the upload answered {answer.status}: {said[:200]!r}")
    return UUID(answer.getheader("Longwatch-Exhibit") or "")


def _blocks(size: int, digest: "hashlib._Hash") -> Iterator[bytes]:
    """Bytes that do not compress; each block is another."""
    block = os.urandom(BLOCK)
    for number in range(0, size, BLOCK):
        made = (number.to_bytes(8, "big") + block[8:])[: size - number]
        digest.update(made)
        yield made
