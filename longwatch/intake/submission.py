# SPDX-License-Identifier: Apache-2.0
"""The documented form of a signal, and how bytes are read as one."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from longwatch.core.errors import Invalid, LongwatchError
from longwatch.intake.reading import Reading, read_foreign, severity_of_word
from longwatch.records.severity import Severity

LONGEST_TITLE = 300
LONGEST_DESCRIPTION = 20_000
DEEPEST = 64
MOST_ENTITIES = 100
MOST_LINKS = 20
MOST_TAGS = 50
# So many fields that are not ours make it another tool's record that happens to have a `title`.
FOREIGN_FIELDS = 3

EntityKindName = Literal[
    "person", "organisation", "location", "vehicle", "asset", "host", "account", "email", "phone", "ip", "domain",
    "url", "file_hash", "other",
]  # fmt: skip
PartName = Literal["subject", "reporter", "witness", "affected", "respondent", "scene", "indicator", "involved"]
Text = Annotated[str, Meta(max_length=2_000)]
# Of ATT&CK: a technique, perhaps a part of it, or a tactic.
Technique = Annotated[str, Meta(pattern=r"^(T\d{4}(\.\d{3})?|TA\d{4})$")]


class EntityIn(Struct, frozen=True, gc=False):
    """Somebody or something a signal names, with its part."""

    kind: EntityKindName
    value: Annotated[str, Meta(min_length=1, max_length=500)]
    part: PartName = "involved"


class SignalIn(Struct, kw_only=True, gc=False):
    """A signal as documented. Further fields are kept in the raw payload."""

    title: Annotated[str, Meta(min_length=1)]
    description: str = ""
    severity: int | str | None = None
    kind: Literal["alert", "report", "sos"] | None = None
    rule: str = ""
    dedup_key: str | None = None
    occurred_at: Annotated[datetime, Meta(tz=True)] | None = None
    entities: Annotated[list[EntityIn], Meta(max_length=MOST_ENTITIES)] = []
    place: str = ""
    latitude: Annotated[float, Meta(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Meta(ge=-180, le=180)] | None = None
    links: Annotated[list[Text], Meta(max_length=MOST_LINKS)] = []
    tags: Annotated[list[Text], Meta(max_length=MOST_TAGS)] = []
    techniques: Annotated[list[Technique], Meta(max_length=MOST_TAGS)] = []
    state: Literal["open", "closed"] | None = None
    source: str | None = None


class _OnlyOurs(SignalIn, kw_only=True, gc=False, forbid_unknown_fields=True):
    """A signal as documented, and not a field more."""


OUR_FIELDS = frozenset(SignalIn.__struct_fields__)
# Names of formats: our documented form, and the careful guess at any other record.
DOCUMENTED = "longwatch"
GENERIC = "generic"
_documented = msgspec.json.Decoder(SignalIn)
_only_ours = msgspec.json.Decoder(_OnlyOurs)
_anything = msgspec.json.Decoder()
_WHERE = re.compile(r"^(.*?)(?: - at `\$\.?(.*)`)?$", re.DOTALL)
_STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


class Unreadable(LongwatchError):
    """The bytes are not one JSON object, so nothing in them can be named."""

    default_code = "unreadable"

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.fields = {"body": sentence}


def read(raw: bytes, source_name: str = "") -> SignalIn:
    """The signal in the bytes: the documented form, else a reading of whatever JSON object it is.

    Refuses (400) what is not a JSON object in UTF-8, (422) a wrong field of the documented form.
    """
    return read_as(raw, source_name)[0]


def read_as(raw: bytes, source_name: str = "") -> tuple[SignalIn, str]:
    """The same, with the name of the format it was read in."""
    refuse_unreadable(raw)
    try:
        signal = _documented.decode(raw)
    except msgspec.ValidationError as error:
        return _foreign(raw, source_name, error), GENERIC
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable(_what_is_wrong(raw, error)) from error
    return check(signal, nul_possible=b"\\u0000" in raw), DOCUMENTED


def documented_only(raw: bytes) -> SignalIn | None:
    """The signal in the documented form, None for bytes that hold anything else; refuses as `read` does."""
    try:
        signal = _only_ours.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return check(signal, nul_possible=b"\\u0000" in raw)


def read_object(raw: bytes) -> dict[str, Any]:
    """The JSON object in the bytes; refuses what is none."""
    return _any_object(raw, None)


def signal_of(record: Mapping[str, Any], source_name: str = "") -> SignalIn:
    """The careful reading of a record of any shape."""
    return _from_reading(read_foreign(record), source_name)


def check(signal: SignalIn, *, nul_possible: bool = True) -> SignalIn:
    """The signal, when its values make sense together; refuses with the field's name."""
    severity_in(signal)
    if not signal.title.strip():
        raise _wrong("title", "Say in a few words what happened.")
    for number, link in enumerate(signal.links):
        if not link.startswith(("https://", "http://")):
            raise _wrong(f"links[{number}]", "A link starts with https:// or http://.")
    if (signal.latitude is None) != (signal.longitude is None):
        missing = "latitude" if signal.latitude is None else "longitude"
        raise _wrong(missing, "Give latitude and longitude together.")
    if signal.occurred_at is not None and signal.occurred_at.tzinfo is not None:
        try:
            # The database knows no zones beyond sixteen hours, which a time may be written in.
            signal.occurred_at = signal.occurred_at.astimezone(UTC)
        except OverflowError as error:
            raise _wrong("occurred_at", "This is beyond all times.") from error
    if nul_possible:
        _refuse_nul(signal)
    return signal


def severity_in(signal: SignalIn) -> Severity | None:
    """The severity a signal states, None when it states none; refuses other words and numbers."""
    stated = signal.severity
    if stated is None:
        return None
    if isinstance(stated, int):
        found = Severity(stated) if Severity.INFORMATIONAL <= stated <= Severity.CRITICAL else None
    else:
        found = severity_of_word(stated)
    if found is None:
        raise _wrong("severity", "Use informational, low, medium, high or critical, or a whole number from 0 to 4.")
    return found


def _foreign(raw: bytes, source_name: str, error: msgspec.ValidationError) -> SignalIn:
    """A reading of another tool's record; an attempt at ours that went wrong is refused with the field's name."""
    record = _any_object(raw, error)
    foreign = record.keys() - OUR_FIELDS
    ours = isinstance(record.get("title"), str) and len(foreign) < FOREIGN_FIELDS
    if ours or (record and not foreign):
        raise _named(error) from error
    return _from_reading(read_foreign(record), source_name)


def _any_object(raw: bytes, error: msgspec.ValidationError | None) -> dict[str, Any]:
    try:
        record = _anything.decode(raw)
    except msgspec.ValidationError:
        # A number beyond all measure: readable as JSON still.
        record = _with_huge_numbers(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as worse:
        raise Unreadable(_what_is_wrong(raw, worse)) from worse
    if not isinstance(record, dict):
        raise Unreadable("Send one JSON object.") from error
    return record


def _with_huge_numbers(raw: bytes) -> Any:
    try:
        return json.loads(raw, parse_int=float)
    except (ValueError, RecursionError) as worse:
        raise Unreadable(_what_is_wrong(raw, worse)) from worse


def _from_reading(reading: Reading, source_name: str) -> SignalIn:
    title = reading.title or (f"Alert from {source_name}" if source_name else "Alert")
    return SignalIn(
        title=title, description=reading.description, severity=reading.severity, rule=reading.rule,
        occurred_at=reading.occurred_at, entities=[EntityIn(*each) for each in reading.entities],  # type: ignore[arg-type]
    )  # fmt: skip


def refuse_unreadable(raw: bytes) -> None:
    """Refuse what is not UTF-8, or nested too deep."""
    if not raw.isascii():
        try:
            raw.decode()
        except UnicodeDecodeError as error:
            raise Unreadable(f"The text is not UTF-8 at byte {error.start}.") from error
    # Few brackets cannot be deep; that spares nearly all signals the closer look.
    if raw.count(b"{") + raw.count(b"[") > DEEPEST and _is_deep(raw):
        raise Unreadable(f"The JSON is nested more than {DEEPEST} levels deep.")


def _is_deep(raw: bytes) -> bool:
    """Whether brackets are nested deeper than allowed: each round takes the innermost level away."""
    brackets = _STRINGS.sub(b"", raw).translate(None, _NOT_BRACKETS)
    for _ in range(DEEPEST):
        brackets = brackets.replace(b"{}", b"").replace(b"[]", b"")
    return b"{" in brackets or b"[" in brackets


def _what_is_wrong(raw: bytes, error: Exception) -> str:
    if isinstance(error, RecursionError):
        return f"The JSON is nested more than {DEEPEST} levels deep."
    if b"\\ud" in raw.lower():
        return "The text is not valid JSON: it holds half of a surrogate pair (\\ud800 to \\udfff)."
    return f"The text is not valid JSON: {error}."


def _named(error: msgspec.ValidationError) -> Invalid:
    """The refusal of a field, from the decoder's message."""
    found = _WHERE.match(str(error))
    sentence, path = found.groups() if found else (str(error), "")
    if sentence.startswith("Object missing required field"):
        missing = sentence.rpartition(" ")[2].strip("`")
        return _wrong(f"{path}.{missing}" if path else missing, "This field is needed.")
    return _wrong(path or "body", f"{sentence}.")


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid(f"The field {field} is wrong: {sentence}", fields={field: sentence})


def _refuse_nul(signal: SignalIn) -> None:
    texts = {name: getattr(signal, name) for name in ("title", "description", "rule", "dedup_key", "place", "source")}
    for name in ("links", "tags"):
        texts |= {f"{name}[{i}]": text for i, text in enumerate(getattr(signal, name))}
    texts |= {f"entities[{i}].value": each.value for i, each in enumerate(signal.entities)}
    for field, text in texts.items():
        if text and "\x00" in text:
            raise _wrong(field, "It holds a NUL character (\\u0000), which no text has.")
