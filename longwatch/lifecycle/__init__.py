# SPDX-License-Identifier: Apache-2.0
"""Legal hold, retention, disposal, erasure and requests of data subjects."""
