# SPDX-License-Identifier: Apache-2.0
"""Idempotency keys: a request that is sent again gets the answer of the first time."""

import hashlib
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import psycopg

from longwatch.core.errors import Invalid
from longwatch.intake.fast.answers import Answer, replayed

Connection = psycopg.AsyncConnection[Any]

CLAIM = """
insert into intake_idempotency (token_id, key, body_sha256) values (%s, %s, %s)
on conflict (token_id, key) do nothing returning true
"""
EARLIER = "select body_sha256, status, answer from intake_idempotency where token_id = %s and key = %s"
KEEP = "update intake_idempotency set status = %s, answer = %s where token_id = %s and key = %s"


async def once(
    connection: Connection, token_id: UUID, key: str, body: bytes, act: Callable[[Connection], Awaitable[Answer]]
) -> Answer:
    """The answer of `act`, done once for a key; refuses (422) the key with another body.

    Everything is one transaction: a second request with the key waits until the first is decided.
    """
    digest = hashlib.sha256(body).digest()
    async with connection.transaction():
        claimed = await (await connection.execute(CLAIM, [token_id, key, digest])).fetchone()
        if claimed is None:
            return await _again(connection, token_id, key, digest)
        answer = await act(connection)
        await connection.execute(KEEP, [answer.status, answer.body, token_id, key])
        return answer


async def _again(connection: Connection, token_id: UUID, key: str, digest: bytes) -> Answer:
    found = await (await connection.execute(EARLIER, [token_id, key])).fetchone()
    if found is None or bytes(found[0]) != digest:
        sentence = "This key was used for another request. Use a new key for each new request."
        raise Invalid(sentence, fields={"Idempotency-Key": sentence}, code="idempotency_key_reused")
    return replayed(found[1], bytes(found[2]))
