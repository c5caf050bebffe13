# SPDX-License-Identifier: Apache-2.0
"""The form that sets an analyzer up."""

import json

from longwatch.enrichment.analysis_models import AnalyzerSetup
from longwatch.enrichment.analyzer_forms import AnalyzerForm, initial_of
from longwatch.enrichment.cortex.contract import described

ITEMS = [{"name": "enabled", "type": "boolean"}, {"name": "key", "type": "string"}]
SAID = described(json.dumps({"name": "A", "command": "a", "dataTypeList": [], "configurationItems": ITEMS}))
MAY = {"max_tlp": "1", "max_pap": "2", "seconds": "60", "megabytes": "512", "hours": "0"}


class TestAnalyzerForm:
    def test_keeps_settings_apart_from_what_it_may_do(self) -> None:
        form = AnalyzerForm(MAY | {"setting-enabled": "true", "setting-key": " k "}, description=SAID, setup=None)
        assert form.is_valid()
        assert (form.allowed().enabled, form.allowed().max_tlp) == (False, 1)
        assert form.settings() == {"enabled": "true", "key": " k "}

    def test_takes_away_what_nothing_else_is_entered_for(self) -> None:
        setup = AnalyzerSetup(name="A", told=["key"])
        assert "forget" in AnalyzerForm(description=SAID, setup=setup).fields
        given = MAY | {"forget": ["key"]}
        form = AnalyzerForm(given, description=SAID, setup=setup)
        assert form.is_valid(), form.errors
        assert form.settings()["key"] is None


class TestInitialOf:
    def test_is_what_it_may_do_now(self) -> None:
        assert initial_of(AnalyzerSetup(name="A", hours=7))["hours"] == 7
        assert initial_of(None) == {}
