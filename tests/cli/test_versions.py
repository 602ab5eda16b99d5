"""Versions of one policy: each record by the one in force when it is dated, through check, decide and replay."""
import csv
import io
import json

from tool import DESK, ToolTest, main

LOG = """\
id,level,firm.vip,hours,opened,answer,close
J1,high,yes,1,2024-03-04T09:00:00+08:00,2024-03-04T09:31:00+08:00,2024-03-04T10:30:00+08:00
J2,middle,,2,2024-03-04T23:59:59+08:00,,
J3,low,no,,2024-03-05T00:00:00+08:00,,2024-03-05T16:00:00+08:00
J4,high,no,5,2023-12-31T09:00:00+08:00,2024-03-04T09:20:00+08:00,none
J5,high,no,5,2024-03-05T09:00:00+08:00,2024-03-05T09:20:00+08:00,2024-03-05T10:15:00+08:00
"""


class Versions(ToolTest):
    def setUp(self):
        super().setUp()
        (self.folder / "desk").mkdir()
        self.version(3, "from 2024-01-01 to 2024-03-05", "3 workh")
        self.version(4, "from 2024-03-05", "1 workh")

    def version(self, number, effect, span, name="desk", extra=()):
        text = DESK.read_text().replace("version 3", "version %d" % number).replace("within 3 workh", "within " + span)
        text = text.replace("from 2024-01-01", effect, 1)
        for old, new in extra:
            self.assertIn(old, text)
            text = text.replace(old, new)
        return self.file("%s/v%d.policy" % (name, number), text)

    def out(self, *words, code=0):
        done = self.tool("replay", *words, "job", "--in", self.file("log.csv", LOG), "--out", "-", code=code)
        return list(csv.DictReader(io.StringIO(done.stdout)))

    def test_a_folder_is_a_set(self):
        rows = self.out(self.folder / "desk")
        self.assertEqual([(row["id"], row["version"], row["close.due_at"][:16]) for row in rows],
                         [("J1", "3", "2024-03-04T12:00"), ("J2", "3", "2024-03-05T12:00"), ("J3", "4", "2024-03-05T10:00"), ("J4", "none", ""),
                          ("J5", "4", "2024-03-05T10:00")])

    def test_files_are_a_set_in_any_order(self):
        both = [self.folder / "desk/v4.policy", self.folder / "desk/v3.policy"]
        self.assertEqual(self.out(*both), self.out(self.folder / "desk"))
        self.assertEqual(self.out(*both[::-1]), self.out(self.folder / "desk"))

    def test_one_file_judges_every_record(self):
        rows = self.out(self.folder / "desk/v4.policy")
        self.assertNotIn("version", rows[0])
        self.assertEqual(rows[0]["close.verdict"], "late")

    def test_the_set_says_what_each_file_says_of_its_own(self):
        both = {row["id"]: row for row in self.out(self.folder / "desk")}
        for number, ids in ((3, ("J1", "J2")), (4, ("J3", "J5"))):
            alone = {row["id"]: row for row in self.out(self.folder / ("desk/v%d.policy" % number))}
            for one in ids:
                self.assertEqual({key: both[one][key] for key in alone[one]}, alone[one])

    def test_the_summary_is_told_by_version(self):
        done = self.tool("replay", self.folder / "desk", "job", "--in", self.file("log.csv", LOG), code=0)
        self.assertIn("desk versions 3, 4, judged at 2024-03-05T16:00:00+08:00\n", done.stdout)
        self.assertIn("\ndesk version 3 from 2024-01-01 to 2024-03-05: 2 records\n", done.stdout)
        self.assertIn("\ndesk version 4 from 2024-03-05: 2 records\n", done.stdout)
        self.assertIn("\n  no policy in force: 1 record\n", done.stdout)
        told = json.loads(self.tool("replay", self.folder / "desk", "job", "--in", self.file("log.csv", LOG), "--json", code=0).stdout)
        self.assertEqual([(one["version"], one["records"]) for one in told["versions"]], [(3, 2), (4, 2)])
        self.assertEqual(told["no_policy_in_force"], 1)
        self.assertNotEqual(told["versions"][0]["rules"], told["versions"][1]["rules"])

    def test_decide_takes_the_version_in_force(self):
        for opened, number in (("2024-03-04T23:59:59+08:00", 3), ("2024-03-05T00:00:00+08:00", 4)):
            done = self.tool("decide", self.folder / "desk", "job", "level=high", "opened=" + opened, "--at", "2024-03-07T00:00:00+08:00", "--json", "--why", code=0)
            told = json.loads(done.stdout)
            self.assertEqual(told["version"], number)
            self.assertEqual({one["version"] for one in told["why"]}, {number})
            self.assertEqual({one["rules"] for one in told["why"]}, {told["rules"]})

    def test_decide_says_when_none_is_in_force(self):
        words = ("decide", self.folder / "desk", "job", "level=high", "opened=2023-03-04T09:00:00+08:00", "--at", "2024-03-07T00:00:00+08:00")
        self.assertEqual(self.tool(*words, code=0).stdout, "desk: no policy in force (judged at 2024-03-07T00:00:00+08:00)\n")
        self.assertEqual(json.loads(self.tool(*words, "--json", code=0).stdout)["answer"], "no policy in force")

    def test_without_a_date_the_instant_of_judgement_counts(self):
        for at, number in (("2024-02-01T00:00:00+08:00", 3), ("2024-04-01T00:00:00+08:00", 4)):
            self.assertEqual(json.loads(self.tool("decide", self.folder / "desk", "job", "level=high", "--at", at, "--json", code=0).stdout)["version"], number)

    def test_batch_has_a_column_for_the_version(self):
        done = self.tool("decide", self.folder / "desk", "job", "--batch", "--at", "2024-03-05T16:00:00+08:00", stdin=LOG, code=0)
        self.assertEqual(list(csv.DictReader(io.StringIO(done.stdout))), self.out(self.folder / "desk"))

    def test_overlap_is_refused_and_names_both(self):
        self.version(5, "from 2024-02-01", "2 workh")
        done = self.tool("replay", self.folder / "desk", "job", "--in", self.file("log.csv", LOG), code=1)
        self.assertIn("v5.policy: error[AC-1264]: the time of effect overlaps another version of this policy in the rulebook: desk version 5, version 3", done.stderr)
        self.assertIn("AC-1264", self.tool("check", self.folder / "desk", code=1).stderr)

    def test_a_gap_is_told_by_check(self):
        self.version(4, "from 2024-03-08", "1 workh")
        done = self.tool("check", self.folder / "desk", code=1)
        self.assertRegex(done.stderr, r"v4\.policy:5:\d+: error\[AC-4320\]: no version is in force between version 3 and this one: from 2024-03-05 to 2024-03-08")
        self.assertIn("2 dated versions: 1 error between them\n", done.stdout)
        self.assertEqual([row["version"] for row in self.out(self.folder / "desk")], ["3", "3", "none", "none", "none"])

    def test_neighbours_pass(self):
        self.assertIn("2 dated versions: 0 errors between them\n", self.tool("check", self.folder / "desk", code=0).stdout)

    def test_a_member_taken_out_while_a_window_counts_it(self):
        window = "  seen    = count(job in year)    per 4\n"
        at = "  vip : yes/no\n"
        self.version(3, "from 2024-01-01 to 2024-03-05", "3 workh", extra=[(at, at + window)])
        self.version(4, "from 2024-03-05", "1 workh", extra=[(at, at + window), ("low, middle, high", "middle, high"), ("  | low    | -        || unset     |\n", "")])
        done = self.tool("check", self.folder / "desk/v3.policy", self.folder / "desk/v4.policy")
        self.assertIn("error[AC-8228]: version 3 has the member \"low\" of level too: this window may meet a record that holds it", done.stderr)

    def test_other_policies_are_no_versions(self):
        other = self.file("other.policy", (self.folder / "desk/v4.policy").read_text().replace("policy     desk", "policy     bench"))
        done = self.tool("replay", self.folder / "desk/v3.policy", other, "job", "--in", self.file("log.csv", LOG), code=2)
        self.assertIn('"desk" and "bench" are no versions of one policy', done.stderr)

    def test_an_empty_folder(self):
        (self.folder / "none").mkdir()
        self.assertIn("there is no policy in this folder", self.tool("replay", self.folder / "none", "job", "--in", self.file("log.csv", LOG), code=2).stderr)

    def test_a_revision_is_told(self):
        text = (self.folder / "desk/v4.policy").read_text().replace("version 4", 'version 4 revision 2 corrects "the span of 3b"')
        told = json.loads(self.tool("replay", self.file("r.policy", text), "job", "--in", self.file("log.csv", LOG), "--json", code=0).stdout)
        self.assertEqual((told["version"], told["revision"], told["corrects"]), (4, 2, "the span of 3b"))


main()
