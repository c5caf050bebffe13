# SPDX-License-Identifier: Apache-2.0
"""People, places, things and indicators: what they are and their part in records."""
