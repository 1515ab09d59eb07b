#!/usr/bin/python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""The database goes away, in order and by kill -9: pages say so in Japanese at
once, no process ends, and all is well when it is back; what was acknowledged
before the crash is there. Meanwhile the mail relay is away too: reports are
accepted, and their mail follows when it is back (design 3, 4, 10)."""
import concurrent.futures
import http.client
import os
import re
import signal
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
import running  # noqa: E402

POOLS = ("guardian-main", "guardian-login", "staff-main", "staff-login",
         "staff-upload")
JAPANESE = re.compile("[ぁ-ん]{2}")
CLIENTS = 8
SECONDS = 5             # how long somebody may look at an empty screen
BACK = 10               # until the first page after the database is back
BEFORE_CRASH = 24
MAIL = 60               # a first retry comes after half a minute


class Outage:
    def __init__(self, tap, system, guardians, staff):
        self.tap, self.system = tap, system
        self.clients = [running.Client(system, c) for c in guardians]
        self.staff = running.Client(system, staff, staff=True)
        self.forms = []

    def pids(self):
        return {pool: (self.system.pid(pool), self.system.workers(pool))
                for pool in POOLS} | {"notifyd": self.system.pid("notifyd")}

    def report(self, client, note):
        """Its receipt, None when it was not accepted."""
        form = running.report_form(client.ask("/absence/new").text, note)
        sent = client.ask("/absence/new", form)
        if sent.status != 303:
            return None
        return sent.headers["Location"].rsplit("/", 1)[1]

    def stop_database(self, number):
        pid = self.system.pid("mariadb")
        os.kill(pid, number)
        return running.wait_until(
            60, lambda: self.system.pid("mariadb") is None)

    def ask_timed(self, client, path, data=None):
        began = time.monotonic()
        try:
            answer = client.ask(path, data)
        except (OSError, http.client.HTTPException) as e:
            return 0, repr(e), time.monotonic() - began
        return answer.status, answer.text, time.monotonic() - began

    def without_database(self, what):
        """Pages of guardians and staff, as many as there are workers."""
        tap = self.tap
        with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
            got = [a for answers in pool.map(
                lambda c: [self.ask_timed(c, "/") for _ in range(6)],
                self.clients) for a in answers]
        got.append(self.ask_timed(self.staff, "/absence"))
        sent = self.ask_timed(self.clients[0], "/absence/new", self.forms[0])
        statuses = {status for status, _, _ in got}
        tap.ok(statuses == {503}, f"{what}: pages answer 503", f"{statuses}",
               *[text for _, text, _ in got if "Error" in text][:3])
        tap.ok(all(JAPANESE.search(text) for _, text, _ in got),
               f"{what}: in Japanese", got[0][1][:200])
        slowest = max(seconds for _, _, seconds in got + [sent])
        tap.ok(slowest < SECONDS, f"{what}: within {SECONDS} seconds",
               f"{slowest:.1f} s")
        tap.ok(sent[0] == 503 and JAPANESE.search(sent[1]),
               f"{what}: so does a report that is sent", f"{sent[0]}")
        answer = self.ask_timed(self.clients[0], "/login")
        tap.ok(answer[0] in (200, 503) and answer[2] < SECONDS,
               f"{what}: the page to sign in answers", f"{answer[0]}")

    def with_database(self, what):
        began = time.monotonic()
        back = running.wait_until(BACK, lambda: all(
            self.ask_timed(c, "/")[0] == 200 for c in self.clients))
        self.tap.ok(back, f"{what}: pages are back without a restart",
                    f"{[self.ask_timed(c, '/')[0] for c in self.clients]}")
        self.tap.note(f"{what}: after {time.monotonic() - began:.1f} s")
        self.tap.ok(all(self.ask_timed(c, "/")[0] == 200
                        for c in self.clients for _ in range(6)),
                    f"{what}: of all workers")
        self.tap.ok(self.ask_timed(self.staff, "/absence")[0] == 200,
                    f"{what}: the school's too")
        status = self.ask_timed(self.clients[0], "/absence/new",
                                self.forms[0])[0]
        self.tap.ok(status == 303,
                    f"{what}: the report that failed can be sent as it was",
                    f"{status}")


def outage(o, what, number):
    tap, system = o.tap, o.system
    o.forms = [running.report_form(o.clients[0].ask("/absence/new").text,
                                   f"{what} {os.getpid()}")]
    before = o.pids()
    ledger = {}
    for i in range(BEFORE_CRASH):
        note = f"{what} {os.getpid()} {i}"
        uid = o.report(o.clients[i % CLIENTS], note)
        if uid:
            ledger[running.uid_hex(uid)] = note
    tap.ok(o.stop_database(number), f"{what}: the database is gone")
    o.without_database(what)
    tap.ok(o.pids() == before, f"{what}: no process ended", f"{before}",
           f"{o.pids()}")
    system.bootstrap("database_start")
    o.with_database(what)
    tap.ok(o.pids() == before, f"{what}: and none was needed anew",
           f"{before}", f"{o.pids()}")
    rows = system.sql(
        "SELECT LOWER(HEX(s.uid)), b.note FROM submission s JOIN absence b ON "
        "b.submission_id = s.id WHERE b.note LIKE "
        f"'{what} {os.getpid()} %'")
    tap.ok(sorted(rows) == sorted([u, n] for u, n in ledger.items()) and
           len(ledger) == BEFORE_CRASH,
           f"{what}: all that was acknowledged before is there, once",
           f"{len(ledger)} acknowledged, {len(rows)} stored")


def mails_of(system, envelope):
    """Files in the Maildir with this sender of the envelope."""
    folder = os.path.join(system.access["maildir"], "new")
    found = []
    for name in os.listdir(folder):
        with open(os.path.join(folder, name), "rb") as f:
            if f.readline().decode().startswith(
                    f"X-Envelope-From: b-{envelope}@"):
                found.append(name)
    return found


def quiet(system):
    """No mail is waiting for its first attempt."""
    return system.sql("SELECT COUNT(*) FROM outbox_recipient WHERE state = 0 "
                      "AND tries = 0")[0][0] == "0"


def without_relay(o):
    """A report while the relay is away; the sender that its mail will have,
    by which it is known (each recipient has an address of its own there)."""
    tap, system = o.tap, o.system
    running.wait_until(60, lambda: quiet(system))
    os.kill(system.pid("smtp"), signal.SIGTERM)
    running.wait_until(20, lambda: system.pid("smtp") is None)
    uid = o.report(o.clients[0], f"relay {os.getpid()}")
    if not tap.ok(uid, "a report is accepted without the relay"):
        tap.end()
    query = ("SELECT REPLACE(REPLACE(REPLACE(TO_BASE64(r.uid), '+', '-'), '/',"
             " '_'), '=', ''), r.tries FROM submission s JOIN outbox b ON "
             "b.object_id = s.id JOIN outbox_recipient r ON r.outbox_id = b.id"
             f" WHERE s.uid = x'{running.uid_hex(uid)}' AND r.guardian_id = "
             "s.guardian_id")
    tried = running.wait_until(20, lambda: [
        row for row in system.sql(query) if row[1] != "0"])
    if not tap.ok(tried, "notifyd tried and will try again"):
        tap.end()
    tap.ok(not mails_of(system, tried[0][0]), "no mail meanwhile")
    system.bootstrap("smtp_start")
    return tried[0][0]


def people(system):
    guardians = [g for g, _ in system.reporters()]
    ids = ",".join(str(g) for g in guardians)
    mailed = [int(row[0]) for row in system.sql(
        "SELECT DISTINCT guardian_id FROM guardian_email WHERE verified_at IS "
        f"NOT NULL AND guardian_id IN ({ids}) ORDER BY 1 DESC LIMIT 1")]
    others = [g for g in guardians if g not in mailed]
    at = system.now()
    staff = system.sql(
        "SELECT staff_id, id FROM posting WHERE role = 8 AND begins <= "
        f"'{at['day']}' AND ends >= '{at['day']}' LIMIT 1")[0]
    return mailed + others[:CLIENTS - 1], tuple(staff)


def main():
    tap = running.Tap()
    system = running.System()
    guardians, staff = people(system)
    o = Outage(tap, system, system.sign_in("guardian", guardians),
               system.sign_in("staff", [staff])[0])
    tap.ok(o.clients[0].ask("/").status == 200, "the page before")
    envelope = without_relay(o)
    outage(o, "stopped", signal.SIGTERM)
    outage(o, "killed", signal.SIGKILL)
    began = time.monotonic()
    tap.ok(running.wait_until(MAIL, lambda: mails_of(system, envelope)),
           "the mail of the report came when the relay was back")
    tap.note(f"waited {time.monotonic() - began:.0f} s for it")
    tap.ok(len(mails_of(system, envelope)) == 1, "once")
    system.sign_out()
    tap.end()


main()
