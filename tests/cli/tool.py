"""What the tests of the command-line tool share: running it, and a folder for files of the moment."""
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(os.environ.get("AFTERCARE_ROOT", Path(__file__).resolve().parents[2]))
TOOL = os.environ.get("AFTERCARE_TOOL", str(ROOT / "build/gcc/examples/aftercare/aftercare"))
LOGS = os.environ.get("AFTERCARE_LOGS", str(ROOT / "build/gcc/examples/public-logs/public-logs"))
SHARED = Path(os.environ.get("AFTERCARE_SHARED", ROOT.parent / "shared"))
POLICIES = ROOT / "examples/policies"
HOLIDAYS = POLICIES / "data/boston-holidays.data"
DESK = Path(__file__).resolve().parent / "desk.policy"


def run(program, *args, stdin="", text=True):
    """Standard input, output and error as text, or as bytes."""
    data = stdin.encode() if isinstance(stdin, str) else stdin
    done = subprocess.run([program, *map(str, args)], input=data, capture_output=True, timeout=250, cwd=ROOT)
    if text:
        done.stdout, done.stderr = done.stdout.decode(), done.stderr.decode(errors="replace")
    return done


def skipped(why):
    print("skipped: " + why, flush=True)


class ToolTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def file(self, name, content):
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def tool(self, *args, stdin="", code=None):
        """Runs the tool; whatever it is given, it ends by itself with one of its own exit codes."""
        done = run(TOOL, *args, stdin=stdin)
        said = "%s\n%s\n%s" % (" ".join(map(str, args)), done.stdout, done.stderr)
        self.assertIn(done.returncode, (0, 1, 2, 3), said)
        self.assertNotIn("Sanitizer", done.stderr, said)
        self.assertNotIn("runtime error", done.stderr, said)
        if code is not None:
            self.assertEqual(done.returncode, code, said)
        return done

    def results(self, *args, stdin="", code=0):
        return self.tool(*args, stdin=stdin, code=code).stdout.splitlines()


def main():
    print("", flush=True)   # `skipped:` lines begin a line of the log
    unittest.main()
