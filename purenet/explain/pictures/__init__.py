"""Pictures of a network and its training, as SVG text: the same arguments always give the same text.

Each can be read in light and in dark, has a title and a description with its numbers for those who cannot see it, and
tells every sign twice: by its colour and by a mark. What is too large to be shown whole is shortened, and says so.

Read in this order: `svg` (shapes, colours, text), `axes` (scales), and then any picture: `graph`, `slope`, `curves`,
`heatmap`, `plane`.
"""
from .curves import loss, weights
from .graph import network
from .heatmap import contributions
from .plane import boundary
from .slope import activation

__all__ = ["activation", "boundary", "contributions", "loss", "network", "weights"]
