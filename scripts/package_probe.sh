#!/bin/sh
# Runs inside the Debian that `./package check` boots, as the service probe; writes what it finds to /probe.
set -u
unit=satisfaction-kiosk.service
out=/probe

now() { cut -d' ' -f1 /proc/uptime; }
minus() { awk "BEGIN { printf \"%.1f\", $1 - $2 }"; }
show() { systemctl show -P "$1" "${2:-$unit}"; }

# Until the kiosk is up under another process than $1; what systemd says of it then.
up() {
    i=0
    while [ $i -lt 600 ]; do
        state=$(show ActiveState) pid=$(show MainPID)
        if [ "$state" = active ] && [ "$pid" != "$1" ] && [ "$pid" != 0 ]; then break; fi
        i=$((i + 1)); sleep 0.1
    done
    show ActiveState
}

picture() {
    sleep 2 # the page's fade
    : >"$out/$1.wanted"
    i=0
    while [ -e "$out/$1.wanted" ] && [ $i -lt 100 ]; do i=$((i + 1)); sleep 0.1; done
}

end() {
    journalctl -b --no-pager -o short-monotonic -u "$unit" -u satisfaction-kiosk-session.service >"$out/journal"
    : >"$out/end"
    systemctl poweroff --no-block
}
trap end EXIT

began=$(now)
up 0 >"$out/first"
minus "$(now)" "$began" >"$out/boot_to_home_s"
first=$(show MainPID)
ps -o user= -p "$first" >"$out/user" 2>/dev/null || stat -c %U "/proc/$first" >"$out/user"
picture home
systemd-analyze security --no-pager "$unit" | tail -n 1 >"$out/exposure"

# A stopped process is one whose loop does not turn.
began=$(now)
kill -STOP "$first"
i=0
while [ "$(show NRestarts)" = 0 ] && [ $i -lt 400 ]; do
    [ "$(show MainPID)" = "$first" ] && killed=$(now)
    i=$((i + 1)); sleep 0.1
done
minus "${killed:-0}" "$began" >"$out/hang_to_kill_s"
journalctl -b --no-pager -u "$unit" | grep -q "Watchdog timeout" && echo watchdog >"$out/killed_by"
up "$first" >"$out/after_hang"
picture after-hang

second=$(show MainPID)
began=$(now)
kill -KILL "$second"
up "$second" >"$out/after_crash"
minus "$(now)" "$began" >"$out/crash_to_home_s"
show NRestarts satisfaction-kiosk-session.service >"$out/session_restarts"
picture after-crash
