"""The tool's own words in Chinese: every text that it hands to an error has an entry, and no entry is left over."""
import re

from tool import DESK, ROOT, ToolTest, main

LITERAL = r'"((?:[^"\\\n]|\\.)*)"'
# Calls whose string arguments are what an error says and its hint.
CALLS = re.compile(r"\b(?:tell_fault|fault|tell|set_fault|acts_fault|host_words|put_words)\(|\b(?:err|fault)(?:->|\.)(?:what|hint) = |\binput_table TABLE = \{")
PAIR = re.compile(r"^    \{ %s, %s \},$" % (LITERAL, LITERAL), re.M)


def arguments(source, at):
    """The literals from `at` to the end of the statement; a `;` inside one does not end it."""
    end = re.compile(r'(?:[^";{]|%s)*' % LITERAL).match(source, at).end()
    return [match[1] for match in re.finditer(LITERAL, source[at:end]) if match[1]]


class Words(ToolTest):
    def setUp(self):
        super().setUp()
        self.pairs = PAIR.findall((ROOT / "examples/common/chinese.c").read_text())
        self.said = {}
        for path in sorted(ROOT.glob("examples/aftercare/*.c")) + sorted(ROOT.glob("examples/common/*.c")):
            source = path.read_text()
            for call in CALLS.finditer(source):
                self.said.update((text, path.name) for text in arguments(source, call.end()))

    def test_every_text_has_an_entry(self):
        self.assertGreater(len(self.said), 30)
        english = [pair[0] for pair in self.pairs]
        self.assertEqual({text: name for text, name in self.said.items() if text not in english}, {})

    def test_no_entry_is_left_over(self):
        self.assertEqual([pair[0] for pair in self.pairs if pair[0] not in self.said], [])
        self.assertEqual(len({pair[0] for pair in self.pairs}), len(self.pairs))

    def test_formats_agree(self):
        for english, chinese in self.pairs:
            self.assertEqual(re.findall(r"%[^a-z]*[a-z]", english), re.findall(r"%[^a-z]*[a-z]", chinese))

    def test_they_are_said(self):
        log, events = self.file("log.csv", "id\nJ1\n"), self.file("events.csv", "id,at,field\n")
        done = self.tool("replay", DESK, "job", "--in", log, "--events", events, "--lang", "zh", code=1)
        self.assertIn("：第一行是 id,at,field,value 或 id,at,field,value,actor,role\n", done.stderr)
        done = self.tool("decide", ROOT / "tests/data/rules/gates.policy", "job", "taken.role=nobody", "--lang", "zh", code=1)
        self.assertIn("制度没有这个岗位：taken.role\n    办法：aftercare list roles FILE 列出全部岗位\n", done.stderr)


main()
