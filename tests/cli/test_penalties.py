"""penalties: a log of events under the offences and rewards of a policy."""
import csv
import io
import json
import random
import re
import xml.dom.minidom
from collections import defaultdict
from datetime import datetime, timedelta, timezone

from tool import DESK, ROOT, ToolTest, main

RULES = ROOT / "tests/data/rules/offences.policy"
AT = ("--at", "2025-06-01T00:00:00Z")
HEAD = "id,record,time,engineer,bad,harm,grave,chosen,chosen_by,voided,value,refunded,offence\n"
EVENTS = """\
E07,slip,2024-06-30T23:59:59+08:00,a,yes,,,,,,,,
E01,slip,2024-06-03T08:00:00+08:00,a,yes,,,,,,,,
E02,slip,2024-06-03T09:00:00+08:00,a,yes,,,,,yes,,,
E03,slip,2024-06-04T09:00:00+08:00,a,yes,200 CNY,yes,,,,,,
E04,slip,2024-06-05T09:00:00+08:00,b,yes,,,,,,,,
E05,slip,2024-06-30T23:00:00+08:00,a,yes,,,,,,,,
E06,slip,2024-06-30T23:30:00+08:00,a,yes,,,,,,,,
E08,slip,2024-07-01T00:00:00+08:00,a,yes,100 CNY,,70,head,,,,
E09,sale,2024-07-01T00:00:00+08:00,a,,,,,,,1000 CNY,no,
E10,slip,2024-07-01T00:00:00+08:00,a,,,,,,,,,carelessness
"""
ALL = """\
desk version 1, judged at 2025-06-01T08:00:00+08:00
when              event  person  offence       occurrence             charged  result
2024-06-03 08:00  E01    a       late          1 in month, 1 in year    0 CNY  reprimand (3.1)
2024-06-03 09:00  E02    a       late          1 in month, 1 in year           voided: reprimand (3.1)
2024-06-04 09:00  E03    a       late          2 in month, 2 in year    0 CNY  no consequence (3.1)
2024-06-04 09:00  E03    a       damage        1                        0 CNY  open: 50 CNY..200 CNY by head; which is the dearer waits for an amount (4)
2024-06-04 09:00  E03    a       carelessness  1                        0 CNY  100 CNY; which is the dearer waits for an amount (6)
2024-06-05 09:00  E04    b       late          1 in month, 1 in year    0 CNY  reprimand (3.1)
2024-06-30 23:00  E05    a       late          3 in month, 3 in year   20 CNY  20 CNY (3.1)
2024-06-30 23:30  E06    a       late          4 in month, 4 in year   20 CNY  20 CNY (3.1)
2024-06-30 23:59  E07    a       late          5 in month, 5 in year   50 CNY  50 CNY (3.1)
2024-07-01 00:00  E08    a       late          1 in month, 6 in year    0 CNY  reprimand (3.1)
2024-07-01 00:00  E08    a       damage        2                       70 CNY  70 CNY (4)
2024-07-01 00:00  E09    a       commission    1 in ever               50 CNY  50 CNY (7)
2024-07-01 00:00  E10    a       carelessness  2                      100 CNY  100 CNY (6)
in all: fines 260 CNY, payments 50 CNY, still to be chosen 50 CNY..200 CNY; 10 events; 13 lines, 1 voided
changed by what is voided:
  E02 late, a: was 2 in month, 2 in year, 0 CNY (no consequence); falls away: 0 CNY
  E03 late, a: was 3 in month, 3 in year, 20 CNY; would be 2 in month, 2 in year, 0 CNY (no consequence): -20 CNY
  E05 late, a: was 4 in month, 4 in year, 20 CNY; would be 3 in month, 3 in year, 20 CNY: 0 CNY
  E06 late, a: was 5 in month, 5 in year, 50 CNY; would be 4 in month, 4 in year, 20 CNY: -30 CNY
  E07 late, a: was 6 in month, 6 in year, 10 CNY (50 CNY; cap (3.4) takes off 40 CNY); would be 5 in month, 5 in year, 50 CNY: +40 CNY
  E08 late, a: was 1 in month, 7 in year, 0 CNY (reprimand (3.1), suspension for 3 days (3.4)); would be 1 in month, 6 in year, 0 CNY (reprimand): 0 CNY
  5 changed, 0 new, 1 fallen away: fines -10 CNY, payments 0 CNY
"""


CASES = """\
E03,slip,2024-06-04T09:00:00+08:00,a,no,200 CNY,,,,,,,
E04,slip,2024-06-05T09:00:00+08:00,b,no,80 CNY,,,,,,,
E05,slip,2024-06-06T09:00:00+08:00,b,no,60 CNY,,,,,,,
E09,sale,2024-07-01T00:00:00+08:00,a,,,,,,,1000 CNY,no,
E10,slip,2024-06-07T09:00:00+08:00,a,no,300 CNY,,,,,,,
"""
ACT_HEAD = "id,event,do,at,by,role,amount,reason\n"
ACTS = """\
A1,E03,choose,2024-06-05T10:00:00+08:00,Chen,head,100 CNY,a whole day lost
A2,E03,notify,2024-06-05T11:00:00+08:00,Chen,,,
A3,E03,appeal,2024-06-10T11:00:00+08:00,a,,,the customer moved the machine
A4,E03,reduce,2024-07-02T11:00:00+08:00,Chen,head,60 CNY,partly so
A5,E03,confirm,2024-07-03T11:00:00+08:00,Chen,head,,
B1,E04,notify,2024-06-06T11:00:00+08:00,Chen,,,
B2,E04,accept,2024-06-07T11:00:00+08:00,b,,,
B5,E05,withdraw,2024-06-08T11:00:00+08:00,Chen,head,,parts were late
C1,E09,confirm,2024-07-02T11:00:00+08:00,,,,
C2,E09,reverse,2024-07-20T11:00:00+08:00,,,,goods came back
"""
AFTER_ACTS = """\
desk version 1, judged at 2025-06-01T08:00:00+08:00
when              event  person  offence     occurrence  charged  result
2024-06-04 09:00  E03    a       damage      1             0 CNY  open: 50 CNY..200 CNY by head; final, stands 60 CNY (4)
2024-06-05 09:00  E04    b       damage      1            20 CNY  20 CNY; accepted, stands 20 CNY (4)
2024-06-05 10:00  E03    a       damage                  100 CNY  choose by Chen as head: a whole day lost; now proposed (4)
2024-06-05 11:00  E03    a       damage                    0 CNY  notify by Chen; now notified (4)
2024-06-06 09:00  E05    b       damage      2            15 CNY  15 CNY; withdrawn, stands 0 CNY (4)
2024-06-06 11:00  E04    b       damage                    0 CNY  notify by Chen; now notified (4)
2024-06-07 09:00  E10    a       damage      2             0 CNY  open: 50 CNY..200 CNY by head; proposed, stands 0 CNY (4)
2024-06-07 11:00  E04    b       damage                    0 CNY  accept by b; now accepted (4)
2024-06-08 11:00  E05    b       damage                  -15 CNY  withdraw by Chen as head: parts were late; now withdrawn (4)
2024-06-10 11:00  E03    a       damage                    0 CNY  appeal by a: the customer moved the machine; now appealed (4)
2024-07-01 00:00  E09    a       commission  1 in ever    50 CNY  50 CNY; reversed, stands 0 CNY (7)
2024-07-02 11:00  E03    a       damage                  -40 CNY  reduce by Chen as head: partly so; now reduced (4)
2024-07-02 11:00  E09    a       commission                0 CNY  confirm; now final (7)
2024-07-03 11:00  E03    a       damage                    0 CNY  confirm by Chen as head; now final (4)
2024-07-20 11:00  E09    a       commission              -50 CNY  reverse: goods came back; now reversed (7)
in all: fines 80 CNY, payments 0 CNY, still to be chosen 50 CNY..200 CNY; 5 events; 15 lines
"""
ISSUED = """\
changed since it was issued:
  E00 late, a: comes new: 2 in month, 2 in year, 0 CNY (no consequence): 0 CNY
  E01 late, a: was 1 in month, 1 in year, 0 CNY (reprimand); falls away: 0 CNY
  E03 late, a: was 2 in month, 2 in year, 0 CNY (no consequence); would be 1 in month, 1 in year, 0 CNY (reprimand): 0 CNY
  E05 late, a: was 3 in month, 3 in year, 20 CNY; would be 4 in month, 4 in year, 20 CNY: 0 CNY
  E06 late, a: was 4 in month, 4 in year, 20 CNY; would be 5 in month, 5 in year, 50 CNY: +30 CNY
  E07 late, a: was 5 in month, 5 in year, 50 CNY; would be 6 in month, 6 in year, 10 CNY (50 CNY; cap (3.4) takes off 40 CNY): -40 CNY
  E08 late, a: was 1 in month, 6 in year, 0 CNY (reprimand); would be 1 in month, 7 in year, 0 CNY (reprimand (3.1), suspension for 3 days (3.4)): 0 CNY
  E11 late, a: comes new: 3 in month, 3 in year, 20 CNY: +20 CNY
  5 changed, 2 new, 1 fallen away: fines +10 CNY, payments 0 CNY
"""


class Penalties(ToolTest):
    def penalties(self, events, *args, code=0):
        return self.tool("penalties", RULES, "--in", self.file("events.csv", events), *AT, *args, code=code)

    def test_every_event_comes_to_its_deeds(self):
        self.assertEqual(self.penalties(HEAD + EVENTS).stdout, ALL)

    def test_the_order_of_the_rows_changes_nothing(self):
        rows = EVENTS.splitlines(keepends=True)
        for seed in range(5):
            random.Random(seed).shuffle(rows)
            self.assertEqual(self.penalties(HEAD + "".join(rows)).stdout, ALL)

    def test_an_event_twice_is_refused_and_the_rest_is_as_before(self):
        done = self.penalties(HEAD + EVENTS + EVENTS.splitlines()[0] + "\n", code=1)
        self.assertEqual(done.stdout, ALL)
        self.assertIn(":12:1: error[AC-9803]: this event was given before: E07\n", done.stderr)

    def test_bad_rows_are_told_and_the_others_counted(self):
        bad = """\
B1,slip,2024-07-01T00:00:00+08:00,a,maybe,,,,,,,,
B2,slip,,a,yes,,,,,,,,
B3,slop,,a,yes,,,,,,,,
B7,slip,2024-07-01T00:00:00+08:00,,yes,,,,,,,,
B8,slip,2024-07-01T00:00:00+08:00,a,yes
B9,,2024-07-01T00:00:00+08:00,a,yes,,,,,,,,
C1,slip,2024-07-01T00:00:00+08:00,a,,,,,,,,,rude
C2,slip,2024-07-01T00:00:00+08:00,a,,,,,,,5 CNY,,
"""
        done = self.penalties(HEAD + EVENTS + bad, code=1)
        self.assertEqual(done.stdout, ALL)
        places = [line.split(": ")[0].split("events.csv")[1] for line in done.stderr.splitlines() if "error[" in line]
        self.assertEqual(sorted(places, key=lambda p: [int(n) for n in p.split(":")[1:3]]),
                         [":12:37", ":13:1", ":14:4", ":15:1", ":16:1", ":17:1", ":18:45", ":19:43"])
        self.assertIn("aftercare penalties: 8 of 18 rows left out", done.stderr)

    def test_rows_that_differ_under_one_id_are_all_refused_in_any_order(self):
        twin, event = "E07,slip,2024-06-30T23:59:59+08:00,b,yes,,,,,,,,\n", "E07"
        first = self.penalties(HEAD + twin + EVENTS, code=1)
        last = self.penalties(HEAD + EVENTS + twin, code=1)
        self.assertEqual(first.stdout, last.stdout)
        self.assertNotIn(event, last.stdout)
        for line in (2, 12):
            self.assertIn(f":{line}:1: error[AC-9803]: other rows say something else of this event: {event}\n", last.stderr)

    def test_an_error_says_which_and_is_counted_by_itself(self):
        policy = self.file("err.policy", """\
policy err version 1
timezone +08:00
currency CNY
record engineer is engineer
  name : text
record harm dated seen
  seen : moment
  engineer : engineer
  value : money
  part : number
offence broken of harm against engineer
  fine value * part
""")
        events = self.file("harm.csv", "id,time,engineer,value,part\nH1,2026-03-01 08:00,a,10.01 CNY,1/3\nH2,2026-03-02 08:00,a,9 CNY,1/3\n")
        out = self.tool("penalties", policy, "--in", events, *AT).stdout
        self.assertIn("error AC-3568 (the amount is not whole in the smallest unit of the currency): 0 CNY", out)
        self.assertIn("in all: fines 3 CNY, payments 0 CNY; 2 events; 2 lines, 1 in error\n", out)
        line = json.loads(self.tool("penalties", policy, "--in", events, *AT, "--json").stdout)["lines"][0]
        self.assertEqual((line["state"], line["code"], line["charged"]), ("error", "AC-3568", 0))
        self.assertIn("金额不是货币最小单位的整数倍", self.tool("penalties", policy, "--in", events, *AT, "--lang", "zh").stdout)

    def test_voided_is_yes_or_no(self):
        for word in ("YES", "true", "是", "maybe"):
            row = f"B1,slip,2024-07-01T00:00:00+08:00,a,yes,100 CNY,,,,{word},,,\n"
            done = self.penalties(HEAD + EVENTS + row, code=1)
            self.assertEqual(done.stdout, ALL)
            self.assertIn(f":12:52: error[AC-9803]: this is neither yes nor no: {word}\n", done.stderr)

    def test_an_amount_that_may_not_be_chosen_leaves_the_event_open_and_counted(self):
        rows = """\
B4,slip,2024-08-01T00:00:00+08:00,b,no,100 CNY,,75,head,,,,
B5,slip,2024-08-02T00:00:00+08:00,b,no,100 CNY,,210,head,,,,
B6,slip,2024-08-03T00:00:00+08:00,b,no,100 CNY,,70,customer,,,,
B7,slip,2024-08-04T00:00:00+08:00,b,no,100 CNY,,70,head,,,,
"""
        done = self.penalties(HEAD + rows, code=1)
        self.assertEqual(re.sub(r"(?<=\]).*", "", done.stderr).count("error["), 3)
        for line in (2, 3, 4):
            self.assertRegex(done.stderr, r"events.csv:%d:49: error\[AC-\d{4}\]: " % line)
        self.assertIn("aftercare penalties: 3 chosen amounts refused; the events stay open\n", done.stderr)
        self.assertIn("4  ", done.stdout[done.stdout.index("B7"):])
        self.assertIn("in all: fines 70 CNY, payments 0 CNY, still to be chosen 150 CNY..600 CNY; 4 events; 4 lines\n", done.stdout)

    def test_the_instant_judged_at_is_the_latest_of_the_log(self):
        path = self.file("events.csv", HEAD + EVENTS)
        self.assertTrue(self.tool("penalties", RULES, "--in", path).stdout.startswith("desk version 1, judged at 2024-07-01T00:00:00+08:00\n"))
        acts = self.file("acts.csv", ACT_HEAD + "C1,E09,confirm,2024-07-02T11:00:00+08:00,,,,\n")
        self.assertEqual(json.loads(self.tool("penalties", RULES, "--in", path, "--acts", acts, "--json").stdout)["at"], "2024-07-02T11:00:00+08:00")

    def test_a_statement_of_nobody_says_who_there_is(self):
        done = self.penalties(HEAD + EVENTS, "--statement", "nobody", code=1)
        self.assertIn('aftercare penalties: there is no person "nobody"\n    hint: there are: a, b\n', done.stderr)
        rows = "E1,slip,2024-07-01T00:00:00+08:00,Chen,yes,,,,,,,,\nE2,slip,2024-07-01T00:00:00+08:00,Li,no,,,,,,,,\n"
        self.assertIn("hint: did you mean Chen?\n", self.penalties(HEAD + rows, "--statement", "Cheng", code=1).stderr)
        self.assertIn("2 events, 1 without consequence; 1 line\n", self.penalties(HEAD + rows).stdout)
        self.assertIn("1 event, 1 without consequence; 0 lines\n", self.penalties(HEAD + rows, "--statement", "Li").stdout)

    def test_each_deed_cites_its_own_article(self):
        policy = self.file("two.policy", """\
policy two version 1
timezone +08:00
currency CNY
rulebook two "Two articles"
  articles 3, 36.2a, 36.2b
enum sanction = reprimand per 3
record engineer is engineer per 3
  name : text
record slip dated seen per 3
  seen : moment
  engineer : engineer
offence late of slip against engineer per 3
  fine 60 CNY per 36.2a
  impose reprimand per 36.2b
  cap 100 CNY a month per 3
""")
        path = self.file("slips.csv", "id,time,engineer\nE1,2024-11-05T09:00:00+08:00,Li\nE2,2024-11-06T09:00:00+08:00,Li\n")
        out = self.tool("penalties", policy, "--in", path).stdout
        self.assertIn("60 CNY  60 CNY (36.2a), reprimand (36.2b)\n", out)
        self.assertIn("40 CNY  60 CNY (36.2a), reprimand (36.2b); cap (3) takes off 20 CNY\n", out)
        self.assertEqual([line["article"] for line in json.loads(self.tool("penalties", policy, "--in", path, "--json").stdout)["lines"]], ["36.2a, 36.2b", "36.2a, 36.2b, 3"])

    def test_records_beside_and_the_history_of_the_log(self):
        policy = self.file("wages.policy", """\
policy wages version 1
timezone +08:00
currency CNY
record engineer is engineer
  name : text
  wage : money
record slip dated seen
  seen : moment
  engineer : engineer
  bad : yes/no
offence late of slip against engineer when bad
  fine engineer.wage * 0.1
""")
        path = self.file("slips.csv", "id,time,engineer,bad\nE1,2024-11-05T09:00:00+08:00,Li,\nE2,2024-11-06T09:00:00+08:00,Li,no\nE3,2024-11-07T09:00:00+08:00,Wu,yes\n")
        wages = self.file("engineer.csv", "id,wage\nLi,1000 CNY\n")
        history = self.file("history.csv", "id,at,field,value\nE1,2024-11-08T09:00:00+08:00,bad,yes\n")
        done = self.tool("penalties", policy, "--in", path, "--with", "engineer=%s" % wages, "--events", history)
        self.assertEqual(done.stdout, """\
wages version 1, judged at 2024-11-08T09:00:00+08:00
when              event  person  offence  occurrence  charged  result
2024-11-05 09:00  E1     Li      late     1           100 CNY  100 CNY
2024-11-07 09:00  E3     Wu      late     1             0 CNY  undecided: engineer.wage; 0 CNY
in all: fines 100 CNY, payments 0 CNY; 3 events, 1 without consequence; 2 lines, 1 undecided
""")
        self.assertIn("undecided: bad", self.tool("penalties", policy, "--in", path, "--with", "engineer=%s" % wages).stdout)
        stray = self.file("stray.csv", "id,at,field,value\nE9,2024-11-08T09:00:00+08:00,bad,yes\nE2,2024-11-08T09:00:00+08:00,bad,perhaps\n")
        done = self.tool("penalties", policy, "--in", path, "--with", "engineer=%s" % wages, "--events", stray, code=1)
        self.assertRegex(done.stderr, r"stray.csv:3:\d+: error\[AC-\d{4}\]")
        self.assertIn("stray.csv:2:1: error[AC-9804]: no row of the log has the id of this event\n", done.stderr)
        self.assertIn("1 of 2 events of the history left out", done.stderr)
        both = self.file("both.csv", "id,time,engineer,engineer.wage\nE1,2024-11-05T09:00:00+08:00,Li,5 CNY\n")
        done = self.tool("penalties", policy, "--in", both, "--with", "engineer=%s" % wages, code=1)
        self.assertIn("both.csv:2:33: error[AC-9808]: records of this kind come from --with: engineer.wage\n", done.stderr)
        bad = self.file("bad.csv", "id,wage\nLi,much\n")
        self.tool("penalties", policy, "--in", path, "--with", "engineer=%s" % bad, code=1)

    def test_a_column_for_nothing_or_twice_is_told_once_before_anything(self):
        rows = "id,time,moood,engineer,engineer\n" + "".join("E%d,2024-07-01T00:00:00+08:00,x,a,a\n" % i for i in range(3))
        done = self.penalties(rows, code=1)
        self.assertEqual(done.stdout, "")
        self.assertEqual([line.split("events.csv")[1] for line in done.stderr.splitlines() if "error[" in line],
                         [":1:9: error[AC-1795]: no field of the record or outward of it has this name: moood", ":1:24: error[AC-9803]: this column is there twice: engineer"])

    def test_the_same_mistake_many_times_is_told_twenty_times(self):
        rows = "".join("E%03d,slip,2024-07-01T00:00:00+08:00,a,maybe,,,,,,,,\n" % i for i in range(123))
        done = self.penalties(HEAD + rows, code=1)
        self.assertEqual(done.stderr.count("error[AC-"), 21)
        self.assertRegex(done.stderr, r"aftercare penalties: 123 of 123 rows left out\n.*events.csv: and 103 more error\[AC-\d{4}\]\n$")
        self.assertRegex(self.penalties(HEAD + rows, "--lang", "zh", code=1).stderr, r"events.csv：另有 103 处 错误\[AC-\d{4}\]\n$")

    def test_nothing_is_certain_after_an_undecided_event_of_the_same_counter(self):
        unknown = EVENTS.replace("E05,slip,2024-06-30T23:00:00+08:00,a,yes", "E05,slip,2024-06-30T23:00:00+08:00,a,")
        out = self.penalties(HEAD + unknown).stdout
        self.assertIn("E06    a       late          at least 3 in month, at least 3 in year   20 CNY  20 CNY; may change with E05, which is undecided (3.1)\n", out)
        self.assertIn("E08    a       late          1 in month, at least 5 in year             0 CNY  reprimand; may change with E05, which is undecided (3.1)\n", out)
        self.assertEqual(out.count(", which is undecided (3.1)\n"), 3)
        report = json.loads(self.penalties(HEAD + unknown, "--json").stdout)
        self.assertEqual([line["id"] for line in report["lines"] if line.get("undecided_before") == "E05"], ["E06", "E07", "E08"])
        was = self.penalties(HEAD + unknown, "--csv").stdout
        self.assertIn("0 changed, 0 new, 0 fallen away", self.issued(was, unknown).stdout)
        self.assertNotIn("at least", self.penalties(HEAD + unknown.replace("E05,slip,2024-06-30T23:00:00+08:00,a,", "E05,slip,2024-06-30T23:00:00+08:00,b,")).stdout)

    def test_a_second_amount_for_another_offence_of_the_event_is_told(self):
        policy = self.file("two.policy", """\
policy two version 1
timezone +08:00
currency CNY
roles
  head
record engineer is engineer
  name : text
record slip dated seen
  seen : moment
  engineer : engineer
offence late of slip against engineer
  fine 50 CNY..200 CNY step 10 CNY chosen by head
offence rude of slip against engineer
  fine 50 CNY..500 CNY step 10 CNY chosen by head
""")
        path = self.file("slips.csv", "id,time,engineer\nE1,2024-11-05T09:00:00+08:00,Li\n")
        acts = self.file("acts.csv", "id,event,offence,do,at,by,role,amount,reason\nA1,E1,late,choose,2024-11-06T09:00:00+08:00,Chen,head,60,x\n"
                         "A2,E1,rude,choose,2024-11-06T10:00:00+08:00,Chen,head,300,y\n")
        done = self.tool("penalties", policy, "--in", path, "--acts", acts, code=1)
        self.assertIn("acts.csv:3:1: error[AC-9809]: another amount was chosen for this event, and it takes one\n", done.stderr)
        self.assertIn("in all: fines 60 CNY, payments 0 CNY, still to be chosen 50 CNY..500 CNY; 1 event; 3 lines\n", done.stdout)

    def test_an_amount_chosen_that_is_none_is_told_and_the_others_counted(self):
        for chosen in ("60.001", "abc", "60 USD", "6.0.0", "9" * 20):
            row = f"B1,slip,2024-07-01T00:00:00+08:00,a,yes,100 CNY,,{chosen},head,,,,\n"
            done = self.penalties(HEAD + EVENTS + row, code=1)
            self.assertEqual(done.stdout, ALL)
            self.assertRegex(done.stderr, r":12:50: error\[AC-\d{4}\]: .*\n    hint: ")

    def test_an_unknown_offence_is_told_those_that_there_are(self):
        row = "C1,slip,2024-07-01T00:00:00+08:00,a,,,,,,,,,rude\n"
        done = self.penalties(HEAD + row, code=1)
        self.assertIn(":2:45: error[AC-9803]: the policy has no such offence or reward: rude\n    hint: it has: late, damage, carelessness, waste, commission\n", done.stderr)
        self.assertIn("：rude\n    办法：制度规定了： late, damage, ", self.penalties(HEAD + row, "--lang", "zh", code=1).stderr)
        done = self.tool("penalties", DESK, "job", "--in", self.file("events.csv", "id,offence\nC1,rude\n"), *AT, code=1)
        self.assertIn(":2:4: error[AC-9803]: the policy has no offences and no rewards: rude\n    hint: aftercare penalties --help tells what they are for\n", done.stderr)

    def test_a_month_and_a_person_alone(self):
        out = self.penalties(HEAD + EVENTS, "--month", "2024-06", "--statement", "a").stdout
        self.assertTrue(out.startswith("Statement of a\ndesk version 1, 2024-06, judged at 2025-06-01T08:00:00+08:00\nrules "))
        self.assertIn("charged: fines 90 CNY, payments 0 CNY, still to be chosen 50 CNY..200 CNY; 6 events; 8 lines, 1 voided\n", out)
        self.assertNotIn("E04", out)
        self.assertNotIn("E10", out)
        self.assertEqual(self.penalties(HEAD, "--month", "2024-13", code=2).stdout, "")

    def test_a_statement_in_chinese_has_no_english_of_the_tool(self):
        words = r"\b(?:when|event|person|charged|result|fines|payments|lines?|events?|voided|takes off|carried over|owed|stands|now|judged at|open|made|notified|appeal|confirm|may be)\b"
        for args in ((), ("--statement", "a"), ("--why",)):
            self.assertNotRegex(self.penalties(HEAD + EVENTS, *args, "--lang", "zh").stdout, words)
            self.assertNotRegex(self.after(ACTS, *args, "--lang", "zh").stdout, words)
        out = self.penalties(HEAD + EVENTS, "--month", "2024-06", "--statement", "a", "--lang", "zh").stdout
        self.assertTrue(out.startswith("对账单：a\ndesk 版本 1，2024-06，判定时刻 2025-06-01T08:00:00+08:00\n规则摘要 "), out)
        self.assertIn("\n计入：罚款 90 CNY，奖励 0 CNY，", out)
        for kind in ("--json", "--csv"):
            self.assertEqual(self.after(ACTS, kind, "--lang", "zh").stdout, self.after(ACTS, kind).stdout)
            was = self.penalties(HEAD + CASES, "--csv").stdout
            self.assertEqual(self.issued(was, EVENTS, kind, "--lang", "zh").stdout, self.issued(was, EVENTS, kind).stdout)

    def test_why_names_lines_and_articles(self):
        out = self.penalties(HEAD + EVENTS, "--why").stdout
        self.assertIn("\nE07 late, line 38, 3.1: made\n  line 42, 3.1: 50 CNY\n", out)

    def test_caps_over_several_offences_carry_over_and_shares_add_up(self):
        caps = ROOT / "tests/data/rules/caps.policy"
        events = """\
id,time,kind,harm,worker,worker.wage,lead,lead.wage
E1,2024-06-03T08:00:00+08:00,2,100 CNY,a,200 CNY,,
E2,2024-06-04T08:00:00+08:00,4,100 CNY,a,200 CNY,b,500 CNY
E3,2024-07-04T08:00:00+08:00,1,10 CNY,a,200 CNY,b,500 CNY
E4,2024-08-04T08:00:00+08:00,1,10 CNY,a,,b,500 CNY
E5,2024-08-04T09:00:00+08:00,1,10 CNY,a,350 CNY,b,500 CNY
"""
        path = self.file("caps.csv", events)
        self.assertEqual(self.tool("penalties", caps, "--in", path, *AT).stdout, """\
desk version 1, judged at 2025-06-01T08:00:00+08:00
when              event  person  offence  occurrence  charged    result
2024-06-03 08:00  E1     a       damage   1              40 CNY  100 CNY; cap (8) takes off 60 CNY, owed later (3)
2024-06-04 08:00  E2     a       broken   1           66.67 CNY  share 2/3 of 100 CNY (5)
2024-06-04 08:00  E2     b       broken   1           33.33 CNY  share 1/3 (5)
2024-07-04 08:00         a       late                    40 CNY  carried over from earlier periods; still owed 20 CNY
2024-07-04 08:00  E3     a       late     1               0 CNY  10 CNY; cap (8) takes off 10 CNY, owed later (2)
2024-08-04 08:00         a       late                     0 CNY  carried over from earlier periods, undecided: wage; still owed 30 CNY
2024-08-04 08:00  E4     a       late     2               0 CNY  undecided: wage; 10 CNY (2)
2024-08-04 09:00         a       late                    30 CNY  carried over from earlier periods
2024-08-04 09:00  E5     a       late     3              10 CNY  10 CNY (2)
in all: fines 220 CNY, payments 0 CNY, of these carried over from earlier periods 70 CNY, put off to later periods 70 CNY, still owed at the end 0 CNY; 5 events; 9 lines, 2 undecided
""")
        july = self.tool("penalties", caps, "--in", path, *AT, "--month", "2024-07").stdout
        self.assertIn("fines 40 CNY, payments 0 CNY, of these carried over from earlier periods 40 CNY, put off to later periods 10 CNY, still owed at the end 30 CNY; 1 event; 2 lines\n", july)
        was = self.file("issued.csv", self.tool("penalties", caps, "--in", path, *AT, "--csv").stdout)
        self.assertIn("0 changed, 0 new, 0 fallen away", self.tool("penalties", caps, "--in", path, *AT, "--issued", was).stdout)
        less = self.file("less.csv", events.replace("E3,2024-07-04T08:00:00+08:00,1", "E3,2024-07-04T08:00:00+08:00,0"))
        self.assertIn("  carried over late, a: was 70 CNY; would be 60 CNY: -10 CNY\n", self.tool("penalties", caps, "--in", less, *AT, "--issued", was).stdout)
        report = json.loads(self.tool("penalties", caps, "--in", path, *AT, "--json").stdout)
        self.assertEqual((report["put_off"], report["carried"], report["still_owed"], report["capped"]), (7000, 7000, 0, 0))
        self.assertEqual(report["fines"], sum(line["charged"] for line in report["lines"]))
        self.assertEqual([line.get("owed_later", 0) for line in report["lines"]], [6000, 0, 0, 0, 1000, 0, 0, 0, 0])
        self.assertEqual([line["still_owed"] for line in report["lines"] if "still_owed" in line], [2000, 3000, 0])

    def test_windows_of_a_length_are_told_as_far_as_they_count(self):
        events = "id,time,worker,a,c\n" + "".join("E%d,2024-03-0%dT08:00:00-05:00,x,yes,%s\n" % (i, i, "yes" if i < 3 else "no") for i in range(1, 6))
        out = self.tool("penalties", ROOT / "tests/data/rules/windows.policy", "slip", "--in", self.file("windows.csv", events), *AT).stdout
        self.assertIn("E3     x       days     3 in 30 days", out)
        self.assertIn("E5     x       days     4 or more in 30 days", out)
        self.assertIn("E2     x       lapse    2 in 2 months from first", out)

    def test_counting_goes_on_over_the_versions_of_a_policy(self):
        text = """\
policy code version %s
effective from %s
timezone +08:00
currency CNY
month-end clamp
roles
  head
enum sanction = reprimand
record engineer is engineer
  name : text
record slip dated seen
  seen   : moment
  worker : engineer
  %s   : money
offence late of slip against worker
%s"""
        first = self.file("first.policy", text % (1, "2024-01-01 to 2025-01-01", "harm", "  fine 10 CNY when nth in year > 2\n"))
        second = self.file("second.policy", text % (2, "2025-01-01 to 2026-01-01", "loss", "  impose reprimand when nth in 90 days >= 3\n  fine loss when nth in year > 0\n"))
        events = "id,time,engineer\nE1,2024-11-05T09:00:00+08:00,Li\nE2,2024-12-30T09:00:00+08:00,Li\nE3,2024-12-31T23:59:59+08:00,Li\n" \
            "E4,2025-01-01T00:00:00+08:00,Li\nE5,2025-03-30T00:00:00+08:00,Li\nE6,2026-01-01T00:00:00+08:00,Li\n"
        path = self.file("events.csv", events)
        done = self.tool("penalties", second, first, "--in", path, *AT, code=1)
        self.assertEqual(done.stdout, """\
code versions 1, 2, judged at 2025-06-01T08:00:00+08:00
when              event  person  offence  occurrence                       charged  result
2024-11-05 09:00  E1     Li      late     1 in year                          0 CNY  no consequence
2024-12-30 09:00  E2     Li      late     2 in year                          0 CNY  no consequence
2024-12-31 23:59  E3     Li      late     3 in year                         10 CNY  10 CNY
2025-01-01 00:00  E4     Li      late     1 in year, 4 or more in 90 days    0 CNY  undecided: loss; reprimand, 0 CNY
2025-03-30 00:00  E5     Li      late     2 in year, 3 in 90 days            0 CNY  undecided: loss; reprimand, 0 CNY
in all: fines 10 CNY, payments 0 CNY; 5 events, 2 without consequence; 5 lines, 2 undecided
""")
        self.assertIn(":7:1: error[AC-9803]: no version of the policy is in force when this happened\n", done.stderr)
        done = self.tool("penalties", first, second, "--in", path, *AT, "--json", code=1)
        self.assertEqual([line["version"] for line in json.loads(done.stdout)["lines"]], [1, 1, 1, 2, 2])
        wrong = self.file("wrong.csv", "id,time,engineer,loss,harm\nE1,2025-11-05T09:00:00+08:00,Li,5 CNY,\nE2,2024-11-05T09:00:00+08:00,Li,5 CNY,\n")
        done = self.tool("penalties", first, second, "--in", wrong, *AT, "--json", code=1)
        self.assertIn("wrong.csv:3:33: error[AC-1795]: no field of the record or outward of it has this name: loss", done.stderr)
        self.assertEqual([line["id"] for line in json.loads(done.stdout)["lines"]], ["E1"])

    def test_totals_are_the_sums_of_the_lines(self):
        """An independent count in Python over a year of random events, the same in JSON."""
        draw = random.Random(7)
        zone = timezone(timedelta(hours=8))
        events = []
        for i in range(3000):
            at = datetime(2024, 1, 1, tzinfo=zone) + timedelta(seconds=draw.randrange(366 * 86400))
            events.append(("%05d" % i, at, draw.choice("abcdef"), draw.random() < 0.8, draw.random() < 0.1))
        rows = ["%s,slip,%s,%s,%s,,,,,%s,,,\n" % (i, at.isoformat(), who, "yes" if bad else "no", "yes" if void else "") for i, at, who, bad, void in events]
        draw.shuffle(rows)
        report = json.loads(self.penalties(HEAD + "".join(rows), "--json").stdout)
        got = {line["id"]: (line["nth"]["month"], line["nth"]["year"], line["charged"]) for line in report["lines"] if not line["voided"]}
        month, year, charged, expected = defaultdict(int), defaultdict(int), defaultdict(int), {}
        for i, at, who, bad, void in sorted(events, key=lambda e: (e[1], e[0])):
            if not bad or void:
                continue
            month[who, at.month] += 1
            year[who] += 1
            nth = month[who, at.month]
            fine = 2000 if 3 <= nth <= 4 else 5000 if nth >= 5 else 0
            fine = min(fine, 10000 - charged[who, at.month])
            charged[who, at.month] += fine
            expected[i] = (nth, year[who], fine)
        self.assertEqual(got, expected)
        self.assertEqual(report["fines"], sum(charged.values()))
        self.assertEqual(report["fines"], sum(line["charged"] for line in report["lines"]))

    def after(self, acts, *args, code=0, events=CASES):
        return self.penalties(HEAD + events, "--acts", self.file("acts.csv", ACT_HEAD + acts), *args, code=code)

    def test_acts_are_lines_of_their_own(self):
        self.assertEqual(self.after(ACTS).stdout, AFTER_ACTS)

    def test_the_order_of_events_and_acts_changes_nothing_nor_does_feeding_them_twice(self):
        events, acts = CASES.splitlines(keepends=True), (ACTS + ACTS).splitlines(keepends=True)
        for seed in range(5):
            random.Random(seed).shuffle(events)
            random.Random(seed + 9).shuffle(acts)
            self.assertEqual(self.after("".join(acts), events="".join(events)).stdout, AFTER_ACTS)

    def test_terms_are_told_and_kept(self):
        def after(acts, *args, code=0):
            return self.tool("penalties", f"{ROOT}/tests/data/rules/appeals.policy", "--in", events, "--acts", self.file("acts.csv", ACT_HEAD + acts), *args, code=code)

        events = self.file("terms.csv", "id,offence,time,engineer\nR1,range,2024-06-03T08:00:00+08:00,a\nR2,range,2024-06-03T08:00:00+08:00,b\n"
                           "D1,days,2024-06-03T08:00:00+08:00,a\n")
        acts = {
            "late": "A1,R1,choose,2024-06-06T09:00:00+08:00,Chen,head,60,rude\n", "lapse": "A2,R1,lapse,2024-06-06T10:00:00+08:00,,,,\n",
            "told": "A3,D1,notify,2024-06-03T09:00:00+08:00,,,,\n", "soon": "A4,D1,confirm,2024-06-13T23:59:59+08:00,,head,,\n",
            "done": "A5,D1,confirm,2024-06-14T00:00:00+08:00,,head,,\n"}
        done = after("".join(acts.values()), "--at", "2024-06-05T00:00:00+08:00", "--csv", code=1)
        self.assertIn("acts.csv:2:1: error[AC-1677]: the time to choose has run out: 2024-06-05T23:59:59+08:00\n", done.stderr)
        self.assertIn("acts.csv:5:1: error[AC-9653]: the person may still accept or appeal: 2024-06-13T23:59:59+08:00\n", done.stderr)
        self.assertIn(",R1,a,range,offence,act,,5000,0,4,lapse; now proposed\n", done.stdout)
        self.assertIn('proposed, stands 7 CNY, to be chosen until 2024-06-05 23:59"', done.stdout)
        self.assertIn('"20 CNY; final, stands 20 CNY"\n', done.stdout)
        for at, words, over in (("2024-06-13T23:59:59", "may be appealed", False), ("2024-06-14T00:00:00", "could be appealed", True)):
            self.assertIn(f"{words} until 2024-06-13 23:59", after(acts["told"], "--at", at + "+08:00").stdout)
            line = [x for x in json.loads(after(acts["told"], "--at", at + "+08:00", "--json").stdout)["lines"] if "answer_until" in x]
            self.assertEqual([(x["answer_until"], x["is_over"]) for x in line], [("2024-06-13T23:59:59+08:00", over)])
        self.assertIn("line 30, 3.1: may be appealed until 2024-06-13 23:59\n", after(acts["told"], "--at", "2024-06-05T00:00:00+08:00", "--why").stdout)

    def test_refused_acts_are_told_and_change_nothing(self):
        bad = """\
X1,E04,appeal,2024-06-08T11:00:00+08:00,b,,,too late: it was accepted
X2,E10,choose,2024-06-08T10:00:00+08:00,Chen,head,105 CNY,between steps
X3,E10,choose,2024-06-08T10:00:00+08:00,Chen,customer,110 CNY,the wrong role
X4,E10,choose,2024-06-08T10:00:00+08:00,Chen,head,110 CNY,
X5,E10,notify,2024-06-08T10:00:00+08:00,Chen,,,
X6,E99,notify,2024-06-08T10:00:00+08:00,Chen,,,
X7,E10,choop,2024-06-08T10:00:00+08:00,Chen,,,
X8,E10,notify,yesterday,Chen,,,
X9,E10,notify
A1,E03,choose,2024-06-05T10:00:00+08:00,Chen,head,110 CNY,another amount under the same id
"""
        done = self.after(ACTS + bad, code=1)
        self.assertEqual(done.stdout, AFTER_ACTS)
        told = sorted(line.split("acts.csv:")[1].split(":")[0] for line in done.stderr.splitlines() if "error[" in line)
        self.assertEqual(told, [str(n) for n in range(12, 22)])
        self.assertIn("aftercare penalties: 10 of 20 acts left out", done.stderr)
        self.assertIn("acts have no such column: who\n", self.penalties(HEAD + CASES, "--acts", self.file("acts.csv", "id,event,do,at,who\n"), code=1).stderr)
        self.assertIn("acts need this column: at\n", self.penalties(HEAD + CASES, "--acts", self.file("acts.csv", "id,event,do\n"), code=1).stderr)

    def test_a_case_is_named_where_an_event_has_several(self):
        two = "E1,slip,2024-06-04T09:00:00+08:00,a,yes,80 CNY,,,,,,,\n"
        self.assertIn("this event has several cases: E1\n", self.after("A1,E1,notify,2024-06-05T09:00:00+08:00,,,,\n", events=two, code=1).stderr)
        acts = self.file("acts.csv", "id,event,offence,do,at\nA1,E1,late,notify,2024-06-05T09:00:00+08:00\n")
        self.assertIn("reprimand; notified, stands 0 CNY", self.penalties(HEAD + two, "--acts", acts).stdout)

    def test_lines_of_each_month_add_up(self):
        whole = json.loads(self.after(ACTS, "--json").stdout)
        fines = payments = 0
        for month in ("2024-06", "2024-07"):
            report = json.loads(self.after(ACTS, "--json", "--month", month).stdout)
            self.assertEqual(report["fines"], sum(line["charged"] for line in report["lines"] if "offence" in line))
            self.assertEqual(report["payments"], sum(line["charged"] for line in report["lines"] if "reward" in line))
            fines, payments = fines + report["fines"], payments + report["payments"]
        self.assertEqual((fines, payments), (whole["fines"], whole["payments"]))
        stands = sum(line["stands"] for line in whole["lines"] if "stands" in line)
        self.assertEqual(stands, whole["fines"] + whole["payments"])

    def test_csv_and_page_hold_every_line(self):
        page = self.folder / "page.html"
        rows = list(csv.DictReader(io.StringIO(self.after(ACTS, "--csv", "--html", page).stdout)))
        whole = json.loads(self.after(ACTS, "--json").stdout)
        self.assertEqual([(row["event"], int(row["charged"])) for row in rows], [(line["id"], line["charged"]) for line in whole["lines"]])
        self.assertEqual(sum(int(row["charged"]) for row in rows if row["kind"] == "offence"), whole["fines"])
        first = page.read_bytes()
        text = first.decode()
        self.assertEqual(text.count("<section>"), 2)
        self.assertEqual(text.count("<tr><td>"), len(rows))
        self.assertNotIn("http", text)
        xml.dom.minidom.parseString(re.sub(r"<meta[^>]*>|<!DOCTYPE html>", "", text))
        self.after("".join(reversed(ACTS.splitlines(keepends=True))), "--html", page)
        self.assertEqual(page.read_bytes(), first)
        self.assertIn("罚款", self.page_in_chinese(page))
        self.after(ACTS, "--html", self.folder / "no" / "page.html", code=2)

    def issued(self, text, events, *args, code=0):
        return self.penalties(HEAD + events, "--issued", self.file("issued.csv", text), *args, code=code)

    def test_what_was_issued_is_compared_with_counting_again(self):
        """E00 and E11 were recorded late, E01 was corrected."""
        was = self.penalties(HEAD + EVENTS, "--csv").stdout
        late = EVENTS.replace("E01,slip,2024-06-03T08:00:00+08:00,a,yes", "E01,slip,2024-06-03T08:00:00+08:00,a,no") \
            + "E00,slip,2024-06-20T10:00:00+08:00,a,yes,,,,,,,,\nE11,slip,2024-06-21T10:00:00+08:00,a,yes,,,,,,,,\n"
        out = self.issued(was, late).stdout
        self.assertEqual(out[out.index("changed since"):], ISSUED)
        self.assertEqual(self.issued("".join(sorted(was.splitlines(keepends=True), reverse=True)), late).stdout, out)
        rows = self.issued(was, late, "--csv").stdout
        self.assertEqual(rows, """\
event,person,offence,kind,was_occurrence,was_charged,occurrence,charged,change
E00,a,late,offence,,,"2 in month, 2 in year",0,0
E01,a,late,offence,"1 in month, 1 in year",0,,,0
E03,a,late,offence,"2 in month, 2 in year",0,"1 in month, 1 in year",0,0
E05,a,late,offence,"3 in month, 3 in year",2000,"4 in month, 4 in year",2000,0
E06,a,late,offence,"4 in month, 4 in year",2000,"5 in month, 5 in year",5000,3000
E07,a,late,offence,"5 in month, 5 in year",5000,"6 in month, 6 in year",1000,-4000
E08,a,late,offence,"1 in month, 6 in year",0,"1 in month, 7 in year",0,0
E11,a,late,offence,,,"3 in month, 3 in year",2000,2000
""")
        page = self.folder / "page.html"
        report = json.loads(self.issued(was, late, "--json", "--html", page).stdout)
        self.assertEqual([c["change"] for c in report["changes"]], [0, 0, 0, 0, 3000, -4000, 0, 2000])
        self.assertEqual((report["changed_by"], report["change_of_fines"], report["change_of_payments"]), ("counting again", 1000, 0))
        self.assertEqual(report["changes"][1]["would_be"], None)
        self.assertIn("<td>E06 late, a</td><td>was 4 in month, 4 in year, 20 CNY; would be 5 in month, 5 in year, 50 CNY: +30 CNY</td>", page.read_text())

    def test_nothing_has_changed_by_itself(self):
        for events, args in ((EVENTS, ()), (EVENTS, ("--month", "2024-06")), (EVENTS, ("--statement", "a")), (CASES, ("--acts", self.file("acts.csv", ACT_HEAD + ACTS)))):
            was = self.penalties(HEAD + events, "--csv", *args).stdout
            self.assertTrue(self.issued(was, events, *args).stdout.endswith("issued:\n  0 changed, 0 new, 0 fallen away: fines 0 CNY, payments 0 CNY\n"))
            self.assertIn("  0 行变化，0 行新增，0 行不再成立：罚款 0 CNY，奖励 0 CNY\n", self.issued(was, events, *args, "--lang", "zh").stdout)
        was = self.penalties(HEAD + EVENTS, "--csv").stdout
        self.assertIn("0 changed, 0 new, 0 fallen", self.issued(was, EVENTS, "--month", "2024-07", "--statement", "a").stdout)

    def test_bad_issued_rows_are_told_and_the_others_compared(self):
        was = self.penalties(HEAD + EVENTS, "--csv").stdout.splitlines()
        was[3] = was[3].replace(",0,0,3.1", ",0.5,0,3.1")
        was[7] = was[7].replace("3 in month", "third in month")
        was[8] = was[8].replace("4 in month", "4 in moon")
        was += [was[1], "short,row"]
        done = self.issued("\n".join(was) + "\n", EVENTS, code=1)
        told = [line.split("issued.csv:")[1] for line in done.stderr.splitlines() if "error[" in line]
        self.assertEqual(told, ["4:75: error[AC-9810]: this is no amount in minor units: 0.5",
                                "8:51: error[AC-9810]: the offence counts no such occurrence: third in month, 3 in year",
                                "9:51: error[AC-9810]: the offence counts no such occurrence: 4 in moon, 4 in year",
                                "16:1: error[AC-9810]: this row has not as many cells as the header",
                                "15:1: error[AC-9810]: this line was issued before: E01"])
        self.assertIn("aftercare penalties: 5 of 15 issued lines left out\n", done.stderr)
        self.assertIn("  0 changed, 3 new, 0 fallen away: fines +40 CNY, payments 0 CNY\n", done.stdout)
        self.assertIn(":1:1: error[AC-9810]: issued lines need this column: state\n", self.issued("event,person,offence,charged\n", EVENTS, code=1).stderr)
        self.assertIn(":1:7: error[AC-9810]: this column is there twice: event\n", self.issued("event,event\n", EVENTS, code=1).stderr)
        self.penalties(HEAD + EVENTS, "--issued", self.folder / "nothing.csv", code=2)

    def page_in_chinese(self, page):
        self.after(ACTS, "--html", page, "--lang", "zh")
        return page.read_text()


if __name__ == "__main__":
    main()
