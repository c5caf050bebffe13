# SPDX-License-Identifier: Apache-2.0
"""What others' implementations say of ours: make verify-external."""
