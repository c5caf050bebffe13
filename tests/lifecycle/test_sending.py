# SPDX-License-Identifier: Apache-2.0
"""What every form of the life cycle does when it is sent."""

from django.test import Client, RequestFactory

from longwatch.lifecycle.forms import ReasonForm
from longwatch.lifecycle.sending import sent


class TestSent:
    def test_does_nothing_when_it_is_only_shown(self) -> None:
        assert sent(RequestFactory().get("/"), ReasonForm(), Client) == 200
