# SPDX-License-Identifier: Apache-2.0
"""Every change of holds, retention and disposals."""
