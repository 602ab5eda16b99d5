#!/usr/bin/env python3
"""grammar.py TOOL: the rules of docs/grammar.md against the parser.

Random texts made from the rules must be read without a mistake of syntax (`aftercare fmt` reads and no more); texts spoilt in ways
that no rule allows must be refused.
"""
import json
import os
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(os.environ.get("AFTERCARE_ROOT", Path(__file__).resolve().parents[2]))
PAGE = ROOT / "docs/grammar.md"
RESERVED = set("""and or not if then else is in within after when otherwise per by where via every nth now today actor complete yes no
none unset unknown""".split())
# A row has the cells of its head: the counts of the head's repetitions and options, in their order.
HEAD_OF = {"grow": "ghead", "crow": "chead", "frow": "fhead", "xrow": "xhead"}
DEPTH = 22


# ── the rules of the page ──

TOKEN = re.compile(r'\s*(?:"([^"]*)"|(\w+)|(.))', re.S)


class Reader:
    """`|`, `[ ]`, `{ }`, `( )` to nested tuples: ("word", w), ("rule", r), ("seq", …), ("alt", …), ("opt", x), ("rep", x)."""
    def __init__(self, text):
        self.tokens = [m.groups() for m in TOKEN.finditer(re.sub(r"\(\*.*?\*\)", "", text, flags=re.S)) if m.group().strip()]
        self.at = 0

    def mark(self, want):
        if self.at < len(self.tokens) and self.tokens[self.at][2] == want:
            self.at += 1
            return True
        return False

    def rules(self):
        rules = {}
        while self.at < len(self.tokens):
            name = self.tokens[self.at][1]
            self.at += 1
            assert name and self.mark("="), "a rule begins with its name: %r" % (self.tokens[self.at - 1],)
            assert name not in rules, name
            rules[name] = self.alternatives()
            assert self.mark(";"), "the rule %s has no end" % name
        return rules

    def alternatives(self):
        all_ = [self.sequence()]
        while self.mark("|"):
            all_.append(self.sequence())
        return all_[0] if len(all_) == 1 else ("alt", *all_)

    def sequence(self):
        items = []
        while self.at < len(self.tokens):
            word, rule, mark = self.tokens[self.at]
            if word is not None:
                items.append(("word", word))
            elif rule is not None:
                items.append(("rule", rule))
            elif mark in "([{":
                self.at += 1
                inner = self.alternatives()
                assert self.mark({"(": ")", "[": "]", "{": "}"}[mark])
                items.append({"(": inner, "[": ("opt", inner), "{": ("rep", inner)}[mark])
                continue
            else:
                break
            self.at += 1
        return items[0] if len(items) == 1 else ("seq", *items)


def read_page():
    text = PAGE.read_text(encoding="utf-8")
    return Reader("\n".join(re.findall(r"^```ebnf\n(.*?)^```$", text, re.S | re.M))).rules()


# ── random texts ──

class Maker:
    def __init__(self, rules, seed):
        self.rules, self.random = rules, random.Random(seed)
        self.used = set()
        self.costs = {}
        while True:         # the least depth each rule takes
            before = dict(self.costs)
            for name, rule in rules.items():
                self.costs[name] = 1 + self.cost(rule)
            if before == self.costs:
                break

    def cost(self, node):
        kind = node[0]
        if kind == "rule":
            return self.costs.get(node[1], 0 if node[1] not in self.rules else 99)
        if kind == "seq":
            return max([self.cost(n) for n in node[1:]], default=0)
        if kind == "alt":
            return min(self.cost(n) for n in node[1:])
        return 0

    def text(self, rule):
        self.out, self.names, self.counts, self.depth = [], 0, {}, 0
        self.make(("rule", rule), None)
        return self.out

    def chance(self):
        return self.random.random() < (0.4 if self.depth < 5 else 0.12)

    def make(self, node, row):
        kind = node[0]
        if kind == "word":
            self.out.append(node[1])
        elif kind == "rule":
            self.make_rule(node[1])
        elif kind == "seq":
            for n in node[1:]:
                self.make(n, row)
        elif kind == "alt":
            self.make(self.pick(node[1:]), row)
        else:
            self.make_many(node, row)

    def pick(self, nodes):
        left = DEPTH - self.depth
        fit = [n for n in nodes if self.cost(n) <= left]
        if self.depth > 8 and self.random.random() < 0.75:      # deep down mostly the simplest
            least = min(map(self.cost, nodes))
            fit = [n for n in nodes if self.cost(n) == least]
        return self.random.choice(fit or [min(nodes, key=self.cost)])

    def make_many(self, node, row):
        kind, inner = node
        if row is not None:
            name, index = row[0], row[1]
            row[1] += 1
            if name in HEAD_OF:
                count = self.counts[HEAD_OF[name]][index]
            else:
                count = int(self.chance()) if kind == "opt" else self.random.randrange(3)
                self.counts[name].append(count)
        elif kind == "opt":
            count = int(self.chance())
        elif inner[0] == "alt":
            for n in self.random.sample(inner[1:], self.random.randrange(min(4, len(inner)) if self.depth < 8 or self.chance() else 1)):
                self.used.add(id(n))
                self.make(n, None)
            return
        else:
            count = self.random.choice((1, 1, 2, 3) if self.depth < 5 else (1,)) if self.chance() else 0
        for _ in range(count):
            self.make(inner, None)

    def make_rule(self, name):
        if name not in self.rules:
            getattr(self, "word_" + name)()
            return
        self.used.add(name)
        self.depth += 1
        rule = self.rules[name]
        if name in HEAD_OF.values() or name in HEAD_OF:
            self.counts[name] = [] if name in HEAD_OF.values() else self.counts.get(name)
            self.make_row(name, rule)
        else:
            self.make(rule, None)
        self.depth -= 1

    def make_row(self, name, rule):
        """Repetitions and options of the row itself count, not those of what stands in its cells."""
        state = [name, 0]
        is_head = name in HEAD_OF.values()
        for n in rule[1:]:
            if n[0] == "alt" and not is_head and ("word", "else") in n[1:]:     # else, or a cell for each condition
                if self.random.random() < 0.2:
                    self.out.append("else")
                    state[1] += 1
                else:
                    for part in next(x for x in n[1:] if x[0] == "seq")[1:]:
                        self.make(part, state if part[0] in ("opt", "rep") else None)
            else:
                self.make(n, state if n[0] in ("opt", "rep") else None)

    # what the table of words tells

    def say(self, text):
        self.out.append(text)

    def word_NL(self):
        self.say("\n")

    def word_INDENT(self):
        self.say("\t")

    def word_INDENT2(self):
        self.say("\t\t")

    def word_name(self):
        self.names += 1
        self.say(self.random.choice(("n%d", "工单%d", "a-b%d", "`not a name %d`", "open%d", "_%d", "é%d")) % self.names)

    def word_int(self):
        self.say(str(self.random.randrange(1, 1000)))

    def word_amount(self):
        number = self.random.choice(("0", "7", "12", "0.5", "123456.25"))
        unit = self.random.choice(("", "", "s", "min", "h", "workh", "day", "days", "workdays", "months", "year", "%", "CNY"))
        self.say((number + self.random.choice((" ", "") if unit == "%" else (" ",)) + unit).strip())

    def word_string(self):
        self.say(self.random.choice(('""', '"a text"', r'"\"\\\n\t\u{6F0F}"', '"说明 | // x"')))

    def word_date(self):
        self.say("20%02d-%02d-%02d" % (self.random.randrange(100), self.random.randrange(1, 13), self.random.randrange(1, 29)))

    def word_time(self):
        self.say(self.random.choice(("08:30", "00:00", "23:59", "17:05")))

    def word_zone(self):
        self.say(self.random.choice(("+08:00", "CST6CDT,M3.2.0,M11.1.0", "Asia/Shanghai")))

    def word_CUR(self):
        self.say(self.random.choice(("CNY", "EUR", "JPY")))

    def word_word(self):
        self.say(self.random.choice(("2026", "2026-03", "T7", "x.1")))

    def word_art(self):
        self.say(self.random.choice(("1", "18.2a..d", "A8.1", "5-3", "7..9", "F2", "10.b")))


def is_readable(tokens):
    """A number takes the word behind it as its unit, a date the time: such texts would be read in another way."""
    for a, b in zip(tokens, tokens[1:]):
        if re.fullmatch(r"[\d.]+", a) and re.match(r"[^\W\d_]", b) and b not in RESERVED:
            return False
        if re.fullmatch(r"[\d.]+ ?%?", a) and b == "%":
            return False
    return True


def layout(tokens):
    text = ""
    for i, t in enumerate(tokens):
        if t in ("\n", "\t", "\t\t"):
            text += t.replace("\t", "  ")
        else:
            text += ("" if not text or text[-1] in " \n" else " ") + t
    return text


# ── what no rule allows ──

def spoil(tokens, rng):
    """The tokens with one mistake that is one whatever stands around it; None when this text has no place for it."""
    t = list(tokens)
    where = lambda *words: [i for i, w in enumerate(t) if w in words]
    kind = rng.randrange(6)
    places = (where("(", ")", "[", "]"), where("then"), where("||"), where(":"), [i for i, w in enumerate(t) if w not in ("\n", "\t", "\t\t")], where("version"))[kind]
    if not places:
        return None
    i = rng.choice(places)
    line = t[max([k for k in where("\n") if k < i], default=-1) + 1:i]
    if kind == 4 and ("|" in line or "timezone" in line or "edition" in line):
        return None                 # words that are read as they stand
    if kind == 0 or kind == 1 or kind == 3 or kind == 5:
        del t[i]                    # half a pair of brackets; `if` without `then`; no type; no version
    elif kind == 2:
        t[i] = "|"                  # a row without `||`
    else:
        t.insert(i, rng.choice(("@", "#", "!", "？")))
    return t


# ── the parser's word ──

def refused(tool, texts):
    """Which of the texts are refused, each with its first message."""
    with tempfile.TemporaryDirectory() as folder:
        names = []
        for i, (kind, text) in enumerate(texts):
            names.append(os.path.join(folder, "%d.%s" % (i, kind)))
            Path(names[-1]).write_text(text, encoding="utf-8")
        said = {}
        for at in range(0, len(names), 400):
            done = subprocess.run([tool, "fmt", "--check", "--json", *names[at:at + 400]], capture_output=True, text=True)
            if done.returncode not in (0, 1):
                sys.exit(done.stderr)
            for line in done.stdout.splitlines():
                if line.startswith("{"):
                    message = json.loads(line)
                    if message["severity"] == "error":
                        said.setdefault(int(Path(message["file"]).stem), message)
        return said


def words_of(node):
    if node[0] == "word":
        return {node[1]}
    return set().union(*(words_of(part) for part in node[1:] if isinstance(part, tuple)))


def not_shown(rules):
    """Words of the language that stand in no running example of the manual."""
    manual = (ROOT / "docs/policy-language.md").read_text()
    shown = "\n".join(m[1] for m in re.finditer(r"^```(?:policy|policy-part|data|eval)\b[^\n]*\n(.*?)^```$", manual, re.S | re.M))
    words = set().union(*(words_of(node) for node in rules.values()))
    return sorted(word for word in words if re.fullmatch(r"[a-z][a-z_-]*", word) and not re.search(r"(?<![\w-])%s(?![\w-])" % re.escape(word), shown))


def main():
    tool = sys.argv[1]
    rules = read_page()
    maker = Maker(rules, 20260701)
    rng = random.Random(7)
    good, bad = [], []
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 1500
    blocks = [node[1] for node in rules["block"][1:]]
    while len(good) < count:
        n = len(good)
        start = "labels_file" if n % 40 == 0 else "data_file" if n % 8 == 0 else "policy_file" if n % 5 == 0 else "record" if n % 4 == 1 else blocks[n % len(blocks)]
        tokens = maker.text(start)
        if start in blocks:
            tokens = ["policy", "p", "version", "1", "\n"] + tokens
        if not is_readable(tokens) or max(map(len, " ".join(tokens).split("\n"))) > 1000:     # there are limits of size
            continue
        good.append((start.replace("_file", ""), layout(tokens)))
        spoilt = spoil(tokens, rng)
        if spoilt:
            bad.append((start, layout(spoilt)))
    absent = not_shown(rules)
    if absent:
        print("words that no example of the manual shows: %s" % ", ".join(absent))
    missing = set(rules) - maker.used - {"block"}
    said = refused(tool, good)
    for i in list(said)[:int(os.environ.get("SHOW", 5))]:
        message = said[i]
        print("refused, but the rules make it: line %d, column %d: %s %s\n%s" % (message["line"], message["column"], message["code"], message["message"], good[i][1]))
    told = refused(tool, bad)
    taken = [i for i in range(len(bad)) if i not in told]
    for i in taken[:int(os.environ.get("SHOW", 5))]:
        print("taken, but no rule makes it:\n%s" % bad[i][1])
    if missing:
        print("rules that no text came from: %s" % ", ".join(sorted(missing)))
    print("%d rules; %d texts, %d of them refused; %d spoilt texts, %d of them taken" % (len(rules), len(good), len(said), len(bad), len(taken)))
    return bool(said or taken or missing or absent)


if __name__ == "__main__":
    sys.exit(main())
