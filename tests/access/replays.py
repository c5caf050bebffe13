# SPDX-License-Identifier: Apache-2.0
"""Time for kept answers, which nobody but their owner role can change."""

import psycopg
from django.db import connections


def a_day_passes() -> None:
    """Make every committed answer more than a day old."""
    with psycopg.connect(**connections["owner"].get_connection_params()) as owner:
        owner.execute("alter table access_api_replay no force row level security")
        owner.execute("update access_api_replay set created_at = created_at - interval '25 hours'")
        owner.execute("alter table access_api_replay force row level security")
