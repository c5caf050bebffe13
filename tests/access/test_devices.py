# SPDX-License-Identifier: Apache-2.0
"""What kind of browser and machine this is."""

import pytest

from longwatch.access.devices import device_of

MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko)"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"


class TestDeviceOf:
    """device_of"""

    @pytest.mark.parametrize(
        ("sent", "words"),
        [
            (f"{MAC} Chrome/140.0 Safari/537.36", "Chrome on macOS"),
            (f"{MAC} Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on macOS"),
            (f"{PHONE} Version/18.0 Mobile/15E148 Safari/604.1", "Safari on iPhone"),
            ("Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0", "Firefox on Android"),
            ("curl/8.0", ""),
            ("", ""),
        ],
    )
    def test_recognises_the_usual_ones(self, sent: str, words: str) -> None:
        assert device_of(sent) == words
