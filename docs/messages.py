#!/usr/bin/env python3
"""Writes the manual's list of messages from the registry: messages.py src/base/messages.def > messages.md"""
import re
import sys

ENTRY = re.compile(r'^AC_MSG\((\d+),\s*(\w+),\s*(\w+),\s*("(?:[^"\\]|\\.)*"),\s*(NULL|"(?:[^"\\]|\\.)*")\)\s*$')
SEVERITY = {"STRICT": "warning; error under `--strict`"}


def text(literal):
    return literal[1:-1].replace('\\"', '"').replace("\\\\", "\\")


def main(path):
    rows = []
    with open(path, encoding="utf-8") as registry:
        for number, line in enumerate(registry, 1):
            if not line.startswith("AC_MSG("):
                continue
            entry = ENTRY.match(line)
            if not entry:
                sys.exit("%s:%d: not of the form AC_MSG(number, SEVERITY, NAME, \"text\", \"hint\" or NULL)" % (path, number))
            code, severity, _, words, hint = entry.groups()
            rows.append((int(code), severity, text(words), None if hint == "NULL" else text(hint)))
    codes = [row[0] for row in rows]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        sys.exit("numbers given twice: %s" % twice)
    print("# Messages\n\nEvery message has a number that keeps its meaning for ever. `{0}`, `{1}`, … stand for what it is about.\n")
    for code, severity, words, hint in sorted(rows):
        print("## AC-%04d\n\n%s: %s" % (code, SEVERITY.get(severity, severity.lower()), words))
        print("\nHint: %s\n" % hint if hint else "")


main(sys.argv[1])
