# SPDX-License-Identifier: Apache-2.0
"""What is carried to a defensible close."""
