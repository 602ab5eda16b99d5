"""The samples of the public logs as the tool's own CSV. Written apart from the adapters, so that each checks the other."""
import csv
import datetime
from zoneinfo import ZoneInfo

BOSTON = ZoneInfo("America/New_York")
STATIONS = {"New": "New", "Active": "Active", "Resolved": "Resolved", "Closed": "Closed"}


def seconds(text):
    return int(datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp())


def _log_time(text):
    return datetime.datetime.strptime(text, "%d/%m/%Y %H:%M").strftime("%Y-%m-%dT%H:%M:00Z")


def _level(text):
    return {"1": "high", "2": "medium", "3": "low"}.get(text[:1], "")


def _action(before, after):
    if after in ("Awaiting", "Resolved"):
        return {"Awaiting": "wait", "Resolved": "resolve"}[after]
    if after != "Active":
        return None
    return {"Awaiting": "continue", "Resolved": "reopen", "Closed": "reopen"}.get(before, "take")


def incidents(path, folder):
    """Paths of the log and its events, and made_sla by number."""
    made, last, changes = {}, {}, {}
    with open(path, newline="") as rows:
        for row in csv.DictReader(rows):
            number, state = row["number"], row["incident_state"]
            station = "Awaiting" if state.startswith("Awaiting") else STATIONS.get(state)
            seen = changes.setdefault(number, [])
            if station and (not seen or seen[-1][0] != station):
                seen.append((station, _log_time(row["sys_updated_at"])))
            last[number] = row
            made[number] = row["made_sla"] == "true"
    log, events = folder / "incidents.csv", folder / "incident-events.csv"
    with open(log, "w") as out, open(events, "w") as history:
        out.write("id,impact,urgency,open\n")
        history.write("id,at,field,value\n")
        for number, row in last.items():
            out.write("%s,%s,%s,%s\n" % (number, _level(row["impact"]), _level(row["urgency"]), _log_time(row["opened_at"])))
            before = "New"
            for station, at in changes[number]:
                action = _action(before, station)
                before = station
                if action:
                    history.write("%s,%s,%s,\n" % (number, at, action))
            if row["closed_at"] != "?":
                history.write("%s,%s,close,\n" % (number, _log_time(row["closed_at"])))
    return log, events, made


def requests(path, folder):
    """Path of the log, and the recorded target in seconds (None: none) by case."""
    def instant(text):
        return datetime.datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=BOSTON).isoformat() if text else ""

    log, targets = folder / "requests.csv", {}
    with open(path, newline="") as rows, open(log, "w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["id", "type", "open", "close", "target"])
        for row in csv.DictReader(rows):
            target = instant(row["target_dt"])
            targets[row["case_id"]] = seconds(target) if target else None
            writer.writerow([row["case_id"], row["type"], instant(row["open_dt"]), instant(row["closed_dt"]), target or "none"])
    return log, targets
