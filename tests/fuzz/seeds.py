#!/usr/bin/env python3
"""Cuts what the repository already holds into small inputs for the fuzz targets, one file each:

    seeds.py KIND FOLDER      KIND: policy, format, expression, data

policy, format   every block of the shipped policies behind the head of its file, whole policies of less than 16 KiB,
                 the policies of the test data, the mistakes of tests/data/bad
expression       the expressions of tests/data/rules
data             the data files
"""
import hashlib
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
WHOLE = 16384


def head_and_blocks(text):
    """A block begins in column 1; the head is everything before the first word that opens one."""
    blocks = re.split(r"^(?=(?:calendar|roles|values|enum|record|table|ladder|offence|reward|choose|example|labels|uncoded)\b)", text, flags=re.M)
    return blocks[0], blocks[1:]


def pieces_of(text):
    head, blocks = head_and_blocks(text)
    if len(text) < WHOLE:
        yield text
    for block in blocks:
        yield head + block
    # What stands side by side often belongs together.
    for i in range(0, len(blocks), 4):
        yield head + "".join(blocks[i:i + 6])


def cases_of(text):
    """The inputs of a corpus file: between `===` and `--- expected`."""
    for case in re.split(r"^=== ", text, flags=re.M)[1:]:
        title, _, rest = case.partition("\n")
        if "escaped" not in title:
            yield title, rest.partition("--- expected\n")[0]


def policies():
    for path in sorted([*ROOT.glob("examples/**/*.policy"), *ROOT.glob("tests/data/**/*.policy")]):
        yield from pieces_of(path.read_text(encoding="utf-8"))
    for path in sorted(ROOT.glob("tests/data/bad/*.txt")):
        for title, text in cases_of(path.read_text(encoding="utf-8")):
            if "| data" not in title:
                yield text


def expressions():
    for line in (ROOT / "tests/data/rules/feel.txt").read_text(encoding="utf-8").splitlines():
        if " => " in line and not line.startswith("#"):
            yield line.split(" => ")[0].split(" | ")[0]
    for line in (ROOT / "tests/data/rules/expressions.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("expr: "):
            yield line[6:]


def data():
    for path in sorted([*ROOT.glob("examples/**/*.data"), *ROOT.glob("tests/data/**/*.data")]):
        yield path.read_text(encoding="utf-8")
    for title, text in cases_of((ROOT / "tests/data/bad/data.txt").read_text(encoding="utf-8")):
        yield text


KINDS = {"policy": [policies], "format": [policies, data], "expression": [expressions], "data": [data]}


def main():
    if len(sys.argv) != 3 or sys.argv[1] not in KINDS:
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    for source in KINDS[sys.argv[1]]:
        for text in source():
            raw = text.encode("utf-8")
            if len(raw) <= 65536:
                (folder / hashlib.sha1(raw).hexdigest()[:16]).write_bytes(raw)


main()
