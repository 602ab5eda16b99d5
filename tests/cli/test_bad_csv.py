"""Bad input: every mistake has its file, line, column, code and a way out; the good rows are decided all the same."""
import csv
import random
import re

from tool import DESK, ToolTest, main

HEAD = "id,level,hours,opened,note\n"
GOOD = "G1,high,1,2024-03-04T09:00:00+08:00,fine\n"
LAST = "G2,low,2,2024-03-05T09:00:00+08:00,fine too\n"
MESSAGE = re.compile(r"^(.+):(\d+):(\d+): error\[AC-\d{4}\]: .+$")

# name, bad rows between the good ones (bytes), line and column of the message
ROWS = (
    ("a word that the enum has not", b"B,higj,1,,\n", 3, 3),
    ("no number", b"B,low,one,,\n", 3, 7),
    ("no instant", b"B,low,1,yesterday,\n", 3, 9),
    ("a date that does not exist", b"B,low,1,2024-02-30T09:00:00+08:00,\n", 3, 9),
    ("a column counted in letters, not bytes", "客户甲,low,一,,\n".encode(), 3, 9),
    ("a short row", b"B,low,1\n", 3, 7),
    ("a long row", b"B,low,1,,,more\n", 3, 11),
    ("an empty id", b",low,1,,\n", 3, 1),
    ("bytes that are not UTF-8", b"B,low,1,,caf\xe9\n", 3, 13),
    ("an overlong form", b"B,low,1,,\xc0\xaf\n", 3, 10),
    ("half a surrogate pair", b"B,low,1,,\xed\xa0\x80\n", 3, 10),
    ("a NUL byte in a number", b"B,low,1\x002,,\n", 3, 7),
    ("a quote in the middle", b'B,low,1,,say "hi"\n', 3, 14),
    ("text behind a quote", b'B,low,1,,"say"hi\n', 3, 15),
    ("a second line of a cell", b'"B\nB",low,one,,\n', 4, 8),
)


class BadRows(ToolTest):
    def replay(self, log, *words, code, events=None):
        out = self.folder / "out.csv"
        path = self.file("log.csv", log)
        if events is not None:
            words += ("--events", self.file("events.csv", events))
        done = self.tool("replay", DESK, "job", "--in", path, "--out", out, *words, code=code)
        ids = []
        if out.exists():
            with open(out, newline="") as rows:
                ids = [row["id"] for row in csv.DictReader(rows)]
            out.unlink()
        return done, ids

    def messages(self, done):
        found = [MESSAGE.match(line) for line in done.stderr.splitlines()]
        return [(match[1].rsplit("/", 1)[-1], int(match[2]), int(match[3])) for match in found if match]

    def test_each_bad_row_is_located_and_the_good_ones_are_decided(self):
        for name, bad, line, column in ROWS:
            with self.subTest(name):
                done, ids = self.replay(HEAD.encode() + GOOD.encode() + bad + LAST.encode(), code=1)
                self.assertEqual(self.messages(done), [("log.csv", line, column)], done.stderr)
                self.assertEqual(ids, ["G1", "G2"])
                self.assertIn("    hint: ", done.stderr)
                self.assertTrue(done.stderr.endswith("aftercare replay: 1 of 3 rows and 0 events left out\n"), done.stderr)
                self.assertIn("2 records", done.stdout)

    def test_all_of_them_together(self):
        done, ids = self.replay(HEAD.encode() + GOOD.encode() + b"".join(bad for _, bad, _, _ in ROWS) + LAST.encode(), code=1)
        self.assertEqual(len(self.messages(done)), len(ROWS), done.stderr)
        self.assertEqual(ids, ["G1", "G2"])
        self.assertIn("%d of %d rows" % (len(ROWS), len(ROWS) + 2), done.stderr)

    def test_good_forms_of_the_same_file(self):
        plain = (HEAD + GOOD + LAST).encode()
        _, expected = self.replay(plain, code=0)
        for name, log in (("a byte order mark", b"\xef\xbb\xbf" + plain), ("CRLF", plain.replace(b"\n", b"\r\n")), ("no last line break", plain[:-1]),
                          ("blank lines", plain.replace(b"\n", b"\n\n\r\n")), ("quotes", plain.replace(b"fine\n", b'"a ""fine"", one\nof two"\n')),
                          ("quoted names", plain.replace(b"id,level", b'"id","level"')), ("both", b"\xef\xbb\xbf" + plain.replace(b"\n", b"\r\n"))):
            with self.subTest(name):
                done, ids = self.replay(log, code=0)
                self.assertEqual(ids, expected)
                self.assertEqual(done.stderr, "")

    def test_a_quote_that_never_closes_costs_one_row(self):
        done, ids = self.replay(HEAD + GOOD + 'B,low,1,,"open\n' + LAST, code=1)
        self.assertEqual(self.messages(done), [("log.csv", 3, 10)])
        self.assertIn("never closed", done.stderr)
        self.assertEqual(ids, ["G1", "G2"])

    def test_a_line_of_ten_megabytes_costs_one_row(self):
        for bad in ("B,low,1,," + "x" * 10_000_000, 'B,low,1,,"' + "x" * 10_000_000 + '"', "," * 10_000_000, '"' * 9_999_999):
            with self.subTest(bad[:12]):
                done, ids = self.replay(HEAD + GOOD + bad + "\n" + LAST, code=1)
                self.assertEqual(self.messages(done), [("log.csv", 3, 1)], done.stderr[:500])
                self.assertIn("longer than 1 MiB", done.stderr)
                self.assertEqual(ids, ["G1", "G2"])
                self.assertLess(len(done.stderr), 2000)

    def test_a_row_of_many_cells(self):
        done, ids = self.replay(HEAD + GOOD + "B" + "," * 5000 + "\n" + LAST, code=1)
        self.assertEqual(self.messages(done), [("log.csv", 3, 1026)])
        self.assertEqual(ids, ["G1", "G2"])

    def test_long_values_in_messages_do_not_flood(self):
        done, _ = self.replay(HEAD + "B," + "x" * 900_000 + ",1,,\n", code=1)
        self.assertLess(len(done.stderr), 2000)

    def test_headers(self):
        for name, head, places in (
                ("unknown", b"id,levle\n", [("log.csv", 1, 4)]), ("twice", b"id,level,level\n", [("log.csv", 1, 10)]), ("id twice", b"id,id\n", [("log.csv", 1, 4)]),
                ("two mistakes", b"id,levle,level,level\n", [("log.csv", 1, 4), ("log.csv", 1, 16)]), ("an unknown owner", b"id,frim.vip\n", [("log.csv", 1, 4)]),
                ("not to be filled", b"id,pay\n", [("log.csv", 1, 4)]), ("empty name", b"id,\n", [("log.csv", 1, 4)]), ("not UTF-8", b"id,\xff\n", [("log.csv", 1, 4)]),
                ("open quote", b'id,"level\n', [("log.csv", 1, 4)]), ("empty file", b"", [("log.csv", 1, 1)]), ("blank lines only", b"\n\r\n", [("log.csv", 1, 1)]),
                ("a mark only", b"\xef\xbb\xbf", [("log.csv", 1, 1)]), ("NUL", b"\0\n", [("log.csv", 1, 1)]), ("binary", b"\x7fELF\x02\x01\x01\0\xff\xff\n", [("log.csv", 1, 9)])):
            with self.subTest(name):
                done, ids = self.replay(head + (b"J1,low\n" if head[:2] == b"id" else b""), code=1)
                self.assertEqual(self.messages(done), places, done.stderr)
                self.assertIn("    hint: ", done.stderr)
                self.assertEqual(ids, [])

    def test_header_only(self):
        done, ids = self.replay(HEAD, code=0)
        self.assertEqual((ids, done.stderr), ([], ""))

    def test_a_log_without_ids(self):
        done, ids = self.replay("level\nlow\nhigh\n", code=0)
        self.assertEqual(ids, ["", ""])
        done, _ = self.replay("level\nlow\n", events="id,at,field,value\n", code=1)
        self.assertIn("events need a column `id`", done.stderr)


class BadEvents(BadRows):
    GOOD_EVENT = "G1,2024-03-04T10:00:00+08:00,waiting,yes\n"

    def one(self, bad, line=3, column=None, code=1, ids=("G1", "G2")):
        done, found = self.replay(HEAD + GOOD + LAST, events=("id,at,field,value\n" + self.GOOD_EVENT).encode() + bad, code=code)
        places = self.messages(done)
        self.assertEqual([(place[0], place[1]) for place in places], [("events.csv", line)], done.stderr)
        if column:
            self.assertEqual(places[0][2], column)
        self.assertIn("    hint: ", done.stderr)
        self.assertEqual(found, list(ids))
        return done

    def test_an_event_of_no_record(self):
        self.assertIn("0 of 2 rows and 1 events left out", self.one(b"GX,2024-03-04T10:00:00+08:00,waiting,yes\n", column=1).stderr)

    def test_times(self):
        for at in (b"", b"noon", b"2024-03-04", b"2024-03-04T10:00:00", b"2024-02-30T10:00:00Z"):
            with self.subTest(at):
                self.one(b"G2," + at + b",waiting,yes\n", column=4)

    def test_a_history_that_is_wrong_leaves_its_record_out(self):
        self.one(b"G2,2024-03-04T10:00:00+08:00,waitnig,yes\n", column=30, ids=["G1"])
        self.one(b"G2,2024-03-04T10:00:00+08:00,waiting,perhaps\n", column=38, ids=["G1"])
        self.one(b"G2,2024-03-04T10:00:00+08:00,level,lwo\n", column=36, ids=["G1"])

    def test_rows(self):
        self.one(b"G2,2024-03-04T10:00:00+08:00,waiting\n")
        self.one(b"G2,2024-03-04T10:00:00+08:00,waiting,yes,more\n")
        self.one(b"G2,2024-03-04T10:00:00+08:00,waiting,y\xffs\n", column=39)
        self.one(b'G2,2024-03-04T10:00:00+08:00,waiting,"yes\n', column=38)
        self.one(b"x" * 10_000_000 + b"\n", column=1)

    def test_header(self):
        for head in ("", "id,at,field\n", "at,id,field,value\n", "id,at,field,value,more\n", '"\n'):
            with self.subTest(head):
                done, ids = self.replay(HEAD + GOOD, events=head, code=1)
                self.assertRegex(done.stderr, r"events\.csv:1:1: error\[AC-\d{4}\]: ")
                self.assertIn("id,at,field,value", done.stderr)
                self.assertEqual(ids, [])

    def test_a_history_in_any_order_is_the_same_history(self):
        lines = ["G1,2024-03-04T12:00:00+08:00,waiting,no\n", "G1,2024-03-04T10:00:00+08:00,waiting,yes\n"]
        log = self.file("log.csv", HEAD + GOOD + LAST)
        outs = [self.tool("replay", DESK, "job", "--in", log, "--events", self.file("events.csv", "id,at,field,value\n" + "".join(order)), "--out", "-", code=0).stdout
                for order in (lines, lines[::-1])]
        self.assertEqual(outs[0], outs[1])
        self.assertIn(",2024-03-04T15:00:00+08:00,", outs[0])


class Noise(ToolTest):
    def test_nothing_crashes_on_files_with_random_mistakes(self):
        random.seed(20240304)
        plain = (HEAD + (GOOD + LAST) * 20).encode()
        events = ("id,at,field,value\n" + BadEvents.GOOD_EVENT * 3).encode()
        for _ in range(60):
            files = []
            for content in (bytearray(plain), bytearray(events)):
                for _ in range(random.randrange(1, 12)):
                    at = random.randrange(len(content))
                    content[at:at + random.randrange(3)] = random.choice((b'"', b"\n", b"\r", b",", b"\0", b"\xff", b"", b'""', b"\xe5"))
                files.append(bytes(content))
            done = self.tool("replay", DESK, "job", "--in", self.file("log.csv", files[0]), "--events", self.file("events.csv", files[1]), "--out", "-")
            self.assertIn(done.returncode, (0, 1))


main()
