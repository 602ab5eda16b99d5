"""replay: a whole log, with its history; and the golden histories, byte for byte what the library's own tests hold."""
import csv
import json

from tool import DESK, POLICIES, ROOT, ToolTest, main, run, LOGS
import canonical

LOG = """\
id,level,firm.vip,hours,opened,answer,close
J1,high,yes,1,2024-03-04T09:00:00+08:00,2024-03-04T09:31:00+08:00,2024-03-04T10:00:00+08:00
J2,middle,,2,2024-03-04T09:00:00+08:00,,
J3,low,no,,2024-03-04T09:00:00+08:00,,2024-03-04T16:00:00+08:00
J4,high,no,5,2024-03-04T09:00:00+08:00,2024-03-04T09:20:00+08:00,none
"""
EVENTS = """\
id,at,field,value
J4,2024-03-04T09:10:00+08:00,waiting,yes
J1,2024-03-04T09:10:00+08:00,waiting,yes
J1,2024-03-04T09:12:00+08:00,waiting,no
"""
HEADER = ["id", "pay", "respond"] + [limit + part for limit in ("answer", "close", "callback-done") for part in (".due_at", ".verdict", ".late_by_s", ".article")]


class Replay(ToolTest):
    def replay(self, *words, log=LOG, events=EVENTS, code=0):
        self.out = self.folder / "out.csv"
        words += ("--events", self.file("events.csv", events)) if events else ()
        done = self.tool("replay", DESK, "job", "--in", self.file("log.csv", log), "--out", self.out, *words, code=code)
        with open(self.out, newline="") as rows:
            self.rows = list(csv.reader(rows))
        return done

    def test_the_columns_and_rows(self):
        self.replay()
        self.assertEqual(self.rows[0], HEADER)
        at = "2024-03-04T%s:00+08:00"
        self.assertEqual(self.rows[1:], [
            ["J1", "2/3", "1800 s", at % "09:32", "met", "0", "3a", at % "13:02", "met", "0", "3b", "", "unset", "", "5"],
            ["J2", "4/3", "", "", "undecided", "", "3a", at % "12:00", "late", "10800", "3b", "", "unset", "", "5"],
            ["J3", "", "unset", "", "unset", "", "3d", at % "12:00", "late", "10800", "3b", "", "unset", "", "5"],
            ["J4", "10/3", "1800 s", at % "09:40", "met", "0", "3a", "", "open", "", "3b", "", "none", "", "3c"]])

    def test_without_the_history_the_clock_runs_on(self):
        self.replay(events=None)
        self.assertEqual(self.rows[1][3:6], ["2024-03-04T09:30:00+08:00", "late", "60"])

    def test_at_defaults_to_the_latest_instant_of_the_input(self):
        self.assertIn("desk version 3, judged at 2024-03-04T16:00:00+08:00: 4 records\n", self.replay().stdout)
        later = EVENTS + "J1,2024-03-09T09:10:00+08:00,waiting,no\n"
        self.assertIn("judged at 2024-03-09T09:10:00+08:00", self.replay(events=later).stdout)
        self.assertIn("judged at 2024-05-01T00:00:00+08:00", self.replay("--at", "2024-04-30T16:00:00Z").stdout)

    def test_the_summary_tells_verdicts_overruns_and_what_is_missing(self):
        out = self.replay().stdout
        self.assertRegex(out, r"(?m)^  respond\n    1800 s +2\n    unknown +1\n    unset +1$")
        self.assertRegex(out, r"(?m)^  answer +met +undecided +unset\n    all +2 +1 +1$")
        self.assertRegex(out, r"(?m)^  close +open +met +late\n    all +1 +1 +2$")
        self.assertRegex(out, r"(?m)^    J2 +close +3 h +due 2024-03-04T12:00:00\+08:00$")
        self.assertRegex(out, r"(?m)^  records with something undecided: 2\n    firm\.vip is missing in 2 decisions\n    hours is missing in 1 decision$")

    def test_json_holds_the_same_numbers(self):
        told = json.loads(self.replay("--json").stdout)
        self.assertEqual((told["policy"], told["version"], told["at"], told["records"]), ("desk", 3, "2024-03-04T16:00:00+08:00", 4))
        self.assertEqual(told["limits"]["close"], {"all": {"open": 1, "met": 1, "late": 2}})
        self.assertEqual(told["missing"], {"firm.vip": 2, "hours": 1})
        self.assertEqual(told["undecided"], 2)
        self.assertEqual([(one["id"], one["late_by_s"]) for one in told["worst"]], [("J2", 10800), ("J3", 10800)])

    def test_verdicts_are_grouped_by_the_grade(self):
        policy = self.file("graded.policy", DESK.read_text().replace("record firm", "enum rank = first, second\n\nrecord firm", 1).replace(
            "example respond-times", "table ranks of job gives rank : rank unique    per 2\n  | level  || rank   |\n  | high   || first  |\n  | middle || second |\n"
            "  | low    || second |\n\nexample respond-times", 1))
        out = self.tool("replay", policy, "job", "--in", self.file("log.csv", LOG), code=0).stdout
        self.assertRegex(out, r"(?m)^  close +met +late\n    first +1 +1\n    second +0 +2$")

    def test_the_order_of_events_between_records_does_not_matter(self):
        self.replay()
        rows = self.rows
        head, *lines = EVENTS.splitlines()
        self.replay(events="\n".join([head, lines[1], lines[2], lines[0]]) + "\n")
        self.assertEqual(self.rows, rows)

    def test_out_to_standard_output_leaves_no_summary(self):
        done = self.tool("replay", DESK, "job", "--in", self.file("log.csv", LOG), "--out", "-", code=0)
        self.assertEqual(done.stdout.splitlines()[0].split(","), HEADER)
        self.assertEqual(len(done.stdout.splitlines()), 5)

    def test_out_that_cannot_be_written(self):
        log = self.file("log.csv", LOG)
        for out in (self.folder, self.folder / "no/such/folder.csv", "/dev/full"):
            self.assertIn(str(out), self.tool("replay", DESK, "job", "--in", log, "--out", out, code=2).stderr)

    def test_an_empty_log_is_a_log(self):
        out = self.replay(log="id,level\n", events=None).stdout
        self.assertIn("0 records", out)
        self.assertEqual(self.rows, [HEADER])


class Golden(ToolTest):
    def test_golden_histories_byte_for_byte(self):
        folder = ROOT / "tests/data/golden"
        sets = [dict(line.split(":", 1) for line in block.splitlines() if line and line[0] != "#")
                for block in (folder / "cases.txt").read_text().strip().split("\n\n")]
        records = 0
        for one in sets:
            name, record, at = (one[key].strip() for key in ("name", "record", "at"))
            out = self.folder / (name + ".csv")
            self.tool("replay", folder / (name + ".policy"), record, "--in", folder / (name + ".records.csv"), "--events", folder / (name + ".events.csv"),
                      "--at", at, "--out", out, code=0)
            self.assertEqual(out.read_bytes().decode(), (folder / (name + ".expected.csv")).read_bytes().decode())
            records += out.read_text().count("\n") - 1
        self.assertGreaterEqual(records, 12)


class Samples(ToolTest):
    """The samples of the public logs as canonical CSV: the tool must find what the adapters find in the logs' own format."""

    def test_incidents(self):
        log, events, made = canonical.incidents(ROOT / "examples/data/incidents-uci498.csv", self.folder)
        out = self.folder / "out.csv"
        self.tool("replay", POLICIES / "incident-desk.policy", "incident", "--in", log, "--events", events, "--out", out, "--at", "2018-12-31T00:00:00Z", code=0)
        with open(out, newline="") as rows:
            met = {row["id"]: row["close.verdict"] == "met" for row in csv.DictReader(rows)}
        adapter = json.loads(run(LOGS, "incidents", ROOT / "examples/data/incidents-uci498.csv", POLICIES / "incident-desk.policy", "--json").stdout)
        self.assertEqual(len(met), adapter["cases"])
        self.assertEqual(sum(met[number] == made[number] for number in met), adapter["cases_equal"])
        self.assertEqual(sorted(number for number in met if met[number] != made[number]), ["INC0000261", "INC0003451"])

    def test_requests(self):
        log, targets = canonical.requests(ROOT / "examples/data/boston311-2015.csv", self.folder)
        out = self.folder / "out.csv"
        done = self.tool("replay", POLICIES / "city-services.policy", "request", "--in", log, "--out", out, "--at", "2016-01-13T00:00:00-05:00",
                         "--data", POLICIES / "data/boston-holidays.data", code=0)
        self.assertIn("1956 records", done.stdout)
        with open(out, newline="") as rows:
            rows = list(csv.DictReader(rows))
        due = {row["id"]: canonical.seconds(row["close.due_at"]) for row in rows if row["close.due_at"]}
        both = [number for number in due if targets[number] is not None]
        self.assertEqual((len(both), sum(-5 <= targets[number] - due[number] <= 62 for number in both)), (1549, 1446))


if __name__ == "__main__":
    main()
