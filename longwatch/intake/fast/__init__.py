# SPDX-License-Identifier: Apache-2.0
"""The short way for machines that send signals: beside Django in the same process, without it (serving.py).

One process answers; rate limits and the token cache live in it.
"""
