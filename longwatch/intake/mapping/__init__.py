# SPDX-License-Identifier: Apache-2.0
"""From the bytes that a tool sends to signals. Pure: no database, no network."""

from longwatch.intake.mapping.understanding import Fault, Piece, Whole, format_names, understand, understand_whole

__all__ = ["Fault", "Piece", "Whole", "format_names", "understand", "understand_whole"]
