# SPDX-License-Identifier: Apache-2.0
"""`python -m longwatch` is the `longwatch` command."""

import sys

from longwatch.config.cli import main

sys.exit(main())
