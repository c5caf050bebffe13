# SPDX-License-Identifier: Apache-2.0
"""`longwatch manage ...`: Django's own commands, for developers."""

import argparse
import os

from django.core.management import execute_from_command_line

from longwatch.config.django_setup import SETTINGS_MODULE
from longwatch.config.running import database
from longwatch.core.environment import current


def run(arguments: argparse.Namespace) -> int:
    """Hand the words over to django-admin, with the database running."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS_MODULE)
    with database(current(), may_begin=True):
        execute_from_command_line(["longwatch manage", *arguments.words])
    return 0
