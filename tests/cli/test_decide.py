"""decide: everything about one record, or a batch of them."""
import csv
import io
import json

from tool import DESK, ToolTest, main

AT = ("--at", "2024-03-05T00:00:00+08:00")
FACTS = ("id=J1", "level=high", "firm.vip=yes", "hours=1", "opened=2024-03-04T09:00:00+08:00", "answer=2024-03-04 09:31", "close=2024-03-04T10:00:00+08:00")


class Decide(ToolTest):
    def test_values_and_limits_stand_with_their_articles(self):
        self.assertEqual(self.tool("decide", DESK, "job", *FACTS, *AT, code=0).stdout, """\
job J1 judged at 2024-03-05T00:00:00+08:00
  pay            2/3                                                                                 per 4
  respond        1800 s (30 min)                                                                     per 3d
  answer         late, due 2024-03-04T09:30:00+08:00, done 2024-03-04T09:31:00+08:00, late by 1 min  per 3a
  close          met, due 2024-03-04T12:00:00+08:00, done 2024-03-04T10:00:00+08:00                  per 3b
  callback-done  unset, not configured: callback                                                     per 5
""")

    def test_what_is_unknown_unset_or_suspended_says_so(self):
        out = self.tool("decide", DESK, "job", "level=low", "waiting=yes", "opened=2024-03-04T09:00:00+08:00", *AT, code=0).stdout
        self.assertRegex(out, r"(?m)^job judged at 2024-03-05T00:00:00\+08:00$")
        self.assertRegex(out, r"(?m)^  pay +unknown, needs hours +per 4$")
        self.assertRegex(out, r"(?m)^  respond +unset respond per 3d$")
        self.assertRegex(out, r"(?m)^  answer +unset, not configured: respond +per 3d$")
        self.assertRegex(out, r"(?m)^  close +open, suspended, what is left: 3 h +per 3b$")
        out = self.tool("decide", DESK, "job", "level=middle", "opened=2024-03-04T09:00:00+08:00", *AT, code=0).stdout
        self.assertRegex(out, r"(?m)^  answer +undecided, needs firm\.vip +per 3a$")

    def test_a_value_that_no_row_of_a_data_file_gives_is_an_error(self):
        policy = self.file("warranty.policy", "policy p version 1\nrecord r\n  item : text\n  sold : moment\n  twice = 2 * 3\n  claimed : moment within period after sold\n"
                           "table warranty of r gives period : span unique unset\n  | item || period |\n")
        data = self.file("rows.data", "data d edition 1\nfills p\ntable warranty\n  | item || period |\n  | \"scale\" || 12 months |\n")
        words = ("decide", policy, "r", "sold=2024-01-01 09:00", *AT, "--data", data)
        self.assertIn("2025-01-01", self.tool(*words, "item=scale", code=0).stdout)
        out = self.tool(*words, "item=pump", code=1).stdout
        self.assertRegex(out, r"(?m)^  period +error AC-6046 no row of the table holds for these facts")
        self.tool(*words, "item=pump", "--json", code=1)
        self.tool(*words, "item=pump", "--only", "twice", code=0)
        for only in ("period", "claimed"):
            self.tool(*words, "item=pump", "--only", only, code=1)
        log = "id,item,sold\nA,scale,2024-01-01 09:00\nB,pump,2024-01-01 09:00\n"
        words = (policy, "r", *AT, "--data", data)
        self.assertIn("aftercare decide: 2 decisions in error\n", self.tool("decide", *words, "--batch", stdin=log, code=1).stderr)
        self.assertIn("aftercare replay: 2 decisions in error\n", self.tool("replay", *words, "--in", self.file("log.csv", log), code=1).stderr)
        self.tool("replay", *words, "--in", self.file("log.csv", log.replace("pump", "scale")), code=0)

    def test_owners_are_filled_by_path(self):
        for vip, due in (("yes", "2024-03-04T10:00:00+08:00"), ("no", "2024-03-06T00:00:00+08:00")):
            out = self.tool("decide", DESK, "job", "level=middle", "firm.vip=" + vip, "opened=2024-03-04T09:00:00+08:00", "--only", "answer", *AT, code=0).stdout
            self.assertEqual(len(out.splitlines()), 2)
            self.assertIn(", due %s" % due if vip == "yes" else ", due 2024-03-06", out.replace("open due", "open, due"))

    def test_at_defaults_to_the_clock_and_is_always_printed(self):
        self.assertRegex(self.tool("decide", DESK, "job", code=0).stdout.splitlines()[0], r"^job judged at 20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00$")
        self.assertRegex(json.loads(self.tool("decide", DESK, "job", "--json", code=0).stdout)["at"], r"^20\d\d-.*\+08:00$")
        self.assertRegex(self.tool("decide", DESK, "job", "--batch", stdin="id\n", code=0).stderr, r"^at 20\d\d-")

    def test_a_fact_given_as_unknown_is_unknown(self):
        for fact in ("hours=", "hours=unknown"):
            self.assertIn("unknown", self.tool("decide", DESK, "job", "hours=1", fact, "--only", "pay", *AT, code=0).stdout)

    def test_a_sum_that_is_undecided_tells_what_is_certain(self):
        fees = self.file("fees.policy", "policy p version 1\ncurrency CNY\nenum extra = night, far\nrecord r\n  a, b : yes/no\n"
                         "table t of r gives fee : money sum\n  50 CNY when a\n  30 CNY when b\n  0 CNY otherwise\n"
                         "table u of r gives which : many extra all\n  night when a\n  far when b\n")
        out = self.tool("decide", fees, "r", "a=yes", "--why", *AT, code=0).stdout
        self.assertIn("  fee    unknown, needs b; certain so far: 50 CNY\n  which  unknown, needs b; certain so far: night\n", out)
        self.assertIn("  rows        line 7 holds\n              line 8 cannot be told: b is not known\n              certain so far: fee = 50 CNY\n", out)
        values = json.loads(self.tool("decide", fees, "r", "a=yes", "--json", *AT, code=0).stdout)["values"]
        self.assertEqual([values[name].get("so_far") for name in ("fee", "which")], ["50 CNY", "night"])
        self.assertNotIn("certain", self.tool("decide", fees, "r", "a=no", *AT, code=0).stdout)
        self.assertNotIn("so_far", self.tool("decide", fees, "r", "a=yes", "b=no", "--json", *AT, code=0).stdout)
        self.assertIn("；目前可以确定：50 CNY", self.tool("decide", fees, "r", "a=yes", "--lang", "zh", *AT, code=0).stdout)

    def test_only_shows_one(self):
        for name in ("pay", "close"):
            lines = self.results("decide", DESK, "job", *FACTS, *AT, "--only", name)
            self.assertEqual(len(lines), 2)
            self.assertTrue(lines[1].startswith("  %s  " % name))

    def test_why_names_row_facts_and_days(self):
        out = self.tool("decide", DESK, "job", *FACTS, *AT, "--why", "--only", "close", code=0).stdout
        for words in ("close (job J1) as of 2024-03-05T00:00:00+08:00", "article 3b", "opened = 2024-03-04T09:00:00+08:00", "by calendar office",
                      "2024-03-04  worked 3 h", "due 2024-03-04T12:00:00+08:00"):
            self.assertIn(words, out)

    def test_why_speaks_chinese(self):
        out = self.tool("decide", DESK, "job", *FACTS, *AT, "--why", "--only", "answer", "--lang", "zh", code=0).stdout
        for words in ("答复（工单 J1）", "受理 = 2024-03-04T09:00:00+08:00", "级别 = 高"):
            self.assertIn(words, out)

    def test_the_listing_speaks_chinese_too(self):
        self.assertEqual(self.tool("decide", DESK, "job", *FACTS, *AT, "--lang", "zh", "--only", "answer", code=0).stdout,
                         "工单 J1 截至 2024-03-05T00:00:00+08:00\n  答复  逾期，到期 2024-03-04T09:30:00+08:00，完成 2024-03-04T09:31:00+08:00，逾期 1 min  依据 3a\n")
        out = self.tool("decide", DESK, "job", "level=low", "waiting=yes", "opened=2024-03-04T09:00:00+08:00", *AT, "--lang", "zh", code=0).stdout
        for words in ("未知", "未配置：响应时限", "进行中，已暂停，剩余 3 h"):
            self.assertIn(words, out)

    def test_json_is_valid_and_holds_the_same(self):
        for extra in ((), ("--why",), ("--why", "--lang", "zh"), ("--only", "close"), ("--only", "pay", "--why")):
            with self.subTest(extra):
                one = json.loads(self.tool("decide", DESK, "job", *FACTS, *AT, "--json", *extra, code=0).stdout)
                self.assertEqual(one["id"], "J1")
                if "--only" not in extra or "close" in extra:
                    self.assertEqual(one["limits"]["close"]["verdict"], "met")
                    self.assertEqual(one["limits"]["close"]["due_at"], "2024-03-04T12:00:00+08:00")
                if "--only" not in extra:
                    self.assertEqual(one["limits"]["answer"], dict(one["limits"]["answer"], verdict="late", late_by_s=60, article="3a"))
                    self.assertEqual(one["values"]["pay"], {"result": "value 2/3", "value": "2/3", "article": "4"})
                    self.assertEqual(one["limits"]["callback-done"]["missing"], "callback")
                self.assertEqual("why" in one, "--why" in extra)
        quoted = json.loads(self.tool("decide", DESK, "job", 'id=a"b\\c\n', "--json", *AT, code=0).stdout)
        self.assertEqual(quoted["id"], 'a"b\\c\n')

    def test_bad_facts_are_refused_with_a_way_out(self):
        for fact, way in (("level=higj", "low, middle, high"), ("levle=high", "job has: level"), ("opened=yesterday", "2026-07-01"), ("level", "quotes"),
                          ("hours=one", "hint"), ("firm.vpi=yes", "hint"), ("pay=1", "hint")):
            with self.subTest(fact):
                done = self.tool("decide", DESK, "job", fact, code=1)
                self.assertRegex(done.stderr, r"^%s: error\[AC-\d{4}\]: " % fact)
                self.assertIn(way, done.stderr)
                self.assertEqual(done.stdout, "")

    def test_a_batch_writes_the_columns_of_replay_out(self):
        text = "id,level,firm.vip,hours,opened,answer\n" "J1,high,yes,1,2024-03-04T09:00:00+08:00,\n" "\"J,2\",low,,,,\n" "J3,middle,no,3,2024-03-08T17:00:00+08:00,2024-03-08T17:10:00+08:00\n"
        out = self.folder / "out.csv"
        self.tool("replay", DESK, "job", "--in", self.file("in.csv", text), "--out", out, *AT, code=0)
        batch = self.tool("decide", DESK, "job", "--batch", *AT, stdin=text, code=0)
        self.assertEqual(batch.stdout, out.read_text())
        self.assertEqual(batch.stderr, "at 2024-03-05T00:00:00+08:00\n")
        rows = list(csv.DictReader(io.StringIO(batch.stdout)))
        self.assertEqual([row["id"] for row in rows], ["J1", "J,2", "J3"])
        self.assertEqual(rows[0]["answer.due_at"], "2024-03-04T09:30:00+08:00")

    def test_a_batch_goes_on_after_a_bad_row(self):
        done = self.tool("decide", DESK, "job", "--batch", *AT, stdin="id,level\nJ1,low\nJ2,lwo\nJ3,high\n", code=1)
        self.assertEqual([line.split(",")[0] for line in done.stdout.splitlines()], ["id", "J1", "J3"])
        self.assertRegex(done.stderr, r"(?m)^\(stdin\):3:4: error\[AC-\d{4}\]: ")
        self.assertTrue(done.stderr.endswith("1 of 3 rows left out\n"))

    def test_a_batch_in_json_is_one_object_a_line(self):
        out = self.results("decide", DESK, "job", "--batch", "--json", *AT, stdin="id,level\nJ1,low\nJ2,high\n")
        self.assertEqual([json.loads(line)["id"] for line in out], ["J1", "J2"])


main()
