# SPDX-License-Identifier: Apache-2.0
"""The demo story: what Longwatch is for, told by people who use it. Everything goes through the services."""

from longwatch.config.demo.loading import load

__all__ = ["load"]
