# SPDX-License-Identifier: Apache-2.0
"""What is known about the things that signals name: intelligence, inventory, watch-lists, sightings."""
