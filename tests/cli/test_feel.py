"""eval --batch against tests/data/rules/feel.txt: FEEL's answers, worked out by hand."""
import re

from tool import ROOT, ToolTest, main

CASES = ROOT / "tests/data/rules/feel.txt"
POLICY = ROOT / "tests/data/rules/feel.policy"
AT = "2026-07-01T09:00:00+08:00"


def cases():
    for number, line in enumerate(CASES.read_text(encoding="utf-8").splitlines(), 1):
        if line and not line.startswith("#"):
            left, answer = line.rsplit(" => ", 1)
            expression, _, facts = left.partition(" | ")
            yield number, expression, [fact.strip() for fact in facts.split(";") if fact], answer


def code_of(answer):
    return {"value": 0, "none": 0, "error": 1}.get(answer.split()[0], 3)


class Feel(ToolTest):
    def test_every_case_gives_its_line(self):
        found = list(cases())
        self.assertGreaterEqual(len(found), 1000)
        out = self.results("eval", POLICY, "--of", "case", "--batch", "--at", AT, stdin="\n".join("\t".join([case[1]] + case[2]) for case in found))
        self.assertEqual(len(out), len(found))
        wrong = []
        for (number, expression, facts, answer), line in zip(found, out):
            if answer.startswith("error"):
                if not re.match(answer + " \\S", line):
                    wrong.append("feel.txt:%d: %s %s: %s instead of %s" % (number, expression, facts, line, answer))
            elif line != answer:
                wrong.append("feel.txt:%d: %s %s: %s instead of %s" % (number, expression, facts, line, answer))
        self.assertEqual(wrong, [], "\n".join(wrong))

    def test_single_runs_give_the_same_line_and_the_exit_code(self):
        for number, expression, facts, answer in list(cases())[::25]:
            with self.subTest(number):
                out = self.tool("eval", POLICY, "--of", "case", "--at", AT, "--", expression, *facts, code=code_of(answer)).stdout
                self.assertEqual(out.count("\n"), 1)
                self.assertTrue(out.startswith(answer), out)


main()
