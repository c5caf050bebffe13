# SPDX-License-Identifier: Apache-2.0
"""Every sentence that a reporter can meet exists in each language of the form."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import longwatch

PACKAGE = Path(longwatch.__file__).parent
TEMPLATES = [
    *sorted((PACKAGE / "intake/templates/intake/report").glob("*.html")),
    PACKAGE / "intake/templates/intake/my_reports.html",
    *(
        PACKAGE / "web/templates/web" / name
        for name in ("plain.html", "error.html", "document.html", "forms/field.html", "parts/words.html",
                     "parts/toast.html", "parts/drop.html", "parts/error_summary.html")
    ),
]  # fmt: skip
MODULES = [
    *(
        PACKAGE / "intake" / name
        for name in (
            "report_forms.py",
            "report_pages.py",
            "report_thread_views.py",
            "report_views.py",
            "receipts.py",
            "services/reports.py",
        )
    ),
    PACKAGE / "web/stale_form.py",
]
TRANSLATE = re.compile(r'{% translate "((?:[^"\\]|\\.)*)"|_\("((?:[^"\\]|\\.)*)"\)')
BLOCK = re.compile(r"{% blocktranslate[^%]*%}(.*?){% endblocktranslate %}", re.DOTALL)
CALL = re.compile(r'(?:_|gettext_lazy)\(\s*"((?:[^"\\]|\\.)*)"\s*\)')


def sentences() -> Iterator[str]:
    for template in TEMPLATES:
        text = template.read_text(encoding="utf-8")
        yield from (one or other for one, other in TRANSLATE.findall(text))
        yield from (re.sub(r"{{ (\w+) }}", r"%(\1)s", block) for block in BLOCK.findall(text))
    for module in MODULES:
        yield from CALL.findall(module.read_text(encoding="utf-8"))


class TestReportFormLocale:
    @pytest.mark.parametrize("language", ["de", "es", "fr"])
    def test_has_every_sentence(self, language: str) -> None:
        with (PACKAGE / f"intake/locale/{language}/LC_MESSAGES/django.po").open("rb") as file:
            catalogue = {message.id: message.string for message in read_po(file, locale=language) if message.id}
        assert {sentence for sentence in sentences() if not catalogue.get(sentence)} == set()

    @pytest.mark.parametrize("language", ["de", "es", "fr"])
    def test_fills_in_the_same_names(self, language: str) -> None:
        with (PACKAGE / f"intake/locale/{language}/LC_MESSAGES/django.po").open("rb") as file:
            pairs = [(m.id, m.string) for m in read_po(file, locale=language) if isinstance(m.id, str)]
        names = re.compile(r"%\(\w+\)s")
        assert [one for one, other in pairs if sorted(names.findall(one)) != sorted(names.findall(str(other)))] == []

    def test_finds_sentences_at_all(self) -> None:
        found = set(sentences())
        assert {"What happened?", "Report something", "There is a problem"} <= found
