# SPDX-License-Identifier: Apache-2.0
"""One box: was this reported before?."""
