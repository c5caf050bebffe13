# SPDX-License-Identifier: Apache-2.0
"""Where traces go, and that nothing of it is loaded before somebody wants them."""

import subprocess
import sys

import pytest

from longwatch.config.traces import endpoint, shown
from longwatch.core.environment import OTEL_SHARE, Environment, SettingError

OWN, STANDARD = "LONGWATCH_OTEL_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"
LOADED = (
    "import sys; import longwatch.config.commands.worker, longwatch.config.traced_requests;"
    "from longwatch.config.traces import start; start('web');"
    "sys.exit(any(name.startswith('opentelemetry') for name in sys.modules))"
)


class TestEndpoint:
    @pytest.mark.parametrize(
        ("variables", "address"),
        [
            ({}, ""),
            ({OWN: "http://127.0.0.1:4318"}, "http://127.0.0.1:4318/v1/traces"),
            ({OWN: "https://collector.test/otlp/"}, "https://collector.test/otlp/v1/traces"),
            ({OWN: "https://collector.test/v1/traces"}, "https://collector.test/v1/traces"),
            ({STANDARD: "http://127.0.0.1:4318"}, "http://127.0.0.1:4318/v1/traces"),
            ({STANDARD: "http://other:4318", OWN: "http://own:4318"}, "http://own:4318/v1/traces"),
            ({STANDARD: "http://127.0.0.1:4317", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, ""),
            ({STANDARD: "http://127.0.0.1:4318", "OTEL_TRACES_EXPORTER": "none"}, ""),
            ({STANDARD: "http://127.0.0.1:4318", "OTEL_SDK_DISABLED": "true"}, ""),
        ],
    )
    def test_is_the_full_address(self, variables: dict[str, str], address: str) -> None:
        assert endpoint(Environment(variables)) == address

    @pytest.mark.parametrize("text", ["127.0.0.1:4318", "ftp://127.0.0.1", "http://"])
    def test_refuses_what_is_none(self, text: str) -> None:
        with pytest.raises(SettingError, match=OWN):
            endpoint(Environment({OWN: text}))


def test_an_address_is_shown_without_its_password() -> None:
    assert shown("https://me:secret@collector.test/v1/traces?key=secret") == "https://collector.test/v1/traces"


@pytest.mark.parametrize("text", ["2", "-1", "half", "nan"])
def test_a_share_is_a_number_from_0_to_1(text: str) -> None:
    with pytest.raises(SettingError):
        Environment({OTEL_SHARE.name: text}).share(OTEL_SHARE)


def test_nothing_of_it_is_loaded_while_no_collector_is_named() -> None:
    assert subprocess.run([sys.executable, "-c", LOADED], check=False, timeout=60).returncode == 0
