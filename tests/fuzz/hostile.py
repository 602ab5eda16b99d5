#!/usr/bin/env python3
"""Texts of 64 KiB made to cost as much as they can, each the worst of one idea:

    hostile.py FOLDER [COMMAND…]     writes them, then runs each COMMAND with the folder behind it

The guard of the fuzz targets (guard.h) stops what takes longer than it may: the commands are their replays.
"""
import pathlib
import subprocess
import sys

SIZE = 65536
HEAD = "policy p version 1\ntimezone +08:00\ncurrency CNY\ndays end midnight\nmonth-end clamp\nrulebook R \"r\"\n  articles 1..9\n"


def fill(head, line, tail=""):
    """As many numbered lines as fit."""
    parts, size, i = [head], len(head.encode()) + len(tail.encode()), 0
    while True:
        text = line(i)
        size += len(text.encode())
        if size > SIZE:
            return "".join(parts) + tail
        parts.append(text)
        i += 1


def table(columns, rows, cell, types="number", hit="", out=lambda i: str(i % 7)):
    """A table over fields c0, c1 …; `cell` gives the test of row i and column k."""
    names = [f"c{k}" for k in range(columns)]
    head = HEAD + "record r per 1\n  " + ", ".join(names) + f" : {types}\ntable t of r gives g : number {hit} per 1\n  | " + " | ".join(names) + " || g |\n"
    return fill(head, lambda i: "  | " + " | ".join(cell(i, k) for k in range(columns)) + f" || {out(i)} |\n" if i < rows else "//" + "x" * 500 + "\n")


def tables(count, columns, rows, cell, types="number", hit=""):
    names = [f"c{k}" for k in range(columns)]
    text = HEAD + "record r per 1\n  " + ", ".join(names) + f" : {types}\n"
    for t in range(count):
        text += f"table t{t} of r gives g{t} : number {hit} per 1\n  | " + " | ".join(names) + f" || g{t} |\n"
        for i in range(rows):
            text += "  | " + " | ".join(cell(i, k) for k in range(columns)) + f" || {i % 7} |\n"
    return text[:SIZE].rpartition("\n")[0] + "\n"


def mixed(i, k):
    """Pseudo-random ranges: hardly two alike."""
    n = (i * 2654435761 + k * 40503) % 9973
    return f"[{n}..{n + 3000}]" if (i + k) % 3 else "-"


def case_lines(count, atoms):
    names = [f"b{k}" for k in range(20)]
    head = HEAD + "record r per 1\n  " + ", ".join(names) + " : yes/no\ntable t of r gives g : number per 1\n"

    def line(i):
        parts = [("not " if (i >> j) & 1 else "") + names[(i * 7 + j * 3) % 20] for j in range(atoms)]
        return f"  {i} when " + " and ".join(f"({a} or {b})" for a, b in zip(parts[::2], parts[1::2])) + "\n" if i < count else ""
    text = head
    for i in range(count):
        text += line(i)
    return text[:SIZE].rpartition("\n")[0] + "\n"


def cases():
    record = HEAD + "record r per 1\n"
    yield "fields", fill(record, lambda i: f"  f{i} : text\n")
    yield "fields-on-one-line", fill(record + "  a", lambda i: f", f{i}", " : text\n")
    yield "fields-twice", fill(record, lambda i: "  f : text\n")
    yield "derived-chain", fill(record + "  f0 : number\n", lambda i: f"  f{i + 1} = f{i} + f{i // 2}\n")
    yield "derived-fan", fill(record, lambda i: f"  f{i} = " + " + ".join(f"f{k}" for k in range(i + 1, i + 12)) + "\n")
    yield "derived-circle", fill(record, lambda i: f"  f{i} = f{i + 1}\n", "  f = f0\n")
    yield "records", fill(HEAD, lambda i: f"record r{i} per 1\n  f : text\n")
    yield "owners", fill(HEAD + "record r0 per 1\n", lambda i: f"record r{i + 1} of r{i} per 1\n  f = x\n")
    yield "links", fill(HEAD, lambda i: f"record r{i} per 1\n  l : r{i + 1}\n  f = l.l.l.l.l.x\n")
    yield "enums", fill(HEAD, lambda i: f"enum e{i} = a, b, c\n")
    yield "members", fill(HEAD + "enum e = a", lambda i: f", m{i}", "\n")
    yield "members-of-many-enums", fill(HEAD, lambda i: f"enum e{i} = a, b\n", "record r per 1\n  f = a\n")
    yield "near-names", fill(record + "  abcdefghij : number\n", lambda i: f"  f{i} = abcdefghi{i % 10}k + abcdefgh{i % 10}jk\n")
    yield "near-names-many", fill(record + "".join(f"  abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz{i} : text\n" for i in range(500)),
                                  lambda i: f"  g{i} = abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwx{i}yz\n")
    yield "near-words", fill(record, lambda i: f"  f{i} : moemnt wihtin 3 h afetr x\n")
    yield "near-members", fill(HEAD + "enum e = " + ", ".join(f"member{i}" for i in range(1500)) + "\nrecord r per 1\n  f : e\n", lambda i: f"  g{i} = f = membr{i}\n")
    yield "values", fill(HEAD + "values\n", lambda i: f"  v{i} = {i}\n")
    yield "values-chain", fill(HEAD + "values\n  v0 = 1 per 1\n", lambda i: f"  v{i + 1} = v{i} + 1 per 1\n")
    yield "roles", fill(HEAD + "roles\n", lambda i: f"  r{i}\n")
    yield "roles-chain", fill(HEAD + "roles\n  r0\n", lambda i: f"  r{i + 1} under r{i}\n")
    yield "articles", fill(HEAD.replace("1..9", "1..9999") + "  articles x", lambda i: f", a{i}", "\n")
    yield "articles-ranges", fill(HEAD, lambda i: f"  articles {i}.1..9999\n")
    yield "cites", fill(record, lambda i: f"  f{i} : text per 1..9\n")
    many = HEAD.replace("1..9", ", ".join(f"{i}001..{i}999" for i in range(1, 9)))
    yield "cites-of-ranges", fill(many + "record r per 1001\n", lambda i: f"  f{i} : text per 1001..1999\n")
    yield "uncoded-ranges", fill(many + "uncoded\n", lambda i: "  1001..1999 \"x\"\n")
    yield "cites-of-none", fill(many + "uncoded\n", lambda i: f"  {10 + i}001..{10 + i}999 \"x\"\n")
    yield "uncoded", fill(HEAD + "uncoded\n", lambda i: f"  {i} \"x\"\n")
    yield "labels", fill(HEAD + "labels en\n", lambda i: f"  n{i} \"x\"\n")
    yield "labels-near", fill(record + "".join(f"  abcdefghijklm{i} : text\n" for i in range(400)) + "labels en\n", lambda i: f"  abcdefghijk{i} \"x\"\n")
    yield "dated-days", fill(HEAD + "calendar c per 1\n  week mon..fri 08:00..12:00\n", lambda i: f"  off {2000 + i % 900}-01-{1 + i % 28:02}\n")
    yield "dated-ranges", fill(HEAD + "calendar c per 1\n  week mon..fri 08:00..12:00\n", lambda i: "  off 0001-01-01..9999-12-31\n")
    yield "dated-backward", fill(HEAD + "calendar c per 1\n  week mon..fri 08:00..12:00\n", lambda i: f"  open {3000 - i // 300}-{12 - i // 27 % 12:02}-{27 - i % 27:02} 08:00..09:00\n")
    yield "hours", fill(HEAD + "calendar c per 1\n  week mon..sun 00:00..00:01", lambda i: f", {i // 60 % 24:02}:{i % 60:02}..{i // 60 % 24:02}:{i % 60:02}", "\n")
    yield "calendars", fill(HEAD, lambda i: f"calendar c{i} per 1\n  week mon..fri 08:00..12:00\n  holidays cn\n  worked as mon\n")
    yield "brackets", HEAD + "record r per 1\n  f = " + "(" * 60000 + "\n"
    yield "brackets-in-lines", fill(record, lambda i: f"  f{i} = " + "(" * 31 + "1" + ")" * 31 + "\n")
    yield "ifs", fill(record, lambda i: f"  f{i} = " + "if yes then " * 20 + "1" + " else 2" * 20 + "\n")
    yield "nots", fill(record + "  b : yes/no\n", lambda i: f"  f{i} = " + "not " * 30 + "b\n")
    yield "ands", fill(record + "  b, c : yes/no\n", lambda i: f"  f{i} = " + " and ".join(["(b or c)"] * 60) + "\n")
    yield "sums", fill(record, lambda i: f"  f{i} = " + " + ".join(["1"] * 250) + "\n")
    yield "products", fill(record, lambda i: f"  f{i} = " + " * ".join(["999999999999999999"] * 100) + "\n")
    yield "long-line", HEAD + "record r per 1\n  f = " + "1 + " * 15000 + "1\n"
    yield "long-name", HEAD + "record " + "r" * 60000 + "\n"
    yield "long-text", HEAD + "record r per 1\n  f = \"" + "x" * 60000 + "\"\n"
    yield "one-line-goes-on", fill(record + "  f = (1", lambda i: "\n    + 1", ")\n")
    yield "blank-lines", HEAD + "\n" * 60000
    yield "comments", fill(HEAD, lambda i: "//\n")
    yield "comment-behind-all", fill(record, lambda i: f"  f{i} : text // x\n")
    yield "bars", HEAD + "record r per 1\ntable t of r gives g : number per 1\n  " + "|" * 60000 + "\n"
    yield "bad-bytes", HEAD + "\x7f" * 60000
    yield "bad-lines", fill("", lambda i: "x y z\n")
    yield "no-policy", fill("", lambda i: f"The {i}th line of a letter, not of a policy.\n")
    yield "wide", fill(record, lambda i: f"  字段{i} : text // 说明文字\n")
    yield "limits", fill(record + "  a : moment\n", lambda i: f"  m{i} : moment within 3 h after a\n")
    yield "limits-chain", fill(record + "  m0 : moment\n", lambda i: f"  m{i + 1} : moment within 3 h after m{i}\n")
    yield "limits-of-one", fill(record + "  a, m : moment\n", lambda i: f"  m within {i + 1} h after a as l{i} when x > {i}\n")
    yield "limits-when", fill(record + "  a, m : moment\n  x : number\n", lambda i: f"  m within {i + 1} h after a as l{i} when x > {i}\n")
    yield "limits-pauses", fill(record + "  a : moment\n" + "".join(f"  b{i} : yes/no\n" for i in range(40)),
                                lambda i: f"  m{i} : moment within 3 h after a paused while " + ", ".join(f"b{k}" for k in range(12)) + "\n")
    yield "starts", fill(record + "  a : moment\n  m : moment within 3 h after (a", lambda i: ", a", ")\n")
    yield "flow", fill(record + "  flow ends s1\n  | from | action | to | by | per |\n  | new | a0 | s0 | - | 1 |\n", lambda i: f"  | s{i} | a{i} | s{i + 1} | - | 1 |\n")
    yield "flow-one-state", fill(record + "  flow ends s1\n  | from | action | to | by | per |\n", lambda i: f"  | new | a{i} | s1 | - | 1 |\n")
    yield "steps", fill(record, lambda i: f"  step s{i}\n")
    yield "needs", fill(record + "  a : moment\n  x : number\n  a needs\n", lambda i: f"    x > {i} per 1\n")
    yield "needs-of-all", fill(record + "".join(f"  a{i} : moment\n" for i in range(500)), lambda i: f"  a{i % 500} needs complete\n")
    yield "signed", fill(record + "  a : moment\n", lambda i: f"  a needs signed 1 of (r{i}, s{i})\n")
    yield "aggregates", fill(HEAD + "record c per 1\n  n = count(d)\nrecord d of c dated m per 1\n  m : moment\n  x : number\n", lambda i: f"  s{i} = sum(x in month)\n")
    yield "aggregates-nested", fill(HEAD + "record d per 1\n  x : number\nrecord c per 1\n", lambda i: f"  n{i} = count(every d where count(every d where count(every d where x > 1) > 1) > 1)\n")
    yield "openings", fill(HEAD + "record r0 per 1\n  m : moment\n", lambda i: f"record r{i + 1} of r{i} on m per 1\n  m : moment\n")
    yield "ladder", fill(HEAD + "record c per 1\n  x : number\nladder l of c from a per 1\n", lambda i: f"  r{i} needs x > {i}\n")
    yield "offences", fill(HEAD + "record e is engineer per 1\nrecord c dated m per 1\n  e : e\n  m : moment\n", lambda i: f"offence o{i} of c against e per 1\n  fine {i + 1} CNY when nth in year = {i + 1}\n")
    yield "deeds", fill(HEAD + "record e is engineer per 1\nrecord c dated m per 1\n  e : e\n  m : moment\noffence o of c against e per 1\n", lambda i: f"  fine {i + 1} CNY when nth in year = {i + 1}\n")
    yield "pairs", fill(HEAD + "record e is engineer per 1\nrecord c dated m per 1\n  e : e\n  m : moment\n", lambda i: f"offence o{i} of c against e per 1\n  with o{i + 1} highest\n  fine 1 CNY\n")
    yield "choose", fill(HEAD + "record e is engineer per 1\n  x : number\nrecord c per 1\nchoose e for c per 1\n", lambda i: f"  needs x > {i}\n")
    yield "examples", fill(record + "  x : number\n  y = x * 2\nexample y\n  | case | x || y |\n", lambda i: f"  | c{i} | {i} || {2 * i} |\n")
    yield "examples-many", fill(record + "  x : number\n  y = x * 2\n", lambda i: f"example y\n  | case | x || y |\n  | c | 1 || 2 |\n")
    yield "examples-wide", fill(record + "  x : number\n  y = x * 2\nexample y\n  given x = 1", lambda i: ", x = 1", "\n  | case || y |\n  | c || 2 |\n")
    yield "catalogue", fill(HEAD + "enum e gives a : number\n  | e || a |\n", lambda i: f"  | m{i} || {i} |\n")
    yield "grid-ranges", table(1, 4000, lambda i, k: f"[{i}..{i + 1})")
    yield "grid-mixed", table(6, 2000, mixed)
    yield "grid-wide", table(24, 2000, mixed)
    yield "grid-mixed-unique", table(6, 2000, mixed, hit="unique")
    yield "grid-same-cell", table(4, 4000, lambda i, k: "-")
    yield "grid-lists", table(2, 2000, lambda i, k: ", ".join(str((i * 31 + n * 17) % 1000) for n in range(12)))
    yield "grid-texts", table(2, 2000, lambda i, k: f"\"t{(i * 7 + k) % 997}\"", types="text")
    yield "grid-booleans", table(20, 2000, lambda i, k: ("yes", "no", "-")[(i * 7 + k * 3 + i // 5) % 3], types="yes/no")
    yield "grid-booleans-unique", table(20, 2000, lambda i, k: ("yes", "no", "-")[(i * 7 + k * 3 + i // 5) % 3], types="yes/no", hit="unique")
    yield "grid-one-of-each", table(12, 2000, lambda i, k: f"> {i * 5 + k}" if (i + k) % 2 else f"< {i * 3 - k}")
    yield "grid-sum", table(8, 2000, mixed, hit="sum")
    yield "grid-open", table(6, 2000, mixed, out=lambda i: f"c{i % 6} + {i}")
    yield "order-wide", tables(2, 24, 250, lambda i, k: f"[{i}..{i + 1})" if k == 23 else "[0..1)")
    yield "tables-worst", tables(9, 4, 150, mixed, hit="unique")
    yield "tables-mixed-small", tables(5, 8, 60, mixed)
    yield "tables-many", fill(record + "  x : number\n", lambda i: f"table t{i} of r gives g{i} : number per 1\n  | x || g{i} |\n  | > 1 || 1 |\n  | else || 2 |\n")
    yield "tables-mixed", tables(12, 6, 40, mixed)
    yield "tables-mixed-unique", tables(12, 6, 40, mixed, hit="unique")
    yield "tables-booleans", tables(12, 12, 80, lambda i, k: ("yes", "no", "-")[(i * 7 + k * 3 + i // 5) % 3], types="yes/no", hit="unique")
    yield "tables-of-tables", fill(record + "  g0 : number\n", lambda i: f"table t{i} of r gives g{i + 1} : number per 1\n  | g{i} || g{i + 1} |\n  | > 1 || 1 |\n  | else || 2 |\n")
    yield "outs", fill(record + "table t of r gives a0 : number", lambda i: f", a{i + 1} : number", " per 1\n")
    for atoms in (4, 10, 16):
        yield f"case-lines-{atoms}", case_lines(600, atoms)
    yield "case-lines-constant", fill(record + "  x : number\ntable t of r gives g : number per 1\n", lambda i: f"  {i} when x > {i} or x < {-i}\n")
    yield "everything-wrong", fill(HEAD, lambda i: f"record r{i}\n  f : g\n  h = i\n  j : moment within k after l per m\n")


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in cases():
        (folder / name).write_bytes(text.encode("utf-8")[:SIZE])
    for command in sys.argv[2:]:
        if subprocess.run([command, str(folder)]).returncode != 0:
            sys.exit(f"{command}: more than it may take, or worse")


main()
