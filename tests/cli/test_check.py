"""check, and what all subcommands share: help, usage, files that cannot be read, output that cannot be written."""
import json
import re
import subprocess

from tool import DESK, HOLIDAYS, POLICIES, ROOT, TOOL, ToolTest, main

COMMANDS = ("check", "eval", "decide", "clock", "replay")
# Data files that a policy is shipped with; the others read the holidays of China.
DATA = {
    "city-services.policy": ("boston-holidays",),
    "pump-service.policy": ("pump-holidays",),
    "weighing-instruments.policy": ("weighing-warranty", "cn-holidays"),
}
LOCATED = re.compile(r"^.+:\d+:\d+: (error|warning|hint|note)\[AC-\d{4}\]: .+$")


class Check(ToolTest):
    def test_a_good_policy_passes_with_its_examples(self):
        done = self.tool("check", DESK, code=0)
        self.assertEqual(done.stdout, "{0}: examples hit 2 of 4 table rows\n"
                                      "{0}: 0 errors, 0 warnings; examples: 2 passed, 0 failed, 0 skipped\n".format(DESK))

    def test_every_policy_that_is_shipped_passes(self):
        files = sorted(POLICIES.rglob("*.policy"))
        self.assertGreaterEqual(len(files), 5)
        for policy in files:
            with self.subTest(policy.name):
                own = DATA.get(policy.name, ("cn-holidays",))
                lines = self.results("check", policy, *("--data=%s/data/%s.data" % (POLICIES, name) for name in own))
                self.assertRegex(lines[-1], r": 0 errors, \d+ warnings?; examples: \d+ passed, 0 failed, \d+ skipped$")

    def test_every_mistake_is_told_in_one_run_with_its_place(self):
        text = DESK.read_text().replace("firm.vip || respond   |", "firm.vpi || respond   |").replace("hours * 2 / 3", "hors * 2 / 3")
        bad = self.file("bad.policy", text)
        done = self.tool("check", bad, code=1)
        errors = [line for line in done.stderr.splitlines() if ": error[" in line]
        self.assertGreaterEqual(len(errors), 2, done.stderr)
        for line in errors:
            self.assertRegex(line, LOCATED)
            self.assertTrue(line.startswith(str(bad) + ":"))
        self.assertIn("hours", done.stderr)
        self.assertRegex(done.stdout, r"^.*bad\.policy: [2-9] errors, ")

    def test_a_failing_example_is_an_error_with_what_came_out(self):
        bad = self.file("bad.policy", DESK.read_text().replace("| fast | high   | -        || 30 min  |", "| fast | high   | -        || 31 min  |"))
        done = self.tool("check", bad, code=1)
        self.assertRegex(done.stderr, r"bad\.policy:\d+:\d+: error\[AC-4173\]: fast: respond should be .*31 min.* but is .*30 min|1860 s.*1800 s")
        self.assertIn("1 passed, 1 failed", done.stdout)

    def test_several_files_have_a_line_each_and_the_worst_exit_code(self):
        bad = self.file("bad.policy", "policy\n")
        self.assertEqual(len(self.results("check", DESK, bad, DESK, code=1)), 5)
        self.assertEqual(len(self.results("check", DESK, self.folder / "none.policy", code=2)), 2)

    def test_json_is_one_object_a_line(self):
        bad = self.file("bad.policy", DESK.read_text().replace("hours * 2", "hors * 2"))
        objects = [json.loads(line) for line in self.results("check", bad, "--json", code=1)]
        self.assertEqual(objects[-1]["errors"], len([o for o in objects if o.get("severity") == "error"]))
        self.assertGreater(objects[-1]["errors"], 0)
        first = next(o for o in objects if o.get("severity") == "error")
        self.assertEqual(first["code"], "AC-6290" if isinstance(first["code"], str) else 6290)

    def test_hints_are_about_what_is_still_missing(self):
        city = POLICIES / "city-services.policy"
        done = self.tool("check", city, code=0)
        without = done.stderr
        self.assertIn('no edition of the holidays "boston"', without)
        self.assertIn('case "C241344" is not run: the calendar does not cover its dates; link the holidays boston', without)
        self.assertRegex(done.stdout, r"0 errors, 0 warnings; examples: \d passed, 0 failed, [4-9] skipped")
        self.assertNotIn("zone", without)
        linked = self.tool("check", city, "--data", HOLIDAYS, code=0).stderr
        self.assertNotIn("boston", linked)
        self.assertNotIn("zone", linked)

    def test_strict_refuses_what_is_not_carried_out(self):
        kept = self.file("kept.policy", "policy p version 1\nrecord a\n  m : moment\n  keep 48 h after m\n")
        self.assertIn("warning[AC-8622]", self.tool("check", kept, code=0).stderr)
        self.assertIn("error[AC-8622]", self.tool("check", kept, "--strict", code=1).stderr)

    def test_a_bad_data_file_is_told_under_its_own_name(self):
        data = self.file("bad.data", 'data bad edition x\nuse from 2024-13-01\n')
        done = self.tool("check", DESK, "--data", data, code=1)
        self.assertRegex(done.stderr, r"(?m)^.*bad\.data:2:\d+: error\[AC-\d{4}\]: ")

    def test_data_that_fills_is_linked_for_every_subcommand(self):
        data = self.file("fill.data", "data more edition 1\nuse from 2024-01-01\nfills desk\nvalues\n  callback = 2 h per \"decided\"\n")
        done = self.tool("eval", DESK, "--of", "job", "callback", "--data", data, code=0)
        self.assertEqual(done.stdout, "value 7200 s\n")
        self.assertNotIn("callback", self.tool("check", DESK, "--data", data, code=0).stderr)

    def test_a_data_file_that_fills_nothing_is_refused(self):
        data = self.file("fill.data", "data more edition 1\nuse from 2024-01-01\nfills desk\nvalues\n  calback = 2 h per \"decided\"\n")
        self.assertRegex(self.tool("check", DESK, "--data", data, code=1).stderr, r"fill\.data:5:3: error\[AC-\d{4}\]: .*calback")


class Everywhere(ToolTest):
    def test_a_word_near_another_is_the_way_out(self):
        for words, hint in ((("chek", DESK), "did you mean check?"), (("--verison",), "did you mean --version?"), (("xyzzy",), "aftercare --help"),
                            (("decide", DESK, "job", "--onyl", "pay"), "did you mean --only?"), (("check", DESK, "--jsno"), "did you mean --json?"),
                            (("check", DESK, "--nonsense"), "aftercare check --help"), (("decide", DESK, "job", "--act", "fly"), "it has: level, hours, note,")):
            done = self.tool(*words, code=2)
            self.assertIn("\n    hint: " + hint, done.stderr)
        self.assertEqual(self.tool("eval", DESK, "--of", "job", "levle", code=1).stderr, '    hint: did you mean "level"?\n')
        self.assertEqual(self.tool("eval", DESK, "--of", "job", "--batch", stdin="levle\n", code=0).stderr, "")

    def test_what_has_nothing_to_tell_says_so(self):
        self.assertIn("\n  nothing is worked out, limited or opened here\n", self.tool("decide", DESK, "firm", code=0).stdout)
        self.assertIn("is a folder, not a file", self.tool("replay", DESK, "job", "--in", self.folder, code=2).stderr)

    def test_help_of_each_names_its_options_and_exit_codes(self):
        overview = self.tool("--help", code=0).stdout
        for command in COMMANDS:
            self.assertIn("aftercare " + command, overview)
            help_text = self.tool(command, "--help", code=0).stdout
            self.assertTrue(help_text.startswith("aftercare " + command))
            if command != "clock":
                self.assertRegex(help_text, r"(?i)exit\s+code")
            for line in help_text.splitlines():
                self.assertLessEqual(len(line), 110)
        self.assertRegex(self.tool("--version", code=0).stdout, r"^aftercare \d+\.\d+\.\d+\n$")

    def test_wrong_usage_is_2_and_names_the_way_out(self):
        for words in ((), ("chek",), ("check",), ("check", DESK, "--only", "x"), ("check", DESK, "--nonsense"), ("check", DESK, "--data"),
                      ("eval", DESK, "1"), ("eval", DESK, "--of", "job"), ("eval", DESK, "--of", "jbo", "1"), ("eval", DESK, "--of", "job", "1", "--at", "noon"),
                      ("decide", DESK), ("decide", DESK, "jbo"), ("decide", DESK, "job", "--only", "respnd"), ("decide", DESK, "job", "--lang", "fr"),
                      ("decide", DESK, "job", "--batch", "--why"), ("decide", DESK, "job", "--json=yes"),
                      ("clock", DESK, "office"), ("clock", DESK, "--batch"), ("clock", DESK, "ofice", "--batch"),
                      ("replay", DESK, "job"), ("replay", DESK, "--in", DESK), ("replay", DESK, "jbo", "--in", DESK)):
            with self.subTest(words=words):
                done = self.tool(*words, code=2)
                self.assertEqual(done.stdout, "")
                self.assertRegex(done.stderr, r"hint:|Every subcommand takes")

    def test_a_wrong_name_is_answered_with_the_right_ones(self):
        self.assertIn("hint: it has firm, job", self.tool("decide", DESK, "jbo", code=2).stderr)
        self.assertIn("hint: it has office, never-open", self.tool("clock", DESK, "x", "--batch", code=2).stderr)
        self.assertIn("hint: there are pay, respond, answer", self.tool("decide", DESK, "job", "--only", "x", code=2).stderr)

    def test_a_file_that_cannot_be_read_is_2(self):
        gone = self.folder / "gone"
        for words in (("check", gone), ("check", DESK, "--data", gone), ("eval", gone, "--of", "job", "1"), ("decide", gone, "job"),
                      ("clock", gone, "office", "--batch"), ("replay", gone, "job", "--in", gone), ("replay", DESK, "job", "--in", gone),
                      ("check", self.folder)):
            with self.subTest(words=words):
                done = self.tool(*words, code=2)
                self.assertRegex(done.stderr, r"No such file|cannot be read")
        log = self.file("log.csv", "id,level\nJ1,low\n")
        self.tool("replay", DESK, "job", "--in", log, "--events", gone, code=2)

    def test_zone_files_come_from_the_folder_named(self):
        done = self.tool("check", POLICIES / "city-services.policy", "--zones", self.folder, code=1)
        self.assertIn("--zones DIR", done.stderr)
        zone = self.folder / "America"
        zone.mkdir()
        (zone / "New_York").write_bytes((ROOT / "tests/data/zones/America-New_York").read_bytes())
        self.tool("check", POLICIES / "city-services.policy", "--data", HOLIDAYS, "--zones", self.folder, code=0)
        (zone / "New_York").write_bytes(b"TZif2 but not more")
        self.assertRegex(self.tool("check", POLICIES / "city-services.policy", "--zones", self.folder, code=1).stderr, r"New_York: error\[AC-\d{4}\]")

    def test_output_that_cannot_be_written_is_2(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([TOOL, "check", str(DESK)], stdout=full, stderr=subprocess.PIPE, timeout=60)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn(b"standard output cannot be written", done.stderr)
        done = subprocess.run(["sh", "-c", 'exec "$0" "$@" >&-', TOOL, "check", str(DESK)], stderr=subprocess.PIPE, timeout=60)
        self.assertEqual(done.returncode, 2, done.stderr)

    def test_messages_hold_no_progress_when_nobody_watches(self):
        log = self.file("log.csv", "id,level\n" + "".join("J%d,low\n" % i for i in range(5000)))
        self.assertNotIn("\r", self.tool("replay", DESK, "job", "--in", log, code=0).stderr)


main()
