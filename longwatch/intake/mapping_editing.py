# SPDX-License-Identifier: Apache-2.0
"""What stands in the page in which mappings are made: read from its form, and what it shows beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
from django.http import QueryDict

from longwatch.core import clock
from longwatch.core.errors import Invalid, LongwatchError
from longwatch.intake.mapping.checking import as_said, differences, pieces_with
from longwatch.intake.mapping.drafting import (
    ENTITY,
    SLOTS,
    WORDED,
    Draft,
    EntityRow,
    draft_of,
    empty,
    lines_of,
    with_sample,
)
from longwatch.intake.mapping.model import Expected, MappingFile, Sample
from longwatch.intake.mapping.outline import Outline, outline
from longwatch.intake.mapping.own import OwnReading, own_reading, read_own
from longwatch.intake.mapping.paths import Record, json_in, path_of
from longwatch.intake.mapping.splitting import elements
from longwatch.intake.mapping.understanding import understand_whole
from longwatch.intake.mapping.values import text_of
from longwatch.intake.submission import SignalIn, severity_in

MOST_SIGNALS = 5
MOST_WORDS = 30
LONGEST_SAMPLE_NAME = 100


@dataclass(frozen=True)
class Editing:
    """A mapping being made, with the sample beside it."""

    draft: Draft
    sample: str = ""
    sample_name: str = ""
    zone: str = "UTC"
    # What a click on the sample is for.
    target: str = "title"
    joined: bool = False
    # Whether the sample becomes a test when it is saved.
    keeps: bool = True
    note: str = ""
    # A file typed in the page that cannot be read.
    typed: str | None = None
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The file."""
        return self.draft.text() if self.typed is None else self.typed


@dataclass(frozen=True, slots=True)
class Shown:
    """A signal as the preview shows it."""

    signal: SignalIn
    severity: int | None


@dataclass(frozen=True, slots=True)
class Test:
    """A sample that is kept with the mapping, and what it gives that it should not."""

    name: str
    wrong: Sequence[str]


@dataclass(frozen=True, slots=True)
class Preview:
    """What the mapping makes of the sample, and whether its tests pass."""

    signals: Sequence[Shown] = ()
    more: int = 0
    refused: str = ""
    faults: Sequence[str] = ()
    tests: Sequence[Test] = ()
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def failing(self) -> int:
        """How many tests fail."""
        return sum(bool(test.wrong) for test in self.tests)


def editing_of(post: QueryDict) -> Editing:
    """What stands in a form that was sent; a file that somebody changed by hand counts more than the fields."""
    was, text = (_lines(post.get(name, "")) for name in ("was", "text"))
    try:
        base = read_own(was) if was else empty().base
    except Invalid:
        base = empty().base
    editing = Editing(
        _draft(post, base), _lines(post.get("sample", "")), post.get("sample_name", "")[:LONGEST_SAMPLE_NAME].strip(),
        target=_target(post.get("target", "")), joined=post.get("joined") == "on",
        keeps=post.get("keep") == "on", note=post.get("note", ""),
    )  # fmt: skip
    return editing if text.strip() == was.strip() else _typed(editing, text)


def _typed(editing: Editing, text: str) -> Editing:
    try:
        return replace(editing, draft=draft_of(read_own(text)))
    except Invalid as refusal:
        return replace(editing, typed=text, errors=refusal.fields)


def _draft(post: QueryDict, base: MappingFile) -> Draft:
    lists = [post.getlist(f"entity_{name}") for name in ("path", "kind", "part", "kept")]
    rows = [
        EntityRow(path.strip(), kind, part, int(kept) if kept.isdigit() else None)
        for path, kind, part, kept in zip(*lists, strict=False)
        if path.strip() or kept.isdigit()
    ]
    words = {
        name: {
            word.strip(): meant
            for word, meant in zip(post.getlist(f"{name}_word"), post.getlist(f"{name}_means"), strict=False)
        }
        for name in WORDED
    }
    return Draft(
        base, post.get("name", ""), post.get("title", ""), post.get("split", ""), post.get("kind", ""),
        {name: _lines(post.get(f"slot_{name}", "")) for name in SLOTS}, words, post.get("scale", ""), rows,
    )  # fmt: skip


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n")


def _target(text: str) -> str:
    return text if text in (*SLOTS, ENTITY) else "title"


def pointed(editing: Editing, path: str) -> Editing:
    """After a click on the sample: the chosen field takes what stands there, and the next one is chosen."""
    shown = next((text for value in found_at(editing, path) if (text := text_of(value))), "")
    draft = editing.draft.pointed(editing.target, path, shown, joined=editing.joined)
    target = editing.target if editing.joined else draft.next_target(editing.target)
    return replace(editing, draft=draft, target=target)


def root_of(editing: Editing) -> Any:
    """The record that one points at: the sample, or the first record in it; None when there is none."""
    text = editing.sample.strip()
    if editing.draft.split.strip():
        try:
            parts = elements(text.encode(), editing.draft.split.strip())
        except (LongwatchError, msgspec.DecodeError, UnicodeError, RecursionError):
            parts = []
        text = parts[0].decode() if parts else text
    root = json_in(text)
    if root is None and "{" in text:
        # A message with JSON in it, or the first of several lines.
        root = json_in(text[text.index("{") :]) or json_in(next(line for line in text.splitlines() if "{" in line))
    return root[0] if isinstance(root, list) and root else root


def tree_of(editing: Editing) -> Outline:
    """The sample as a tree."""
    return outline(root_of(editing))


def found_at(editing: Editing, path: str) -> list[Any]:
    """What stands in the sample at a path."""
    try:
        return Record(root_of(editing)).find(path_of(path))
    except ValueError:
        return []


def words_at(editing: Editing, name: str, others: Sequence[Any] = ()) -> list[tuple[str, str]]:
    """The tool's words for a field, with what they mean: those in the table, in the sample and in other records."""
    table = dict(editing.draft.words.get(name, {}))
    paths = [line for line in lines_of(editing.draft.slots.get(name, "")) if "{" not in line]
    for root in (root_of(editing), *others):
        for path in paths:
            try:
                values = Record(root).find(path_of(path))
            except ValueError:
                continue
            for value in values:
                if (word := text_of(value)) and word.lower() not in (known.lower() for known in table):
                    table[word] = ""
    return [(word, meant) for word, meant in table.items() if word][:MOST_WORDS]


def preview(editing: Editing) -> Preview:
    """What the mapping makes of the sample; says which field is wrong when it cannot work."""
    if editing.typed is not None:
        return Preview(errors=editing.errors)
    try:
        file = read_own(editing.draft.text())
    except Invalid as refusal:
        return Preview(errors=refusal.fields)
    own = own_reading(file)
    tests = [Test(sample.name, differences(sample, lambda each: pieces_with(each, own))) for sample in file.sample]
    if not editing.sample.strip():
        return Preview(tests=tests)
    try:
        whole = understand_whole(editing.sample.encode("utf-8", "replace"), zone=editing.zone, own=own)
    except LongwatchError as refusal:
        return Preview(refused=refusal.sentence, tests=tests)
    shown = [Shown(each.signal, _severity(each.signal)) for each in whole.pieces[:MOST_SIGNALS]]
    faults = [fault.error.sentence for fault in whole.faults[:MOST_SIGNALS]]
    return Preview(shown, max(0, len(whole.pieces) - MOST_SIGNALS), "", faults, tests)


def kept_as_test(editing: Editing) -> str:
    """The file with the sample and what it gives, as a test; refuses a sample that gives nothing."""
    file = read_own(editing.draft.text())
    sample = Sample(
        editing.sample_name or f"sample {len(file.sample) + 1}", editing.sample, [], editing.zone,
        clock.now().replace(microsecond=0).isoformat().replace("+00:00", "Z"),
    )  # fmt: skip
    return _as_text(with_sample(file, _expecting(sample, own_reading(file))))


def accepted(editing: Editing) -> Editing:
    """With all tests expecting what they give now."""
    file = read_own(editing.draft.text())
    own = own_reading(file)
    samples = [_expecting(sample, own) for sample in file.sample]
    return replace(editing, draft=replace(editing.draft, base=msgspec.structs.replace(file, sample=samples)))


def without_test(editing: Editing, name: str) -> Editing:
    """Without the sample of that name."""
    base = editing.draft.base
    samples = [sample for sample in base.sample if sample.name != name]
    return replace(editing, draft=replace(editing.draft, base=msgspec.structs.replace(base, sample=samples)))


def _as_text(file: MappingFile) -> str:
    return draft_of(file).text()


def _expecting(sample: Sample, own: OwnReading) -> Sample:
    expect = [Expected(**_told(piece.signal)) for piece in pieces_with(sample, own)]
    return msgspec.structs.replace(sample, expect=expect)


def _told(signal: SignalIn) -> dict[str, Any]:
    """What of a signal a test expects: all that it says."""
    return {name: value for name, value in as_said(signal).items() if value or name == "severity"}


def _severity(signal: SignalIn) -> int | None:
    stated = severity_in(signal)
    return None if stated is None else int(stated)
