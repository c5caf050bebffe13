# SPDX-License-Identifier: Apache-2.0
"""Accounts, roles, permissions, compartments and the row-security context of a transaction."""
