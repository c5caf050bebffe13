# SPDX-License-Identifier: Apache-2.0
"""The access matrix: mappings of one's own."""

from longwatch.access.context import acting_as
from longwatch.intake.services.mappings import NewVersion, change_mapping
from tests.access.matrix_words import JUDGES, OUTSIDE, Group, delete, form, get, post, put, rows
from tests.intake.cast_mappings import door_mapping, make_own
from tests.personas import Cast

MAPPING = "/mappings/{mapping}"
API_MAPPING = "/api/v1/mappings/{mapping}"
MANAGERS = frozenset({"supervisor"})


def spelled(text: str) -> str:
    """A text whose braces are no names of the world."""
    return text.replace("{", "{{").replace("}", "}}")


MAPPINGS: tuple[Group, ...] = (
    Group(
        "Mappings of one's own: signal:triage, each in one's own organisation",
        JUDGES | OUTSIDE,
        lines=rows(
            get("/mappings"),
            get("/mappings/new"),
            post("/mappings/new", act="show"),
            post("/mappings/import"),
            get("/api/v1/mappings"),
            post("/api/v1/mappings", text=spelled(door_mapping("others"))),
            post("/api/v1/mappings/try", text=spelled(door_mapping()), sample="7"),
        ),
    ),
    Group(
        "Reading a source with a mapping: source:manage in Signals",
        MANAGERS,
        forbidden=JUDGES - MANAGERS,
        lines=rows(post(f"{MAPPING}/sources", source="{source}")),
    ),
    Group(
        "A mapping of one's own: signal:triage in Signals",
        JUDGES,
        lines=rows(
            form(MAPPING, act="show"),
            get(f"{MAPPING}/file"),
            get(f"{MAPPING}/versions"),
            post(f"{MAPPING}/versions/1/restoring"),
            post(f"{MAPPING}/retirement"),
            get(API_MAPPING),
            put(API_MAPPING, text=spelled(door_mapping())),
            delete(API_MAPPING),
        ),
    ),
)


def make_mappings(cast: Cast) -> dict[str, str]:
    """One mapping, in its second version."""
    made = make_own(cast)
    text = door_mapping(title="{event.name} ({door})", expected="Held open (D7)")
    with acting_as(cast.analyst):
        change_mapping(made.mapping_id, NewVersion(text=text), by=cast.analyst)
    return {"mapping": str(made.mapping_id)}
