# SPDX-License-Identifier: Apache-2.0
"""Who gets what where: every address and method of the product, as a table.

A group says who is let through. Somebody who sees the record but may not do the thing is forbidden (403); for
everybody else in the table there is nothing there (404). Who is not signed in is led to sign in (302 on pages) or
told to (401 by API). `{names}` are things of tests/access/matrix_world.py.
"""

from collections.abc import Iterator

from tests.access.matrix_api import API
from tests.access.matrix_exports import EXPORTS
from tests.access.matrix_groups import GROUPS
from tests.access.matrix_known import KNOWN
from tests.access.matrix_lifecycle import LIFE_CYCLE
from tests.access.matrix_mappings import MAPPINGS
from tests.access.matrix_pages import PAGES
from tests.access.matrix_people import PEOPLE
from tests.access.matrix_quiet import QUIET
from tests.access.matrix_rooms import ROOMS
from tests.access.matrix_senders import SENDERS
from tests.access.matrix_sources import SOURCES
from tests.access.matrix_words import Group, Line

# Pages of ninja itself, which answer every method alike.
ANY_METHOD = frozenset({"api/v1/openapi.json", "api/v1/docs", "api/v1/"})

# What other tests ask, each with where and why not here.
ELSEWHERE = {
    "GET /metrics": "nowhere unless the operator says for whom; tests/config/test_metrics.py",
    "GET /live/inbox": "a stream that never ends; tests/web/test_live.py listens as people of each compartment",
    "POST /api/v1/signals": "answered before Django; tests/intake/test_fast.py",
    "POST /api/v1/signals/bulk": "answered before Django; tests/intake/test_fast.py",
}

# Where nobody of this world gets further than a refusal, whoever they are, and who shows that others do.
NOBODY_THROUGH = {
    "/accounts/oidc/": "without a provider; tests/config/test_single_sign_on.py has one",
    "/accounts/saml/": "without a provider; tests/config/test_single_sign_on_saml.py has one",
    "/accounts/2fa/": "without a second factor; tests/config/test_second_factors.py has some",
    "/accounts/confirm-email/": "no letter with a proof is ever sent: administrators make accounts",
    "/files/<uuid:exhibit_id>/view/": "before the worker made a safe copy; tests/evidence/test_copy_views.py has one",
    "/api/v1/exhibits/<uuidstr:exhibit_id>/copy/pictures/": "the same; tests/evidence/test_api.py has one",
    "/exports/<uuid:export_id>/file": "before the worker made the bundle; tests/exchange has some",
    "/api/v1/exports/<uuidstr:export_id>/file": "the same",
    "/api/v1/ledger/entries/": "before the entry is sealed; tests/web/test_api_ledger.py seals",
    "/api/v1/uploads/<uuid:upload_id>": "a piece needs a form of its own; tests/search/test_upload_views.py",
}


def lines() -> Iterator[tuple[Group, Line]]:
    """The whole table."""
    for group in (
        *PEOPLE,
        *PAGES,
        *ROOMS,
        *API,
        *EXPORTS,
        *LIFE_CYCLE,
        *KNOWN,
        *QUIET,
        *MAPPINGS,
        *SOURCES,
        *GROUPS,
        *SENDERS,
    ):
        for line in group.lines:
            yield group, line
