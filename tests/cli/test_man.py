"""The manual page tells of every subcommand and option, and of no others."""
import re
import shutil
import subprocess

from tool import ROOT, ToolTest, main, skipped

PAGE = ROOT / "docs/aftercare.1"
OPTION = re.compile(r"(?m)^\.It Fl (?:\w , )?-([a-z]+)")
EVERYWHERE = {"data", "zones", "json", "lang", "strict", "help"}


def options_in(text):
    return set(re.findall(r"(?<![\w-])--([a-z]+)", text))


class Man(ToolTest):
    def setUp(self):
        super().setUp()
        self.page = PAGE.read_text()
        self.overview = self.tool("--help", code=0).stdout
        self.commands = re.findall(r"(?m)^  aftercare (\w+)", self.overview)
        self.helps = {name: self.tool(name, "--help", code=0).stdout for name in self.commands}

    def test_every_subcommand(self):
        self.assertGreater(len(self.commands), 5)
        self.assertEqual(sorted(re.findall(r"(?m)^\.It Cm (\w+)$", self.page)), sorted(self.commands))
        for name in self.commands:
            self.assertRegex(self.page, r"(?m)^\.Nm\n\.Cm %s$" % name)

    def test_every_option_and_no_other(self):
        self.assertEqual(set(OPTION.findall(self.page)), options_in(self.overview + "".join(self.helps.values())))

    def test_options_stand_with_their_subcommand(self):
        parts = re.split(r"(?m)^\.It Cm (\w+)$", self.page.split(".Sh FILES")[0])[1:]
        for name, body in zip(parts[::2], parts[1::2]):
            told = options_in(self.helps[name]) - EVERYWHERE
            if name == "decide":
                told.discard("out")     # named as the columns of replay
            self.assertEqual(set(OPTION.findall(body)), told, name)

    def test_it_is_well_formed(self):
        if not shutil.which("mandoc"):
            return skipped("mandoc is not installed")
        done = subprocess.run(["mandoc", "-Tlint", "-Wwarning", str(PAGE)], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))


main()
