# SPDX-License-Identifier: Apache-2.0
"""Large libraries that few processes need, loaded when first something of them is used.

Type checkers see the module itself:

    if TYPE_CHECKING:
        import typst
    else:
        typst = deferred("typst")
"""

from importlib import import_module
from types import ModuleType
from typing import Any


class _Deferred(ModuleType):
    def __getattr__(self, name: str) -> Any:
        # The import system's own locks make this safe when two threads come first.
        return getattr(import_module(self.__name__), name)


def deferred(name: str) -> ModuleType:
    """A stand-in for a module; using any of its names imports it, and raises ImportError when it is not there."""
    return _Deferred(name)
