# SPDX-License-Identifier: Apache-2.0
"""Where checkpoints are kept outside the database, so that whoever rewrites it is contradicted."""
