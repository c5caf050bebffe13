# SPDX-License-Identifier: Apache-2.0
"""Sources and signals for tests, made as everybody makes them."""

from typing import Any
from uuid import UUID

import msgspec

from longwatch.access.context import acting_as
from longwatch.access.services.tokens import create_token
from longwatch.core.ids import uuid7
from longwatch.intake.arrival import Received
from longwatch.intake.door_models import Door
from longwatch.intake.keeping import Kept
from longwatch.intake.mail_models import Mailbox
from longwatch.intake.models import Signal, Source
from longwatch.intake.poll_models import Poll
from longwatch.intake.services.deliveries import keep_delivery
from longwatch.intake.services.doors import open_door
from longwatch.intake.services.mailboxes import open_address
from longwatch.intake.services.polls import Fetching, open_poll
from longwatch.intake.services.receiving import facts, receive
from longwatch.intake.services.sources import create_source
from tests.personas import Cast


def make_source(cast: Cast, **fields: Any) -> Source:
    """A source of alerts into the signals' compartment, unless said otherwise."""
    mark = uuid7().hex[-8:]
    usual: dict[str, Any] = {"name": f"Sensor {mark}", "slug": f"sensor-{mark}", "compartment_id": cast.signals.id}
    with acting_as(cast.supervisor):
        return create_source(**usual | fields, by=cast.supervisor)


def send(source: Source, cast: Cast, **fields: Any) -> Received:
    """A signal sent by the cast's integration."""
    raw = msgspec.json.encode({"title": "Door forced"} | fields)
    with acting_as(cast.integration):
        return receive(source, raw, by=cast.integration)


def keep_unreadable(
    source: Source, cast: Cast, raw: bytes = b"{broken", reason: str = "It is no JSON.", **fields: Any
) -> UUID:
    """A body that could not be read, kept as the intake keeps it."""
    kept = Kept(raw, fields.pop("content_type", "application/json"), reason=reason, **fields)
    with acting_as(cast.integration):
        return keep_delivery(facts(source), kept, by=cast.integration)


def make_door(source: Source, cast: Cast, scheme: str = "standard", secret: str = "", **known: str) -> tuple[Door, str]:
    """A webhook of a source, with its secret."""
    with acting_as(cast.supervisor):
        return open_door(
            source.id, label="Tool", scheme=scheme, settings=known, secret=secret, by=cast.supervisor
        )  # fmt: skip


def make_poll(source: Source, cast: Cast, **fields: Any) -> Poll:
    """A connection over which signals are fetched; nothing listens there."""
    usual: dict[str, Any] = {
        "label": "SIEM", "kind": "elasticsearch", "url": "https://search.invalid:9200", "scheme": "none",
        "settings": {"index": "logs-*"},
    }  # fmt: skip
    with acting_as(cast.supervisor):
        return open_poll(source.id, Fetching(**usual | fields), by=cast.supervisor)


def make_address(source: Source, cast: Cast, address: str = "") -> Mailbox:
    """An address of the mail listener for a source."""
    with acting_as(cast.supervisor):
        return open_address(source.id, address=address or f"box-{uuid7().hex[-8:]}", by=cast.supervisor)


def signal_of(received: Received, cast: Cast) -> Signal:
    """The signal as the analyst reads it."""
    with acting_as(cast.analyst):
        return Signal.objects.get(id=received.signal_id)


def make_token(cast: Cast, source: Source | None = None) -> str:
    """A token of the cast's integration, bound to a source or free."""
    integration = cast.accounts["integration"]
    with acting_as(cast.integration):
        _, text = create_token(
            account_id=integration.id, label="SIEM", permissions=["signal:submit"],
            source_id=source.id if source else None, by=cast.integration,
        )  # fmt: skip
    return text
