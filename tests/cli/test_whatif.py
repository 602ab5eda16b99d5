"""replay --against: the same log under two versions, checked against two separate replays."""
import csv
import gzip
import io
import json
import re
import unittest

from tool import DESK, POLICIES, ROOT, SHARED, ToolTest, main, skipped
import canonical
from test_replay import EVENTS, LOG


class WhatIf(ToolTest):
    def setUp(self):
        super().setUp()
        self.new = self.file("new.policy", DESK.read_text().replace("version 3", "version 4").replace("within 3 workh", "within 1 workh"))
        self.log = self.file("log.csv", LOG)
        self.events = self.file("events.csv", EVENTS)

    def compare(self, *words, old=DESK, new=None, events=True, code=0):
        words += ("--events", self.events) if events else ()
        return self.tool("replay", old, "job", "--against", new or self.new, "--in", self.log, *words, code=code)

    def test_the_text(self):
        self.assertEqual(self.compare().stdout, (ROOT / "tests/cli/whatif.txt").read_text())

    def test_the_same_policy_changes_nothing(self):
        told = json.loads(self.compare("--json", new=DESK).stdout)
        self.assertEqual((told["records"], told["changed"], told["changes"], told["biggest"]), (4, 0, [], []))

    def test_json_holds_the_same_numbers(self):
        told = json.loads(self.compare("--json").stdout)
        self.assertEqual((told["records"], told["changed"], told["decisions_changed"]), (4, 3, 3))
        self.assertEqual(told["limits"]["close"], {"old": {"met": 1, "late": 2, "other": 1, "overrun_s": 21600},
                                                   "new": {"met": 1, "late": 2, "other": 1, "overrun_s": 36000}, "met_to_late": 0, "late_to_met": 0})
        self.assertEqual({(one["old"]["line"], one["new"]["line"], one["old"]["article"], one["new"]["article"]) for one in told["changes"]}, {(39, 39, "3b", "3b")})
        self.assertEqual([(one["version"], one["rules"] != "") for one in told["old"] + told["new"]], [(3, True), (4, True)])

    def test_a_limit_tells_the_dues_of_its_first_record(self):
        at = "2024-03-04T%s:00+08:00"
        told = {one["first"]: (one["records"], one["old"]["verdict"], one["old"]["due_at"], one["new"]["verdict"], one["new"]["due_at"]) for one in json.loads(self.compare("--json").stdout)["changes"]}
        self.assertEqual(told, {"J1": (1, "met", at % "13:02", "met", at % "10:02"), "J2": (2, "late", at % "12:00", "late", at % "10:00")})
        page = self.folder / "page.html"
        self.compare("--html", page)
        self.assertRegex(page.read_text(), r"<td>met, line 39 · 3b<div>due %s</div></td><td>met, line 39 · 3b<div>due %s · J1</div></td>" % (re.escape(at % "13:02"), re.escape(at % "10:02")))
        self.assertIn("<div>到期 %s · J2 …</div></td>" % (at % "10:00"), (self.compare("--html", page, "--lang", "zh"), page.read_text())[1])

    def test_dues_that_stay_tell_the_overruns(self):
        self.log = self.file("log.csv", "id,level,opened,answer,close\nJ1,high,2024-03-04T09:00:00+08:00,,2024-03-04T16:00:00+08:00\n")
        new = self.file("weekly.policy", DESK.read_text().replace("version 3", "version 6").replace("13:00..18:00", "13:00..14:00"))
        out = self.compare(new=new, events=False).stdout
        self.assertRegex(out, r"(?m)^ +1  close +late, line 39 per 3b +->  late, line 39 per 3b\n +late by 3 h +->  late by 1 h, J1$")
        (change,) = [one for one in json.loads(self.compare("--json", new=new, events=False).stdout)["changes"] if one["name"] == "close"]
        self.assertEqual((change["old"]["late_by_s"], change["new"]["late_by_s"], "due_at" in change["old"]), (10800, 3600, False))

    def test_out_holds_what_two_replays_hold(self):
        both = list(csv.DictReader(io.StringIO(self.compare("--out", "-").stdout)))
        for side, policy in (("old", DESK), ("new", self.new)):
            alone = self.tool("replay", policy, "job", "--in", self.log, "--events", self.events, "--out", "-", code=0).stdout
            for row, one in zip(both, csv.DictReader(io.StringIO(alone)), strict=True):
                self.assertEqual({key: row[key if key == "id" else "%s.%s" % (key, side)] for key in one}, one)
        for row in both:
            self.assertEqual(row["changed"], "yes" if any(row[key] != row[key[:-4] + ".new"] for key in row if key.endswith(".old") and key != "version.old") else "no")

    def test_values_are_told_by_row_and_article(self):
        text = DESK.read_text()
        new = self.file("rows.policy", text.replace("version 3", "version 5").replace("30 min", "20 min", 1))
        told = json.loads(self.compare("--json", new=new).stdout)
        change = next(one for one in told["changes"] if one["name"] == "respond")
        self.assertEqual((change["old"]["value"], change["new"]["value"], change["old"]["line"]), ("1800 s", "1200 s", change["new"]["line"]))

    def test_a_rule_only_one_side_has(self):
        new = self.file("less.policy", DESK.read_text().replace("  close   : moment within 3 workh after opened on office  per 3b\n    paused while waiting\n",
                                                               "  close   : moment    per 3b\n"))
        told = json.loads(self.compare("--json", new=new).stdout)
        self.assertEqual({one["name"] for one in told["changes"]}, {"close"})
        self.assertEqual({json.dumps(one["new"]) for one in told["changes"]}, {"{}"})
        self.assertIn("(no such rule)", self.compare(new=new).stdout)

    def test_against_a_folder_of_versions(self):
        (self.folder / "set").mkdir()
        for number, effect in ((1, "from 2024-01-01 to 2024-03-04"), (2, "from 2024-03-05")):
            self.file("set/v%d.policy" % number, DESK.read_text().replace("version 3", "version %d" % number).replace("from 2024-01-01", effect, 1))
        told = json.loads(self.compare("--json", new=self.folder / "set").stdout)
        self.assertEqual((told["records"], told["changed"], told["one_side_only"]), (4, 4, 4))

    def test_policies_that_do_not_fit(self):
        text = DESK.read_text()
        without = self.file("without.policy", text.replace("  note    : text\n", "").replace("  hours   : number\n", "  hours   : number\n  mark : text\n"))
        log = self.file("notes.csv", "id,note\nJ1,x\n")
        done = self.tool("replay", DESK, "job", "--against", without, "--in", log, code=1)
        self.assertRegex(done.stderr, r"notes\.csv:1:4: error\[AC-\d+\].*\n +hint: job has: .*\n +in desk version 3")
        other = self.file("other.policy", text.replace("record job", "record order").replace("of job", "of order"))
        done = self.tool("replay", DESK, "job", "--against", other, "--in", self.log, code=2)
        self.assertIn('other.policy has no record "job"', done.stderr)
        self.assertEqual(self.tool("replay", DESK, "job", "--against", "no-such.policy", "--in", self.log, code=2).stdout, "")
        broken = self.file("broken.policy", "policy desk version\n")
        self.assertIn("broken.policy:1:", self.tool("replay", DESK, "job", "--against", broken, "--in", self.log, code=1).stderr)

    def test_a_row_that_one_side_refuses_is_left_out_of_both(self):
        new = self.file("fewer.policy", DESK.read_text().replace("low, middle, high", "middle, high").replace("  | low    | -        || unset     |\n", ""))
        done = self.compare("--json", new=new, code=1)
        told = json.loads(done.stdout)
        self.assertEqual((told["records"], told["left_out"]), (3, 1))
        self.assertIn("1 of 4 rows", done.stderr)


class Incidents(ToolTest):
    """The real log with a span changed: the differences are those of two replays."""

    def check_log(self, source):
        old = POLICIES / "incident-desk.policy"
        text = old.read_text()
        log, events, made = canonical.incidents(source, self.folder)
        self.assertIn("|| 62 workh ", text)
        new = self.file("changed.policy", text.replace("|| 62 workh ", "|| 31 workh ", 1))
        words = ("incident", "--in", log, "--events", events)
        rows = {}
        for side, policy in (("old", old), ("new", new)):
            out = self.folder / (side + ".csv")
            self.tool("replay", policy, *words, "--out", out, code=0)
            with open(out, newline="") as opened:
                rows[side] = list(csv.DictReader(opened))
        told = json.loads(self.tool("replay", old, *words, "--against", new, "--json", code=0).stdout)
        self.assertEqual(told["records"], len(rows["old"]))
        names = [key[:-len(".verdict")] for key in rows["old"][0] if key.endswith(".verdict")]
        changed = sum(any(a[key] != b[key] for key in a if not key.endswith(".article")) for a, b in zip(rows["old"], rows["new"], strict=True))
        self.assertEqual(told["changed"], changed)
        self.assertGreater(changed, 0)
        for name in names:
            limit = told["limits"][name]
            pairs = [(a[name + ".verdict"], b[name + ".verdict"]) for a, b in zip(rows["old"], rows["new"], strict=True)]
            self.assertEqual(limit["met_to_late"], pairs.count(("met", "late")))
            self.assertEqual(limit["late_to_met"], pairs.count(("late", "met")))
            for side in ("old", "new"):
                self.assertEqual(limit[side]["overrun_s"], sum(int(row[name + ".late_by_s"] or 0) for row in rows[side]))
                self.assertEqual(limit[side]["met"], sum(row[name + ".verdict"] == "met" for row in rows[side]))

    def test_sample(self):
        self.check_log(ROOT / "examples/data/incidents-uci498.csv")

    def test_whole_log(self):
        log = SHARED / "data/incidents-uci498/incident_event_log.dev.csv.gz"
        if not log.exists():
            skipped("the shared folder has no " + log.name)
            raise unittest.SkipTest("no " + log.name)
        self.check_log(self.file("log.csv", gzip.decompress(log.read_bytes())))


if __name__ == "__main__":
    main()
