# SPDX-License-Identifier: Apache-2.0
"""Static files as a browser gets them from the web process."""

import json
import urllib.error
import urllib.request

import pytest

from longwatch.core.environment import current

pytestmark = pytest.mark.slow


def fetch(url: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    request = urllib.request.Request(url, headers=headers, method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.read()
    except urllib.error.HTTPError as refusal:
        return refusal.code, {name.lower(): value for name, value in refusal.headers.items()}, refusal.read()


def hashed(name: str) -> str:
    """The name by content of a gathered file."""
    manifest = json.loads((current().data / "static" / "staticfiles.json").read_text())
    return str(manifest["paths"][name])


class TestBeside:
    """beside"""

    def test_serves_what_was_gathered_for_ever_and_compressed(self, live_server_process: str) -> None:
        name = hashed("ninja/swagger-ui.css")
        status, headers, body = fetch(f"{live_server_process}/static/{name}", **{"Accept-Encoding": "gzip"})
        assert (status, headers["content-encoding"], headers["content-type"]) == (
            200,
            "gzip",
            'text/css; charset="utf-8"',
        )
        assert "immutable" in headers["cache-control"]
        assert headers["x-content-type-options"] == "nosniff"
        assert len(body) == int(headers["content-length"]) < (current().data / "static" / name).stat().st_size

    def test_answers_not_modified(self, live_server_process: str) -> None:
        url = f"{live_server_process}/static/{hashed('ninja/swagger-ui.css')}"
        _status, headers, _body = fetch(url)
        assert fetch(url, **{"If-None-Match": headers["etag"]})[0] == 304

    @pytest.mark.parametrize(
        "name", [".collected", "staticfiles.json", "../secret_key", "%2e%2e/secret_key", "nothing.css"]
    )
    def test_keeps_to_files_for_browsers(self, live_server_process: str, name: str) -> None:
        assert fetch(f"{live_server_process}/static/{name}")[0] == 404

    def test_takes_no_other_method(self, live_server_process: str) -> None:
        assert fetch(f"{live_server_process}/static/{hashed('ninja/swagger-ui.css')}", method="POST")[0] == 405
