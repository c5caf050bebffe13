# SPDX-License-Identifier: Apache-2.0
"""`longwatch canary`: a test signal the whole way in."""

import argparse
import time
import urllib.error
import urllib.request
from pathlib import Path

from longwatch.access.actors import actor_of
from longwatch.access.context import acting_as
from longwatch.access.models import Account
from longwatch.access.roles import Role
from longwatch.core.actor import Actor
from longwatch.core.errors import Invalid, NotFound
from longwatch.intake import selectors
from longwatch.intake.canary_models import Canary, CanaryWay
from longwatch.intake.canary_rules import canary_body
from longwatch.intake.services.canaries import look_for_canary, send_canary

VIA = "command line"
LOOK_SECONDS = 0.5
PATIENCE_SECONDS = 10


def run(arguments: argparse.Namespace) -> int:
    """Send it, say when each step had it, and end with 1 when it was lost."""
    token = Path(arguments.token_file).read_text().strip() if arguments.token_file else ""
    by = actor_of(_account(arguments.email), via=VIA)
    with acting_as(by):
        source = selectors.sources(by).filter(slug=arguments.source).first()
        if source is None:
            raise NotFound(f"There is no source {arguments.source}.")
        canary = send_canary(source.id, way=CanaryWay.DOOR if token else CanaryWay.OWN, by=by)
    if token:
        _post(arguments.url, token, canary_body(canary.id, canary.sent_at, source.slug))
    while not canary.is_over:
        canary = _looked(canary, by)
        if not canary.is_over:
            time.sleep(LOOK_SECONDS)
    _tell(canary)
    return 0 if canary.seen_at else 1


def _looked(canary: Canary, by: Actor) -> Canary:
    with acting_as(by):
        return look_for_canary(canary.id, by=by)


def _post(url: str, token: str, body: bytes) -> None:
    """Through the front door, as any sender does it."""
    if not url.startswith(("https://", "http://")):
        raise Invalid("Nothing was sent.", fields={"--url": "Give an address that begins with https:// or http://."})
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{url.rstrip('/')}/api/v1/signals", body, headers)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS):  # noqa: S310
            pass
    except urllib.error.HTTPError as refusal:
        raise Invalid(
            f"The front door refused it ({refusal.code}): {refusal.read(500).decode(errors='replace')}"
        ) from refusal
    except OSError as error:
        raise Invalid(f"The front door at {url} cannot be reached: {error}") from error


def _tell(canary: Canary) -> None:
    steps = {"sent": canary.sent_at, "stored": canary.stored_at, "settled": canary.settled_at, "seen": canary.seen_at}
    for name, moment in steps.items():
        print(f"{name:8} {moment.isoformat(timespec='milliseconds') if moment else '-'}")
    print(canary.reason if canary.failed_at else "It came all the way.")


def _account(email: str) -> Account:
    """The account named, else the oldest supervisor's when there is one organisation."""
    active = Account.objects.filter(is_active=True)
    if email:
        account = active.filter(email__iexact=email).first()
        if account is None:
            raise NotFound(f"There is no active account {email}.")
        return account
    supervisors = list(active.filter(roles__contains=[Role.SUPERVISOR]).order_by("created_at", "id"))
    if len({account.org_id for account in supervisors}) != 1:
        raise Invalid(
            "Say who sends it.", fields={"--as": "Name a supervisor of the organisation that has the source."}
        )
    return supervisors[0]
