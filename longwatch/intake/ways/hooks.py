# SPDX-License-Identifier: Apache-2.0
"""/hooks/<source>: webhooks, each shown to come from its sender in the way that the sender offers."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec

from longwatch.core import clock
from longwatch.core.actor import Actor, ActorKind
from longwatch.core.errors import LongwatchError, SignInNeeded
from longwatch.core.hiding import reveal
from longwatch.intake.arrival import SourceFacts
from longwatch.intake.door_models import purpose
from longwatch.intake.fast.answers import JSON, Answer, Receive, Scope, problem
from longwatch.intake.fast.body import content_type
from longwatch.intake.fast.tokens import Memory, Sender
from longwatch.intake.ways import handshakes
from longwatch.intake.ways.bodies import headers_of, in_time, unpacked
from longwatch.intake.ways.delivering import Came, Outcome, deliver, keep_only
from longwatch.intake.ways.signatures import REFUSED, states_in, verify

if TYPE_CHECKING:
    from longwatch.intake.fast.serving import Intake

PREFIX = "/hooks/"
LONGEST_NAME = 130
MOST_DOORS = 50
DOORS = """
select d.id, d.org_id, d.source_id, d.label, d.scheme, d.settings, d.wrapped
  from intake_door d join intake_source s on s.id = d.source_id
 where d.closed_at is null and (s.id = %(id)s or (s.slug = %(slug)s
       and (%(org)s = '' or d.org_id = (select o.id from access_organisation o where o.slug = %(org)s))))
 order by row_number() over (partition by d.org_id order by d.id), d.id limit %(most)s
"""
SENT = "The webhook takes POST."
# A larger body that has to be read to know who sends it is not read for a peer that failed too often.
MOST_UNKNOWN = 64_000


@dataclass(frozen=True, slots=True)
class Door:
    """A way in for one sender, with its secret."""

    id: UUID
    org_id: UUID
    source_id: UUID
    label: str
    scheme: str
    settings: Mapping[str, str]
    secret: str

    @property
    def sender(self) -> Sender:
        """Who comes through it: a program that may send to one source and do nothing else."""
        actor = Actor(ActorKind.INTEGRATION, self.id, self.label, self.org_id, via="webhook")
        return Sender(self.id, actor, self.source_id, None)


class Doors:
    """Looks up the doors of a source, and remembers them for a few seconds.

    A source is named by its identifier, or by the short names of its organisation and of itself. Its own short name
    alone works too, as it always did; then no organisation can crowd out another that has a source of that name.
    """

    def __init__(self, pool: Any) -> None:
        self._pool = pool
        self._known = Memory()

    async def of(self, name: str) -> list[Door]:
        """The open doors; of sources of one name in several organisations, all: the secret tells which is meant."""
        remembered = self._known.get(name)
        if remembered is None:
            remembered = (await self._look_up(name),)
            self._known.keep(name, remembered[0])
        found: list[Door] = remembered[0]
        return found

    async def _look_up(self, name: str) -> list[Door]:
        org, _slash, slug = name.rpartition("/")
        asked = {"id": _identifier(name), "slug": slug, "org": org, "most": MOST_DOORS}
        async with self._pool.connection() as connection:
            rows = await (await connection.execute(DOORS, asked)).fetchall()
        return [
            Door(identity, org, source, label, scheme, settings, secret)
            for identity, org, source, label, scheme, settings, wrapped in rows
            if (secret := reveal(wrapped, purpose(identity))) is not None
        ]


async def answer(intake: "Intake", scope: Scope, receive: Receive) -> Answer:
    """Take one request to a webhook."""
    name, headers = scope["path"].removeprefix(PREFIX).strip("/"), headers_of(scope)
    doors = await intake.doors.of(name) if len(name) <= LONGEST_NAME and name.isprintable() else []
    query = (scope.get("query_string") or b"").decode("latin-1")
    asked = handshakes.before_signing(scope["method"], frozenset(door.scheme for door in doors), headers, query)
    if doors and asked is not None:
        return asked
    if scope["method"] != "POST":
        return problem(405, SENT, code="method_not_allowed", headers=[(b"allow", b"POST")])
    raw = await in_time(scope, receive)
    try:
        door = await entered(doors, headers, raw, lambda: intake.strangers.refuse(scope))
    except SignInNeeded:
        intake.strangers.failed(scope)
        raise
    source = await intake.tokens.source(door.sender, "")
    greeting = handshakes.after_signing(headers)
    if greeting is not None:
        return greeting
    return told(await _taken(intake, scope, raw, source, door.sender.actor))


async def _taken(intake: "Intake", scope: Scope, raw: bytes, source: SourceFacts, by: Actor) -> Outcome:
    """Store what a request from the right sender holds, or keep it as it is."""
    kind, why = content_type(scope), handshakes.why_to_keep(headers_of(scope))
    try:
        came = Came(unpacked(scope, raw), kind)
    except LongwatchError as refusal:
        return await keep_only(intake, source, Came(raw, kind), refusal.sentence, by=by)
    return await (keep_only(intake, source, came, why, by=by) if why else deliver(intake, source, came, by=by))


async def entered(
    doors: list[Door], headers: Mapping[str, str], raw: bytes, before_reading: Callable[[], None] = lambda: None
) -> Door:  # fmt: skip
    """The door whose secret the request shows; refuses (401) when there is none, whether or not there is a door.

    `before_reading` may refuse a large body that would have to be read to know who sends it.
    """
    reading = [door for door in doors if door.scheme == "graph"]
    if door := _shown([door for door in doors if door.scheme != "graph"], headers, raw):
        return door
    if reading and len(raw) > MOST_UNKNOWN:
        before_reading()
    # Read once, however many doors there are, and aside: nobody has shown yet who sends it.
    states = await asyncio.to_thread(states_in, raw) if reading else ()
    if door := _shown(reading, headers, raw, states):
        return door
    raise SignInNeeded(REFUSED, code="signature_wrong")


def _shown(doors: list[Door], headers: Mapping[str, str], raw: bytes, states: Sequence[str] = ()) -> Door | None:
    now = clock.now()
    for door in doors:
        try:
            verify(door.scheme, door.settings, door.secret, headers, raw, now, states=states)
        except LongwatchError:
            continue
        return door
    return None


def told(outcome: Outcome) -> Answer:
    """What the sender is told: what cannot be read is kept here, so sending it again would be of no use."""
    counts: dict[str, Any] = {
        "accepted": outcome.accepted, "created": outcome.created, "repeated": outcome.accepted - outcome.created,
    }  # fmt: skip
    if outcome.reason:
        counts |= {"kept": True, "detail": outcome.reason}
    return Answer(202 if outcome.reason else 200, msgspec.json.encode(counts), (JSON,))


def _identifier(name: str) -> UUID | None:
    try:
        return UUID(name)
    except ValueError:
        return None
