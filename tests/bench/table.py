#!/usr/bin/env python3
"""Ratios from the JSON lines of one run: tests/bench/table.py LINES"""
import json
import sys

FLOORS = {"W1 filled": 2, "W1 with filling": 5, "W2": 2, "W3": 2, "W4 bulk": 3, "W5": 3,
          "W6a one at a time": 5, "W6a bulk": 3, "W6 one at a time": 5, "W6 bulk": 3}  # most times the limit
PEERS = {("W4 bulk", "LuaJIT, tables"): 1, ("W4 bulk", "LuaJIT, packed"): 1, ("W5 Shanghai", "DuckDB, two threads"): 10}  # least times the library
lines = [json.loads(line) for line in open(sys.argv[1])]
times = {}
for line in lines:
    if "ns" in line:
        times.setdefault(line["workload"], []).append(line)


def floor(workload):
    return next((most for name, most in FLOORS.items() if workload.startswith(name)), None)


def base(workload, peer):
    for line in times.get(workload, []):
        if line["peer"] == peer:
            return line["ns"]
    return None


print(f"{'workload':34}{'contestant':22}{'ns':>12}{'x limit':>10}{'floor':>8}{'wrong':>8}")
over = []
for workload, entries in times.items():
    limit = base(workload, "limit")
    for line in entries:
        ratio = line["ns"] / limit if limit else None
        most = floor(workload) if line["peer"] == "aftercare" else None
        print(f"{workload:34}{line['peer']:22}{line['ns']:12.1f}{'' if ratio is None else f'{ratio:.2f}':>10}{'' if most is None else most:>8}{line['wrong']:>8}")
        if most and ratio and ratio > most:
            over.append(f"{workload}: {ratio:.2f} times the limit, at most {most}")
        if line["peer"] == "aftercare" and line["wrong"]:
            over.append(f"{workload}: {line['wrong']} answers differ")
for (workload, peer), least in PEERS.items():
    theirs, ours = base(workload, peer), base(workload, "aftercare")
    if theirs and ours:
        print(f"{peer} over the library, {workload}: {theirs / ours:.1f} (floor {least})")
        if theirs / ours < least:
            over.append(f"{workload}: {peer} takes {theirs / ours:.2f} times the library")
for zone in ("Shanghai", "New York"):
    short, long = base(f"W2 +1 h {zone}", "aftercare"), base(f"W2 +2000 h {zone}", "aftercare")
    if short and long:
        print(f"growth from 1 h to 2,000 h, {zone}: {long / short:.2f} (floor 1.3)")
        if long / short > 1.3:
            over.append(f"growth {zone}: {long / short:.2f}")
COMPILE = {"compile 4096 ranges": 10, "compile 4096 texts": 10, "compile 8 tables and calendar": 5, "compile road-machinery": 10}  # ms
for what in ("hit in the last", "no hit"):
    short, long = base(f"8 rows, {what}", "aftercare"), base(f"4096 rows, {what}", "aftercare")
    if short and long:
        print(f"a decision by 4,096 rows over one by 8, {what}: {long / short:.2f} (floor 4)")
        if long / short > 4:
            over.append(f"4,096 rows, {what}: {long / short:.2f} times 8 rows")
for line in lines:
    if line["workload"] in COMPILE:
        print(f"{line['workload']}: {line['ms']:.2f} ms, least {line['least']:.2f} (floor {COMPILE[line['workload']]})")
        if line["least"] > COMPILE[line["workload"]]:
            over.append(f"{line['workload']}: {line['least']:.2f} ms")
    if line["workload"] == "compile":
        print(f"policy, 17 years of holidays and zone compiled in {line['ms']:.2f} ms")
print("\nabove the floor:" if over else "\nall within the floors")
for text in over:
    print("  " + text)
sys.exit(1 if over else 0)
