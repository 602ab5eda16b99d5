"""Ledgers against a slow reference, written from the manual: all that ever happened is a list, and each question reads it anew.

Random policies (one or two versions of them), random events, half of which lie on the edges of days, months, years and changes of the
clock; events recorded late, entered twice, and voided. LEDGER_EVENTS says how many events there are in all; 1000000 is the full run.
LEDGER_SEED starts it elsewhere.
"""
import os
import random
import subprocess
import sys
import time
from collections import Counter
from datetime import date, timedelta
from fractions import Fraction

EPOCH = date(1970, 1, 1)
PERIODS = ("day", "week", "month", "quarter", "half-year", "year")
NAMES = ("first", "second", "third")
PER_POLICY = 200


# ── the clock of a policy's zone ──

def sunday(year, month, nth):
    day = date(year, month, 1)
    return day + timedelta(days=(6 - day.weekday()) % 7 + 7 * (nth - 1))


def seconds(day):
    return (day - EPOCH).days * 86400


def new_york(at):
    """East of Greenwich by -4 h from the second Sunday of March, 2:00, to the first of November, 2:00 of summer; else by -5 h."""
    year = (EPOCH + timedelta(seconds=at)).year
    begins, ends = seconds(sunday(year, 3, 2)) + 7 * 3600, seconds(sunday(year, 11, 1)) + 6 * 3600
    return -4 * 3600 if begins <= at < ends else -5 * 3600


def adelaide(at):
    """+10:30 from the first Sunday of October, 2:00, to the first of April, 3:00 of summer; else +9:30."""
    year = (EPOCH + timedelta(seconds=at)).year
    ends, begins = seconds(sunday(year, 4, 1)) - 7.5 * 3600, seconds(sunday(year, 10, 1)) - 7.5 * 3600
    return 37800 if at < ends or at >= begins else 34200


ZONES = (("+08:00", lambda at: 28800), ("EST5EDT,M3.2.0,M11.1.0", new_york), ("ACST-9:30ACDT,M10.1.0,M4.1.0/3", adelaide), ("-03:30", lambda at: -12600))


def local_date(offset, at):
    return EPOCH + timedelta(days=(at + offset(at)) // 86400)


def period_of(kind, day):
    """What two days of one period have in common."""
    if kind == "day":
        return day
    if kind == "week":
        return day - timedelta(days=day.weekday())
    return day.year, {"month": day.month, "quarter": (day.month - 1) // 3, "half-year": (day.month - 1) // 6, "year": 0, "ever": 0}[kind]


def is_leap(year):
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def months_later(day, count, month_end):
    month = day.year * 12 + day.month - 1 + count
    year, month = month // 12, month % 12 + 1
    length = [31, 29 if is_leap(year) else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    if day.day <= length:
        return date(year, month, day.day)
    return date(year, month, length) if month_end == "clamp" else date(year, month, length) + timedelta(days=1)


# ── windows ──

class Window:
    """`month`, `ever`, or (length, unit) that rolls or, from_first, lapses."""

    def __init__(self, draw):
        self.length = self.unit = None
        self.from_first = False
        if draw.random() < 0.35:
            self.word = draw.choice(PERIODS + ("ever",))
            return
        self.unit = draw.choice(("days", "days", "months", "months", "years", "h", "min"))
        self.length = draw.choice({"days": (1, 2, 7, 28, 30, 31, 90, 365, 366), "months": (1, 1, 2, 3, 6, 11, 12, 13), "years": (1, 1, 2, 4),
                                   "h": (1, 24, 36, 720), "min": (30, 1440)}[self.unit])
        self.from_first = draw.random() < 0.5
        self.word = "%d %s" % (self.length, self.unit) + (" from first" if self.from_first else "")

    def weighs(self, before, now, month_end):
        if self.unit in ("h", "min"):
            return now.at - before.at < self.length * (3600 if self.unit == "h" else 60)
        if self.unit == "days":
            return now.day < before.day + timedelta(days=self.length)
        return now.day < months_later(before.day, self.length * (12 if self.unit == "years" else 1), month_end)

    def nth(self, earlier, now, month_end):
        """Of occurrences in their order, which number one more has."""
        if self.unit is None:
            return 1 + sum(1 for o in earlier if self.word == "ever" or period_of(self.word, o.day) == period_of(self.word, now.day))
        if not self.from_first:
            return 1 + sum(1 for o in earlier if self.weighs(o, now, month_end))
        first, count = None, 0
        for o in earlier + [now]:
            if first is None or not self.weighs(first, o, month_end):
                first, count = o, 0
            count += 1
        return count


# ── policies ──

class Deed:
    def __init__(self, draw, fine):
        self.fine, self.tests = fine, []
        for _ in range(draw.choice((0, 1, 1, 1, 2))):
            low = draw.randint(1, 5)
            self.tests.append((Window(draw), draw.choice((">=", "=", ">", "<", "between", "in")), low, low + draw.randint(0, 4)))
        self.joined = draw.choice((" and ", " or "))
        self.times = None
        if draw.random() < 0.15:
            self.times = Window(draw)
            while self.times.unit and not self.times.from_first:
                self.times = Window(draw)

    def text(self):
        amount = self.fine if self.times is None else "%s * nth in %s" % (self.fine, self.times.word)
        how = {"between": "nth in {0} between {1} and {2}", "in": "nth in {0} in ({1}, {2})"}
        tests = [how.get(op, "nth in {0} " + op + " {1}").format(w.word, low, high) for w, op, low, high in self.tests]
        return "  fine %s%s\n" % (amount, " when " + self.joined.join(tests) if tests else "")

    def holds(self, nth):
        said = []
        for window, op, low, high in self.tests:
            n = nth(window)
            said.append({">=": n >= low, "=": n == low, ">": n > low, "<": n < low, "between": low <= n <= high, "in": n in (low, high)}[op])
        return not said or (all(said) if self.joined == " and " else any(said))


class Offence:
    def __init__(self, draw, name):
        self.name, self.flag = name, "abc"[NAMES.index(name)]
        self.deeds = [Deed(draw, draw.choice(("cost", "cost", "%d CNY" % draw.randint(0, 90)))) for _ in range(draw.randint(1, 3))]
        self.caps = [(draw.choice(PERIODS), draw.randint(100, 900) * 100) for _ in range(draw.choice((0, 0, 1, 2)))]
        self.excused = draw.random() < 0.3
        self.shares = draw.choice((None, None, None, (("worker", "1/3"), ("lead", "2/3")), (("lead", "part"), ("worker", "1 - part")),
                                   (("worker", "0.125"), ("lead", "50 %"), ("worker", "0.375"))))

    def text(self):
        text = "offence %s of act against worker when %s\n" % (self.name, self.flag)
        text += "  except excused\n" if self.excused else ""
        text += "".join(d.text() for d in self.deeds)
        text += "".join("  cap %d CNY a %s\n" % (amount // 100, kind) for kind, amount in self.caps)
        if self.shares:
            text += "  shared by %s\n" % ", ".join("%s %s" % s for s in self.shares)
        return text

    def windows(self):
        for deed in self.deeds:
            yield from (t[0] for t in deed.tests)
            if deed.times:
                yield deed.times


class Cap:
    def __init__(self, draw, carried):
        self.kind, self.carried = draw.choice(PERIODS[1:]), carried
        self.names = sorted(draw.sample(NAMES, draw.randint(1, 3))) if draw.random() < 0.6 else None
        self.lines = draw.choice((("20 % * wage",), ("20 % * wage", "wage - 900 CNY"), ("%d CNY" % draw.randint(50, 2000),), ("wage / 7", "300 CNY")))

    def text(self):
        return "cap a %s for engineer over %s%s\n" % (self.kind, ", ".join(self.names) if self.names else "all", " carried" if self.carried else "") \
            + "".join("  %s\n" % line for line in self.lines)

    def covers(self, name):
        return self.names is None or name in self.names


HEAD = """policy random version %d
effective %s
timezone %s
currency CNY
month-end %s
record engineer is engineer
  wage : money
record act dated at
  at : moment
  worker, lead : engineer
  cost : money
  a, b, c, excused : yes/no
  part : number
"""


class Version:
    def __init__(self, draw, number, zone, begins, ends):
        self.number, self.zone, self.begins, self.ends = number, zone, begins, ends
        self.month_end = draw.choice(("clamp", "next"))
        while True:
            self.offences = [Offence(draw, name) for name in NAMES]
            if all(len({w.word for w in o.windows() if w.unit}) <= 8 for o in self.offences):
                break
        self.highest = draw.random() < 0.3
        self.caps = [Cap(draw, True)] if draw.random() < 0.5 else []
        self.caps += [Cap(draw, False)] if draw.random() < 0.3 else []

    def text(self):
        effective = "from %s%s" % (self.begins, " to %s" % self.ends if self.ends else "")
        text = HEAD % (self.number, effective, self.zone, self.month_end)
        for offence in self.offences:
            text += offence.text()
            if self.highest and offence.name == "first":
                text += "  with second highest\n"
        return text + "".join(cap.text() for cap in self.caps)


# ── the reference ──

class Event:
    def __init__(self, draw, number, offset, last):
        edges = (date(2024, 2, 29), date(2024, 3, 1), date(2023, 12, 31), date(2024, 1, 1), date(2024, 3, 10), date(2024, 11, 3), date(2024, 4, 7),
                 date(2024, 10, 6), date(2025, 2, 28), date(2025, 3, 1), date(2024, 6, 30), date(2024, 7, 1), date(2025, 1, 31), date(2025, 12, 31))
        if draw.random() < 0.5:
            edge = seconds(draw.choice(edges)) + draw.choice((0, 0, 86399, 7200, 10800, draw.randrange(86400)))
            self.at = edge - offset(edge)
        else:
            self.at = draw.randint(seconds(date(2023, 1, 1)), last)
        self.day = local_date(offset, self.at)
        self.id = "%06d" % number
        self.worker, self.lead = draw.choice("PQRSTUVW"), draw.choice("PQRSTUVW")
        self.cost = draw.choice((0, 1, draw.randint(1, 99999), draw.randint(1, 400) * 100))
        self.flags = [draw.choice((True, True, False, None if draw.random() < 0.2 else False)) for _ in range(3)]
        self.excused = draw.choice((True, False, False, None if draw.random() < 0.3 else False))
        self.part = draw.choice((None if draw.random() < 0.2 else "0.5", "0.3", "0.07", "1", "0", "1.5"))
        self.wages = {who: None if draw.random() < 0.1 else draw.randint(50000, 900000) for who in {self.worker, self.lead}}
        self.voided = draw.random() < 0.1

    def line(self):
        """Where both are one person, both say the same of them."""
        said = ["worker=" + self.worker, "lead=" + self.lead, "cost=%d.%02dCNY" % divmod(self.cost, 100)]
        said += ["%s=%s" % (name, "yes" if flag else "no") for name, flag in zip("abc", self.flags) if flag is not None]
        said += ["excused=" + ("yes" if self.excused else "no")] if self.excused is not None else []
        said += ["part=" + self.part] if self.part is not None else []
        for link, who in (("worker", self.worker), ("lead", self.lead)):
            said += ["%s.wage=%d.%02dCNY" % ((link,) + divmod(self.wages[who], 100))] if self.wages[who] is not None else []
        return "event %s %d %s" % (self.id, self.at, " ".join(said))


class Charge:
    def __init__(self, offence, payer, share, state, amount, occurs, nth):
        self.offence, self.payer, self.share, self.state, self.amount, self.occurs, self.nth = offence, payer, share, state, amount, occurs, nth
        self.charged, self.capped, self.carried = amount if state == "made" else 0, 0, 0

    def line(self):
        said = [self.offence.name, self.payer, self.share, self.state, self.amount, self.charged, self.capped, self.carried]
        return "charge " + " ".join(str(s) for s in said + self.nth)


class Reference:
    def __init__(self, versions, offset):
        self.versions, self.offset = versions, offset
        self.occurred, self.charged, self.owing, self.deferred, self.taken, self.last = {}, [], [], [], [], None

    def version_at(self, day):
        return [v for v in self.versions if v.begins <= day and (v.ends is None or day < v.ends)][0]

    # --- sums over all that was ever charged

    def used(self, who, names, kind, day, jointly):
        """What was paid in the period, or for a cap of the offence itself what arose in it."""
        lists = (self.charged, self.taken) if jointly else (self.charged, self.deferred)
        return sum(amount for entries in lists for w, name, when, amount in entries
                   if w == who and name in names and period_of(kind, when) == period_of(kind, day))

    def limit(self, line, event, who):
        wage = event.wages[who]
        if "wage" in line and wage is None:
            return None
        exact = {"20 % * wage": lambda: Fraction(wage, 5), "wage - 900 CNY": lambda: Fraction(wage - 90000), "wage / 7": lambda: Fraction(wage, 7)}
        return exact[line]() // 1 if line in exact else int(line.split()[0]) * 100

    def hold_jointly(self, version, event, charge, this_event, who):
        for cap in version.caps:
            if not cap.covers(charge.offence.name):
                continue
            names = [n for n in NAMES if cap.covers(n)]
            used = self.used(charge.payer, names, cap.kind, event.day, True)
            used += sum(c.charged for c in this_event if c.payer == charge.payer and c.offence.name in names)
            for line in cap.lines:
                if charge.charged == 0:
                    break
                limit = self.limit(line, event, who)
                if limit is None:
                    charge.state, charge.charged, charge.capped, charge.carried = "undecided", 0, 0, 0
                    break
                off = max(0, charge.charged - max(0, limit - used))
                charge.charged -= off
                charge.capped += off
                charge.carried += off if cap.carried else 0

    # --- what is owed

    def carry(self, event):
        version, lines = self.version_at(event.day), []
        if self.last is not None and event.at < self.last[0]:
            return lines
        for offence in version.offences:
            cap = [c for c in version.caps if c.carried and c.covers(offence.name)]
            if not cap:
                continue
            state, taken, left = "none", 0, 0
            now = (cap[0].kind, period_of(cap[0].kind, event.day))
            for other in [o for o in version.offences if cap[0].covers(o.name)]:
                mine = [o for o in self.owing if o["who"] == event.worker and o["name"] == other.name]
                for owed in mine:
                    if owed["in"] != now:
                        owed["in"] = None       # a period that is over
                due = sum(o["amount"] for o in mine if o["in"] is None)
                charge = Charge(other, event.worker, 0, "made", due, True, [])
                self.hold_jointly(version, event, charge, [], event.worker)
                state = charge.state if charge.state != "made" else state
                taken += charge.charged
                self.taken.append((event.worker, other.name, event.day, charge.charged))
                rest = charge.charged
                for owed in mine:
                    part = min(rest, owed["amount"]) if owed["in"] is None else 0
                    owed["amount"] -= part
                    rest -= part
                left += sum(o["amount"] for o in mine)
            self.owing = [o for o in self.owing if o["amount"]]
            if taken or left:
                lines.append("carried %s %s %s %d %d" % (offence.name, event.worker, state, taken, left))
        return lines

    # --- an event

    def judge(self, version, event, offence):
        flag = event.flags[NAMES.index(offence.name)]
        earlier = self.occurred.get((event.worker, offence.name), [])
        if flag is False:
            return None
        if offence.excused and event.excused is not False:
            if event.excused:
                return Charge(offence, event.worker, 0, "excepted", 0, False, [])
            return Charge(offence, event.worker, 0, "undecided", 0, False, [])
        if flag is None:
            return Charge(offence, event.worker, 0, "undecided", 0, False, [])
        seen = {}

        def nth(window):
            if window.word not in seen:
                seen[window.word] = window.nth(earlier, event, version.month_end)
            return seen[window.word]

        amount = 0
        for deed in offence.deeds:
            if deed.holds(nth):
                fine = event.cost if deed.fine == "cost" else int(deed.fine.split()[0]) * 100
                amount += fine * (nth(deed.times) if deed.times else 1)
        ordinals = [1 + sum(1 for o in earlier if kind == "ever" or period_of(kind, o.day) == period_of(kind, event.day)) for kind in PERIODS + ("ever",)]
        return Charge(offence, event.worker, 0, "made", amount, True, ordinals + self.own_ordinals(offence, nth))

    def own_ordinals(self, offence, nth):
        """Of its lengths in the order of its text; a rolling one tells no more apart than its lines do."""
        most, order = {}, []
        for deed in offence.deeds:
            amount_first = [(deed.times, None, 0, 0)] if deed.times else []
            for window, op, low, high in deed.tests + amount_first:
                if not window.unit:
                    continue
                key = (window.length * {"years": 12, "h": 60}.get(window.unit, 1), {"years": "months", "h": "min"}.get(window.unit, window.unit), window.from_first)
                if key not in most:
                    order.append((key, window))
                    most[key] = 0
                most[key] = max(most[key], (high if op in ("between", "in") else low) + 1)
        return [nth(w) if w.from_first else min(nth(w), most[key]) for key, w in order]

    def share(self, event, charge):
        offence = charge.offence
        if not offence.shares or not charge.occurs or charge.state != "made":
            return [charge]
        if any("part" in part for _, part in offence.shares) and (event.part is None or not 0 <= Fraction(event.part) <= 1):
            charge.state = "undecided" if event.part is None else "error"
            charge.charged = 0
            return [charge]
        said = {"part": Fraction(event.part or 0), "1 - part": 1 - Fraction(event.part or 0), "50 %": Fraction(1, 2)}
        bears = {}                                  # one who bears several parts bears their sum
        for i, (link, part) in enumerate(offence.shares):
            who = event.worker if link == "worker" else event.lead
            number, sum_of = bears.get(who, (i + 1, 0))
            bears[who] = number, sum_of + (said[part] if part in said else Fraction(part))
        parts = [part for _, part in bears.values()]
        exact = [charge.amount * part for part in parts]
        whole = [int(e // 1) for e in exact]
        by_loss = sorted(range(len(parts)), key=lambda i: (whole[i] - exact[i], i))
        for i in by_loss[:charge.amount - sum(whole)]:
            whole[i] += 1
        shares = []
        for i, (who, (number, _)) in enumerate(bears.items()):
            one = Charge(offence, who, number, "made", whole[i], True, charge.nth)
            one.charged = whole[i] if charge.charged else 0
            shares.append(one)
        return shares

    def enter(self, event):
        lines = self.carry(event)
        if self.last is not None and (event.at, event.id) <= self.last:
            return lines + ["refused 1444"]
        version = self.version_at(event.day)
        hits = [c for c in (self.judge(version, event, o) for o in version.offences) if c]
        if version.highest:
            pair = [c for c in hits if c.offence.name in ("first", "second") and c.occurs]
            if len(pair) == 2:
                pair[0 if pair[0].amount < pair[1].amount else 1].charged = 0
        charges = [one for hit in hits for one in self.share(event, hit)]
        for i, charge in enumerate(charges):
            self.cap(version, event, charge, charges[:i])
        for charge in charges:
            if charge.occurs:
                now = [c for c in version.caps if c.carried and c.covers(charge.offence.name)]
                self.charged.append((charge.payer, charge.offence.name, event.day, charge.charged))
                self.deferred.append((charge.payer, charge.offence.name, event.day, charge.carried))
                if charge.carried:
                    self.owing.append({"who": charge.payer, "name": charge.offence.name, "in": (now[0].kind, period_of(now[0].kind, event.day)),
                                       "amount": charge.carried})
        for hit in hits:
            if hit.occurs:
                self.occurred.setdefault((event.worker, hit.offence.name), []).append(event)
        self.last = (event.at, event.id)
        return lines + [c.line() for c in charges] + ["done"]

    def cap(self, version, event, charge, before):
        for kind, amount in charge.offence.caps:
            used = self.used(charge.payer, (charge.offence.name,), kind, event.day, False)
            used += sum(c.charged + c.carried for c in before if c.payer == charge.payer and c.offence is charge.offence)
            off = max(0, charge.charged - max(0, amount - used)) if charge.charged else 0
            charge.charged -= off
            charge.capped += off
        self.hold_jointly(version, event, charge, before, charge.payer)


# ── the run ──

def note(met, line):
    """What a run has met, so that it can be told that it met everything."""
    words = line.split()
    met[words[0] if words[0] != "carried" else "carried " + ("some" if int(words[4]) else "none") + (" undecided" if words[3] != "none" else "")] += 1
    if words[0] == "charge":
        met[words[4]] += 1
        met["share"] += words[3] != "0"
        met["taken off"] += words[7] != "0"
        met["owed later"] += words[8] != "0"


MUST_MEET = ("made", "excepted", "undecided", "error", "share", "taken off", "owed later", "carried some", "carried none", "carried none undecided", "refused", "done")


def compare(tool, draw, met):
    """One policy, one log, told twice: with what was voided later, and without. Gives the number of events."""
    zone, offset = draw.choice(ZONES)
    if draw.random() < 0.4:
        cut = draw.choice((date(2024, 3, 1), date(2024, 7, 1), date(2025, 1, 15)))
        versions = [Version(draw, 1, zone, date(2020, 1, 1), cut), Version(draw, 2, zone, cut, None)]
    else:
        versions = [Version(draw, 1, zone, date(2020, 1, 1), None)]
    events = [Event(draw, i, offset, seconds(date(2026, 6, 1))) for i in range(PER_POLICY)]
    draw.shuffle(events)                        # as they were recorded: late ones among them
    said = ["forget"]
    for version in versions:
        text = version.text()
        said += ["policy %d" % len(text.encode()), text.rstrip("\n")]
    told, expected = 0, []
    for with_void in (True, False):
        fed = sorted((e for e in events if with_void or not e.voided), key=lambda e: (e.at, e.id))
        for _ in range(len(fed) // 50):         # twice, or out of turn
            at = draw.randrange(1, len(fed) + 1)
            fed.insert(at, draw.choice(fed[:at]))
        reference = Reference(versions, offset)
        said.append("begin")
        for event in fed:
            said.append(event.line())
            expected.append((event, reference.enter(event)))
        told += len(fed)
    done = subprocess.run([tool], input="\n".join(said) + "\n", capture_output=True, text=True)
    if done.returncode:
        sys.exit("the ledger gave up: %s" % done.stderr)
    got = iter(done.stdout.splitlines())
    for event, lines in expected:
        for line in lines:
            answer = next(got, "nothing")
            note(met, line)
            if answer != line:
                print("\n".join(v.text() for v in versions))
                print(event.line())
                sys.exit("  reference: %s\n  ledger:    %s" % (line, answer))
    return told


def main():
    tool = sys.argv[1]
    wanted = int(os.environ.get("LEDGER_EVENTS", "6000"))
    seed = int(os.environ.get("LEDGER_SEED", "20261124"))
    events = policies = 0
    met = Counter()
    begun = time.time()
    while events < wanted:
        draw = random.Random(seed + policies)
        events += compare(tool, draw, met)
        policies += 1
    if not all(met[what] for what in MUST_MEET):
        sys.exit("the run was too short: it met %s" % dict(met))
    print("%d events under %d policies agree with the reference, %.0f s" % (events, policies, time.time() - begun))
    print(", ".join("%s %d" % item for item in sorted(met.items())))


if __name__ == "__main__":
    main()
