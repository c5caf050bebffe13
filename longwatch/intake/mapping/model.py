# SPDX-License-Identifier: Apache-2.0
"""What a mapping file holds (docs/formats.md)."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

Word = Annotated[str, Meta(min_length=1, max_length=100)]
KindName = Literal[
    "person", "organisation", "location", "vehicle", "asset", "host", "account", "email", "phone", "ip", "domain",
    "url", "file_hash", "other", "address", "peer", "user",
]  # fmt: skip
PartName = Literal["subject", "reporter", "witness", "affected", "respondent", "scene", "indicator", "involved"]


class Value(Struct, forbid_unknown_fields=True, frozen=True):
    """Where a value comes from (path, template or constant), and what is done with it, in the order of the fields."""

    path: str = ""
    template: str = ""
    constant: str = ""
    # Only when each path matches its regular expression, and no path of `unless` does.
    when: dict[str, str] = {}
    unless: dict[str, str] = {}
    # What it names elsewhere in the record: `{}` in this path is the value.
    follow: str = ""
    # The first group of each match, or the whole match.
    regex: str = ""
    split: str = ""
    # What the tool's words mean; `*` is every other word.
    words: dict[str, str] = {}
    scale: str = ""
    prefix: str = ""
    # A time without a zone is UTC, whatever the zone of the source.
    utc: bool = False


# One text is a path, or a template when it holds {}; of several, the first that finds something.
Choice = str | Value
Values = str | Value | list[Choice]


class Recognise(Struct, forbid_unknown_fields=True, frozen=True):
    """What a record must have to be of this format."""

    all: list[str] = []
    any: list[str] = []
    none: list[str] = []
    match: dict[str, str] = {}
    # Names of the log type that collectors write into `p_log_type`: such a name decides at once.
    log_type: list[str] = []
    # The parser of text whose records these are; then the rest applies to what it made.
    parser: str = ""


class EntityFrom(Struct, forbid_unknown_fields=True, frozen=True):
    """Which values are entities, of which kind and part. The first entity of all is the main one."""

    path: Values
    kind: KindName
    part: PartName = "involved"


class Fields(Struct, forbid_unknown_fields=True, frozen=True):
    """How each field of a signal is found. Lists of tags, links and techniques take what every entry finds."""

    title: Values = []
    description: Values = []
    severity: Values = []
    rule: Values = []
    occurred_at: Values = []
    dedup_key: Values = []
    place: Values = []
    latitude: Values = []
    longitude: Values = []
    state: Values = []
    links: Values = []
    tags: Values = []
    techniques: Values = []
    # What names the tool's own kind of alert, report or sos.
    kind: Literal["alert", "report", "sos"] | None = None


class Expected(Struct, forbid_unknown_fields=True, frozen=True):
    """What a sample must give: every field named here, and nothing is said of the others."""

    title: str | None = None
    severity: str | None = None
    occurred_at: str | None = None
    rule: str | None = None
    dedup_key: str | None = None
    description: str | None = None
    place: str | None = None
    state: str | None = None
    entities: list[str] | None = None
    techniques: list[str] | None = None
    links: list[str] | None = None
    tags: list[str] | None = None


class Sample(Struct, forbid_unknown_fields=True, frozen=True):
    """An example of our own making, with the signals it must give."""

    name: Word
    raw: str
    expect: list[Expected]
    zone: str = "UTC"
    received_at: str = "2026-03-01T00:00:00Z"


class MappingFile(Struct, forbid_unknown_fields=True, frozen=True):
    """One format: how it is recognised, taken apart and read, with its samples."""

    name: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=40)]
    title: Word
    recognise: Recognise
    about: str = ""
    # Lower is tried earlier.
    rank: int = 50
    # The list whose elements are records of their own.
    split: str = ""
    # Where the record lies within its envelope. What it says comes before what the envelope says, unless preferred.
    unwrap: str = ""
    prefer_envelope: bool = False
    let: dict[str, Values] = {}
    signal: Fields = Fields()
    entity: list[EntityFrom] = []
    # Further lines of the description: label and path.
    details: dict[str, Values] = {}
    sample: list[Sample] = []


Table = dict[str, Any]
