# SPDX-License-Identifier: Apache-2.0
"""Candidate incidents: signals that belong together, why, and what people teach about it."""
