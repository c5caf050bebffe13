#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""An analyzer that finds nothing."""

import json

print(json.dumps({"success": True, "full": {}}))
