# SPDX-License-Identifier: Apache-2.0
"""Webhooks and kept bodies through the JSON API."""

import pytest

from longwatch.intake.models import Source
from tests.intake.cast_signals import keep_unreadable, make_door, make_source
from tests.intake.test_api import Caller
from tests.personas import Cast

GOOD = b'{"title": "Door forced"}'


@pytest.fixture
def source(cast: Cast) -> Source:
    return make_source(cast)


class TestWebhooks:
    def test_shows_a_new_secret_once(self, cast: Cast, source: Source) -> None:
        caller = Caller(cast, "supervisor")
        made = caller.write("post", f"/sources/{source.id}/webhooks", {"label": "Gateway", "scheme": "standard"})
        assert made.status_code == 201
        assert made.json()["secret"].startswith("whsec_")
        [listed] = caller.get(f"/sources/{source.id}/webhooks").json()
        assert (listed["label"], "secret" in listed, "wrapped" in listed) == ("Gateway", False, False)

    def test_names_what_is_wrong(self, cast: Cast, source: Source) -> None:
        answer = Caller(cast, "supervisor").write(
            "post", f"/sources/{source.id}/webhooks", {"label": "Gateway", "scheme": "header"}
        )
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "header")

    def test_closes_one(self, cast: Cast, source: Source) -> None:
        door, _ = make_door(source, cast)
        caller = Caller(cast, "supervisor")
        assert caller.write("delete", f"/sources/{source.id}/webhooks/{door.id}", {}).json()["closed_at"]
        assert caller.write("delete", f"/sources/{make_source(cast).id}/webhooks/{door.id}", {}).status_code == 404


class TestDeliveries:
    def test_lists_what_could_not_be_read_page_by_page(self, cast: Cast, source: Source) -> None:
        kept = [str(keep_unreadable(source, cast, b"{%d" % number)) for number in range(5)]
        caller, seen, cursor = Caller(cast, "supervisor"), [], ""
        while True:
            query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
            page = caller.get(f"/sources/{source.id}/deliveries", **query).json()
            seen += [each["id"] for each in page["items"]]
            cursor = page["next_cursor"]
            if not cursor:
                break
        assert seen == kept[::-1]

    def test_lists_others_by_what_became_of_them(self, cast: Cast, source: Source) -> None:
        keep_unreadable(source, cast)
        caller = Caller(cast, "supervisor")
        counts = {
            state: len(caller.get(f"/sources/{source.id}/deliveries", state=state).json()["items"])
            for state in ("failed", "stored", "all")
        }
        assert counts == {"failed": 1, "stored": 0, "all": 1}
        assert caller.get(f"/sources/{source.id}/deliveries", state="odd").status_code == 422

    def test_gives_the_bytes_as_a_download(self, cast: Cast, source: Source) -> None:
        identity = keep_unreadable(source, cast, b"\x00\xff<script>")
        answer = Caller(cast, "supervisor").get(f"/sources/{source.id}/deliveries/{identity}/raw")
        assert (answer.content, answer["X-Content-Type-Options"]) == (b"\x00\xff<script>", "nosniff")
        assert answer["Content-Disposition"].startswith("attachment")

    def test_reads_one_again(self, cast: Cast, source: Source) -> None:
        identity = keep_unreadable(source, cast, GOOD)
        caller, path = Caller(cast, "supervisor"), f"/sources/{source.id}/deliveries/{identity}"
        assert caller.write("post", f"{path}/replay", {}).json() == {"bodies": 1, "signals": 1, "unreadable": 0}
        assert caller.get(path).json()["state"] == "replayed"
        assert caller.write("post", f"{path}/replay", {}).status_code == 409

    def test_has_all_read_again(self, cast: Cast, source: Source) -> None:
        keep_unreadable(source, cast, GOOD)
        answer = Caller(cast, "supervisor").write("post", f"/sources/{source.id}/replay", {})
        assert (answer.status_code, answer.json()) == (202, {"replaying": True})
