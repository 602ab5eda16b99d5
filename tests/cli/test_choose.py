"""choose: candidates from a file, in the order in which they go."""
import json

from tool import ToolTest, main

SMALL = """\
policy 小队 version 1
timezone +08:00
rulebook R "rules"
  articles 1..4
record 客户 is customer per 1
  省内 : yes/no
record 工单 is ticket of 客户 dated 受理 per 1
  受理 : moment
  机型 : text
  承修 : 技师
record 技师 is engineer per 1
  姓名 : text
  会修 : text
  在手 = count(工单)
choose 技师 for 工单 per 2
  needs 会修 = 机型 per 3
  needs 省内
  least 在手 per 4
"""
CREW = "id,会修,在手\nE3,泵,2\nE1,泵,2\nE2,泵,1\nE4,吊机,0\nE5,,0\nE6,泵,\n"
AT = ("--at", "2026-07-01T00:00:00+08:00")


class Choose(ToolTest):
    def choose(self, *more, crew=CREW, code=0):
        return self.tool("choose", self.file("small.policy", SMALL), "技师", "工单", "--in", self.file("crew.csv", crew), *AT, *more, code=code)

    def test_ranked_then_rejected_with_line_and_article(self):
        self.assertEqual(self.choose("机型=泵", "客户.省内=yes").stdout, """\
rank  id  rejected                                  per  line
1     E2
2     E1
3     E3
-     E4  会修 = 机型 does not hold                 3    16
-     E5  会修 = 机型 cannot be told: missing 会修  3    16
-     E6  在手 cannot be told: missing count(工单)  4    18
""")

    def test_json_has_a_row_for_each(self):
        rows = [json.loads(line) for line in self.choose("机型=泵", "客户.省内=yes", "--json").stdout.splitlines()]
        self.assertEqual([(r["rank"], r["id"]) for r in rows], [("1", "E2"), ("2", "E1"), ("3", "E3"), ("-", "E4"), ("-", "E5"), ("-", "E6")])

    def test_without_candidates_nobody_goes(self):
        for more in ((), ("--why",)):
            self.assertIn("crew.csv has no candidates\n", self.choose("机型=泵", *more, crew="id,会修\n", code=1).stderr)

    def test_an_id_stands_for_one_candidate(self):
        done = self.choose("机型=泵", "客户.省内=yes", crew=CREW + "E2,泵,1\nE1,泵,0\n", code=1)
        self.assertEqual([line.split()[1] for line in done.stdout.splitlines()[1:]], ["E2", "E3", "E4", "E5", "E6"])
        self.assertEqual([line.split("crew.csv:")[1] for line in done.stderr.splitlines() if "error[" in line],
                         ["3:1: error[AC-9803]: other rows say something else of this record: E1", "8:1: error[AC-9803]: this record was given before: E2",
                          "9:1: error[AC-9803]: other rows say something else of this record: E1"])
        self.assertIn("3 of 8 rows left out\n", done.stderr)

    def test_nobody_may_go(self):
        done = self.choose("机型=泵", "客户.省内=no", code=1)
        self.assertEqual(done.stdout.count("does not hold"), 5, done.stdout)
        self.assertEqual(self.choose("机型=泵", crew="id,会修\n", code=1).stdout, "")

    def test_why_in_chinese(self):
        out = self.choose("机型=泵", "客户.省内=yes", "--why", "--lang", "zh").stdout
        self.assertRegex(out.splitlines()[0], r"^技师（工单）截至 2026-07-01T00:00:00\+08:00$")
        self.assertIn("  次序        1. E2\n                 在手 = 1（第 18 行，依据 4）\n", out)
        self.assertIn("  落选        E4：会修 = 机型 不成立（第 16 行，依据 3）\n", out)
        whole = json.loads(self.choose("机型=泵", "客户.省内=yes", "--why", "--json").stdout)
        self.assertEqual(whole["decision"], "rank")

    def test_rows_without_an_id_go_by_their_number(self):
        self.assertIn("\n2     1\n", self.choose("机型=泵", "客户.省内=yes", crew="会修,在手\n泵,2\n泵,1\n").stdout)

    def test_bad_rows_are_left_out_and_told(self):
        done = self.choose("机型=泵", "客户.省内=yes", crew="id,会修,在手\nE1,泵,x\nE2,泵,1\n", code=1)
        self.assertIn("1 of 2 rows left out", done.stderr)
        self.assertIn("1     E2", done.stdout)

    def test_what_is_not_there_is_told_with_a_way_out(self):
        small, crew = self.file("small.policy", SMALL), self.file("crew.csv", CREW)
        done = self.tool("choose", small, "工单", "技师", "--in", crew, code=2)
        self.assertIn("hint: it has 技师 for 工单", done.stderr)
        self.assertIn('no record "车"', self.tool("choose", small, "车", "工单", "--in", crew, code=2).stderr)
        self.assertIn("--in CSV", self.tool("choose", small, "技师", "工单", code=2).stderr)
        self.choose("机型=泵", "没有=1", code=1)
        self.tool("choose", small, "技师", "工单", "--in", self.folder / "none.csv", code=2)


if __name__ == "__main__":
    main()
