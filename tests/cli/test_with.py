"""--with: records beside the one that is decided, for aggregates, links and owners; and what a record opens."""
import json

from tool import ROOT, ToolTest, main

DESK = ROOT / "tests/data/aggregates/desk.policy"
OPENINGS = ROOT / "tests/data/aggregates/openings.policy"
TICKETS = """\
id,client,size,happy,cost,opened,closed,keeper
T1,C1,3,yes,10 CNY,2026-01-01T08:00:00Z,,E1
T2,C1,5,no,20 CNY,2026-01-02T08:00:00Z,2026-01-03T08:00:00Z,E2
T3,C2,1,yes,5 CNY,2026-01-02T08:00:00Z,,E1
"""
VISITS = "ticket,day,person,length\nT1,2026-01-02,E1,2 h\nT1,2026-01-03,E1,3 h\nT3,2026-01-03,E2,3 h\n"
AT = ("--at", "2026-02-01T00:00:00Z")
CREW = """\
policy crew version 1
timezone +08:00
rulebook R "rules"
  articles 1..4
record engineer is engineer per 1
  grade   = level
  trained : yes/no
  done    = count(job where closed is known)
record job is ticket dated opened per 2
  opened, closed : moment
  keeper  : engineer
ladder level of engineer from junior per 3
  senior needs done >= 2
choose engineer for job per 4
  least done
"""
JOBS = "id,opened,closed,keeper\nJ1,2026-01-01T08:00:00Z,2026-01-01T09:00:00Z,Li\nJ2,2026-01-01T08:00:00Z,2026-01-01T09:00:00Z,Li\nJ3,2026-01-01T08:00:00Z,,Wang\n"


class With(ToolTest):
    def with_all(self, tickets=TICKETS):
        return ("--with", self.file("ticket.csv", tickets), "--with", "visit=%s" % self.file("trips.csv", VISITS), *AT)

    def values(self, *args):
        return {name: value.get("value", value["result"]) for name, value in json.loads(self.tool("decide", DESK, *args, "--json", code=0).stdout)["values"].items()}

    def test_children_are_counted_for_their_owner(self):
        one = self.values("client", "id=C1", "least=4", *self.with_all())
        self.assertEqual([one[name] for name in ("jobs", "open", "costs", "average", "rage", "calls", "busy", "overall")],
                         ["2", "1", "30 CNY", "15 CNY", "yes", "2", "1", "3"])
        other = self.values("client", "id=C2", *self.with_all())
        self.assertEqual([other[name] for name in ("jobs", "costs", "calls")], ["1", "5 CNY", "1"])

    def test_links_lead_to_who_is_named(self):
        one = self.values("engineer", "id=E1", *self.with_all())
        self.assertEqual([one[name] for name in ("in-hand", "checked", "trips", "late")], ["2", "0", "2", "2"])

    def test_without_them_nothing_is_counted(self):
        self.assertEqual(self.values("client", "id=C1", *AT)["jobs"], "unknown")
        self.assertEqual(self.values("client", "id=C1", "--with", "visit=%s" % self.file("v.csv", VISITS), *AT)["jobs"], "unknown")
        self.assertEqual(self.values("client", "id=C1", "--with", self.file("ticket.csv", "id,client\n"), *AT)["jobs"], "0")

    def test_owners_and_links_are_read_from_them(self):
        clients = self.file("client.csv", "id,name,least\nC1,North,4\nC2,South,9\n")
        crew = self.file("engineer.csv", "id\nE1\nE2\n")
        more = ("--with", clients, "--with", crew, *self.with_all())
        for expression, fact, value in (("client.name", "client=C2", '"South"'), ("client.jobs", "client=C1", "2"), ("client.big", "client=C1", "1"),
                                        ("keeper.trips", "keeper=E2", "1"), ("client.jobs", "client=C9", "0")):
            self.assertEqual(self.results("eval", DESK, "--of", "ticket", expression, fact, *more), ["value " + value])
        batch = "client.jobs\tclient=C1\nclient.jobs\tclient=C2\nclient.jobs\n"
        self.assertEqual(self.results("eval", DESK, "--of", "ticket", "--batch", *more, stdin=batch), ["value 2", "value 1", "value 0"])

    def test_a_log_is_judged_beside_them(self):
        log = self.file("log.csv", "id,client,size\nN1,C1,1\nN2,C2,1\nN3,,1\n")
        out = self.tool("replay", DESK, "ticket", "--in", log, "--out", "-", "--with", self.file("visit.csv", VISITS), *AT, code=0).stdout
        self.assertEqual([row.split(",")[2] for row in out.splitlines()[1:]], ["0", "0", "0"])
        log = self.file("log.csv", TICKETS)
        out = self.tool("replay", DESK, "ticket", "--in", log, "--out", "-", "--with", self.file("visit.csv", VISITS), *AT, code=0).stdout
        self.assertEqual([row.split(",")[2] for row in out.splitlines()[1:]], ["2", "0", "1"])

    def test_grades_and_choices(self):
        crew, jobs = self.file("crew.policy", CREW), self.file("job.csv", JOBS)
        people = self.file("people.csv", "id\nLi\nWang\n")
        graded = self.results("evaluate", crew, "level", "--in", people, "--with", jobs, "--csv", *AT)
        self.assertEqual([row.split(",")[:2] for row in graded[1:]], [["Li", "senior"], ["Wang", "junior"]])
        chosen = self.results("choose", crew, "engineer", "job", "--in", people, "--with", jobs, "--csv", *AT)
        self.assertEqual([row.split(",")[:2] for row in chosen[1:]], [["1", "Wang"], ["2", "Li"]])

    def test_every_version_sees_them(self):
        old = self.file("a.policy", CREW.replace("version 1\n", "version 1\neffective from 2025-01-01 to 2026-01-01\n"))
        new = self.file("b.policy", CREW.replace("version 1\n", "version 2\neffective from 2026-01-01\n"))
        done = self.tool("decide", old, new, "engineer", "id=Li", "--with", self.file("job.csv", JOBS), *AT, code=0).stdout
        self.assertRegex(done, r"(?m)^  done +2 +per 1$")

    def test_a_bad_row_refuses_all(self):
        done = self.tool("decide", DESK, "client", "id=C1", *self.with_all(TICKETS.replace(",5 CNY", ",x")), code=1)
        self.assertEqual(done.stdout, "")
        self.assertRegex(done.stderr, r"ticket\.csv:4:\d+: error\[AC-\d{4}\]: ")
        self.assertIn("1 of 3 rows of %s cannot be read; nothing is decided without them" % (self.folder / "ticket.csv"), done.stderr)

    def test_an_id_stands_for_one_record(self):
        done = self.tool("decide", DESK, "client", "id=C1", *self.with_all(TICKETS + "T1,C2,,,,,,\n"), code=1)
        self.assertIn("error[AC-9808]: two records of one kind have this id: T1", done.stderr)

    def test_what_comes_from_them_is_not_filled_twice(self):
        clients = ("--with", self.file("client.csv", "id,least\nC1,4\n"))
        done = self.tool("decide", DESK, "ticket", "client.least=3", *clients, code=1)
        self.assertIn("error[AC-9808]: records of this kind come from --with: client.least\n    hint: name one by its id", done.stderr)
        done = self.tool("replay", DESK, "ticket", "--in", self.file("log.csv", "id,client.least\nA,1\n"), *clients, code=1)
        self.assertIn("log.csv:1:4: error[AC-9808]", done.stderr)
        self.tool("eval", DESK, "--of", "ticket", "size", "client.least=3", *clients, code=1)

    def test_mistakes_tell_the_way_out(self):
        some = self.file("jobs.csv", TICKETS)
        self.assertIn("hint: --with KIND=%s says what records these are" % some, self.tool("decide", DESK, "client", "--with", some, code=2).stderr)
        self.assertIn('no record "tickets"\n    hint: it has client, engineer, ticket', self.tool("decide", DESK, "client", "--with", "tickets=%s" % some, code=2).stderr)
        self.tool("decide", DESK, "client", "--with", "ticket=%s" % (self.folder / "none.csv"), code=2)
        self.assertIn('no option "--with"', self.tool("check", DESK, "--with", some, code=2).stderr)
        self.assertIn("jobs.csv:1:1: error", self.tool("decide", DESK, "client", "--with", "ticket=%s" % self.file("jobs.csv", ""), code=1).stderr)


class Opens(ToolTest):
    FACTS = ("id=T1", "opened=2026-06-30 10:00", "mended=2026-07-01 10:00", "by-post=no", "client.grade=gold")
    AT = ("--at", "2026-07-03T00:00:00Z")

    def test_what_a_moment_opens(self):
        self.assertEqual(self.tool("decide", OPENINGS, "ticket", *self.FACTS, *self.AT, code=0).stdout, """\
ticket T1 judged at 2026-07-03T08:00:00+08:00
  opens
    courtesy  undecided, needs count(ticket)       per 4
    call      since 2026-07-01T10:00:00+08:00      per 3
      made    open, due 2026-07-04T23:59:59+08:00  per 3
    survey    since 2026-07-01T10:00:00+08:00      per 4
""")
        out = self.tool("decide", OPENINGS, "ticket", *self.FACTS, "by-post=yes", *self.AT, code=0).stdout
        self.assertRegex(out, r"(?m)^    call +no +per 3$")
        self.assertNotIn("opens", self.tool("decide", OPENINGS, "ticket", "id=T1", *self.AT, code=0).stdout)

    def test_what_the_calendar_opens(self):
        out = self.tool("decide", OPENINGS, "client", "id=C1", "since=2026-07-01", "grade=gold", *self.AT, code=0).stdout
        self.assertIn("""\
  opens
    month-visit 2026-07  since 2026-07-01T00:00:00+08:00      per 5
      paid               open, due 2026-07-31T23:59:59+08:00  per 5
    sweep                not configured: sweep-every          per 6
    check 2026-W27       since 2026-07-01T00:00:00+08:00      per 6
""", out)
        self.assertEqual(self.tool("decide", OPENINGS, "digest", *self.AT, code=0).stdout.count("digest 2026-Q3 "), 2)

    def test_what_it_counts_comes_with_it(self):
        tickets = self.file("ticket.csv", "id,client,opened\nT1,C1,2026-06-29T10:00:00Z\nT2,C1,2026-06-29T10:00:00Z\n")
        clients = self.file("client.csv", "id,grade\nC1,gold\n")
        out = self.tool("decide", OPENINGS, "ticket", "id=T1", "client=C1", "opened=2026-06-30 10:00", "--with", tickets, "--with", clients, *self.AT, code=0).stdout
        self.assertRegex(out, r"(?m)^    courtesy  since 2026-06-30T10:00:00\+08:00  per 4$")

    def test_as_json(self):
        whole = json.loads(self.tool("decide", OPENINGS, "ticket", *self.FACTS, *self.AT, "--json", code=0).stdout)
        self.assertEqual([(o["record"], o["state"], o["article"]) for o in whole["opens"]], [("courtesy", "undecided", "4"), ("call", "yes", "3"), ("survey", "yes", "4")])
        self.assertEqual(whole["opens"][1]["key"], "call/T1/2026-07-01T02:00:00Z")
        self.assertEqual(whole["opens"][1]["limits"]["made"]["due_at"], "2026-07-04T23:59:59+08:00")
        self.assertEqual(whole["opens"][0]["missing"], "count(ticket)")
        batch = self.results("decide", OPENINGS, "ticket", "--batch", "--json", *self.AT, stdin="id,mended\nA,2026-07-01T10:00:00Z\nB,\n")
        self.assertEqual(["opens" in json.loads(line) for line in batch], [True, False])

    def test_one_and_why(self):
        done = self.tool("decide", OPENINGS, "ticket", *self.FACTS, *self.AT, "--only", "call", "--why", code=0).stdout
        self.assertIn("    call    since", done)
        self.assertNotIn("survey", done)
        self.assertIn("result      ", done)
        self.assertIn("nothing to open yet", self.tool("decide", OPENINGS, "ticket", "--only", "call", "--why", *self.AT, code=0).stdout)
        done = self.tool("decide", OPENINGS, "ticket", *self.FACTS, *self.AT, "--only", "month-visit", code=2)
        self.assertIn("no value, limit or record that is opened", done.stderr)
        whole = json.loads(self.tool("decide", OPENINGS, "ticket", *self.FACTS, *self.AT, "--why", "--json", code=0).stdout)
        self.assertEqual(len(whole["why"]), 3)

    def test_in_chinese(self):
        out = self.tool("decide", OPENINGS, "client", "id=C1", "since=2026-07-01", *self.AT, "--lang", "zh", code=0).stdout
        self.assertIn("  建立\n    month-visit 2026-07  未定，缺 grade                依据 5\n    sweep                未配置：sweep-every           依据 6\n", out)


main()
