# SPDX-License-Identifier: Apache-2.0
"""What each audience receives, as data."""

import pytest

from longwatch.access.models import Section
from longwatch.entities.kinds import Part
from longwatch.exchange.audiences import NEVER_OUT, PROFILES, SECTION_RULES, Audience, Ground, decided


@pytest.mark.parametrize("audience", Audience)
class TestProfiles:
    """PROFILES"""

    def test_never_let_medical_content_or_identities_out(self, audience: Audience) -> None:
        assert not PROFILES[audience].sections & NEVER_OUT

    def test_always_replace_the_name_of_the_reporter(self, audience: Audience) -> None:
        assert Part.REPORTER in PROFILES[audience].masked

    def test_let_privileged_content_out_to_counsel_alone(self, audience: Audience) -> None:
        assert (Section.PRIVILEGED in PROFILES[audience].sections) == (audience is Audience.COUNSEL)


class TestSectionRules:
    """SECTION_RULES"""

    def test_tell_witnesses_from_identities_by_nothing(self) -> None:
        assert SECTION_RULES[Section.WITNESS] == SECTION_RULES[Section.IDENTITY]


class TestDecided:
    """decided"""

    def test_names_the_ground(self) -> None:
        rule = decided("privilege")
        assert (rule.code, rule.why) == ("decision.privilege", Ground.PRIVILEGE.label)

    def test_says_nothing_of_a_ground_it_does_not_know(self) -> None:
        assert decided("Leo told us").code == "decision.rights_of_others"
