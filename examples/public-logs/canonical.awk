# A public log as the CSV of `aftercare replay`: awk -F, -v which=incidents|requests -v events=FILE -f canonical.awk LOG > CSV
# With -v analysts=FILE the incidents stand as they ended, each with who resolved it, and FILE lists those people.
# The samples have no quoted cells. Columns are found by the names of the header.

function instant(text,    part) {       # 29/2/2016 01:16
    if (split(text, part, /[\/ ]/) != 4)
        return ""
    return sprintf("%04d-%02d-%02dT%s:00Z", part[3], part[2], part[1], part[4])
}

function level(text) { return substr(text, 1, 1) == "1" ? "high" : substr(text, 1, 1) == "2" ? "medium" : substr(text, 1, 1) == "3" ? "low" : "" }

function station(state) { return state ~ /^Awaiting/ ? "Awaiting" : state ~ /^(New|Active|Resolved|Closed)$/ ? state : "" }

function action(before, after) {
    if (after == "Awaiting") return "wait"
    if (after == "Resolved") return "resolve"
    if (after != "Active") return ""
    return before == "Awaiting" ? "continue" : before == "Resolved" || before == "Closed" ? "reopen" : "take"
}

NR == 1 {
    sub(/\r$/, "")
    for (i = 1; i <= NF; i++)
        at[$i] = i
    if (which == "requests")
        print "id,type,open,close,target"
    next
}

{ sub(/\r$/, "") }

which == "requests" {
    print $at["case_id"] "," $at["type"] "," $at["open_dt"] "," $at["closed_dt"] "," ($at["target_dt"] == "" ? "none" : $at["target_dt"])
    next
}

{
    id = $at["number"]
    if (!(id in row))
        order[++count] = id
    row[id] = id "," level($at["impact"]) "," level($at["urgency"]) "," instant($at["opened_at"])
    closed[id] = instant($at["closed_at"])
    resolver[id] = $at["resolved_by"] == "?" ? "" : $at["resolved_by"]
    reopens[id] = $at["reopen_count"]
    now = station($at["incident_state"])
    if (now == "" || now == last[id])
        next
    does = action(last[id] == "" ? "New" : last[id], now)
    last[id] = now
    if (does != "")
        history[id] = history[id] id "," instant($at["sys_updated_at"]) "," does ",\n"
}

END {
    if (which == "requests")
        exit
    if (analysts != "") {
        print "id,impact,urgency,open,close,resolved-by,reopens"
        print "id" > analysts
        for (i = 1; i <= count; i++) {
            id = order[i]
            print row[id] "," closed[id] "," resolver[id] "," reopens[id]
            if (resolver[id] != "" && !known[resolver[id]]++)
                print resolver[id] > analysts
        }
        exit
    }
    print "id,impact,urgency,open"
    print "id,at,field,value" > events
    for (i = 1; i <= count; i++) {
        print row[order[i]]
        printf "%s", history[order[i]] > events
        if (closed[order[i]] != "")
            print order[i] "," closed[order[i]] ",close," > events
    }
}
