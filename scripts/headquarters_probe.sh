#!/bin/sh
# Runs inside the Debian that `./package check-headquarters` boots, as the service probe; writes what it finds to
# /probe, a file for each thing. headquarters_check.py knows what each must say.
set -u
unit=headquarters.service
host=danh-gia.example.gov.vn
here=http://127.0.0.1:8480
out=/probe
jar=$out/cookies

now() { cut -d' ' -f1 /proc/uptime; }
since() { awk "BEGIN { printf \"%.1f\", $(now) - $1 }"; }
show() { systemctl show -P "$1" "${2:-$unit}"; }
get() {
    curl -sS --max-time 30 --cacert /etc/ssl/headquarters/fullchain.pem \
        --resolve "$host:443:127.0.0.1" --resolve "$host:80:127.0.0.1" "$@" 2>>"$out/curl"
}
browse() { get -b "$jar" -c "$jar" "$@"; }
code() { get -o /dev/null -w '%{http_code}' "$@"; }

# Until the page of health says $1, through nginx and TLS; what it said last.
until_health() {
    i=0
    while [ "$(code "https://$host/healthz")" != "$1" ] && [ $i -lt 300 ]; do i=$((i + 1)); sleep 0.2; done
    code "https://$host/healthz"
}

# Runs a unit of one go to its end: how it ended, how each of its commands did, in how many seconds. Of a command
# that never ran systemd says 0/0.
go() {
    began=$(now)
    systemctl start "headquarters-$1.service"
    echo $? >"$out/$2_code"
    since "$began" >"$out/$2_s"
    show Result "headquarters-$1.service" >"$out/$2"
    show ExecStart "headquarters-$1.service" | sed 's/.*argv\[\]=//;s/ ;.*status=/ → /;s/ }$//' >"$out/$2_commands"
}

end() {
    journalctl -b --no-pager -o short-monotonic -u 'headquarters*' -u nginx -u probe >"$out/journal"
    journalctl -b --no-pager -o cat _SYSTEMD_UNIT="$unit" >"$out/said_by_server"
    : >"$out/end"
    systemctl poweroff --no-block
}
trap end EXIT

pages() {
    code "https://$host/readyz" >"$out/readyz_outside"
    code "$here/readyz" >"$out/readyz"
    code "$here/metrics" >"$out/metrics"
    code "http://$host/" >"$out/plain"
    code "http://$host/api/v1/batches" >"$out/plain_tablet"
    get -X POST "https://$host/api/v1/batches" >"$out/tablet"
    browse -D "$out/headers" -o "$out/sign_in" "https://$host/sign-in/"
    {
        grep -oE '"/static/[^"]+"' "$out/sign_in" | tr -d '"' | sort -u
        echo /static/npm/echarts/echarts.min.js
        echo /static/fonts/BeVietnamPro_400Regular.ttf
    } | while read -r file; do
        echo "$(code "https://$host$file") $file"
    done >"$out/static"
}

# At a terminal, as whoever runs it does; the answers wait for the questions.
typed() {
    { sleep 8; echo doi-mot-mat-khau-dai; sleep 3; echo doi-mot-mat-khau-dai; sleep 5; } |
        script -qec "headquarters create-admin giamdoc" /dev/null >"$out/typed" 2>&1
}

# The password is hashed by argon2 in the server; the second step is asked for afterwards.
sign_in() {
    echo "doi-mot-mat-khau-dai" | headquarters create-admin lanhdao --password-stdin >"$out/create_admin" 2>&1
    token=$(sed -n 's/.*name="csrfmiddlewaretoken" value="\([^"]*\)".*/\1/p' "$out/sign_in" | head -n 1)
    browse -o /dev/null -w '%{http_code} %{redirect_url}' -e "https://$host/sign-in/" --data-urlencode "username=lanhdao" \
        --data-urlencode "password=doi-mot-mat-khau-dai" --data-urlencode "csrfmiddlewaretoken=$token" \
        "https://$host/sign-in/" >"$out/signed_in"
    browse -o /dev/null -w '%{http_code}' "https://$host/sign-in/second-step/" >"$out/second_step"
}

# What the kernel holds the server and its first worker to.
walls() {
    main=$(show MainPID)
    for pid in "$main" "$(pgrep -P "$main" | head -n 1)"; do
        grep -E '^(NoNewPrivs|Seccomp|CapEff|CapBnd):' "/proc/$pid/status" | tr -s '\t\n' '  '
        awk 'END { printf "uid_map:%d ", NR }' "/proc/$pid/uid_map"
        awk '$5 == "/proc" { proc = $0 } $5 == "/" { root = $6 } END { print proc; print "root:" root }' \
            "/proc/$pid/mountinfo"
    done >"$out/walls"
    stat -c '%U %a' "/proc/$main" >"$out/user"
    systemd-analyze security --no-pager "$unit" | tail -n 1 >"$out/exposure"
}

places() {
    stat -c '%n %U %a' /etc/headquarters/environment /var/lib/headquarters /var/lib/headquarters/*.key \
        /var/backups/headquarters /var/backups/headquarters/*
}

killed() {
    show NRestarts headquarters-watch.service >"$out/watch_restarts"
    first=$(show MainPID)
    began=$(now)
    kill -KILL "$first"
    i=0 # its workers go on answering for a moment
    while pid=$(show MainPID); { [ "$pid" = "$first" ] || [ "$pid" = 0 ]; } && [ $i -lt 300 ]; do
        i=$((i + 1)); sleep 0.1
    done
    until_health 200 >"$out/after_kill"
    since "$began" >"$out/kill_to_answer_s"
    show NRestarts >"$out/after_kill_restarts"
}

without_database() {
    systemctl stop postgresql
    until_health 503 >"$out/without_database"
    code "$here/readyz" >"$out/without_database_ready"
    go backup backup_without_database
    sleep 15 # the watch has looked in vain by then
    began=$(now)
    systemctl start postgresql
    until_health 200 >"$out/database_back"
    since "$began" >"$out/database_to_answer_s"
    sleep 12
    show ActiveState headquarters-watch.service >"$out/watch_after"
}

stopped() {
    for service in "$unit" headquarters-watch.service; do
        began=$(now)
        systemctl stop "$service"
        since "$began" >"$out/stop_${service%.service}_s"
        echo "$(show ActiveState "$service") $(show Result "$service")" >"$out/stop_${service%.service}"
    done
    code "https://$host/healthz" >"$out/while_stopped"
}

exec 2>"$out/trace"
set -x
until_health 200 >"$out/health"
since "$(awk "BEGIN { print $(systemctl show -P UserspaceTimestampMonotonic) / 1000000 }")" >"$out/boot_to_answer_s"
show NRestarts >"$out/restarts"
show ActiveState headquarters-watch.service >"$out/watch"
systemctl --failed --no-legend --plain >"$out/failed"
systemctl list-timers --no-pager --no-legend 'headquarters-*' >"$out/timers"
pages
sign_in
typed
walls
go chores chores
go backup backup
headquarters enrol --office 26740 --office-name "UBND phường Thủ Dầu Một" --desk "Quầy 3" >"$out/enrol" 2>&1
headquarters demo-province --ratings 2000 >"$out/demo" 2>&1
go trial trial
places >"$out/places"
killed
grep -q ^DATABASE_URL /etc/headquarters/environment && without_database
stopped
