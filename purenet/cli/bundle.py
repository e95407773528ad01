"""Write the network as one Python file, to carry to where nothing can be installed."""
from __future__ import annotations

import argparse
import sys

from ..core.storage import write_text
from ..export.bundle import bundle
from ..export.profiles import PROFILES
from .files import require_place, writing


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    parser.add_argument("-o", "--output", metavar="FILE.py", default="-",
                        help="where it goes, such as purenet_single.py (default: -, standard output)")
    parser.add_argument("--profile", choices=list(PROFILES), default="full",
                        help="full: all of the network and its training (the default); micro: a sigmoid network that "
                             "can train, predict, save and load, for a microcontroller")
    parser.add_argument("--minify", action="store_true",
                        help="make it small: without comments, docstrings and most checks of what it is given, and "
                             "with short names inside")


def run(options: argparse.Namespace) -> None:
    """Make the file, and say what to do with it."""
    source = bundle(options.profile, options.minify)
    if options.output == "-":
        sys.stdout.write(source)
        return
    require_place(options.output)
    with writing(options.output):
        write_text(options.output, source)
    print(f"{options.output}: {len(source.encode('utf-8')):,} bytes, {PROFILES[options.profile].summary}\n"
          "It needs nothing beside it: copy it anywhere and import it.")
