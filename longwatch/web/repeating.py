# SPDX-License-Identifier: Apache-2.0
"""`Idempotency-Key`: a POST of the JSON API that is sent again does nothing again and gets the first answer."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from longwatch.access.permission import actor_in
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import Invalid
from longwatch.core.ids import uuid7

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
API_PREFIX = "/api/"
LONGEST_KEY = 255
KEPT_HEADERS = ("Content-Type", "Location", "ETag")

# Held until the transaction ends: a second request with the key waits until the first is decided.
LOCK = "select pg_advisory_xact_lock(%s)"
FORGET = """
delete from access_api_replay
 where account_id = %s and key_hash = %s and created_at < now() - interval '24 hours'
"""
EARLIER = """
select request_hash, status, headers::text, body from access_api_replay where account_id = %s and key_hash = %s
"""
KEEP = """
insert into access_api_replay (id, org_id, account_id, key_hash, request_hash, status, headers, body, created_at)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


def answer_once(request: HttpRequest, answer: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """What `answer` says, or what it said to the same token, key and request before; inside the transaction.

    Refuses (422) a key that came with another request. Only a success is kept, with the change it answers.
    """
    actor = actor_in(request)
    if actor is None or request.method != "POST" or not request.path_info.startswith(API_PREFIX):
        return answer()
    key = _key(request)
    if not key:
        return answer()
    asked = _Asked(actor, _key_hash(request, key), _request_hash(request))
    earlier = _earlier(asked)
    if earlier is not None:
        return earlier
    given = answer()
    if isinstance(given, HttpResponse) and 200 <= given.status_code < 300:
        _keep(asked, given)
    return given


def refuse_key(request: HttpRequest) -> None:
    """Refuse (422) a key where the answer holds a secret, which is not stored anywhere."""
    if _key(request):
        sentence = "This answer holds a secret and is never kept. Send the request without the key."
        raise Invalid(sentence, fields={HEADER: sentence}, code="idempotency_key_refused")


@dataclass(frozen=True, slots=True)
class _Asked:
    """Who asks, with which key, for what."""

    actor: Actor
    key_hash: bytes
    request_hash: bytes


def _key(request: HttpRequest) -> str:
    key = request.headers.get(HEADER, "").strip()
    if len(key) > LONGEST_KEY or not (key.isascii() and (key.isprintable() or not key)):
        sentence = f"Use up to {LONGEST_KEY} printable ASCII characters."
        raise Invalid(f"The header {HEADER} is not usable.", fields={HEADER: sentence})
    return key


def _key_hash(request: HttpRequest, key: str) -> bytes:
    # With the token: two programs of one account may choose the same key.
    return _digest([request.headers.get("Authorization", "").partition(" ")[2].strip().encode(), key.encode()])


def _request_hash(request: HttpRequest) -> bytes:
    said = _form(request) if request.content_type == "multipart/form-data" else [request.body]
    return _digest([str(request.method).encode(), request.get_full_path().encode(), *said])


def _form(request: HttpRequest) -> Iterator[bytes]:
    """Fields and files as they are meant: the bytes differ each time, by their boundary; and files can be large."""
    for name, values in sorted(request.POST.lists()):
        yield json.dumps([name, values]).encode()
    for name, files in sorted(request.FILES.lists(), key=lambda item: str(item[0])):
        for file in files:
            digest = hashlib.sha256()
            for chunk in file.chunks():
                digest.update(chunk)
            yield json.dumps([name, file.name, file.content_type, digest.hexdigest()]).encode()


def _digest(parts: Iterable[bytes]) -> bytes:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8) + part)
    return digest.digest()


def _earlier(asked: _Asked) -> HttpResponse | None:
    whose: list[Any] = [asked.actor.id, asked.key_hash]
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [int.from_bytes(asked.key_hash[:8], signed=True)])
        cursor.execute(FORGET, whose)
        cursor.execute(EARLIER, whose)
        found = cursor.fetchone()
    if found is None:
        return None
    request_hash, status, headers, body = found
    if bytes(request_hash) != asked.request_hash:
        sentence = "This key was used for another request. Use a new key for each new request."
        raise Invalid(sentence, fields={HEADER: sentence}, code="idempotency_key_reused")
    return HttpResponse(bytes(body), status=status, headers={**json.loads(headers), REPLAYED: "true"})


def _keep(asked: _Asked, given: HttpResponse) -> None:
    headers = {name: given.headers[name] for name in KEPT_HEADERS if name in given.headers}
    values: list[Any] = [
        uuid7(), asked.actor.org_id, asked.actor.id, asked.key_hash, asked.request_hash, given.status_code,
        json.dumps(headers), given.content, clock.now(),
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(KEEP, values)
