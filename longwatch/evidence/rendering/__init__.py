# SPDX-License-Identifier: Apache-2.0
"""Sanitised copies of hostile files. What parses runs in a process of its own, without keys, files or network."""
