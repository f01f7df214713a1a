#!/bin/sh
# /usr/local/sbin/headquarters: a command with the services' own user, settings and data folder. Run as root.
# Files named without a folder lie in /var/lib/headquarters.
set -eu
[ -t 0 ] && how=--pty || how=--pipe
exec systemd-run --quiet --collect --wait "$how" --uid=headquarters --gid=headquarters \
    --working-directory=/var/lib/headquarters --setenv=HEADQUARTERS_DATA=/var/lib/headquarters \
    --property=EnvironmentFile=-/etc/headquarters/environment --property=UMask=0077 --property=NoNewPrivileges=yes \
    /opt/headquarters/.venv/bin/headquarters "$@"
