# SPDX-License-Identifier: Apache-2.0
"""Office files as words."""

import io

from longwatch.evidence.rendering.choosing import copy_of
from longwatch.evidence.rendering.office import WARNINGS
from tests.evidence.rendering import samples

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class TestOfficeCopy:
    def test_shows_the_words_of_a_document(self) -> None:
        content = samples.docx()
        assert copy_of(io.BytesIO(content), DOCX, len(content)).text.strip()

    def test_warns_of_several_things(self) -> None:
        assert len(WARNINGS) > 1
