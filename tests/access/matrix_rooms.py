# SPDX-License-Identifier: Apache-2.0
"""The access matrix: rooms inside a case, broken glass, notices; tests/access/matrix_world_rooms.py."""

from tests.access.matrix_words import EVERYBODY, NOBODY, Group, form, get, post, rows

PRIVACY = frozenset({"privacy"})

ROOMS: tuple[Group, ...] = (
    Group(
        "A privileged section: counsel inside",
        frozenset({"counsel"}),
        lines=rows(
            form("/cases/sections/{privileged}/direction", directed_on="2026-01-03", matter="x", basis="advice"),
            get("/cases/sections/{privileged}/privilege-log"),
            get("/cases/sections/{privileged}/privilege-log.csv"),
            form("/cases/sections/{privileged}/privilege-log/{privileged_entry}", description="A memo", basis="advice"),
        ),
    ),
    Group(
        "A section of witnesses: its members alone",
        frozenset({"lead"}),
        lines=rows(
            form("/cases/sections/{witnesses}/witnesses/new", name="x"),
            form("/cases/sections/{witnesses}/witnesses/{witness}/contact", reason="x"),
        ),
    ),
    Group(
        "What only a section of another sort has",
        NOBODY,
        lines=rows(
            form("/cases/sections/{section}/direction", matter="x"),
            get("/cases/sections/{section}/privilege-log"),
            get("/cases/sections/{section}/privilege-log.csv"),
            form("/cases/sections/{section}/privilege-log/{section_entry}", description="x"),
            form("/cases/sections/{section}/witnesses/new", name="x"),
            form("/cases/sections/{section}/witnesses/{section_entry}/contact", reason="x"),
        ),
    ),
    Group(
        "Break-glass: access:break_glass; what it opens is tested in tests/search/test_glass_views.py",
        frozenset({"supervisor", "outsider"}),
        lines=rows(form("/break-glass", reference="CASE-AAAA-AA", reason_code="danger", reason="Nobody is in reach")),
    ),
    Group("Break-glass of everybody: access:review", PRIVACY, lines=rows(get("/break-glass/reviews"))),
    Group(
        "A break-glass: who broke it, the record's members, and privacy officers",
        frozenset({"supervisor", "lead", "privacy"}),
        lines=rows(get("/break-glass/{glass}"), post("/break-glass/{glass}/end")),
    ),
    Group(
        "Judging a break-glass: access:review, once it has ended",
        PRIVACY,
        lines=rows(post("/break-glass/{glass}", outcome="justified", note="x")),
    ),
    Group("A notice: whose it is", frozenset({"lead"}), lines=rows(post("/notices/{notice}"))),
    Group("One's own notices", EVERYBODY, lines=rows(get("/notices"), post("/notices/read"))),
)
