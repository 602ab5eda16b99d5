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

    def test_people_read_chinese_and_programs_english(self):
        out = self.grades(ROWS, "--lang", "zh").stdout
        for word in ("jobs >= 3: 2，要求 3 (5)", "：未知 can_read_plans (4)", "未决", "授予"):
            self.assertIn(word, out)
        self.assertNotRegex(out, "wanted|unknown|undecided|granted")
        self.assertEqual(self.grades(ROWS, "--csv", "--lang", "zh").stdout, self.grades(ROWS, "--csv").stdout)

    def test_an_id_stands_for_one_person(self):
        lines = ROWS.splitlines(keepends=True)
        done = self.grades(ROWS + lines[1] + lines[3].replace("E3", "E4"), "--csv", code=1)
        self.assertEqual([row["id"] for row in csv.DictReader(io.StringIO(done.stdout))], ["E1", "E2", "E3"])
        self.assertIn("people.csv:6:1: error[AC-9803]: this record was given before: E1\n", done.stderr)
        for line in (5, 7):
            self.assertIn("people.csv:%d:1: error[AC-9803]: other rows say something else of this record: E4\n" % line, done.stderr)

    def test_why_tells_of_every_higher_rung(self):
        rows = [row for row in self.rows("--why") if row["id"] == "E1"]
        self.assertEqual([row["next"] for row in rows], ["senior", "expert", "chief"])
        self.assertIn("satisfaction >= 98 %: 96.4 %, wanted 98 % (6)", rows[1]["lacks"])
        self.assertIn("not configured most_returns", rows[2]["lacks"])

    def test_a_rate_with_nothing_to_divide_by_is_not_met_and_an_empty_one_not_known(self):
        told = self.grades("id,satisfaction,can_read_plans\nN1,0/0,yes\nN2,5/0,yes\nN3,,yes\n", "--csv").stdout
        self.assertEqual([(row["id"], row["grade"]) for row in csv.DictReader(io.StringIO(told))],
                         [("N1", "none-yet"), ("N2", "none-yet"), ("N3", "undecided")])
        for column, cell in (("hours", "0/0"), ("jobs", "0/0"), ("satisfaction", "0/0x"), ("satisfaction", "/0"), ("satisfaction", "0/")):
            done = self.grades("id,%s\nN1,%s\n" % (column, cell), code=1)
            self.assertIn("people.csv:2:4: error[AC-", done.stderr)

    def test_decide_tells_the_grade_too(self):
        facts = ("satisfaction=0.9", "can_read_plans=yes", "jobs=2")
        out = self.tool("decide", RULES, "engineer", *facts, "--only", "grade", *AT, code=0).stdout
        self.assertIn("\n  grade  junior  per 3\n", out)
        self.assertIn("grade", self.tool("decide", RULES, "engineer", *facts, *AT, code=0).stdout)
        told = json.loads(self.tool("decide", RULES, "engineer", *facts, "--json", *AT, code=0).stdout)
        self.assertEqual(told["values"]["grade"]["value"], "junior")
        out = self.tool("decide", RULES, "engineer", "--batch", *AT, stdin="id,satisfaction,can_read_plans,jobs\nE1,0.9,yes,2\n", code=0).stdout
        self.assertEqual(list(csv.DictReader(io.StringIO(out)))[0]["grade"], "junior")
        self.assertIn("grade", self.tool("decide", RULES, "engineer", *facts, "--why", "--only", "grade", *AT, code=0).stdout)

    def test_json_says_the_same(self):
        told = [json.loads(line) for line in self.grades(ROWS, "--json").stdout.splitlines()]
        self.assertEqual([row["grade"] for row in told], ["junior", "undecided", "junior", "senior"])
        self.assertEqual(told[0]["lacks"][:2], ["jobs >= 3: 2, wanted 3 (5)", "hours >= 100: 90, wanted 100 (5)"])
        self.assertEqual(told[1]["lacks"], ["confirm can_read_plans by master: unknown can_read_plans (4)"])

    def test_a_share_that_falls_short_is_told_in_per_cent_and_with_its_counts(self):
        self.file("job.csv", "id,worker,done,satisfied\n" + "".join("J%d,%s,2024-02-01T08:00:00+08:00,%s\n" % (n, who, satisfied) for n, who, satisfied in
                  [(n, "E1", "no" if n < 9 else "yes") for n in range(250)] + [(300, "E2", "yes"), (301, "E2", "yes"), (302, "E2", "no")]))
        told = self.grades("id,hours,trade,can_read_plans,head-signature\nE1,500,pumps,yes,yes\nE2,500,pumps,yes,yes\n", "--json",
                           "--with", self.folder / "job.csv").stdout.splitlines()
        self.assertIn("satisfaction >= 98 %: 96.4 % = 241 of 250, wanted 98 % (6)", json.loads(told[0])["lacks"])
        self.assertIn("satisfaction >= 80 %: 66.66 % = 2 of 3, wanted 80 % (4)", json.loads(told[1])["lacks"])
        told = self.grades("id,satisfaction,can_read_plans\nE1,2/3,yes\n", "--json").stdout
        self.assertIn("satisfaction >= 80 %: 66.66 % = 2/3, wanted 80 % (4)", json.loads(told)["lacks"])

    def test_bad_rows_are_told_and_the_others_graded(self):
        done = self.grades(ROWS + "E5,many,2,90,motors,yes,,\nE6,1,3\n", "--csv", code=1)
        self.assertEqual(len(done.stdout.splitlines()), 5)
        self.assertIn("people.csv:6:4: error[AC-", done.stderr)
        self.assertIn("people.csv:7:", done.stderr)
        self.assertIn("2 of 6 rows left out", done.stderr)

    def test_an_unknown_column_is_told_with_all_that_may_be_given(self):
        hint = self.grades("id,salary\nE1,1\n", code=1).stderr.splitlines()[1]
        for name in ("satisfaction", "jobs", "hours", "can_read_plans", "head-signature", "confirmed"):
            self.assertIn(name, hint)
        self.assertNotIn("grade", hint)

    def test_a_number_that_is_too_long_is_a_number(self):
        for cell in ("1e", "x"):
            self.assertIn("this is not a number", self.grades("id,hours\nE1,%s\n" % cell, code=1).stderr)
        for cell in ("99999999999999999999", "0.12345678901234567890123"):
            told = self.grades("id,hours\nE1,%s\n" % cell, code=1).stderr
            self.assertIn("out of the range of its type", told)
            self.assertIn("hint: ", told)

    def test_what_is_no_ladder_is_refused(self):
        done = self.tool("evaluate", RULES, "grades", "--in", self.file("people.csv", ROWS), code=2)
        self.assertIn('has no ladder "grades"\n    hint: it has grade\n', done.stderr)


if __name__ == "__main__":
    main()
