# SPDX-License-Identifier: Apache-2.0
"""(e) An anonymous concern at a school."""

from longwatch.config.demo.stage import Stage


def concern(stage: Stage) -> None:
    """Two reports without a name, in two languages, about the same student."""
    stage.signal(
        "form", stage.back(days=5, hours=2),
        {"title": "Student says nobody would miss them", "kind": "report", "severity": "medium",
         "place": "Halden Academy, library", "latitude": 38.7071, "longitude": -9.1355,
         "description": "A boy in year 10, T., keeps saying that nobody would miss him. He gave his headphones away.",
         "entities": [{"kind": "person", "value": "Student T., year 10", "part": "subject"}]},
        language="en", anonymous=True,
    )  # fmt: skip
    stage.signal(
        "form", stage.back(minutes=52),
        {"title": "Un alumno dice que traerá algo el lunes", "kind": "report", "severity": "high",
         "place": "Halden Academy, patio norte", "latitude": 38.7074, "longitude": -9.1351,
         "description": "T., de décimo, enseñó un dibujo del comedor con nombres y dijo que el lunes \"todos se van a "
         "acordar\". No quiero dar mi nombre.",
         "entities": [{"kind": "person", "value": "Student T., year 10", "part": "subject"},
                      {"kind": "location", "value": "Halden Academy", "part": "scene"}]},
        language="es", anonymous=True,
    )  # fmt: skip
