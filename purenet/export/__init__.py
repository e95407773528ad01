"""What is trained here, taken elsewhere, and what was trained elsewhere, brought here: a module for each format."""

from .arrays import from_arrays, from_sklearn

__all__ = ["from_arrays", "from_sklearn"]
