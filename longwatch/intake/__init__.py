# SPDX-License-Identifier: Apache-2.0
"""Sources, signals and their occurrences, the report form and triage."""
