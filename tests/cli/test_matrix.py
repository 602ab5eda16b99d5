"""matrix: which lines carry out which article, and that no clause of the shipped rulebooks is left out."""
import csv
import io
import json
import re

from tool import DESK, POLICIES, ROOT, SHARED, ToolTest, main, skipped

CLAUSES = ROOT / "tests/data/clauses.txt"
PEOPLE = ROOT / "tests/data/clauses-people.txt"
RULEBOOKS = {"R": "road-machinery", "W": "weighing-instruments", "S": "sanitation-vehicles", "G": "service-guide"}
STATES = ("cited", "waiting", "uncoded", "no rule")

SMALL = """\
policy small version 1
rulebook R "rules"
  articles 1..6
record job per 1
  done : yes/no per 2
  number "J{seq:4}" per 3
table grade of job gives good : yes/no
  yes when done per 1, 2
  no otherwise per 2
example grade per 6
  | case | done || good |
  | A    | yes  || yes  |
uncoded
  4 "an aim"
"""


def clauses(path=CLAUSES):
    return [line for line in path.read_text().splitlines() if line and not line.startswith("#")]


def policy_of(letter):
    if letter in RULEBOOKS:
        return POLICIES / (RULEBOOKS[letter] + ".policy")
    found = sorted((POLICIES / "equipment-collection").glob(letter[1:] + "-*.policy"))
    assert len(found) == 1, letter
    return found[0]


class Matrix(ToolTest):
    def test_both_ways_with_every_state(self):
        done = self.tool("matrix", self.file("small.policy", SMALL), code=1)
        self.assertEqual(done.stdout.split(": ", 1)[1], """\
6 articles; 2 cited, 1 waiting, 1 uncoded, 2 without a rule

article  state    line  block          note             source
1        cited    4     record job                      record job per 1
                  8     table grade                     yes when done per 1, 2
2        cited    5     record job                      done : yes/no per 2
                  8     table grade                     yes when done per 1, 2
                  9     table grade                     no otherwise per 2
3        waiting  6     record job     stage 4: number  number "J{seq:4}" per 3
4        uncoded                       an aim
5        no rule
6        no rule  10    example grade                   example grade per 6

line  block          articles  source
4     record job     1         record job per 1
5     record job     2         done : yes/no per 2
6     record job     3         number "J{seq:4}" per 3
8     table grade    1, 2      yes when done per 1, 2
9     table grade    2         no otherwise per 2
10    example grade  6         example grade per 6
""")

    def test_a_rulebook_without_a_hole_ends_well(self):
        done = self.tool("matrix", DESK, code=0)
        self.assertRegex(done.stdout.splitlines()[0], r"desk\.policy: \d+ articles; \d+ cited, 0 waiting, 0 uncoded, 0 without a rule$")

    def test_chinese_heads_keep_their_columns(self):
        lines = self.results("matrix", self.file("small.policy", SMALL), "--lang", "zh", code=1)
        self.assertTrue(lines[0].endswith("small.policy：6 条；已引用 2，待实现 1，不编码 1，无规则 2"), lines[0])
        self.assertEqual(lines[2], "条款  状态    行  所在           说明             原文")
        self.assertEqual(lines[3], "1     已引用  4   record job                      record job per 1")

    def test_json_and_csv_tell_the_same(self):
        small = self.file("small.policy", SMALL)
        objects = [json.loads(line) for line in self.results("matrix", small, "--json", code=1)]
        self.assertEqual({k: objects[0][k] for k in ("articles", "cited", "waiting", "uncoded", "no_rule")},
                         {"articles": 6, "cited": 2, "waiting": 1, "uncoded": 1, "no_rule": 2})
        rows = list(csv.DictReader(io.StringIO(self.tool("matrix", small, "--csv", code=1).stdout)))
        self.assertEqual(rows, [o for o in objects[1:] if "article" in o])
        self.assertEqual([r["article"] for r in rows], ["1", "1", "2", "2", "2", "3", "4", "5", "6"])
        self.assertTrue(all(o["articles"] for o in objects[1:] if "articles" in o))

    def test_several_policies_stand_one_after_the_other(self):
        done = self.tool("matrix", DESK, self.file("small.policy", SMALL), code=1)
        self.assertEqual(len(re.findall(r"(?m)^.+: \d+ articles; ", done.stdout)), 2)
        self.tool("matrix", DESK, self.folder / "missing.policy", code=2)
        self.tool("matrix", code=2)

    def test_every_clause_is_cited_uncoded_or_waiting(self):
        shared = SHARED / "requirements/clauses.md"
        ids = clauses()
        self.assertGreater(len(ids), 600)
        if shared.exists():
            self.assertEqual(ids, re.findall(r"(?m)^\| *([RWSGE]\d*-[^ |]+) *\|", shared.read_text()))
        else:
            skipped("the inventory of clauses is not at hand; its list in tests/data is taken as it is")
        stands = {}
        for letter in sorted({clause.split("-")[0] for clause in ids}):
            for row in csv.DictReader(io.StringIO(self.tool("matrix", policy_of(letter), "--csv", code=0).stdout)):
                stands.setdefault("%s-%s" % (letter, row["article"]), row)
        self.assertEqual([clause for clause in ids if clause not in stands], [])
        for clause in ids:
            row = stands[clause]
            self.assertIn(row["state"], STATES[:3], clause)
            if row["state"] == "waiting":
                self.assertRegex(row["note"], r"^stage [234]: \S", clause)
            if row["state"] == "uncoded":
                self.assertTrue(row["note"], clause)
            if row["state"] == "cited":
                self.assertTrue(int(row["line"]) > 0 and row["source"], clause)

    def test_what_concerns_people_is_cited_by_rules(self):
        ids = clauses(PEOPLE)
        self.assertEqual(len(ids), 60)
        self.assertEqual([clause for clause in ids if clause not in clauses()], [])
        rows = list(csv.DictReader(io.StringIO(self.tool("matrix", policy_of("R"), "--csv", code=0).stdout)))
        cited = {"R-" + row["article"] for row in rows if row["state"] == "cited" and not row["block"].startswith("example")}
        self.assertEqual([clause for clause in ids if clause not in cited], [])
        shared = SHARED / "requirements/clauses.md"
        if shared.exists():
            found = re.findall(r"(?m)^\| *(R-[^ |]+) *\|[^|]*\|[^|]*\|[^|]*(?:grade-evaluation|penalty|reward)[^|]*\|", shared.read_text())
            self.assertEqual(ids, found)


if __name__ == "__main__":
    main()
