# SPDX-License-Identifier: Apache-2.0
"""Measures the speed budgets on a Longwatch of its own. Run it as `python -m bench`; see docs/performance.md."""
