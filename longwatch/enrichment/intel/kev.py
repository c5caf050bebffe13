# SPDX-License-Identifier: Apache-2.0
"""CISA's catalogue of vulnerabilities that are known to be exploited."""

from typing import Any

from longwatch.enrichment.intel.shape import CVE, Entry, Loaded, day_of, objects, text_of

NAME = "CISA Known Exploited Vulnerabilities"


def is_kev(value: dict[str, Any]) -> bool:
    """Whether the object is the catalogue."""
    return {"catalogVersion", "vulnerabilities"} <= value.keys()


def read_kev(value: dict[str, Any]) -> Loaded:
    """Each vulnerability by its CVE."""
    loaded = Loaded(
        "kev", NAME, [CVE], edition=text_of(value["catalogVersion"], 60), dated=day_of(value.get("dateReleased"))
    )
    for each in objects(value["vulnerabilities"]):
        name = text_of(each.get("cveID"), 40).casefold()
        loaded.add(Entry("exact", name, about=_about(each)) if name.startswith("cve-") else None)
    return loaded


def _about(each: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": text_of(each.get("vulnerabilityName")),
        "product": f"{text_of(each.get('vendorProject'), 100)} {text_of(each.get('product'), 100)}".strip(),
        "added": text_of(each.get("dateAdded"), 10),
        "due": text_of(each.get("dueDate"), 10),
        "action": text_of(each.get("requiredAction"), 500),
        "ransomware": each.get("knownRansomwareCampaignUse") == "Known",
    }
