"""The server as an office runs it: gunicorn in processes of its own, a database of its own, real sockets."""

from __future__ import annotations

import http.client
import json
import secrets
import signal
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from scripts.stage import Headquarters, query
from sync import contract, phone, renewal
from sync.client import Client
from sync.contract import BATCH_PATH, Batch, Reply
from sync.errors import Hold, Refused, ServerTrouble
from sync.signing import Signer
from tests.support import FakeTablet, body_of

Make = Callable[[Path], str]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, migrated_database: Make) -> Iterator[Headquarters]:
    data = tmp_path_factory.mktemp("server")
    made = Headquarters(data, migrated_database(data))
    made.start()
    yield made
    made.stop()


@pytest.fixture
def tablet(server: Headquarters) -> FakeTablet:
    made = FakeTablet()
    client(server, made).enrol(made.enrolment(server.code("Quầy 1")))
    return made


def client(server: Headquarters, tablet: FakeTablet) -> Client:
    """As patient as a tablet is: a disk that stands still for half a minute is no answer lost."""
    return Client(server.address, tablet.signer)


def at_once(count: int, job: Callable[[int], object]) -> list[object]:
    """Run ``job`` in that many threads, all let go at the same moment; what they gave or raised."""
    start, found = threading.Barrier(count), [None] * count  # type: tuple[threading.Barrier, list[object]]

    def one(number: int) -> None:
        start.wait()
        try:
            found[number] = job(number)
        except Exception as error:  # noqa: BLE001 - the test looks at it
            found[number] = error

    threads = [threading.Thread(target=one, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def why(found: object) -> str:
    """An error with what it was made of: a slow answer and a broken connection read the same to a tablet."""
    return f"{found!r} <- {found.__cause__!r}" if isinstance(found, Exception) else type(found).__name__


def test_the_same_batch_from_eight_threads_at_once_counts_once(
    server: Headquarters, tablet: FakeTablet
) -> None:
    events = [tablet.rating(level) for level in (1, 2, 3) * 20]
    batch = tablet.batch(events)
    replies = [reply for reply in at_once(8, lambda _: client(server, tablet).push(batch)) if reply]
    assert all(isinstance(reply, Reply) for reply in replies), (list(map(why, replies)), server.said())
    verdicts = [str(r.verdict) for reply in replies for r in reply.results]  # type: ignore[attr-defined]
    assert (verdicts.count("accepted"), verdicts.count("duplicate")) == (60, 7 * 60)
    assert server.command("audit-rollups").startswith("0 ")


def test_two_halves_from_two_threads_leave_no_gap(server: Headquarters, tablet: FakeTablet) -> None:
    for _ in range(5):
        events = [tablet.rating() for _ in range(40)]
        halves = [tablet.batch(events[20:]), tablet.batch(events[:20])]
        at_once(2, lambda number: client(server, tablet).push(halves[number]))  # noqa: B023
        assert client(server, tablet).push(tablet.batch([])).contiguous_seq == tablet.seq


def test_one_code_for_six_tablets_at_once_places_exactly_one(server: Headquarters) -> None:
    code = server.code("Quầy 2")
    tablets = [FakeTablet() for _ in range(6)]
    found = at_once(6, lambda n: client(server, tablets[n]).enrol(tablets[n].enrolment(code)))
    refused = [answer for answer in found if isinstance(answer, Refused)]
    assert len(refused) == 5, found
    assert {error.code for error in refused} == {"code_used"}


def test_one_request_for_an_enrolment_sent_four_times_at_once_is_answered_four_times(
    server: Headquarters,
) -> None:
    code, tablet = server.code("Quầy 3"), FakeTablet()
    found = at_once(4, lambda _: client(server, tablet).enrol(tablet.enrolment(code)))
    assert {getattr(answer, "tablet_id", answer) for answer in found} == {tablet.tablet_id}


def test_renewals_of_one_key_at_once_leave_exactly_one_new_key(
    server: Headquarters, tablet: FakeTablet
) -> None:
    """Eight requests by the old key for four new ones; then the one that is in force asks again."""
    server.command("renew-key", "--tablet", tablet.tablet_id)
    signers = [Signer(secrets.token_bytes(32)) for _ in range(4)]
    asked = [renewal.request(tablet.tablet_id, one) for one in signers]
    found = at_once(8, lambda n: client(server, tablet).renew(asked[n % 4], tablet.signer))
    (done,) = [answer for answer in found if isinstance(answer, renewal.KeyReply)]
    assert {getattr(answer, "code", "") for answer in found if answer is not done} == {"unknown_key"}
    number = [one.key_id for one in signers].index(done.key_id)
    again = at_once(4, lambda _: client(server, tablet).renew(asked[number], signers[number]))
    assert {getattr(answer, "key_id", answer) for answer in again} == {done.key_id}


def test_a_tablet_placed_anew_while_its_key_is_renewed_does_not_get_the_old_one_back(
    server: Headquarters,
) -> None:
    for desk in ("Quầy 4", "Quầy 5"):
        tablet, new = FakeTablet(), Signer(secrets.token_bytes(32))
        client(server, tablet).enrol(tablet.enrolment(server.code("Quầy 1")))
        server.command("renew-key", "--tablet", tablet.tablet_id)
        asked, placed = renewal.request(tablet.tablet_id, new), tablet.enrolment(server.code(desk))
        jobs: list[Callable[[], object]] = [
            lambda: client(server, tablet).renew(asked, tablet.signer),  # noqa: B023
            lambda: client(server, tablet).enrol(placed),  # noqa: B023
        ]
        renewed, enrolled = at_once(2, lambda number: jobs[number]())  # noqa: B023
        assert isinstance(renewed, renewal.KeyReply), renewed
        assert getattr(enrolled, "code", "key_taken") == "key_taken"
        with pytest.raises(Hold) as refused:
            client(server, tablet).push(tablet.batch())
        assert refused.value.code == "unknown_key"


def test_body_announced_too_large_is_refused_before_it_is_sent(
    server: Headquarters, tablet: FakeTablet
) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.putrequest("POST", BATCH_PATH)
    connection.putheader("Content-Length", str(10**9))
    connection.endheaders()
    answer = connection.getresponse()
    problem = contract.decode_problem(answer.read())
    connection.close()
    assert answer.status == 413
    assert problem is not None
    assert problem.code == "too_large"


def test_connection_is_kept_for_the_next_batch(server: Headquarters, tablet: FakeTablet) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    sockets = set()
    for _ in range(3):
        body = body_of(tablet.batch([tablet.rating()]))
        connection.request("POST", BATCH_PATH, body, tablet.headers(body))
        answer = connection.getresponse()
        assert answer.status == 200
        answer.read()
        sockets.add(id(connection.sock))
    connection.close()
    assert len(sockets) == 1


def test_health_says_ok(server: Headquarters) -> None:
    with urllib.request.urlopen(f"{server.address}/healthz", timeout=10) as answer:  # noqa: S310
        assert json.load(answer) == {"ok": True}


def test_database_that_goes_away_is_answered_503_and_everything_goes_on_when_it_is_back(
    server: Headquarters, tablet: FakeTablet
) -> None:
    if not server.database_url:
        pytest.skip("a file does not go away")
    name = server.database_url.partition("?")[0].rpartition("/")[2]
    batch = tablet.batch([tablet.rating()])
    with psycopg.connect(server.database_url.replace(name, "postgres"), autocommit=True) as db:
        db.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')  # type: ignore[call-overload, arg-type]
        db.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        for _ in range(10):
            with pytest.raises(ServerTrouble, match="503") as caught:
                client(server, tablet).push(batch)
            assert caught.value.retry_after_s
        db.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')  # type: ignore[call-overload, arg-type]
    verdicts = [str(client(server, tablet).push(batch).results[0].verdict) for _ in range(10)]
    assert verdicts == ["accepted", *["duplicate"] * 9]


def test_server_killed_between_batches_keeps_what_it_confirmed(
    tmp_path: Path, migrated_database: Make
) -> None:
    server = Headquarters(tmp_path / "data", migrated_database(tmp_path / "data"))
    tablet = FakeTablet()
    batches: list[Batch] = []
    for turn in range(3):
        server.start()
        if not turn:
            client(server, tablet).enrol(tablet.enrolment(server.code()))
        batches.append(tablet.batch([tablet.rating() for _ in range(30)]))
        confirmed = client(server, tablet).push(batches[-1])
        server.stop(signal.SIGKILL)
        assert {str(result.verdict) for result in confirmed.results} == {"accepted"}
    server.start()
    again = [client(server, tablet).push(batch) for batch in batches]
    server.stop()
    assert {str(result.verdict) for reply in again for result in reply.results} == {"duplicate"}
    assert again[-1].contiguous_seq == 90


def test_a_font_is_fetched_once_and_a_sheet_is_asked_for_again(server: Headquarters) -> None:
    kept = {}
    for name in ("fonts/BeVietnamPro_400Regular.ttf", "citizens/citizens.css"):
        with urllib.request.urlopen(f"{server.address}/static/{name}", timeout=10) as answer:  # noqa: S310
            kept[name] = answer.headers["Cache-Control"]
    font, sheet = kept.values()
    assert "immutable" in font
    assert "immutable" not in sheet


def phone_token(server: Headquarters, tablet: FakeTablet, code: str) -> str:
    """A token as the enrolled tablet's QR carries it."""
    reply = client(server, tablet).enrol(tablet.enrolment(code))
    return phone.mint(reply.key_id, reply.phone_key, time.time(), secrets.token_bytes(phone.NONCE_BYTES))


def places(server: Headquarters, tablet: FakeTablet) -> list[int]:
    """Places of the ratings that phones gave this tablet."""
    like = f"'%phone%{tablet.tablet_id}%'"
    sql = f"SELECT seq FROM ratings_event WHERE stored LIKE {like} ORDER BY seq"
    if not server.database_url:
        return [int(seq) for seq in query(server.data / "headquarters.sqlite3", sql)]
    with psycopg.connect(server.database_url) as db:
        return [int(row[0]) for row in db.execute(sql)]  # type: ignore[call-overload]


def tap(server: Headquarters, token: str, level: int, page: int = 0) -> tuple[int, str]:
    """Status and place to go on of one tap on a phone."""
    host, port = server.address.removeprefix("http://").split(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=30)
    connection.request(
        "POST",
        f"/P/{token}",
        f"level={level}&page={page}",
        {"Content-Type": "application/x-www-form-urlencoded"},
    )
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status, answer.getheader("Location", "")


def test_one_phone_s_tap_from_eight_threads_at_once_counts_once(server: Headquarters) -> None:
    tablet = FakeTablet()
    token = phone_token(server, tablet, server.code("Quầy 1"))
    found = at_once(8, lambda _: tap(server, token, 3))
    assert found == [(303, f"/p/{token}/cam-on")] * 8
    assert server.command("audit-rollups").startswith("0 ")
    reply = client(server, tablet).push(tablet.batch([tablet.rating()]))
    assert str(reply.results[0].verdict) == "accepted"
    assert places(server, tablet) == [1]


def test_of_six_phones_with_one_code_at_once_one_counts_and_is_thanked(server: Headquarters) -> None:
    tablet = FakeTablet()
    token = phone_token(server, tablet, server.code("Quầy 1"))
    found = at_once(6, lambda n: tap(server, token, 3, page=n)[0])
    assert sorted(found) == [303, 409, 409, 409, 409, 409]  # type: ignore[type-var]
    assert places(server, tablet) == [1]


def test_many_phones_at_one_desk_at_once_leave_no_gap(server: Headquarters) -> None:
    tablet = FakeTablet()
    tokens = [phone_token(server, tablet, server.code("Quầy 1")) for _ in range(12)]
    found = at_once(12, lambda n: tap(server, tokens[n], 1 + n % 3)[0])
    assert found == [303] * 12
    assert places(server, tablet) == list(range(1, 13))
    assert server.command("check").startswith("events in quarantine: 0\nalarms: 0\n")
