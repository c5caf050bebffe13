# SPDX-License-Identifier: Apache-2.0
"""The six questions on paper."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
import typst

from longwatch.records.briefing import Briefing, Question, Statement, Subject, Weight, section, unknown
from longwatch.records.briefing_pdf import TEMPLATE, briefing_data, briefing_pdf, direction

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
# Everything typst's markup and code could trip over, if it ever were markup.
MARKUP = [
    '#panic("x")', "#include \"/etc/passwd\"", "@missing", "$x", "[[ }} ](", "*bold* _it_ `raw`", "<label>",
    "= Heading", "// comment", "/* open", "\\u{41} \\", "https://example.test/#[x]", '"); #sys.inputs',
]  # fmt: skip
ODD = [
    "Donaudampfschifffahrtsgesellschaftskapitän" * 5,
    "تهديد لموظف في المكتب",
    "איום על עובד",
    "Grüße, Żółć",
    "Привет",
]


def briefing(*texts: str, title: str = "Threat at the front desk") -> Briefing:
    subject = Subject(
        id=uuid4(), kind="incident", kind_word="Incident", reference="INC-2026-0142", title=title, url="/incidents/1",
        marking="For members of Operations only", facts=(("Severity", "High"),),
    )  # fmt: skip
    said = [Statement(text=text, at=NOON, person="Ana:", url="/x", note=text, raw=text) for text in texts]
    lead = Statement(text=title, weight=Weight.LEAD)
    sections = [section(question, [lead, *said, unknown(title)], nothing="") for question in Question]
    return Briefing(subject=subject, as_of=NOON, viewer="Ana Analyst", time_zone="UTC", sections=tuple(sections))


def shown_in(found: Briefing) -> str:
    """Every text of the document, as typst itself lists them."""
    data = json.dumps(briefing_data(found, "https://lw.test", "a4"), ensure_ascii=False)
    return str(typst.query(TEMPLATE, "<said>", field="value", root=TEMPLATE.parent, sys_inputs={"data": data}))


class TestBriefingPdf:
    @pytest.mark.parametrize("text", [*MARKUP, *ODD])
    def test_takes_text_as_text(self, text: str) -> None:
        pdf = briefing_pdf(briefing(text, title=text), base_url="https://lw.test")
        assert pdf.startswith(b"%PDF-")
        assert b"pdfaid" in pdf

    def test_shows_what_was_written_and_nothing_else(self) -> None:
        shown = json.loads(shown_in(briefing(*MARKUP)))
        assert [each for each in MARKUP if each not in shown] == []

    def test_names_only_the_day_where_no_more_is_kept(self) -> None:
        told = briefing("x")
        only = replace(told.sections[0], statements=(Statement(text="x", at=NOON, only_day=True),))
        [line] = briefing_data(replace(told, sections=(only,)), "", "a4")["sections"][0]["statements"]
        assert (line["day"], line["time"]) == ("22 Nov 2026", "")
        assert briefing_pdf(replace(told, sections=(only,))).startswith(b"%PDF-")

    def test_keeps_characters_without_a_glyph_and_says_so(self, monkeypatch: pytest.MonkeyPatch) -> None:
        asked: list[Any] = []
        real = typst.Compiler

        def compiler(*args: Any, **more: Any) -> Any:
            asked.append(json.loads(more["sys_inputs"]["data"])["lost"])
            return real(*args, **more)

        monkeypatch.setattr(typst, "Compiler", compiler)
        pdf = briefing_pdf(briefing("\U00016800 Bamum"))
        assert pdf.startswith(b"%PDF-")
        assert asked[0] == ""
        assert "Boxes stand for" in asked[1]

    def test_passes_other_faults_on(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("longwatch.records.briefing_pdf.TEMPLATE", TEMPLATE.with_name("missing.typ"))
        with pytest.raises(RuntimeError):
            briefing_pdf(briefing("x"))

    @pytest.mark.parametrize(("paper", "width"), [("a4", b"595.2"), ("us-letter", b"612"), ("nonsense", b"595.2")])
    def test_knows_two_papers(self, paper: str, width: bytes) -> None:
        assert b"/MediaBox[0 0 " + width in briefing_pdf(briefing("x"), paper=paper).replace(
            b"MediaBox [", b"MediaBox["
        )

    def test_fits_an_ordinary_record_on_two_pages(self) -> None:
        lines = ["raised the severity from low to high: he named the time and the place"] * 9
        sections = [replace(each, statements=each.statements[1:-1]) for each in briefing(*lines).sections]
        plain = [
            replace(each, statements=tuple(replace(s, raw="", note="") for s in each.statements)) for each in sections
        ]  # fmt: skip
        pdf = briefing_pdf(replace(briefing(), sections=tuple(plain)))
        assert b"/Count 2" in pdf


class TestBriefingData:
    def test_names_reader_time_and_zone(self) -> None:
        data = briefing_data(briefing("x"), "", "a4")
        assert data["seen"] == "As seen by Ana Analyst at 22 Nov 2026, 12:00:00 UTC"
        assert data["zone"] == "Times are in UTC."

    def test_links_only_with_an_address_of_its_own(self) -> None:
        assert briefing_data(briefing("x"), "", "a4")["sections"][0]["statements"][1]["url"] == ""
        linked = briefing_data(briefing("x"), "https://lw.test", "a4")
        assert linked["sections"][0]["statements"][1]["url"] == "https://lw.test/x"


@pytest.mark.parametrize(
    ("text", "way"), [("Ana", "ltr"), ("12:00 שלום", "rtl"), ("مرحبا", "rtl"), ("", "ltr"), ("1", "ltr")]
)
def test_direction(text: str, way: str) -> None:
    assert direction(text) == way
