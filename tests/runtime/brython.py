"""Run checks.py in Brython in headless Chromium: python brython.py NODE_MODULES CHECKS FOLDER NAME [long]

The page, Brython and the module are served from this machine alone; what the checks tell is read from the page.
"""

import functools
import html
import http.server
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
<script type="text/python">
from browser import document
import checks

def tell(line):
    document["told"].text += line + "\\n"

checks.run_all("{name}", tell, long_run={long})
</script>
"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serve files and print nothing."""

    def log_message(self, *arguments):
        pass


def main(modules, checks, folder, name, *long):
    with tempfile.TemporaryDirectory() as site:
        site = Path(site)
        for script in ("brython.js", "brython_stdlib.js"):
            shutil.copy(Path(modules, "brython", script), site)
        shutil.copy(checks, site)
        if Path(folder, name).is_dir():
            shutil.copytree(Path(folder, name), site / name)
        else:
            shutil.copy(Path(folder, f"{name}.py"), site)
        (site / "page.html").write_text(PAGE.format(name=name, long=bool(long)), encoding="utf-8")
        handler = functools.partial(Quiet, directory=str(site))
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            print(told(f"http://127.0.0.1:{server.server_address[1]}/page.html", site / "profile"), end="")
            server.shutdown()


def told(address, profile):
    """Open a page in Chromium, and return what it has told when everything in it is done."""
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    page = subprocess.run(
        [browser, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}",
         "--virtual-time-budget=100000000", "--dump-dom", address],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout.decode("utf-8")
    return html.unescape(re.search(r'<pre id="told">(.*?)</pre>', page, re.DOTALL).group(1))


if __name__ == "__main__":
    main(*sys.argv[1:])
