# SPDX-License-Identifier: Apache-2.0
"""What every test needs: settings of a test run, one database server, and a migrated database."""

import django

django.setup()

pytest_plugins = ["tests.fixtures.database", "tests.fixtures.settings", "tests.fixtures.server", "tests.fixtures.cast"]
