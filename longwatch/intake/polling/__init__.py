# SPDX-License-Identifier: Apache-2.0
"""Fetching from tools that keep what they find: page by page, from where the last page ended."""
