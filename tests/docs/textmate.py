#!/usr/bin/env python3
"""The TextMate grammar on the shipped policies: each class of tokens of the scanner has the scope that an editor colours.

A small engine of its own reads the grammar (match, begin and end, captures, includes); where node has the packages vscode-textmate and
vscode-oniguruma (AFTERCARE_NODE_MODULES names their folder), the editor's own engine must say the same of every character.
"""
import json
import os
import re
import shutil
import subprocess
import unittest
from pathlib import Path

ROOT = Path(os.environ.get("AFTERCARE_ROOT", Path(__file__).resolve().parents[2]))
GRAMMAR = ROOT / "docs/editors/aftercare.tmLanguage.json"
FILES = sorted(p for p in (ROOT / "examples/policies").rglob("*") if p.suffix in (".policy", ".data")) + sorted((ROOT / "tests/data/policy").glob("*.[pd]*a*"))
FILES = [p for p in FILES if p.suffix in (".policy", ".data")] + [ROOT / "tests/data/policy/every-construct.policy"]


NONE = []


class Engine:
    def __init__(self, grammar):
        self.repository = grammar["repository"]
        self.made, self.lines = {}, {}
        self.top = self.compile(grammar["patterns"])

    def compile(self, patterns):
        if id(patterns) not in self.made:
            self.made[id(patterns)] = self.rules_of(patterns)
        return self.made[id(patterns)]

    def rules_of(self, patterns):
        rules = []
        for p in patterns:
            if "include" in p:
                inner = self.repository[p["include"][1:]]
                if "match" in inner or "begin" in inner:
                    rules.append(self.rule(inner))
                else:
                    rules += self.rules_of(inner["patterns"])
            else:
                rules.append(self.rule(p))
        return rules

    def rule(self, p):
        return dict(p, regex=re.compile(p.get("match") or p["begin"]), close=re.compile(p["end"]) if "end" in p else None)

    def paint(self, out, at, to, scope):
        for i in range(at, to):
            out[i] = scope

    def captures(self, out, match, captures):
        for key, value in (captures or {}).items():
            at, to = match.span(int(key))
            if at < 0:
                continue
            if "name" in value:
                self.paint(out, at, to, value["name"])
            else:
                inner = [None] * to
                self.run(match.string[:to], at, inner, self.compile(value["patterns"]), None)
                for i in range(at, to):
                    out[i] = inner[i] or out[i]

    def run(self, line, at, out, rules, end):
        """Paints from `at`; stops behind `end`. The place reached, and whether the end was met."""
        next_of = [(None, -1)] * len(rules)         # the match of each rule that lies ahead
        while at <= len(line):
            best = None
            close = end and end.search(line, at)
            for k, rule in enumerate(rules):
                found, asked = next_of[k]
                if asked < 0 or (found and found.start() < at):
                    found = rule["regex"].search(line, at)
                    next_of[k] = (found, at)
                if found and (best is None or found.start() < best[0].start()):
                    best = (found, rule)
            if close and (best is None or close.start() <= best[0].start()):
                return close, True
            if best is None:
                return None, False
            found, rule = best
            if "match" in rule:
                self.paint(out, found.start(), found.end(), rule.get("name") or out[found.start()] if found.end() > found.start() else None)
                self.captures(out, found, rule.get("captures"))
                at = max(found.end(), at + (found.end() == found.start()))
                continue
            name = rule.get("name")
            close_at = rule["close"]
            inner = [name] * len(line)
            met, done = self.run(line, found.end(), inner, self.compile(rule.get("patterns", NONE)), close_at)
            stop = met.end() if done else len(line)
            out[found.start():stop] = inner[found.start():stop]
            self.captures(out, found, rule.get("beginCaptures"))
            at = max(stop, at + 1) if stop == found.start() else stop
            if not done:
                return None, False
        return None, False

    def scopes(self, line):
        if line not in self.lines:
            self.lines[line] = [None] * len(line)
            self.run(line, 0, self.lines[line], self.top, None)
        return self.lines[line]


RESERVED = set("""and or not if then else is in within after when otherwise per by where via every nth now today actor complete yes no none
unset unknown""".split())
TOKEN = re.compile(r"""(?P<comment>//.*)|(?P<string>"(?:\\.|[^"\\])*")|(?P<quoted>`[^`]*`)|(?P<date>\d{4}-\d\d-\d\d(?!\d))
|(?P<period>\d{4}-(?:[QH]\d|W?\d\d)(?![\w-]))|(?P<time>\d\d:\d\d(?::\d\d)?)|(?P<number>\d+(?:\.\d+)?)|(?P<name>[^\W\d][\w]*(?:-\w+)*)
|(?P<bar>\|\|?)|(?P<dots>\.\.)|(?P<operator>!=|<=|>=|[=<>+*/%-])|(?P<mark>[,;:.()\[\]])|(?P<blank>\s+)|(?P<bad>.)""", re.X)
WANT = {"comment": "comment.line", "string": "string.quoted", "quoted": "variable.other.quoted", "date": "constant.other.date",
        "period": "constant.other.period", "time": "constant.other.time", "number": "constant.numeric", "bar": "punctuation.separator.column",
        "dots": "keyword.operator.range", "operator": "keyword.operator", "mark": "punctuation."}
KEYWORD = ("keyword.", "constant.language", "support.")


def lines_of(path):
    return path.read_text(encoding="utf-8").split("\n")


class Grammar(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.engine = Engine(json.loads(GRAMMAR.read_text()))

    def expect(self, path, i, line, found, scopes):
        """Whether the class of the token says enough to know its scope."""
        kind, at, text = found.lastgroup, found.start(), found.group()
        scope = scopes[at] or ""
        where = "%s:%d:%d: %r is %r" % (path.name, i + 1, at + 1, text, scope)
        if kind == "name":
            if text in RESERVED:
                self.assertTrue(scope.startswith(KEYWORD), where)
            else:
                self.assertTrue(scope, where)
            return
        if kind == "operator" and text == "%":
            self.assertTrue(scope.startswith("keyword.other.unit"), where)
        elif kind == "operator" and text == "/" and scope.startswith("support.type"):
            pass        # yes/no
        else:
            self.assertTrue(scope.startswith(WANT[kind]), where)
        self.assertEqual({s for s in scopes[at:found.end()] if s and not s.startswith("constant.character")}, {scope}, where)

    def test_each_class_of_tokens_has_its_scope(self):
        seen = {}
        for path in FILES:
            block = ""
            for i, line in enumerate(lines_of(path)):
                scopes = self.engine.scopes(line)
                if re.match(r"[a-z]", line):
                    block = line.split()[0]
                is_row, raw_to = line.lstrip().startswith("|"), 0
                if is_row and block == "example":       # the word of a case is what it is
                    raw_to = line.index("|", line.index("|") + 1)
                in_cites = False
                for found in TOKEN.finditer(line):
                    kind, text = found.lastgroup, found.group()
                    if kind == "blank" or found.start() < raw_to and kind != "bar":
                        continue
                    self.assertNotEqual(kind, "bad", line)
                    if kind != "comment" and (in_cites or block in ("timezone", "uncoded") or (is_row and (scopes[found.start()] or "").startswith("constant.other.article"))):
                        continue
                    self.expect(path, i, line, found, scopes)
                    seen[kind] = seen.get(kind, 0) + 1
                    in_cites |= not is_row and kind == "name" and text in ("per", "articles", "edition")
        self.assertEqual(set(seen), set(WANT) | {"name"}, "a class of tokens that no shipped policy has")

    def test_articles_are_articles(self):
        for line, articles in (("  a : text per 18.2a..d, 5-1", ["18.2a..d", "5-1"]), ("  articles 1..4, 5.1..3", ["1..4", "5.1..3"]),
                               ("record r per F2, A8.1  // 7", ["F2", "A8.1"])):
            scopes = self.engine.scopes(line)
            for article in articles:
                at = line.index(article)
                self.assertEqual({"constant.other.article.aftercare"}, set(scopes[at:at + len(article)]), line)

    def test_names_of_blocks_and_words_that_may_be_names(self):
        for line, word, scope in (("record 工单 is ticket of 客户", "工单", "entity.name.type"), ("table limits of request gives limit : span", "limits", "entity.name.type"),
                                  ("  limit : span", "limit", "variable.other"), ("  open  : moment", "open", "variable.other"), ("  number : count", "number", "variable.other"),
                                  ("  a : yes/no", "yes/no", "support.type"), ("  x = count(r where y)", "count", "support.function"), ("  count : number", "count", "variable.other"),
                                  ("  call : moment within 15 min after b", "15", "constant.numeric"), ("  call : moment within 15 min after b", "min", "keyword.other.unit")):
            scopes = self.engine.scopes(line)
            at = line.index(word)
            self.assertTrue({str(s)[:len(scope)] for s in scopes[at:at + len(word)]} == {scope}, "%s: %s" % (line, scopes[at:at + len(word)]))

    def test_the_editors_own_engine_says_the_same(self):
        modules = Path(os.environ.get("AFTERCARE_NODE_MODULES", ROOT / "build/editors/node_modules"))
        if not shutil.which("node") or not (modules / "vscode-textmate").is_dir():
            print("\nskipped: the editor's own engine (no node with vscode-textmate and vscode-oniguruma in %s)" % modules, flush=True)
            return
        done = subprocess.run(["node", Path(__file__).parent / "scopes.mjs", modules, GRAMMAR, *FILES], capture_output=True, check=True, text=True)
        for path, said in zip(FILES, done.stdout.splitlines()):
            lines = lines_of(path)
            ours = [self.engine.scopes(line) for line in lines]
            for i, at, to, scope in json.loads(said):
                scope = None if scope in ("source.aftercare",) else scope
                for k in range(at, to):
                    if not lines[i][k].isspace():
                        self.assertEqual(ours[i][k], scope, "%s:%d:%d: %s" % (path.name, i + 1, k + 1, lines[i]))


if __name__ == "__main__":
    unittest.main()
