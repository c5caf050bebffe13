# SPDX-License-Identifier: Apache-2.0
"""What is read of a SAML answer; the way in is tested against a provider (test_single_sign_on_saml.py)."""

import subprocess
import sys

import pytest

from longwatch.config.saml import SAML_ASSERTION, authn_instant


class Answer:
    """A checked answer with these statements."""

    def __init__(self, *instants: str) -> None:
        statements = "".join(f'<a:AuthnStatement AuthnInstant="{each}"/>' for each in instants)
        self.text = f'<a:Assertion xmlns:a="{SAML_ASSERTION}">{statements}</a:Assertion>'

    def get_last_response_xml(self) -> str:
        return self.text


class TestAuthnInstant:
    """authn_instant"""

    def test_is_the_oldest(self) -> None:
        assert authn_instant(Answer("2026-01-01T00:00:10Z", "2026-01-01T00:00:00Z")) == 1767225600

    @pytest.mark.parametrize("instants", [(), ("",), ("soon",), ("2026-01-01T00:00:00",)])
    def test_is_nothing_when_unreadable(self, instants: tuple[str, ...]) -> None:
        assert authn_instant(Answer(*instants)) is None


def test_its_libraries_are_left_alone_until_somebody_signs_in_with_it() -> None:
    words = (
        "import sys; from longwatch.config.django_setup import set_up_django; set_up_django();"
        "import longwatch.config.urls; print(sorted({'onelogin.saml2.auth', 'xmlsec'} & set(sys.modules)))"
    )
    said = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"
