# SPDX-License-Identifier: Apache-2.0
"""The safe copies of exhibits, read; and whether an exhibit is dangerous."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO, cast
from uuid import UUID

from longwatch.core.errors import NotFound
from longwatch.evidence.models import (
    CopyState,
    CustodyEvent,
    CustodyKind,
    EvidenceKey,
    Exhibit,
    Rendition,
    Scan,
    Verdict,
)
from longwatch.evidence.rendering.copy import Place, Unpacked, unpacked
from longwatch.evidence.services.keeping import opened
from longwatch.evidence.store import store_of
from longwatch.evidence.unsealing import Unsealed

# Counts up when copies should be made anew of everything.
RECIPE = 1
PROGRAMS = frozenset({"application/vnd.microsoft.portable-executable", "application/x-elf"})
PROGRAM_NAMES = (
    ".exe", ".dll", ".scr", ".com", ".pif", ".msi", ".bat", ".cmd", ".ps1", ".vbs", ".vbe", ".js", ".jse", ".wsf",
    ".hta", ".lnk", ".jar", ".apk", ".sh", ".app", ".cpl", ".reg",
)  # fmt: skip
# A double click mounts them, and what is inside has lost the mark of the web.
IMAGE_NAMES = (".iso", ".img")
MACRO_NAMES = (".docm", ".xlsm", ".pptm")


def rendition_of(exhibit_id: UUID) -> Rendition | None:
    """The newest copy, or the newest word why there is none; nothing while it is not made yet."""
    return Rendition.objects.filter(exhibit_id=exhibit_id).order_by("-id").first()


def scans_of(exhibit_id: UUID) -> list[Scan]:
    """What each scanner last said, with its rules of then."""
    rows = Scan.objects.filter(exhibit_id=exhibit_id).order_by("scanner", "-id").distinct("scanner")
    return sorted(rows, key=lambda row: row.at, reverse=True)


def open_copy(row: Rendition) -> tuple[Unpacked, BinaryIO]:
    """A ready copy: what it says, and where its pictures are read from; refuses (410) when its key was destroyed."""
    if row.state != CopyState.READY:
        raise NotFound
    file = cast(BinaryIO, Unsealed(store_of(row.org_id).open(row.sealed_sha256), _key))
    return unpacked(file), file


def picture(row: Rendition, number: int) -> tuple[Place, bytes]:
    """One picture of a copy, counted from 0; refuses (404) one that is not there."""
    copy, file = open_copy(row)
    with file:
        if not 0 <= number < len(copy.pictures):
            raise NotFound
        place = copy.pictures[number]
        file.seek(place.start)
        content = bytearray()
        while len(content) < place.length and (piece := file.read(place.length - len(content))):
            content += piece
    return place, bytes(content)


def _key(key_id: UUID) -> bytes:
    row = EvidenceKey.objects.filter(id=key_id).first()
    if row is None:
        raise NotFound
    return opened(row)


@dataclass(frozen=True, slots=True)
class Danger:
    """Why a file leaves in an encrypted archive only, and what was found or said.

    The word is `program`, `image` or `macros` by the file itself, or `scan`, or `marked`.
    """

    word: str
    said: str = ""
    # Since when that is known; a program was always one.
    since: datetime | None = field(default=None, compare=False)


def dangers(rows: Iterable[Exhibit]) -> dict[UUID, list[Danger]]:
    """Why each exhibit is dangerous, as far as it is; two statements for all."""
    found: dict[UUID, list[Danger]] = {row.id: _by_itself(row) for row in rows}
    hits = Scan.objects.filter(exhibit_id__in=found, verdict=Verdict.HIT).order_by("id")
    for exhibit_id, scanner, names, at in hits.values_list("exhibit_id", "scanner", "found", "at"):
        found[exhibit_id].append(Danger("scan", f"{scanner.partition(' ')[0]}: {names}", at))
    marks = CustodyEvent.objects.filter(exhibit_id__in=found, kind=CustodyKind.MARKED).order_by("id")
    for exhibit_id, reason, at in marks.values_list("exhibit_id", "reason", "at"):
        found[exhibit_id].append(Danger("marked", reason, at))
    return {exhibit_id: why for exhibit_id, why in found.items() if why}


def dangers_of(row: Exhibit) -> list[Danger]:
    """Why an exhibit is dangerous; nothing when it is not, as far as anybody knows."""
    return dangers([row]).get(row.id, [])


def endangered(rows: Iterable[Exhibit], since: datetime) -> list[UUID]:
    """Those of the exhibits that nobody knew to be dangerous at that moment, and somebody knows now."""
    return [
        exhibit_id for exhibit_id, why in dangers(rows).items()
        if all(each.since is not None and each.since > since for each in why)
    ]  # fmt: skip


def _by_itself(row: Exhibit) -> list[Danger]:
    if row.is_physical:
        return []
    name = row.name.lower()
    if row.content_type in PROGRAMS or name.endswith(PROGRAM_NAMES):
        return [Danger("program")]
    if name.endswith(IMAGE_NAMES):
        return [Danger("image")]
    return [Danger("macros")] if name.endswith(MACRO_NAMES) else []
