# SPDX-License-Identifier: Apache-2.0
"""Proves that what is stored is what was recorded: the whole ledger, every audited row, every kept file."""
