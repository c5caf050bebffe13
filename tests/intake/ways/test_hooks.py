# SPDX-License-Identifier: Apache-2.0
"""/hooks/<source>, through a real web process."""

import gzip
import json

import pytest

from longwatch.access.context import acting_as
from longwatch.core import clock
from longwatch.core.postgres.address import Address
from longwatch.intake.services.sources import switch_source
from longwatch.intake.ways.hooks import MOST_UNKNOWN
from longwatch.intake.ways.signatures import SIGNINGS, basic, signature
from longwatch.intake.ways.strangers import AT_ONE
from tests.intake.cast_signals import make_door, make_source
from tests.intake.ways.doorway import Doorway, make_doorway

BODY = b'{"title": "Door forced", "x": 1}'


@pytest.fixture
def doorway(committed_db: Address, live_server_process: str) -> Doorway:
    return make_doorway(live_server_process)


def github(secret: str, body: bytes = BODY) -> dict[str, str]:
    return {"X-Hub-Signature-256": signature(SIGNINGS["github"], secret, {}, body)}


class TestWebhook:
    @pytest.mark.parametrize("scheme", sorted(SIGNINGS))
    def test_takes_what_is_signed_as_its_vendor_signs(self, doorway: Doorway, scheme: str) -> None:
        signing, secret = SIGNINGS[scheme], doorway.door(scheme)
        headers = {signing.timestamp: str(int(clock.now().timestamp())), signing.identity: "m1"}
        headers = {name: value for name, value in headers.items() if name}
        headers[signing.header] = signature(signing, secret, headers, BODY)
        status, body = doorway.ask("POST", f"/hooks/{doorway.source.id}", BODY, headers)
        assert (status, body) == (200, {"accepted": 1, "created": 1, "repeated": 0})
        assert ([each.title for each in doorway.signals()], doorway.raws()) == (["Door forced"], [BODY])

    def test_refuses_whoever_lacks_the_secret_and_keeps_nothing(self, doorway: Doorway) -> None:
        doorway.door("github")
        for headers in ({}, github("another secret"), {"X-Hub-Signature-256": "sha256="}):
            assert doorway.ask("POST", f"/hooks/{doorway.source.id}", BODY, headers)[0] == 401
        assert (doorway.signals(), doorway.kept()) == ([], [])

    def test_says_the_same_of_a_source_that_is_not_there(self, doorway: Doorway) -> None:
        doorway.door("github")
        here = doorway.ask("POST", f"/hooks/{doorway.source.id}", BODY)
        for name in ("nothing", "00000000-0000-7000-8000-00000000dead", "x" * 300, "%00"):
            assert doorway.ask("POST", f"/hooks/{name}", BODY) == here

    def test_is_found_by_the_short_name_too(self, doorway: Doorway) -> None:
        secret = doorway.door("github")
        assert doorway.ask("POST", f"/hooks/{doorway.source.slug}", BODY, github(secret))[0] == 200

    def test_is_found_by_the_short_names_of_its_organisation_and_itself(self, doorway: Doorway) -> None:
        secret, org = doorway.door("github"), doorway.cast.organisation.slug
        assert doorway.ask("POST", f"/hooks/{org}/{doorway.source.slug}", BODY, github(secret))[0] == 200
        assert doorway.ask("POST", f"/hooks/no-{org}/{doorway.source.slug}", BODY, github(secret))[0] == 401

    def test_is_not_crowded_out_by_another_organisation_with_the_same_short_name(self, doorway: Doorway) -> None:
        other = make_doorway(doorway.base_url)
        other.source = make_source(other.cast, slug=doorway.source.slug)
        for _ in range(20):
            other.door("github")
        secret = doorway.door("github")
        assert doorway.ask("POST", f"/hooks/{doorway.source.slug}", BODY, github(secret))[0] == 200

    def test_is_refused_for_a_while_to_who_fails_again_and_again(self, doorway: Doorway) -> None:
        secret, place = doorway.door("github"), f"/hooks/{doorway.source.id}"
        answers = {doorway.ask("POST", place, BODY, github("wrong"))[0] for _ in range(AT_ONE[0] + 15)}
        assert answers == {401, 429}
        # Others may share the address from which it came.
        assert doorway.ask("POST", place, BODY, github(secret))[0] == 200
        assert doorway.ask("POST", place, BODY, github("wrong"))[0] == 429

    def test_reads_no_large_body_to_learn_who_sends_it_of_a_peer_that_failed_too_often(self, doorway: Doorway) -> None:
        secret, place = doorway.door("graph"), f"/hooks/{doorway.source.id}"
        for _ in range(AT_ONE[0] + 15):
            doorway.ask("POST", place, b"{}")
        small = json.dumps({"value": [{"clientState": secret}]}).encode()
        large = json.dumps({"value": [{"clientState": secret, "x": "x" * MOST_UNKNOWN}]}).encode()
        assert doorway.ask("POST", place, small)[0] in (200, 202)
        assert doorway.ask("POST", place, large)[0] == 429

    def test_goes_to_the_organisation_whose_secret_it_shows(self, doorway: Doorway) -> None:
        other = make_doorway(doorway.base_url)
        other.source = make_source(other.cast, slug=doorway.source.slug)
        doorway.door("github")
        secret = other.door("github")
        assert doorway.ask("POST", f"/hooks/{doorway.source.slug}", BODY, github(secret))[0] == 200
        assert (len(doorway.signals()), len(other.signals())) == (0, 1)

    def test_takes_a_secret_in_a_header_and_a_password(self, doorway: Doorway) -> None:
        secret = doorway.door("header", header="Authorization", prefix="Bearer ")
        assert doorway.ask("POST", f"/hooks/{doorway.source.id}", BODY, {"Authorization": f"Bearer {secret}"})[0] == 200
        other = make_doorway(doorway.base_url)
        password = other.door("basic", user="tool")
        assert (
            other.ask("POST", f"/hooks/{other.source.id}", BODY, {"Authorization": basic("tool", password)})[0] == 200
        )

    def test_keeps_what_cannot_be_read_and_says_so(self, doorway: Doorway) -> None:
        secret = doorway.door("github")
        status, body = doorway.ask("POST", f"/hooks/{doorway.source.id}", b"{oops", github(secret, b"{oops"))
        assert (status, body["accepted"], body["kept"]) == (202, 0, True)
        assert doorway.kept() == [("failed", b"{oops")]

    def test_unpacks_what_was_signed_packed(self, doorway: Doorway) -> None:
        secret, packed = doorway.door("github"), gzip.compress(BODY)
        headers = github(secret, packed) | {"Content-Encoding": "gzip"}
        assert doorway.ask("POST", f"/hooks/{doorway.source.id}", packed, headers)[0] == 200
        assert doorway.raws() == [BODY]

    def test_keeps_what_cannot_be_unpacked(self, doorway: Doorway) -> None:
        secret = doorway.door("github")
        headers = github(secret) | {"Content-Encoding": "gzip"}
        assert doorway.ask("POST", f"/hooks/{doorway.source.id}", BODY, headers)[0] == 202
        assert doorway.kept() == [("failed", BODY)]

    def test_takes_nothing_for_a_source_that_is_switched_off(self, doorway: Doorway) -> None:
        secret = doorway.door("github")
        with acting_as(doorway.cast.supervisor):
            switch_source(doorway.source.id, on=False, by=doorway.cast.supervisor)
        assert doorway.ask("POST", f"/hooks/{doorway.source.id}", BODY, github(secret))[0] == 403
        assert doorway.kept() == []

    def test_takes_either_of_two_secrets_while_one_replaces_the_other(self, doorway: Doorway) -> None:
        secrets = [make_door(doorway.source, doorway.cast, "github")[1] for _ in range(2)]
        for secret in secrets:
            assert doorway.ask("POST", f"/hooks/{doorway.source.id}", BODY, github(secret))[0] == 200
        assert doorway.signals()[0].count == 2

    def test_takes_post_only(self, doorway: Doorway) -> None:
        doorway.door("github")
        for method in ("GET", "PUT", "DELETE"):
            assert doorway.ask(method, f"/hooks/{doorway.source.id}")[0] == 405


class TestHandshake:
    def test_of_okta_is_answered_where_there_is_a_webhook(self, doorway: Doorway) -> None:
        headers = {"X-Okta-Verification-Challenge": "abc"}
        path = f"/hooks/{doorway.source.id}"
        assert doorway.ask("GET", path, headers=headers)[0] == 405
        other = make_doorway(doorway.base_url)
        other.door("header", header="Authorization")
        assert other.ask("GET", f"/hooks/{other.source.id}", headers=headers) == (200, {"verification": "abc"})

    def test_of_microsoft_graph_is_answered_as_text(self, doorway: Doorway) -> None:
        secret = doorway.door("graph")
        path = f"/hooks/{doorway.source.id}"
        assert doorway.ask("POST", f"{path}?validationToken=a%20token") == (200, "a token")
        body = json.dumps({"value": [{"clientState": secret}]}).encode()
        assert doorway.ask("POST", path, body)[0] in (200, 202)
        assert doorway.ask("POST", path, b'{"value": [{"clientState": "x"}]}')[0] == 401

    def test_of_amazon_is_kept_for_somebody_to_decide(self, doorway: Doorway) -> None:
        password = doorway.door("basic", user="sns")
        headers = {
            "Authorization": basic("sns", password),
            "X-Amz-Sns-Message-Type": "SubscriptionConfirmation",
            "Content-Type": "text/plain; charset=UTF-8",
        }
        body = b'{"Type": "SubscriptionConfirmation", "SubscribeURL": "http://127.0.0.1:1/"}'
        status, said = doorway.ask("POST", f"/hooks/{doorway.source.id}", body, headers)
        assert (status, said["accepted"]) == (202, 0)
        assert (doorway.kept(), doorway.signals()) == ([("failed", body)], [])

    def test_of_github_is_answered_and_not_kept(self, doorway: Doorway) -> None:
        secret = doorway.door("github")
        headers = github(secret) | {"X-GitHub-Event": "ping"}
        assert doorway.ask("POST", f"/hooks/{doorway.source.id}", BODY, headers) == (200, {"status": "pong"})
        assert doorway.ask("POST", f"/hooks/{doorway.source.id}", BODY, {"X-GitHub-Event": "ping"})[0] == 401
        assert (doorway.kept(), doorway.signals()) == ([], [])
