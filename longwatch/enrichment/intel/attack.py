# SPDX-License-Identifier: Apache-2.0
"""ATT&CK techniques: from MITRE's STIX bundles or from the MISP galaxy; and names of other galaxies."""

import re
from collections.abc import Iterator
from typing import Any

from longwatch.enrichment.intel.shape import NAME, TECHNIQUE, Entry, Loaded, day_of, objects, text_of

_ID = re.compile(r"T\d{4}(?:\.\d{3})?")
_TACTIC_ID = re.compile(r"TA\d{4}")
_SUFFIX = re.compile(r"\s+-\s+T\d{4}(?:\.\d{3})?$")


def is_attack(value: dict[str, Any]) -> bool:
    """Whether the object is a STIX bundle with techniques."""
    return value.get("type") == "bundle" and any(
        each.get("type") == "attack-pattern" for each in objects(_objects(value))
    )


def is_galaxy(value: dict[str, Any]) -> bool:
    """Whether the object is a cluster of a MISP galaxy."""
    return {"values", "name", "uuid"} <= value.keys() and isinstance(value["values"], list)


def _objects(value: dict[str, Any]) -> object:
    return value.get("objects")


def read_attack(value: dict[str, Any]) -> Loaded:
    """Techniques and tactics of a STIX bundle, by their ATT&CK identifier."""
    known = {str(each.get("id")): each for each in objects(_objects(value))}
    of_type: dict[str, list[dict[str, Any]]] = {}
    for each in known.values():
        of_type.setdefault(str(each.get("type")), []).append(each)
    about = next(iter(of_type.get("x-mitre-collection", [])), {})
    loaded = Loaded(
        "attack", text_of(about.get("name"), 200) or "ATT&CK", [TECHNIQUE],
        edition=text_of(about.get("x_mitre_version"), 60), dated=day_of(about.get("modified")),
    )  # fmt: skip
    instead = dict(_replaced(of_type.get("relationship", []), known))
    for each in of_type.get("attack-pattern", []):
        loaded.add(_technique(each, instead))
    for each in of_type.get("x-mitre-tactic", []):
        loaded.add(_entry(_external(each), {"name": text_of(each.get("name"))}))
    return loaded


def _technique(each: dict[str, Any], instead: dict[str, str]) -> Entry | None:
    phases = [text_of(phase.get("phase_name"), 60) for phase in objects(each.get("kill_chain_phases"))]
    about: dict[str, Any] = {"name": text_of(each.get("name")), "tactics": phases}
    if each.get("revoked") or each.get("x_mitre_deprecated"):
        about |= {"revoked": True, "instead": instead.get(str(each.get("id")), "")}
    return _entry(_external(each), about)


def _replaced(relations: list[dict[str, Any]], known: dict[str, dict[str, Any]]) -> Iterator[tuple[str, str]]:
    for each in relations:
        target = known.get(str(each.get("target_ref")))
        if each.get("relationship_type") == "revoked-by" and target is not None:
            yield str(each.get("source_ref")), _external(target)


def _external(each: dict[str, Any]) -> str:
    for reference in objects(each.get("external_references")):
        if str(reference.get("source_name", "")).startswith("mitre"):
            return text_of(reference.get("external_id"), 20)
    return ""


def _entry(identifier: str, about: dict[str, Any]) -> Entry | None:
    if not (_ID.fullmatch(identifier) or _TACTIC_ID.fullmatch(identifier)):
        return None
    return Entry("exact", identifier.casefold(), about=about)


def read_galaxy(value: dict[str, Any]) -> Loaded:
    """Techniques when it is ATT&CK's galaxy; otherwise names and synonyms of actors and tools."""
    edition, name = str(value.get("version") or "")[:60], text_of(value["name"], 200)
    values = list(objects(value["values"]))
    if "attack-pattern" in str(value.get("type", "")):
        loaded = Loaded("attack", f"{name} (MISP galaxy)", [TECHNIQUE], edition=edition)
        by_uuid = {str(each.get("uuid")): _meta(each, "external_id") for each in values}
        for each in values:
            loaded.add(_galaxy_technique(each, by_uuid))
        return loaded
    loaded = Loaded("galaxy", f"{name} (MISP galaxy)", [NAME], edition=edition)
    for each in values:
        _add_names(loaded, each)
    return loaded


def _galaxy_technique(each: dict[str, Any], by_uuid: dict[str, str]) -> Entry | None:
    meta = each.get("meta")
    chain = meta.get("kill_chain") if isinstance(meta, dict) else None
    tactics = sorted({str(phase).rpartition(":")[2] for phase in chain}) if isinstance(chain, list) else []
    about: dict[str, Any] = {"name": _SUFFIX.sub("", text_of(each.get("value"))), "tactics": tactics}
    instead = [
        by_uuid.get(str(other.get("dest-uuid")), "")
        for other in objects(each.get("related"))
        if other.get("type") == "revoked-by"
    ]
    if each.get("revoked") or instead:
        about |= {"revoked": True, "instead": next(iter(instead), "")}
    return _entry(_meta(each, "external_id"), about)


def _meta(each: dict[str, Any], name: str) -> str:
    meta = each.get("meta")
    return text_of(meta.get(name), 100) if isinstance(meta, dict) else ""


def _add_names(loaded: Loaded, each: dict[str, Any]) -> None:
    value, meta = text_of(each.get("value"), 200), each.get("meta")
    meta = meta if isinstance(meta, dict) else {}
    about = {"name": value, "country": text_of(meta.get("country"), 60)}
    synonyms = meta.get("synonyms")
    names = [value, *(synonyms if isinstance(synonyms, list) else ())]
    for name in {text_of(each, 200).casefold() for each in names}:
        loaded.add(Entry("exact", name, about=about) if name else None)
