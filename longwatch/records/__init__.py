# SPDX-License-Identifier: Apache-2.0
"""What an incident and a case have in common: timeline, tasks, links, references."""
