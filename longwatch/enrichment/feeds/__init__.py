# SPDX-License-Identifier: Apache-2.0
"""Fetching lists of indicators: portion by portion, taken once, dropped when the other side has it no more."""
