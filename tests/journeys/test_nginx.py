"""The site that docs/operating.md hands out, in a real nginx: a tablet and a browser come through it."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import requests

from scripts.stage import ROOT, Headquarters, free_port, wait_for
from tests.faults.certificates import Authority
from tests.faults.ground import Ground
from tests.faults.lines import PATIENT, Line

pytestmark = pytest.mark.screen_only
SITE = ROOT / "packaging" / "headquarters" / "nginx.conf"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
AROUND = """
daemon off; pid {folder}/pid; error_log {folder}/error.log; user root;
events {{}}
http {{
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


class BehindTls(Headquarters):
    """As the environment file of docs/operating.md has it."""

    @property
    def environment(self) -> dict[str, str]:
        return {**super().environment, "HEADQUARTERS_TLS": "1", "HEADQUARTERS_HOSTS": "127.0.0.1"}


class Site:
    """A running nginx before a running headquarters."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.authority = folder, Authority(folder / "authority")
        self.headquarters = BehindTls(folder / "headquarters")
        self.headquarters.command("migrate")
        self.headquarters.start()
        self.plain, self.tls = free_port(), free_port()
        (folder / "site.conf").write_text(self._placed(SITE.read_text(encoding="utf-8")), encoding="utf-8")
        (folder / "nginx.conf").write_text(AROUND.format(folder=folder), encoding="utf-8")
        assert NGINX is not None
        self._process = subprocess.Popen([NGINX, "-c", str(folder / "nginx.conf")])
        wait_for(self._up, "nginx", 30)

    def _up(self) -> bool:
        with suppress(requests.ConnectionError):
            return self.get("/healthz").status_code == 200
        return False

    def _placed(self, text: str) -> str:
        """Other ports, other files: nothing else of the site is changed."""
        certificate = self.authority.issue("site")
        for old, new in (
            ("    listen [::]:80;\n", ""), ("    listen [::]:443 ssl http2;\n", ""),
            ("listen 80;", f"listen 127.0.0.1:{self.plain};"),
            ("listen 443 ssl http2;", f"listen 127.0.0.1:{self.tls} ssl http2;"),
            ("/etc/ssl/headquarters/fullchain.pem", str(certificate)),
            ("/etc/ssl/headquarters/privkey.pem", str(certificate)),
            ("/var/log/nginx/headquarters.log", f"{self.folder}/access.log"),
            ("127.0.0.1:8480", f"127.0.0.1:{self.headquarters.port}"),
        ):  # fmt: skip
            assert old in text, old
            text = text.replace(old, new)
        return text

    @property
    def address(self) -> str:
        return f"https://127.0.0.1:{self.tls}"

    def get(self, path: str, method: str = "GET", **more: object) -> requests.Response:
        return requests.request(
            method, self.address + path, verify=str(self.authority.root), timeout=30,
            allow_redirects=False, **more,  # type: ignore[arg-type]
        )  # fmt: skip

    def log(self) -> str:
        return (self.folder / "access.log").read_text(encoding="utf-8")

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(20)
        self.headquarters.stop()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    if NGINX is None:
        pytest.skip("this machine has no nginx")
    made = Site(tmp_path_factory.mktemp("site"))
    yield made
    made.close()


def test_a_tablet_s_ratings_come_through_it(site: Site, tmp_path: Path) -> None:
    line = Line(Ground(site.headquarters), tmp_path / "kiosk")
    shown = line.rate(620)
    line.uploader_to(site.address, PATIENT, site.authority.root).drain()
    assert line.tablet.pending() == 0
    assert set(line.received()) == set(shown)
    assert line.judge().holds
    line.close()
    assert re.search(r" 200 POST /api/v1/batches ", site.log())


def test_http_is_led_to_tls_and_a_tablet_is_not(site: Site) -> None:
    at = f"http://127.0.0.1:{site.plain}"
    led = requests.get(f"{at}/sign-in/?next=/me/", timeout=10, allow_redirects=False)
    assert (led.status_code, led.headers["Location"]) == (301, "https://127.0.0.1/sign-in/?next=/me/")
    assert requests.post(f"{at}/api/v1/batches", b"x", timeout=10, allow_redirects=False).status_code == 403


def test_a_page_carries_each_header_once_and_no_version(site: Site) -> None:
    page = site.get("/sign-in/")
    assert page.status_code == 200
    raw = page.raw.headers
    assert raw.getlist("Strict-Transport-Security") == ["max-age=31536000; includeSubDomains"]
    assert len(raw.getlist("Content-Security-Policy")) == 1
    assert raw.getlist("Server") == ["nginx"]
    assert page.cookies.get("__Host-csrf")


@pytest.mark.parametrize("path", ["/metrics", "/readyz"])
def test_what_is_for_machines_is_not_outside(site: Site, path: str) -> None:
    assert site.get(path).status_code == 404
    assert requests.get(site.headquarters.address + path, timeout=10).status_code != 404, "it is there inside"


def test_codes_of_citizens_are_not_written_down(site: Site) -> None:
    for path in ("/p/SECRETSECRET", "/tra-cuu/SECRETSECRET", "/p/SECRETSECRET?x=SECRETSECRET"):
        site.get(path)
    log = site.log()
    assert "/p/..." in log
    assert "/tra-cuu/..." in log
    assert "SECRET" not in log
    assert "127.0.0.1" not in log


def test_nobody_says_for_himself_where_he_comes_from(site: Site) -> None:
    """The lock after wrong passwords goes by the address that nginx saw, not by the one that was written."""
    door = site.get("/sign-in/")
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', door.text)
    assert token is not None
    form = {"csrfmiddlewaretoken": token[1], "username": "nobody", "password": "wrong"}
    headers = {"X-Forwarded-For": "6.6.6.6", "X-Real-IP": "6.6.6.6", "Referer": "https://127.0.0.1/sign-in/"}
    headers["X-Forwarded-Proto"] = "http"
    answer = site.get("/sign-in/", "POST", data=form, headers=headers, cookies=door.cookies)
    assert answer.status_code == 200, "the form again, with its message"
    rows = Ground(site.headquarters).rows("SELECT ip_address FROM axes_accessattempt")
    assert {address for (address,) in rows} == {"127.0.0.1"}


def test_what_is_too_large_or_too_often_is_refused_with_its_headers(site: Site) -> None:
    large = site.get("/sign-in/", "POST", data=b"x" * (17 * 2**20))
    assert (large.status_code, "Strict-Transport-Security" in large.headers) == (413, True)
    often = [site.get("/sign-in/").status_code for _ in range(16)]
    assert often[0] == 200
    assert often[-1] == 503, "a second a try at the door, after ten"
