"""eval: one line a result, in the literals of the language."""
import json

from tool import DESK, ToolTest, main

FACTS = ("level=low", "hours=1", 'note=say "hi"', "opened=2024-03-04T09:00:00+08:00", "firm.vip=yes")

# expression, line, exit code
RESULTS = (
    ("hours * 1.5", "value 1.5", 0),
    ("1.50", "value 1.5", 0),
    ("1/3", "value 1/3", 0),
    ("2/3 + 1/3", "value 1", 0),
    ("-(hours)", "value -1", 0),
    ("0.1 + 0.2", "value 0.3", 0),
    ("level", "value low", 0),
    ("level = low", "value yes", 0),
    ("level = high", "value no", 0),
    ("firm.vip", "value yes", 0),
    ("note", 'value "say \\"hi\\""', 0),
    ("visit-fee", "value 120.5 CNY", 0),
    ("opened", "value 2024-03-04T09:00:00+08:00", 0),
    ("opened + 36 h", "value 2024-03-05T21:00:00+08:00", 0),
    ("36 h", "value 129600 s", 0),
    ("5 workdays", "value 5 workdays", 0),
    ("1 workday", "value 1 workday", 0),
    ("3 workh", "value 3 workh", 0),
    ("pay", "value 2/3", 0),
    ("none", "none", 0),
    ("close", "unknown", 3),
    ("close - opened", "unknown", 3),
    ("callback", "unset callback per 5", 3),
    ("respond", "unset respond per 3d", 3),
)
REFUSED = (
    ("hours +", "error AC-6394 "),
    ("nope", 'error AC-6290 nothing that record "job" can see is called "nope"'),
    ("opened + 3 workh", "error AC-3954 "),
    ("", "error AC-"),
    ("level = higj", "error AC-"),
    ("(" * 2000, "error AC-"),
)


class Eval(ToolTest):
    def test_every_kind_of_result_is_one_line(self):
        for expression, line, code in RESULTS:
            with self.subTest(expression):
                self.assertEqual(self.tool("eval", DESK, "--of", "job", "--", expression, *FACTS, code=code).stdout, line + "\n")

    def test_a_refusal_is_one_line_with_its_code(self):
        for expression, line in REFUSED:
            with self.subTest(expression[:20]):
                out = self.tool("eval", DESK, "--of", "job", expression, code=1).stdout
                self.assertTrue(out.startswith(line), out)
                self.assertEqual(out.count("\n"), 1)

    def test_bad_facts_are_refusals(self):
        for fact in ("level=higj", "hours=one", "opened=yesterday", "nope=1", "level", "firm.nope=1", "opened=2024-02-30T00:00:00Z"):
            with self.subTest(fact):
                self.assertRegex(self.tool("eval", DESK, "--of", "job", "1", fact, code=1).stdout, r"^error AC-\d{4} .+\n$")

    def test_a_batch_gives_what_single_runs_give_and_never_stops(self):
        lines = ["\t".join((expression,) + FACTS) for expression, _, _ in RESULTS]
        out = self.results("eval", DESK, "--of", "job", "--batch", stdin="\n".join(lines))
        self.assertEqual(out, [line for _, line, _ in RESULTS])
        bad = [expression for expression, _ in REFUSED] + ["1\tnope=1", "1\tlevel", "\t\t\t", "1\thours=x"]
        out = self.results("eval", DESK, "--of", "job", "--batch", stdin="\n".join(bad + ["1 + 1"]) + "\n")
        self.assertEqual(len(out), len(bad) + 1)
        for line in out[:-1]:
            self.assertRegex(line, r"^error AC-\d{4} ")
        self.assertEqual(out[-1], "value 2")

    def test_a_batch_takes_any_bytes(self):
        lines = [b"1\0 + 1", b"\xff\xfe", b"\xef\xbb\xbf1", b"1" * 100000, b'"' + b"x" * 100000 + b'"', b"hours\thours=2\r"]
        out = self.results("eval", DESK, "--of", "job", "--batch", stdin=b"\n".join(lines))
        self.assertEqual(len(out), len(lines))
        self.assertIn("NUL", out[0])
        self.assertRegex(out[1], r"^error AC-\d{4} ")
        self.assertEqual(out[-1], "value 2")

    def test_a_line_forgets_the_facts_of_the_line_before(self):
        self.assertEqual(self.results("eval", DESK, "--of", "job", "--batch", stdin="hours\thours=2\nhours\n"), ["value 2", "unknown"])

    def test_json_holds_the_same_line(self):
        for out in (self.results("eval", DESK, "--of", "job", "note", *FACTS, "--json"),
                    self.results("eval", DESK, "--of", "job", "--batch", "--json", stdin='note\tnote=say "hi"')):
            self.assertEqual([json.loads(line) for line in out], [{"result": 'value "say \\"hi\\""'}])

    def test_what_is_left_over_is_hinted_at(self):
        for expression, hint in (("sqrt(4)", "functions are abs, min, max"), ("Abs(hours)", "did you mean \"abs\"?"),
                                 ("hours (1)", "a list stands behind in: x in (1, 2)")):
            with self.subTest(expression):
                out = self.tool("eval", DESK, "--of", "job", expression, *FACTS, code=1)
                self.assertTrue(out.stdout.startswith('error AC-5127 "("'), out.stdout)
                self.assertIn("hint: " + hint, out.stderr)

    def test_a_name_is_given_once(self):
        twice = "error AC-9805 this name is given a value twice: hours"
        self.assertEqual(self.results("eval", DESK, "--of", "job", "hours", "hours=1", "level=low", "hours=2", code=1), [twice])
        out = self.results("eval", DESK, "--of", "job", "--batch", stdin="hours\thours=1\tlevel=low\thours=2\nhours\thours=1\t\t\tlevel=low\n")
        self.assertEqual(out, [twice, "value 1"])

    def test_a_text_none_is_that_text_and_unknown_clears_it(self):
        for given, answer in (("none", 'value "none"'), ("unknown", "unknown"), ("", "unknown")):
            self.assertEqual(self.results("eval", DESK, "--of", "job", "note", "note=" + given, code=3 if answer == "unknown" else 0), [answer])

    def test_at_is_what_now_is(self):
        out = self.results("eval", DESK, "--of", "job", "now - opened", "opened=2024-03-04T09:00:00+08:00", "--at", "2024-03-04T10:00:00+08:00")
        self.assertEqual(out, ["value 3600 s"])


main()
