# SPDX-License-Identifier: Apache-2.0
"""Ways in beside our own API: other vendors' webhooks and collectors, each with the authentication they bring."""
