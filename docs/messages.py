#!/usr/bin/env python3
"""The manual's list of messages, made from the registry.

    messages.py src/base/messages.def > docs/messages.md         writes it
    messages.py src/base/messages.def --check docs/messages.md   fails when the page is not that of the registry
"""
import re
import sys

ENTRY = re.compile(r'^AC_MSG\((\d+),\s*(\w+),\s*(\w+),\s*("(?:[^"\\]|\\.)*"),\s*(NULL|"(?:[^"\\]|\\.)*")\)\s*$')
SEVERITY = {"STRICT": "warning, error under `--strict`"}
HEAD = """# Messages

Every message has a number that keeps its meaning for ever; look a number up here. `{0}`, `{1}`, … stand for what the
message is about. This page is made from `src/base/messages.def` by `docs/messages.py`.
"""


def text(literal):
    return literal[1:-1].replace('\\"', '"').replace("\\\\", "\\")


def markdown(words):
    return re.sub(r"([\\<>*`])", r"\\\1", words)


def read(path):
    rows = []
    with open(path, encoding="utf-8") as registry:
        for number, line in enumerate(registry, 1):
            if not line.startswith("AC_MSG("):
                continue
            entry = ENTRY.match(line)
            if not entry:
                sys.exit('%s:%d: not of the form AC_MSG(number, SEVERITY, NAME, "text", "hint" or NULL)' % (path, number))
            code, severity, _, words, hint = entry.groups()
            rows.append((int(code), severity, text(words), None if hint == "NULL" else text(hint)))
    codes = [row[0] for row in rows]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        sys.exit("numbers given twice: %s" % twice)
    return sorted(rows, key=lambda row: row[0])


def page(rows):
    parts = [HEAD]
    for code, severity, words, hint in rows:
        parts.append("## AC-%04d\n\n%s: %s\n" % (code, SEVERITY.get(severity, severity.lower()), markdown(words)))
        if hint:
            parts.append("*Hint:* %s\n" % markdown(hint))
    return "\n".join(parts)


def main(registry, check=None, committed=None):
    made = page(read(registry))
    if check is None:
        sys.stdout.reconfigure(encoding="utf-8")
        sys.stdout.write(made)
        return
    with open(committed, encoding="utf-8") as there:
        if there.read() != made:
            sys.exit("%s is not that of the registry: docs/messages.py %s > %s" % (committed, registry, committed))


main(*sys.argv[1:])
