# SPDX-License-Identifier: Apache-2.0
"""Records taken out: bundles that prove themselves, and the command that checks them."""
