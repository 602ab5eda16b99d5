"""replay --html: one page, complete in itself, that says what the summary says, whatever stands in the log."""
import csv
import html.parser
import io
import re
import subprocess
from xml.etree import ElementTree

import canonical
from tool import DESK, ROOT, ToolTest, main

ID = "<script>\"J&1'</script>"
LOG = [["id", "level", "firm.vip", "opened", "answer", "close"],
       [ID, "high", "yes", "2024-03-04T09:00:00+08:00", "2024-03-04T10:31:00+08:00", "2024-03-06T10:30:00+08:00"],
       ["J2", "middle", "", "2024-03-04T09:00:00+08:00", "", ""],
       ["J3", "high", "no", "2024-04-05T09:00:00+08:00", "2024-04-05T09:05:00+08:00", "2024-04-05T09:30:00+08:00"]]
EVENTS = [["id", "at", "field", "value"], [ID, "2024-03-04T09:40:00+08:00", "waiting", "yes"], [ID, "2024-03-04T14:40:00+08:00", "waiting", "no"]]


def csv_of(rows):
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


class Balance(html.parser.HTMLParser):
    """Tags close in order; attributes that load or run something are collected."""

    def __init__(self, page):
        super().__init__()
        self.open, self.loads, self.tags = [], [], set()
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.handle_startendtag(tag, attributes)
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.add(tag)
        self.loads += [(tag, name) for name, _ in attributes if name in ("src", "href", "srcset", "data", "xlink:href") or name.startswith("on")]

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, (tag, self.open[-3:])
        self.open.pop()


class Html(ToolTest):
    def page(self, *words, policy=DESK):
        out = self.folder / "page.html"
        self.tool("replay", policy, "job", "--in", self.file("log.csv", csv_of(LOG)), "--events", self.file("events.csv", csv_of(EVENTS)), "--html", out, *words, code=0)
        return out.read_text()

    def against(self):
        return self.file("new.policy", DESK.read_text().replace("version 3", "version 4").replace("within 3 workh", "within 1 workh"))

    def test_it_is_complete_in_itself(self):
        for words in ((), ("--lang", "zh"), ("--against", self.against()), ("--ticket", "J2"), ("--ticket", "no such")):
            page = self.page(*words)
            seen = Balance(page)
            self.assertEqual((seen.open, seen.loads), ([], []))
            self.assertFalse(seen.tags & {"script", "link", "img", "iframe", "object", "image", "use"})
            self.assertNotRegex(page, r"url\(|@import|https?:")
            for drawing in re.findall(r"<svg.*?</svg>", page, re.S):
                ElementTree.fromstring(drawing)

    def test_hostile_names_are_text(self):
        page = self.page("--ticket", ID)
        self.assertNotIn("<script", page)
        self.assertIn("&lt;script&gt;&quot;J&amp;1&#39;&lt;/script&gt;", page)
        text = DESK.read_text()
        self.assertIn('answer "答复"', text)
        policy = self.file("labels.policy", text.replace('answer "答复"', 'answer "<img src=x onerror=alert(1)>&"'))
        self.assertIn("&lt;img src=x onerror=alert(1)&gt;&amp;", self.page("--lang", "zh", policy=policy))

    def test_the_same_log_gives_the_same_bytes(self):
        self.assertEqual(self.page("--against", self.against()), self.page("--against", self.against()))

    def test_it_counts_what_the_log_holds(self):
        page = self.page()
        self.assertIn('<li class=""><b>3</b><span>records</span></li>', page)
        for tip in ("2024-03: late 1", "2024-04: met 1", "2024-03: undecided 1", "all: met 1", "≤ 4 h: 1"):
            self.assertIn("<title>%s</title>" % tip, page)

    def test_the_timeline_of_a_ticket(self):
        page = self.page("--ticket", ID)
        self.assertIn("paused 2024-03-04T09:40:00+08:00 – 2024-03-04T14:40:00+08:00", page)
        self.assertIn("overrun 2024-03-04T17:00:00+08:00 – 2024-03-06T10:30:00+08:00", page)
        self.assertIn('class="closed"', page)
        self.assertIn("no record of this id was decided", self.page("--ticket", "J9"))

    def test_the_axis_ends_near_the_highest_bar(self):
        for count, top in ((3, "4"), (9, "12"), (84, "100"), (101, "120"), (130, "160")):
            log = self.file("many.csv", csv_of(LOG[:1] + [["J%d" % i] + LOG[3][1:] for i in range(count)]))
            out = self.folder / "axis.html"
            self.tool("replay", DESK, "job", "--in", log, "--html", out)
            self.assertEqual(re.findall(r'class="tick" x="38" y="20" text-anchor="end">(\d+)<', out.read_text())[0], top, count)

    def test_without_a_ticket_the_first_late_one(self):
        self.assertIn("One record over time: &lt;script&gt;", self.page())

    def test_what_changes(self):
        page = self.page("--against", self.against())
        self.assertIn("desk version 3 → desk version 4", page)
        self.assertIn("<title>2024-03 (old): late 2</title>", page)
        self.assertRegex(page, r'<tr><th>close</th><td class="n">0</td><td class="n">0</td>')

    def test_digests_stand_below(self):
        self.assertRegex(self.page(), r"desk 3 · rules [0-9a-f]{16} · source [0-9a-f]{16}")

    def test_a_page_that_cannot_be_written(self):
        log = self.file("log.csv", csv_of(LOG))
        self.assertIn("no/such", self.tool("replay", DESK, "job", "--in", log, "--html", self.folder / "no/such/page.html", code=2).stderr)
        self.assertIn("--html", self.tool("replay", DESK, "job", "--in", log, "--ticket", "J2", code=2).stderr)

    def test_an_empty_log(self):
        out = self.folder / "empty.html"
        self.tool("replay", DESK, "job", "--in", self.file("empty.csv", "id\n"), "--html", out, code=0)
        self.assertEqual(Balance(out.read_text()).open, [])


class Converted(ToolTest):
    def test_the_examples_convert_the_samples_as_the_tests_do(self):
        sample, events = ROOT / "examples/data/incidents-uci498.csv", self.folder / "awk-events.csv"
        done = subprocess.run(["awk", "-F,", "-v", "which=incidents", "-v", "events=%s" % events, "-f", ROOT / "examples/public-logs/canonical.awk", sample],
                              capture_output=True, text=True, check=True)
        log, history, _ = canonical.incidents(sample, self.folder)
        self.assertEqual(done.stdout, log.read_text())
        self.assertEqual(sorted(events.read_text().splitlines()), sorted(history.read_text().splitlines()))


main()
