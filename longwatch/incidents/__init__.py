# SPDX-License-Identifier: Apache-2.0
"""What is handled now."""
