"""decide --act: who may do what, and every item that is unmet."""
import json
import pathlib

from tool import ToolTest, main

GATES = str(pathlib.Path(__file__).resolve().parents[1] / "data" / "rules" / "gates.policy")
AT = ("--at", "2026-07-01T12:00:00+08:00")
DONE = ("taken=2026-07-01 08:00", "taken.actor=A", "taken.role=desk", "assign=2026-07-01 09:00", "solve=2026-07-01 10:00", "solve.actor=B",
        "outcome=fixed", "head-signature=yes", "chief-signature=yes")


class Gate(ToolTest):
    def ask(self, *words, code):
        return self.tool("decide", GATES, "job", *words, *AT, code=code).stdout

    def test_allowed(self):
        self.assertEqual(self.ask("--act", "close", "--by", "desk", "--actor", "D", *DONE, code=0), "job at 2026-07-01T12:00:00+08:00: close is allowed\n")

    def test_refused_with_every_item(self):
        self.assertEqual(self.ask("--act", "close", "--by", "field", "--actor", "B", *DONE, "chief-signature=no", "client-signature=no", code=1), """\
job at 2026-07-01T12:00:00+08:00: close is refused
  12 role: desk, does not hold
  21 actor: actor not in (taken, solve), does not hold (solve)
  22 signed: signed 2 of (head, chief, client), does not hold
""")

    def test_what_is_only_unknown_has_a_code_of_its_own(self):
        self.assertIn("21 actor: actor not in (taken, solve), not known (close)", self.ask("--act", "close", "--by", "desk", *DONE, code=3))

    def test_the_value_about_to_be_written_is_judged(self):
        self.assertIn("remark is refused", self.ask("--act", "remark=none", "remark=fine", code=1))
        self.assertIn("remark is allowed", self.ask("--act", "remark=any other", code=0))

    def test_json_and_reasons(self):
        done = json.loads(self.ask("--act", "taken", "--by", "desk", "what=leak", "--json", "--why", code=3))
        self.assertEqual(done["answer"], "refused")
        self.assertEqual(done["unmet"], [{"kind": "need", "state": "unknown", "text": "phone", "missing": "site.phone", "line": 44, "article": "14"}])
        self.assertEqual(done["why"]["decision"], "gate")
        self.assertEqual([line["id"] for line in done["why"]["lines"]][-4:], ["GATE_ITEM", "GATE_ITEM", "GATE_ITEM", "GATE_REFUSED"])

    def test_reasons_in_chinese(self):
        out = self.ask("--act", "copied", "--by", "head", "--why", "--lang", "zh", code=1)
        self.assertIn("由 none：未满足（第 33 行，依据 6）", out)
        self.assertIn("不准，1 项未满足", out)

    def test_wrong_usage_says_what_there_is(self):
        for words, said in ((("--act", "clse"), "it has no \"clse\""), (("--act", "close", "--by", "nobody"), "the policy has no \"nobody\""),
                            (("--by", "desk"), "--by and --actor say who does what --act names"), (("--act", "close", "--only", "double"), "without --only")):
            self.assertIn(said, self.tool("decide", GATES, "job", *words, *AT, code=2).stderr)
        self.assertIn("no such role", self.tool("decide", GATES, "job", "--act", "close", "taken.role=nobody", *AT, code=1).stderr)
        self.assertIn("the rules work it out", self.tool("decide", GATES, "job", "--act", "double", *AT, code=1).stderr)

    def test_events_tell_who_did_them(self):
        log = self.file("in.csv", "id\nJ1\n")
        events = self.file("ev.csv", "id,at,field,value,actor,role\nJ1,2026-07-01T08:00:00+08:00,taken,,A,desk\nJ1,2026-07-01T09:00:00+08:00,assign,,,\n")
        self.tool("replay", GATES, "job", "--in", log, "--events", events, code=0)
        events = self.file("ev.csv", "id,at,field,value,actor,role\nJ1,2026-07-01T08:00:00+08:00,taken,,A,dsk\n")
        self.assertRegex(self.tool("replay", GATES, "job", "--in", log, "--events", events, code=1).stderr, r"ev\.csv:2:\d+: error\[AC-\d{4}\]: .*role")
        events = self.file("ev.csv", "id,at,field,value,actor\nJ1,2026-07-01T08:00:00+08:00,taken,,A\n")
        self.assertIn("the first line is id,at,field,value or", self.tool("replay", GATES, "job", "--in", log, "--events", events, code=1).stderr)


main()
