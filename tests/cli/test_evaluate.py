"""evaluate: grades earned, and what the next ones lack."""
import csv
import io
import json

from tool import ROOT, ToolTest, main

RULES = ROOT / "tests/data/rules/ladder.policy"
AT = ("--at", "2024-06-01T12:00:00+08:00")
ROWS = """\
id,satisfaction,jobs,hours,trade,can_read_plans,head-signature,confirmed
E1,241/250,2,90,motors,yes,,
E2,1,3,500,pumps,,yes,
E3,1/2,9,,,no,,2024-05-01T08:00:00+08:00
E4,95 %,3,,pumps,yes,yes,
"""


class Evaluate(ToolTest):
    def grades(self, rows, *args, code=0):
        return self.tool("evaluate", RULES, "grade", "--in", self.file("people.csv", rows), *AT, *args, code=code)

    def rows(self, *args):
        return list(csv.DictReader(io.StringIO(self.grades(ROWS, "--csv", *args).stdout)))

    def test_every_record_has_its_rung_and_what_the_next_one_lacks(self):
        rows = self.rows()
        self.assertEqual([(row["id"], row["grade"], row["at least"], row["at most"], row["by"], row["next"]) for row in rows],
                         [("E1", "junior", "junior", "junior", "", "senior"), ("E2", "undecided", "none-yet", "senior", "", "junior"),
                          ("E3", "junior", "junior", "junior", "granted", "senior"), ("E4", "senior", "senior", "senior", "", "expert")])
        self.assertEqual(rows[0]["lacks"], "jobs >= 3: 2, wanted 3 (5); hours >= 100: 90, wanted 100 (5); signed head: unknown head-signature (5)")
        self.assertEqual(rows[1]["lacks"], "confirm can_read_plans by master: unknown can_read_plans (4)")

    def test_why_tells_of_every_higher_rung(self):
        rows = [row for row in self.rows("--why") if row["id"] == "E1"]
        self.assertEqual([row["next"] for row in rows], ["senior", "expert", "chief"])
        self.assertIn("satisfaction >= 98 %: 0.964, wanted 0.98 (6)", rows[1]["lacks"])
        self.assertIn("not configured most_returns", rows[2]["lacks"])

    def test_json_says_the_same(self):
        told = [json.loads(line) for line in self.grades(ROWS, "--json").stdout.splitlines()]
        self.assertEqual([row["grade"] for row in told], ["junior", "undecided", "junior", "senior"])

    def test_bad_rows_are_told_and_the_others_graded(self):
        done = self.grades(ROWS + "E5,many,2,90,motors,yes,,\nE6,1,3\n", "--csv", code=1)
        self.assertEqual(len(done.stdout.splitlines()), 5)
        self.assertIn("people.csv:6:4: error[AC-", done.stderr)
        self.assertIn("people.csv:7:", done.stderr)
        self.assertIn("2 of 6 rows left out", done.stderr)

    def test_what_is_no_ladder_is_refused(self):
        done = self.tool("evaluate", RULES, "grades", "--in", self.file("people.csv", ROWS), code=2)
        self.assertIn('has no ladder "grades"\n    hint: it has grade\n', done.stderr)


if __name__ == "__main__":
    main()
