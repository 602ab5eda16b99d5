"""Forty facts about deadline arithmetic that other public test suites assert (tests/data/deadline_cases.txt), through the tool:
each is written as a policy with one calendar and asked with clock --batch."""
import re

from tool import ROOT, ToolTest, main

POLICY = """\
policy     facts version 1
effective  from 1990-01-01
timezone   %s
days end   midnight
rulebook   F "facts"
  articles 1
calendar open-hours per 1
%s
record thing dated begun per 1
  begun : moment
"""


def clock_time(text):
    hour, minute = map(int, text.split(":"))
    return "%02d:%02d" % (hour - 24 if hour > 24 else hour, minute)


def hours(text):
    return ", ".join("..".join(map(clock_time, interval.split("-"))) for interval in text.split(", "))


def facts():
    for block in (ROOT / "tests/data/deadline_cases.txt").read_text().split("\n\n"):
        fact = {}
        for line in block.splitlines():
            if ": " in line and line[0] != "#":
                key, value = line.split(": ", 1)
                fact.setdefault(key, []).append(value)
        if "id" in fact:
            yield fact


def policy_of(fact):
    lines = []
    for line in fact["week"]:
        days, intervals = line.split(" ", 1)
        lines.append("  week %s %s" % (days, hours(intervals)))
    lines += ["  off %s" % day for day in fact.get("off", ())]
    for line in fact.get("work", ()):
        day, _, intervals = line.partition(" ")
        lines.append("  work %s %s" % (day, hours(intervals) if intervals else ""))
    if "off" in fact or "work" in fact:
        lines.append("  valid 1990-01-01..2099-12-31")
    zone = fact["zone"][0]
    zone = "+00:00" if zone == "Z" else zone.replace("-", "/", 1)
    return POLICY % (zone, "\n".join(lines))


class Facts(ToolTest):
    def zones(self):
        for path in (ROOT / "tests/data/zones").iterdir():
            if "-" in path.name:
                area, city = path.name.split("-", 1)
                (self.folder / "zones" / area).mkdir(parents=True, exist_ok=True)
                (self.folder / "zones" / area / city).write_bytes(path.read_bytes())
        return self.folder / "zones"

    def test_forty_facts(self):
        zones, asked = self.zones(), 0
        for fact in facts():
            with self.subTest(fact["id"][0]):
                policy = self.file("facts.policy", policy_of(fact))
                op = fact["op"][0]
                question = ",".join((op, fact["start"][0], fact.get("amount", [""])[0], fact.get("to", [""])[0], ";".join(fact.get("pause", ()))))
                out = self.results("clock", policy, "open-hours", "--batch", "--zones", zones, stdin="op,start,amount,end,pauses\n" + question + "\n")
                self.assertEqual([self.instant(line) for line in out], [self.instant(fact["expect"][0])], question)
                asked += 1
        self.assertEqual(asked, 40)

    def instant(self, text):
        from canonical import seconds
        return seconds(text) if re.match(r"\d{4}-", text) else text


main()
