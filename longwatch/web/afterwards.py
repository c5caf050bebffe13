# SPDX-License-Identifier: Apache-2.0
"""Answers that need something from elsewhere: it is asked when what the request wrote is committed.

No transaction is open while somebody else's server thinks, and nothing that leaves is missing in the ledger.
"""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.http import HttpRequest, HttpResponseBase

Found = TypeVar("Found")


class Afterwards(HttpResponseBase, Generic[Found]):
    """Given back by a view: what is done outside of any transaction, and the answer with what came of it."""

    def __init__(self, act: Callable[[], Found], answer: Callable[[Found], HttpResponseBase]) -> None:
        super().__init__()
        self._act, self._answer = act, answer

    def carried_out(self) -> Callable[..., HttpResponseBase]:
        """Do it; a view that answers, to be run in a transaction of its own."""
        found = self._act()

        def view(_request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
            return self._answer(found)

        return view
