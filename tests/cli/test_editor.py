"""What an editor reads of `check --json`: every range, in bytes, code points and UTF-16, names the same stretch of the text."""
import json
import re

import tool

CASE = re.compile(r"^=== ([^\n]*)\n(.*?)^--- expected\n", re.S | re.M)


def cases():
    """Inputs of the corpora of mistakes that are plain policies."""
    for path in sorted((tool.ROOT / "tests/data/bad").glob("*.txt")):
        for head, body in CASE.findall(path.read_text()):
            words = [word.strip() for word in head.split("|")[1:]]
            if "escaped" not in words and words[:1] in ([], ["policy"]):
                yield body


def units(text):
    """The text as UTF-16 code units."""
    data = text.encode("utf-16-le")
    return [data[i:i + 2] for i in range(0, len(data), 2)]


def cut(text, span):
    """The stretch that the editor's range names, which may run over several lines."""
    lines = [units(line) for line in text.split("\n")]
    start, end = span["range"]["start"], span["range"]["end"]
    picked = [lines[i] for i in range(start["line"], end["line"] + 1)]
    picked[-1] = picked[-1][:end["character"]]
    picked[0] = picked[0][start["character"]:]
    return "\n".join(b"".join(line).decode("utf-16-le") for line in picked)


class Editor(tool.ToolTest):
    def check_span(self, text, span, said):
        data = text.encode()
        self.assertEqual(cut(text, span), data[span["offset"]:span["offset"] + span["size"]].decode(), said)
        lines = text.split("\n")
        for line, column, key in ((span["line"], span["column"], "start"), (span["end_line"], span["end_column"], "end")):
            self.assertEqual(line - 1, span["range"][key]["line"], said)
            self.assertEqual(len(units(lines[line - 1][:column - 1])), span["range"][key]["character"], said)
        self.assertGreaterEqual(span["display_column"], span["column"], said)

    def test_all_ranges_of_a_message_name_the_same_text(self):
        texts = {}
        for i, body in enumerate(cases()):
            texts[str(self.file("%d.policy" % i, body))] = body
        self.assertGreater(len(texts), 150)
        seen = fixes = wide = notes = 0
        for line in self.results("check", "--json", *texts, code=1):
            said = json.loads(line)
            if "code" not in said:
                continue
            self.assertIn(said["severity"], ("error", "warning", "hint", "note"))
            self.assertRegex(said["code"], r"^AC-\d{4}$")
            self.assertTrue(said["message"])
            self.check_span(texts[said["file"]], said, line)
            seen += 1
            notes += said["severity"] == "note"
            wide += said["display_column"] > said["column"]
            if "fix" in said:
                self.check_span(texts[said["file"]], said["fix"], line)
                fixes += 1
        self.assertGreater(seen, 200)
        self.assertGreater(fixes, 15)
        self.assertGreater(notes, 5)

    def test_columns_behind_wide_and_astral_characters(self):
        text = 'policy p version 1\nrecord r\n  a : text default "𝄞中" + 3 hourz\n'
        said = [json.loads(line) for line in self.results("check", "--json", "-", stdin=text, code=1)]
        unit = next(message for message in said if message.get("code") == "AC-0131")
        self.assertEqual((unit["column"], unit["display_column"], unit["range"]["start"]["character"]),
                         (29, 30, 29), unit)

    def test_applying_the_fixes_mends_the_text(self):
        text = "policy p version 1\ntimezone +08:00\ndays end midnight\nrecord r\n  a ： moment\n  b : moment within 36 hours after a\n"
        fixes = [json.loads(line).get("fix") for line in self.results("check", "--json", "-", stdin=text, code=1)]
        fixes = sorted((fix for fix in fixes if fix), key=lambda fix: -fix["offset"])
        self.assertEqual(len(fixes), 2)
        data = text.encode()
        for fix in fixes:
            data = data[:fix["offset"]] + fix["text"].encode() + data[fix["offset"] + fix["size"]:]
        self.assertIn("  a : moment\n  b : moment within 36 h after a\n", data.decode())


if __name__ == "__main__":
    tool.main()
