"""What the tests of the command line share: running it as a process, in a pipe and in a terminal."""

import os
import subprocess
import sys
from pathlib import Path

import purenet

ROOT = Path(purenet.__file__).resolve().parents[1]
TIMEOUT = 120  # seconds, for a process that hangs; none takes more than a few


def environment(**changed):
    """The variables for a process that can import purenet from wherever it runs; of a plain terminal of 80 columns."""
    kept = {name: value for name, value in os.environ.items()
            if not name.startswith("PYTHON") and name not in ("COLUMNS", "LINES", "FORCE_COLOR", "NO_COLOR")}
    return {**kept, "PYTHONPATH": str(ROOT), "COLUMNS": "80", **changed}


def purenet_(*arguments, cwd, stdin="", python=(), **variables):
    """Run the command line in a pipe to its end; `stdin` is text or bytes. Texts are read and written as UTF-8."""
    command = [sys.executable, *python, "-m", "purenet", *map(str, arguments)]
    given = stdin if isinstance(stdin, bytes) else stdin.encode("utf-8")
    done = subprocess.run(command, input=given, capture_output=True, cwd=cwd, env=environment(**variables),
                          timeout=TIMEOUT)
    return subprocess.CompletedProcess(command, done.returncode, done.stdout.decode("utf-8").replace("\r\n", "\n"),
                                       done.stderr.decode("utf-8", "replace").replace("\r\n", "\n"))


def succeeds(*arguments, stderr="", **keywords):
    """Run a command that must succeed and complain of nothing; return what it printed."""
    done = purenet_(*arguments, **keywords)
    assert done.stderr == stderr, f"{done.args} said on standard error:\n{done.stderr}"
    assert done.returncode == 0, f"{done.args} exited with {done.returncode}"
    return done.stdout


def refused(*arguments, cwd, **keywords):
    """Run a command that must be refused: one sentence, status 2, no file changed; return the sentence."""
    before = contents(cwd)
    done = purenet_(*arguments, cwd=cwd, **keywords)
    assert done.returncode == 2, f"{done.args} exited with {done.returncode}, expected 2:\n{done.stdout}{done.stderr}"
    assert done.stderr.endswith("\n") and done.stderr.count("\n") == 1, f"expected one line, found:\n{done.stderr}"
    assert contents(cwd) == before, f"{done.args} was refused, and yet changed files"
    return done.stderr[:-1]


def contents(folder):
    """The bytes of every file in a folder, by name."""
    return {path.name: path.read_bytes() if path.is_file() else None for path in Path(folder).iterdir()}


class Terminal:
    """A command that runs in a terminal of 80 columns."""

    def __init__(self, *arguments, cwd):
        import fcntl
        import pty
        import struct
        import termios

        self.ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        variables = environment()
        del variables["COLUMNS"]
        self.process = subprocess.Popen([sys.executable, "-m", "purenet", *map(str, arguments)], cwd=cwd, env=variables,
                                        stdin=theirs, stdout=theirs, stderr=theirs)
        os.close(theirs)
        self.received = ""

    def read_until(self, text=None):
        """Read until a text has been shown, or to the end; return all that was received so far."""
        while text is None or text not in self.received:
            try:
                data = os.read(self.ours, 65536)
            except OSError:  # how Linux says that the other side has closed
                data = b""
            if not data:
                break
            self.received += data.decode("utf-8")
        assert text is None or text in self.received, f"{text!r} was never shown; all that was:\n{self.received}"
        return self.received

    def finish(self):
        """Read to the end; return the exit status."""
        self.read_until()
        os.close(self.ours)
        return self.process.wait(TIMEOUT)

    def screen(self):
        """The lines that are left to be seen: what a carriage return goes back over is overwritten."""
        lines = []
        for line in self.received.split("\n"):
            shown = []
            for part in line.split("\r"):
                shown[:len(part)] = part
            lines.append("".join(shown).rstrip())
        return lines
