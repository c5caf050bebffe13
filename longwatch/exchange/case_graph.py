# SPDX-License-Identifier: Apache-2.0
"""The record as CASE 1.5 / UCO linked data: a small graph of the case, and one for each exhibit. Pure functions.

Small, because validators are slow on large ones; identifiers are ours, so that the graphs join by themselves.
"""

import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

CONTEXT = {
    "kb": "http://example.org/longwatch/",
    "case-investigation": "https://ontology.caseontology.org/case/investigation/",
    "uco-action": "https://ontology.unifiedcyberontology.org/uco/action/",
    "uco-core": "https://ontology.unifiedcyberontology.org/uco/core/",
    "uco-identity": "https://ontology.unifiedcyberontology.org/uco/identity/",
    "uco-location": "https://ontology.unifiedcyberontology.org/uco/location/",
    "uco-observable": "https://ontology.unifiedcyberontology.org/uco/observable/",
    "uco-types": "https://ontology.unifiedcyberontology.org/uco/types/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
MOST_NAMED = 100
Node = dict[str, Any]
Fields = Mapping[str, Any]


def case_graph(record_id: str, record: Fields, named: Sequence[tuple[str, Fields]]) -> bytes:
    """The investigation with its people and places."""
    parties = [_party(identifier, fields) for identifier, fields in named[:MOST_NAMED] if _is_party(fields)]
    investigation: Node = {
        "@id": _kb("investigation", record_id), "@type": "case-investigation:Investigation",
        "uco-core:name": f"{record['reference']} {record['title']}".strip(),
        "uco-core:description": [str(record["summary"])] if record.get("summary") else [],
        "case-investigation:investigationForm": "case",
        "uco-core:object": [{"@id": party["@id"]} for party in parties],
    }  # fmt: skip
    if record.get("type") or record.get("category"):
        investigation["case-investigation:focus"] = [str(record.get("type") or record["category"])]
    return _document([_without_nothing(investigation), *parties])


def exhibit_graph(record_id: str, exhibit_id: str, fields: Fields, custody: Sequence[tuple[str, Fields]]) -> bytes:
    """An exhibit: the file with its hash, and each custody event as an action that it was the object of."""
    file: Node = {"@id": _kb("file", exhibit_id), "@type": "uco-observable:File", "uco-core:hasFacet": _facets(fields)}
    provenance: Node = {
        "@id": _kb("provenancerecord", exhibit_id), "@type": "case-investigation:ProvenanceRecord",
        "case-investigation:exhibitNumber": str(fields["number"]), "uco-core:object": [{"@id": file["@id"]}],
    }  # fmt: skip
    performers: dict[str, Node] = {}
    actions = [_action(identifier, event, file, provenance, performers) for identifier, event in custody]
    investigation: Node = {
        "@id": _kb("investigation", record_id), "@type": "case-investigation:Investigation",
        "uco-core:object": [{"@id": provenance["@id"]}, *({"@id": action["@id"]} for action in actions)],
    }  # fmt: skip
    return _document([investigation, provenance, file, *actions, *performers.values()])


def _facets(fields: Fields) -> list[Node]:
    facts: list[Node] = [
        {
            "@id": _kb("filefacet", fields['facet']), "@type": "uco-observable:FileFacet",
            "uco-observable:fileName": str(fields["name"]),
            "uco-observable:sizeInBytes": _typed("integer", str(fields["size"])),
        }
    ]  # fmt: skip
    if fields.get("sha256"):
        digest: Node = {
            "@id": _kb("hash", fields['facet']), "@type": "uco-types:Hash", "uco-types:hashMethod": "SHA256",
            "uco-types:hashValue": _typed("hexBinary", str(fields["sha256"])),
        }  # fmt: skip
        facts.append(
            {
                "@id": _kb("contentdatafacet", fields['facet']), "@type": "uco-observable:ContentDataFacet",
                "uco-observable:sizeInBytes": _typed("integer", str(fields["size"])), "uco-observable:hash": [digest],
            }
        )  # fmt: skip
    return facts


def _action(identifier: str, event: Fields, file: Node, record: Node, performers: dict[str, Node]) -> Node:
    who = str(event["by"] or "unknown")
    if who not in performers:
        performers[who] = {
            "@id": _kb("identity", event['performer']), "@type": "uco-identity:Identity", "uco-core:name": who
        }  # fmt: skip
    return {
        "@id": _kb("investigativeaction", identifier), "@type": "case-investigation:InvestigativeAction",
        "uco-core:name": str(event["kind"]), **_times(str(event["at"])),
        "uco-action:performer": {"@id": performers[who]["@id"]}, "uco-action:object": [{"@id": file["@id"]}],
        "uco-action:result": [{"@id": record["@id"]}],
    }  # fmt: skip


def _times(at: str) -> Node:
    """The ontology has no days: where nothing finer is kept, the words say so."""
    if "T" not in at:
        return {"uco-core:description": [f"On {at}; no time of day is kept."]}
    moment = _typed("dateTime", at)
    return {"uco-action:startTime": moment, "uco-action:endTime": moment}


def _is_party(fields: Fields) -> bool:
    return fields["kind"] in ("person", "organisation", "location")


def _party(identifier: str, fields: Fields) -> Node:
    kind = {
        "person": "uco-identity:Person", "organisation": "uco-identity:Organization",
        "location": "uco-location:Location",
    }[str(fields["kind"])]  # fmt: skip
    words = [word for word in (str(fields["part"]), str(fields["note"])) if word]
    return {
        "@id": _kb(kind.partition(":")[2].lower(), identifier), "@type": kind,
        "uco-core:name": str(fields["value"]), "uco-core:description": [", ".join(words)],
    }  # fmt: skip


def _kb(kind: str, identifier: object) -> str:
    """Always the same for the same thing of ours; the ontology wants identifiers of an older version than ours."""
    return f"kb:{kind}-{uuid.uuid5(uuid.NAMESPACE_URL, f'urn:longwatch:{identifier}')}"


def _typed(kind: str, value: str) -> Node:
    return {"@type": f"xsd:{kind}", "@value": value}


def _without_nothing(node: Node) -> Node:
    return {name: value for name, value in node.items() if value not in ([], "")}


def _document(graph: Sequence[Node]) -> bytes:
    return json.dumps({"@context": CONTEXT, "@graph": list(graph)}, ensure_ascii=False, indent=1).encode() + b"\n"
