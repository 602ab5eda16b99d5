"""clock: one question a line, one answer a line."""
import json

from tool import DESK, ToolTest, main

HEAD = "op,start,amount,end,pauses\n"
# question, answer; the calendar is open mon..fri 09:00..12:00 and 13:00..18:00 in +08:00, 2024 only
ANSWERS = (
    ("due,2024-03-04T09:00:00+08:00,14400,,", "2024-03-04T14:00:00+08:00"),
    ("due,2024-03-04T01:00:00Z,10800,,", "2024-03-04T12:00:00+08:00"),
    ("late,2024-03-04T09:00:00+08:00,10800,,", "2024-03-04T13:00:00+08:00"),
    ("due,2024-03-04T09:00:00+08:00,0,,", "2024-03-04T09:00:00+08:00"),
    ("due,2024-03-04T09:00:00+08:00,3600,,2024-03-04T09:30:00+08:00/2024-03-04T10:00:00+08:00", "2024-03-04T10:30:00+08:00"),
    ("due,2024-03-04T09:00:00+08:00,7200,,2024-03-04T09:00:00+08:00/2024-03-04T10:00:00+08:00;2024-03-04T09:30:00+08:00/2024-03-04T11:00:00+08:00",
     "2024-03-04T14:00:00+08:00"),
    ("due,2024-03-04T09:00:00+08:00,7200,,2024-03-04T10:00:00+08:00/", "suspended 3600"),
    ("subtract,2024-03-04T10:00:00+08:00,7200,,", "2024-03-01T17:00:00+08:00"),
    ("elapsed,2024-03-04T10:00:00+08:00,,2024-03-05T10:00:00+08:00,", "28800"),
    ("elapsed,2024-03-04T10:00:00+08:00,,2024-03-04T14:00:00+08:00,2024-03-04T11:00:00+08:00/2024-03-04T13:30:00+08:00", "5400"),
    ("open,2024-03-04T09:00:00+08:00,,,", "yes"),
    ("open,2024-03-04T12:00:00+08:00,,,", "no"),
    ("open,2024-03-03T10:00:00+08:00,,,", "no"),
    ("workdays,2024-03-01T10:00:00+08:00,1,,", "2024-03-04T23:59:59+08:00"),
    ("days,2024-03-01T10:00:00+08:00,1,,", "2024-03-02T23:59:59+08:00"),
    ("due,2024-12-31T17:00:00+08:00,7200,,", "not-covered"),
    ("due,2023-12-31T17:00:00+08:00,7200,,", "not-covered"),
    ("elapsed,2024-03-04T10:00:00+08:00,,2026-03-05T10:00:00+08:00,", "not-covered"),
)
ERRORS = (
    ("rewind,2024-03-04T09:00:00+08:00,1,,", "op is none of due"),
    ("due,monday,1,,", "start is no RFC 3339 instant"),
    ("due,,1,,", "start is no RFC 3339 instant"),
    ("due,2024-03-04T09:00:00+08:00,,,", "amount is no whole number"),
    ("due,2024-03-04T09:00:00+08:00,1.5,,", "amount is no whole number"),
    ("due,2024-03-04T09:00:00+08:00,99999999999999999999,,", "amount is no whole number"),
    ("due,2024-03-04T09:00:00+08:00,-5,,", ""),
    ("elapsed,2024-03-04T09:00:00+08:00,,,", "elapsed needs an end"),
    ("elapsed,2024-03-04T09:00:00+08:00,,later,", "end is no RFC 3339 instant"),
    ("due,2024-03-04T09:00:00+08:00,1,,2024-03-04T09:00:00+08:00", "pauses are written from/to;from/to"),
    ("due,2024-03-04T09:00:00+08:00,1,,a/b", "pauses are written from/to;from/to"),
    ('due,"2024', "quote"),
)


class Clock(ToolTest):
    def ask(self, calendar, lines, *words, head=HEAD, code=0):
        return self.results("clock", DESK, calendar, "--batch", *words, stdin=head + "\n".join(lines) + "\n", code=code)

    def test_every_operation_answers(self):
        out = self.ask("office", [question for question, _ in ANSWERS])
        self.assertEqual(dict(zip([q for q, _ in ANSWERS], out)), dict(ANSWERS))
        self.assertEqual(len(out), len(ANSWERS))

    def test_a_bad_line_is_an_error_and_the_next_is_answered(self):
        good, answer = ANSWERS[0]
        for bad, words in ERRORS:
            with self.subTest(bad):
                out = self.ask("office", [good, bad] if bad.count('"') else [good, bad, good])
                self.assertEqual(out[0], answer)
                self.assertRegex(out[1], r"^error AC-\d{4} ")
                self.assertIn(words, out[1])
                if not bad.count('"'):
                    self.assertEqual(out[2:], [answer])

    def test_a_calendar_that_never_opens_again(self):
        out = self.ask("never-open", ["due,2024-01-01T08:00:00+08:00,3600,,", "late,2024-01-01T08:00:00+08:00,3600,,", "due,2024-01-01T08:00:00+08:00,3601,,"])
        self.assertEqual(out, ["2024-01-01T10:00:00+08:00", "not-covered", "not-covered"])

    def test_columns_may_stand_in_any_order_and_be_left_out(self):
        self.assertEqual(self.ask("office", ["2024-03-04T09:00:00+08:00,open"], head="start,op\n"), ["yes"])
        for head in ("", "op\n", "op,start,nope\n"):
            done = self.tool("clock", DESK, "office", "--batch", stdin=head, code=1)
            self.assertRegex(done.stderr, r"^\(stdin\):1:\d+: error\[AC-9803\]: ")

    def test_json_holds_the_same_lines(self):
        questions = [question for question, _ in ANSWERS] + [question for question, _ in ERRORS[:-1]]
        out = [json.loads(line)["result"] for line in self.ask("office", questions, "--json")]
        self.assertEqual(out, self.ask("office", questions))

    def test_many_pauses_on_one_line(self):
        pauses = ";".join("2024-03-04T%02d:%02d:00+08:00/2024-03-04T%02d:%02d:30+08:00" % (9 + i // 60, i % 60, 9 + i // 60, i % 60) for i in range(120))
        self.assertEqual(self.ask("office", ["due,2024-03-04T09:00:00+08:00,3600,," + pauses]), ["2024-03-04T11:00:00+08:00"])


main()
