# SPDX-License-Identifier: Apache-2.0
"""Listeners for what is sent without HTTP, in a process of their own that runs only when it is configured."""
