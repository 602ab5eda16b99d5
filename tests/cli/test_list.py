"""list: everything of one sort that a rulebook says, in one table."""
import csv
import io
import json

from tool import POLICIES, ToolTest, main

SMALL = """\
policy 小店 version 1
timezone +08:00
rulebook R "rules"
  articles 1..4
calendar 全天 per 1
  week mon..sun 00:00..24:00
roles per 1
  经理
  desk, 工程师 under 经理
record 客户 is customer per 1
  电话 : text by desk
record job is ticket of 客户 dated 受理 per 2
  stops, far : yes/no
  受理 : moment by desk
  到场 : moment within 到场限 after 受理 by 工程师 when stops and
    far per 3
  回访 : moment promptly after 到场 by desk, 经理
  双倍 = 2 * (1 +
    2)
  flow ends closed
  | from  | action | to     | by     | per |
  | new   | open   | opened | desk   | 4   |
  | opened | close | closed | 经理   | 4   |
table 时限 of job gives 到场限 : span
  | stops | far || 到场限 | per |
  | yes   | -   || 1 h    | 3   |
  | else        || 2 h    | 3   |
table 远近 of job gives note : text
  "far" when far per 3
  "near" otherwise per 3
"""


class List(ToolTest):
    def show(self, what, *more):
        return self.tool("list", what, self.file("small.policy", SMALL), *more, code=0).stdout

    def test_limits(self):
        self.assertEqual(self.show("limits"), """\
record  limit  by          as written                when           calendar  per  line
job     到场   工程师      within 到场限 after 受理  stops and far  全天      3    15
job     回访   desk, 经理  promptly after 到场                      全天      2    17
""")
        self.assertEqual([line.split()[1] for line in self.show("limits", "--role", "经理").splitlines()[1:]], ["回访"])

    def test_roles_and_what_one_of_them_does(self):
        self.assertEqual(self.show("roles"), """\
role    under  lines
经理           3
desk    经理   4
工程师  经理   1
""")
        self.assertEqual(self.show("roles", "--role=desk"), """\
line  block        source
11    record 客户  电话 : text by desk
14    record job   受理 : moment by desk
17    record job   回访 : moment promptly after 到场 by desk, 经理
22    record job   | new | open | opened | desk | 4 |
""")

    def test_forms_and_their_fields(self):
        self.assertEqual(self.show("forms"), """\
form  kind      of    fields  limits  states  per  line
客户  customer        1       0       0       1    10
job   ticket    客户  11      2       3       2    12
""")
        self.assertEqual(self.show("forms", "--of", "job"), """\
field   type          comes from  by          value        per  line
stops   yes/no        filled in                            2    13
far     yes/no        filled in                            2    13
受理    moment        filled in   desk                     2    14
到场    moment        filled in   工程师                   3    15
回访    moment        filled in   desk, 经理               2    17
双倍    count         derived                 2 * (1 + 2)  2    18
state   state of job  state                                2    20
open    moment        action                               4    22
close   moment        action                               4    23
到场限  span          table                                     24
note    text          table                                     28
""")

    def test_states(self):
        self.assertEqual(self.show("states"), """\
record  from    action  to      ends  by    per  line
job     new     open    opened        desk  4    22
job     opened  close   closed  ends  经理  4    23
""")

    def test_tables_and_their_rows(self):
        self.assertEqual(self.show("tables"), """\
table  of   gives   hit    rows  line
时限   job  到场限  first  2     24
远近   job  note    first  2     28
""")
        self.assertEqual(self.show("tables", "--of", "时限"), """\
stops  far  到场限  per  line
yes    -    1 h     3    26
else        2 h     3    27
""")
        self.assertEqual(self.show("tables", "--of", "远近"), """\
when       note    per  line
far        "far"   3    29
otherwise  "near"  3    30
""")

    def test_articles(self):
        self.assertEqual(self.show("articles"), """\
article  rulebook  state  lines
1        R         cited  3
2        R         cited  1
3        R         cited  5
4        R         cited  2
""")

    def test_json_and_csv(self):
        rows = [json.loads(line) for line in self.show("limits", "--json").splitlines()]
        self.assertEqual(rows[0], {"record": "job", "limit": "到场", "by": "工程师", "as written": "within 到场限 after 受理", "when": "stops and far",
                                   "calendar": "全天", "per": "3", "line": "15"})
        self.assertEqual(list(csv.DictReader(io.StringIO(self.show("limits", "--csv")))), rows)

    def test_what_is_not_there_is_told_with_a_way_out(self):
        small = self.file("small.policy", SMALL)
        for args, said in (
            (("list", "rolls", small), "what: limits, roles, forms, articles, tables or states?"),
            (("list", "limits"), "which policy?"),
            (("list", "limits", small, "--role", "司机"), "no role \"司机\""),
            (("list", "forms", small, "--of", "jobs"), "\"jobs\" is none of the forms"),
            (("list", "tables", small, "--of", "jobs"), "\"jobs\" is none of the tables"),
            (("list", "limits", small, "--of", "job"), "--of goes with forms and tables"),
        ):
            done = self.tool(*args, code=2)
            self.assertIn(said, done.stderr)
            self.assertIn("hint: ", done.stderr)
            self.assertEqual(done.stdout, "")

    def test_every_shipped_policy_is_listed(self):
        files = sorted(POLICIES.rglob("*.policy"))
        for what in ("limits", "roles", "forms", "articles", "tables", "states"):
            done = self.tool("list", what, *files, code=0)
            self.assertEqual(sum(line.endswith(".policy") for line in done.stdout.splitlines()), len(files), what)


if __name__ == "__main__":
    main()
