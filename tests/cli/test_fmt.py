"""aftercare fmt: files, standard input, --check, --write, --tight, refusals."""
import json
import os

import tool

LOOSE = "policy p version 1\nrecord r\n  a:text per 2 // why\n  long-name : count\n"
NEAT = "policy     p version 1\nrecord r\n  a         : text  per 2  // why\n  long-name : count\n"
TIGHT = "policy p version 1\nrecord r\n  a : text per 2 // why\n  long-name : count\n"
BAD = "policy p version 1\nrecord r\n  a : : text\n"


class Fmt(tool.ToolTest):
    def test_writes_to_standard_output(self):
        path = self.file("p.policy", LOOSE)
        self.assertEqual(self.tool("fmt", path, code=0).stdout, NEAT)
        self.assertEqual(path.read_text(), LOOSE)

    def test_reads_standard_input(self):
        self.assertEqual(self.tool("fmt", "-", stdin=LOOSE, code=0).stdout, NEAT)
        self.assertEqual(self.tool("fmt", "--tight", "-", stdin=NEAT, code=0).stdout, TIGHT)
        self.assertEqual(self.tool("fmt", "-", "--check", stdin=LOOSE, code=1).stdout, "-\n")

    def test_write_replaces_the_file(self):
        for switch in ("-w", "--write"):
            path, neat = self.file("p.policy", LOOSE), self.file("neat.policy", NEAT)
            before = os.stat(neat).st_mtime_ns
            self.assertEqual(self.tool("fmt", switch, path, neat, code=0).stdout, "")
            self.assertEqual(path.read_text(), NEAT)
            self.assertEqual(os.stat(neat).st_mtime_ns, before, "a file that is formatted is not touched")
        self.assertEqual(sorted(os.listdir(self.folder)), ["neat.policy", "p.policy"])

    def test_write_keeps_the_mode_of_the_file_and_follows_links(self):
        path = self.file("p.policy", LOOSE)
        os.chmod(path, 0o640)
        link = self.folder / "link.policy"
        link.symlink_to("p.policy")
        self.tool("fmt", "-w", link, code=0)
        self.assertTrue(link.is_symlink())
        self.assertEqual(path.read_text(), NEAT)
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o640)

    def test_check_lists_what_is_not_formatted(self):
        loose, neat = self.file("a.policy", LOOSE), self.file("b.policy", NEAT)
        self.assertEqual(self.tool("fmt", "--check", loose, neat, code=1).stdout, "%s\n" % loose)
        self.assertEqual(self.tool("fmt", "--check", neat, code=0).stdout, "")
        self.assertEqual(self.tool("fmt", "--check", "--tight", neat, code=1).stdout, "%s\n" % neat)
        self.assertEqual(loose.read_text(), LOOSE)

    def test_a_file_with_mistakes_is_left_alone(self):
        bad, loose = self.file("bad.policy", BAD), self.file("p.policy", LOOSE)
        done = self.tool("fmt", "-w", bad, loose, code=1)
        self.assertIn("bad.policy:3:7: error[AC-2863]", done.stderr)
        self.assertEqual(bad.read_text(), BAD)
        self.assertEqual(loose.read_text(), NEAT, "the others are done")
        self.assertEqual(json.loads(self.results("fmt", "--json", bad, code=1)[0])["code"], "AC-2863")

    def test_usage(self):
        self.tool("fmt", code=2)
        self.tool("fmt", "--check", "-w", self.file("p.policy", NEAT), code=2)
        self.tool("fmt", self.folder / "none.policy", code=2)


if __name__ == "__main__":
    tool.main()
