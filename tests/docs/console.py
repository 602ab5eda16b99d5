#!/usr/bin/env python3
"""Runs the console sessions of the manual: console.py PROGRAM... -- PAGE...

A fence such as ```csv name=tickets.csv is a file of that session, and so are the fences of the language page that are named
(```policy name=pump is pump.policy). In a ```console fence each line behind "$ " is run by sh, and what it says, errors
first, must be what stands below it; a line of … stands for any lines. "$ echo $?" tells the exit code of the one before.
"""
import os
import re
import subprocess
import sys
import tempfile

FENCE = re.compile(r"^```(\w[\w-]*)([^\n]*)\n(.*?)^```$", re.S | re.M)
LANGUAGE = "docs/policy-language.md"


def fences(path):
    with open(path, encoding="utf-8") as page:
        text = page.read()
    for found in FENCE.finditer(text):
        kind, info, body = found.groups()
        name = re.search(r"\bname=(\S+)", info)
        yield kind, name and name.group(1), body, text.count("\n", 0, found.start()) + 1


def write_files(path, folder):
    for kind, name, body, _ in fences(path):
        if not name or kind == "policy-part":
            continue
        if kind in ("policy", "data"):
            name += "." + kind
        with open(os.path.join(folder, name), "w", encoding="utf-8") as out:
            out.write(body)


def sessions(body):
    """Pairs of a command and the lines below it."""
    commands = []
    for line in body.split("\n")[:-1]:
        if line.startswith("$ "):
            commands.append((line[2:], []))
        elif line.startswith("> ") and not commands[-1][1]:
            commands[-1] = (commands[-1][0] + "\n" + line[2:], [])
        else:
            commands[-1][1].append(line)
    return commands


def same(expected, got):
    """Line by line; … matches any number of lines."""
    if not expected:
        return not got
    if expected[0].strip() == "…":
        return any(same(expected[1:], got[i:]) for i in range(len(got) + 1))
    return bool(got) and expected[0].rstrip() == got[0].rstrip() and same(expected[1:], got[1:])


def run_page(path, tools, folder):
    failed = ran = 0
    code = 0
    env = dict(os.environ, PATH=os.pathsep.join(tools + [os.environ["PATH"]]), LC_ALL="C.UTF-8")
    for kind, _, body, line in fences(path):
        if kind != "console":
            continue
        for command, expected in sessions(body):
            if command == "echo $?":
                got = [str(code)]
            else:
                done = subprocess.run(["sh", "-c", command], cwd=folder, env=env, stdin=subprocess.DEVNULL, capture_output=True)
                code = done.returncode
                got = (done.stderr + done.stdout).decode("utf-8").split("\n")[:-1]
            ran += 1
            while got and not got[-1]:
                got.pop()
            if not same(expected, got):
                failed += 1
                print("%s:%d: $ %s\n%s\n" % (path, line, command, "\n".join(got)))
    return ran, failed


def main(words):
    programs, pages = words[:words.index("--")], words[words.index("--") + 1:]
    tools = [os.path.dirname(os.path.abspath(program)) for program in programs]
    total = failures = 0
    for page in pages:
        with tempfile.TemporaryDirectory() as folder:
            write_files(LANGUAGE, folder)
            write_files(page, folder)
            ran, failed = run_page(page, tools, folder)
        total += ran
        failures += failed
    print("%d commands, %d differ" % (total, failures))
    sys.exit(failures > 0 or total == 0)


main(sys.argv[1:])
