# SPDX-License-Identifier: Apache-2.0
"""Files: hashed while they arrive, addressed by content, never rendered."""
