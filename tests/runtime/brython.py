"""Run checks.py in Brython in headless Chromium.

python brython.py NODE_MODULES CHECKS FOLDER NAME [long | relay FILES LEG]

The page, Brython and the module are served from this machine alone; what the checks tell is read from the page. A page
has no files to write to: what is saved there is read from the page, too.
"""

import functools
import html
import http.server
import json
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

PAGE = """<!DOCTYPE html>
<meta charset="utf-8">
<script src="brython.js"></script>
<script src="brython_stdlib.js"></script>
<body onload="brython(1)">
<pre id="told"></pre>
<pre id="saved"></pre>
<script type="text/python">
from browser import document
import checks

def tell(line):
    document["told"].text += line + "\\n"

{run}
</script>
"""
CHECK = 'checks.run_all("{name}", tell, long_run={long})'
RELAY = """
import io
import json

saved = {{}}

def target(name):
    saved[name] = io.StringIO()
    return saved[name]

checks.run_leg("{name}", {leg}, lambda name: io.StringIO(open("files/" + name).read()), target, tell)
document["saved"].text = json.dumps({{name: saved[name].getvalue() for name in saved}})
"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serve files and print nothing."""

    def log_message(self, *arguments):
        pass


def main(modules, checks, folder, name, what="", files=None, leg=None):
    with tempfile.TemporaryDirectory() as site:
        site = Path(site)
        for script in ("brython.js", "brython_stdlib.js"):
            shutil.copy(Path(modules, "brython", script), site)
        shutil.copy(checks, site)
        if Path(folder, name).is_dir():
            shutil.copytree(Path(folder, name), site / name)
        else:
            shutil.copy(Path(folder, f"{name}.py"), site)
        if files:
            shutil.copytree(files, site / "files")
        run = (RELAY if what == "relay" else CHECK).format(name=name, long=what == "long", leg=leg)
        (site / "page.html").write_text(PAGE.format(run=run), encoding="utf-8")
        handler = functools.partial(Quiet, directory=str(site))
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            page = opened(f"http://127.0.0.1:{server.server_address[1]}/page.html", site / "profile")
            server.shutdown()
    for file, text in json.loads(part(page, "saved") or "{}").items():
        Path(files, file).write_text(text, encoding="utf-8")
    print(part(page, "told"), end="")


def opened(address, profile):
    """Open a page in Chromium, and return it as it is when everything in it is done."""
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    return subprocess.run(
        [browser, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}",
         "--virtual-time-budget=100000000", "--dump-dom", address],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout.decode("utf-8")


def part(page, name):
    """Return the text of one of the parts of the page."""
    return html.unescape(re.search(rf'<pre id="{name}">(.*?)</pre>', page, re.DOTALL).group(1))


if __name__ == "__main__":
    main(*sys.argv[1:])
