#!/usr/bin/python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Guardians report over HTTPS while workers die (kill -9), then while the
master restarts them by turns (SIGHUP). No request may fail, and what was
acknowledged stands in the database once: reports, history, mail, audit
(design 3, 5; scale 9.1)."""
import collections
import http.client
import os
import random
import signal
import sys
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
import running  # noqa: E402

POOL = "guardian-main"
CLIENTS = 16
PEOPLE = 8              # guardians of each client
KILLS = 220
KILL_SECONDS = 22
RELOAD_SECONDS = 11
EVERY = 0.1
IDLE = {"232", "281", "22"}     # epoll_wait, epoll_pwait (x86-64, arm64)

# Submissions of this run with the number of their rows, versions and notices.
STORED = """
SELECT LOWER(HEX(s.uid)), MIN(b.note), COUNT(DISTINCT b.id),
 COUNT(DISTINCT h.absence_id, h.version), MAX(o.n)
FROM absence b JOIN submission s ON s.id = b.submission_id
LEFT JOIN absence_history h ON h.absence_id = b.id
LEFT JOIN (SELECT object_id, COUNT(*) AS n FROM outbox
 WHERE params LIKE '%"made"%' GROUP BY object_id) o ON o.object_id = s.id
WHERE b.note LIKE '{run} %' GROUP BY s.id
"""


class Guardian(threading.Thread):
    """Reports, reads the receipt, and notes what it was told."""

    def __init__(self, system, number, cookies, run, over):
        super().__init__(daemon=True)
        self.clients = [running.Client(system, c) for c in cookies]
        self.number, self.run_name, self.over = number, run, over
        self.ledger, self.failures, self.times = {}, [], []
        self.asked = 0
        self.since = None       # when the request in hand was begun

    def ask(self, client, path, data, statuses):
        began = self.since = time.monotonic()
        self.asked += 1
        try:
            answer = client.ask(path, data)
        except (OSError, http.client.HTTPException) as e:
            self.failures.append(f"{path}: {e!r}")
            return None
        finally:
            self.since = None
        self.times.append(time.monotonic() - began)
        if answer.status not in statuses:
            self.failures.append(f"{path}: status {answer.status}")
            return None
        return answer

    def report(self, client, note):
        page = self.ask(client, "/absence/new", None, (200,))
        if page is None:
            return
        try:
            form = running.report_form(page.text, note)
        except ValueError as e:
            self.failures.append(f"/absence/new: {e}")
            return
        sent = self.ask(client, "/absence/new", form, (303,))
        if sent is None:
            return
        place = sent.headers["Location"]
        uid = place.rsplit("/", 1)[1]
        if uid in self.ledger:
            self.failures.append(f"{place} was given to two reports")
        self.ledger[uid] = note
        receipt = self.ask(client, f"/absence/done/{uid}", None, (200,))
        if receipt is not None and not receipt.text.rstrip().endswith(
                "</html>"):
            self.failures.append(f"{place}: half a page")

    def run(self):
        n = 0
        while not self.over.is_set():
            n += 1
            self.report(self.clients[n % len(self.clients)],
                        f"{self.run_name} {self.number} {n}")


def is_busy(pid):
    """At a request, as far as the kernel tells; None: it does not."""
    try:
        with open(f"/proc/{pid}/syscall", encoding="ascii") as f:
            return f.read().split()[0] not in IDLE
    except (OSError, IndexError):
        return None


def victim(system):
    """A worker with a request in hand, if one is seen within a moment."""
    end = time.monotonic() + EVERY / 2
    while True:
        workers = system.workers(POOL)
        random.shuffle(workers)
        busy = [w for w in workers if is_busy(w)]
        if busy:
            return busy[0], True
        if time.monotonic() > end:
            return (workers[0] if workers else None), False


def settled(threads, at):
    """Is every request that was in hand at that time answered?"""
    return all((t.since or at + 1) > at for t in threads)


def kill_phase(system, threads):
    """One crash at a time: nginx repeats a request once, so the next worker
    dies when what the last one had in hand has been answered."""
    kills = hits = 0
    end = time.monotonic() + KILL_SECONDS
    while time.monotonic() < end or kills < KILLS:
        due = time.monotonic() + EVERY / 2
        pid, busy = victim(system)
        if pid is not None:
            try:
                os.kill(pid, signal.SIGKILL)
                kills += 1
                hits += busy
            except ProcessLookupError:
                pass
        at = time.monotonic()
        time.sleep(max(0, min(due - at, EVERY)))
        running.wait_until(10, lambda: settled(threads, at))
        if time.monotonic() > end + 60:
            break
    return kills, hits


def reload_phase(system):
    """SIGHUP every tenth of a second; how many, and how many workers were
    seen in all."""
    seen = set()
    sent = 0
    end = time.monotonic() + RELOAD_SECONDS
    while time.monotonic() < end:
        os.kill(system.pid(POOL), signal.SIGHUP)
        sent += 1
        seen.update(system.workers(POOL))
        time.sleep(EVERY)
    return sent, len(seen)


def compare(tap, system, run, ledger, guardians, since):
    rows = system.sql(STORED.format(run=run))
    stored = {row[0]: row[1] for row in rows}
    told = {running.uid_hex(uid): note for uid, note in ledger.items()}
    missing = set(told) - set(stored)
    tap.ok(not missing, f"none of {len(told)} acknowledged reports is missing",
           *sorted(missing)[:10])
    wrong = [u for u in told if u in stored and stored[u] != told[u]]
    tap.ok(not wrong, "each receipt belongs to the report it was given for",
           *wrong[:10])
    notes = [row[1] for row in rows]
    twice = {n for n, k in collections.Counter(notes).items() if k > 1}
    tap.ok(not twice, "no report stands twice", *sorted(twice)[:10])
    tap.ok(set(stored) == set(told), "nothing was stored that nobody was told",
           *sorted(set(stored) - set(told))[:10])
    odd = [row for row in rows if row[2:] != ["1", "1", "1"]]
    tap.ok(not odd, "each with one row, one version and one notice", *odd[:10])
    ids = ",".join(str(g) for g in guardians)
    count = int(system.sql(
        f"SELECT COUNT(*) FROM submission WHERE guardian_id IN ({ids}) AND "
        f"id > {since[0]}")[0][0])
    tap.ok(count == len(told), "no submission without its report",
           f"{count} for {len(told)}")
    count = int(system.sql(
        "SELECT COUNT(*) FROM audit_log WHERE event = 'absence.report' AND "
        f"result = 1 AND actor_kind = 1 AND actor_id IN ({ids}) AND "
        f"id > {since[1]}")[0][0])
    tap.ok(count == len(told), "each in the access history, once",
           f"{count} for {len(told)}")


def main():
    tap = running.Tap()
    system = running.System()
    run = f"ledger {os.getpid()}"
    guardians = [g for g, _ in system.reporters()][:CLIENTS * PEOPLE]
    if not tap.ok(len(guardians) >= CLIENTS, "guardians who can report now"):
        tap.end()
    since = system.sql("SELECT (SELECT COALESCE(MAX(id), 0) FROM submission),"
                       " (SELECT COALESCE(MAX(id), 0) FROM audit_log)")[0]
    cookies = system.sign_in("guardian", guardians)
    master, size = system.pid(POOL), len(system.workers(POOL))
    over = threading.Event()
    threads = [Guardian(system, i, cookies[i::CLIENTS], run, over)
               for i in range(CLIENTS)]
    began = time.monotonic()
    for t in threads:
        t.start()
    kills, hits = kill_phase(system, threads)
    after_kills = [f for t in threads for f in t.failures]
    sent, seen = reload_phase(system)
    over.set()
    for t in threads:
        t.join(60)
    seconds = time.monotonic() - began
    ledger = {}
    for t in threads:
        ledger.update(t.ledger)
    failures = [f for t in threads for f in t.failures]
    asked = sum(t.asked for t in threads)
    times = sorted(x for t in threads for x in t.times)
    tap.note(f"{asked} requests of {CLIENTS} clients in {seconds:.0f} s, "
             f"median {times[len(times) // 2] * 1000:.1f} ms, slowest "
             f"{times[-1] * 1000:.0f} ms; {kills} workers killed, {hits} of "
             f"them at a request; {sent} SIGHUP, {seen} workers seen")
    tap.ok(seconds >= 30 and not any(t.is_alive() for t in threads),
           "clients asked for half a minute and came to an end")
    tap.ok(kills >= 200, "200 workers were killed", f"{kills}")
    tap.ok(not after_kills, "no request failed while workers were killed",
           f"{len(after_kills)}", *after_kills[:10])
    tap.ok(seen >= size * 3, "workers were replaced by turns", f"{seen}")
    tap.ok(len(failures) == len(after_kills),
           "no request failed while workers were replaced",
           *failures[len(after_kills):][:10])
    tap.ok(len(ledger) == sum(len(t.ledger) for t in threads),
           "no receipt was given to two clients")
    compare(tap, system, run, ledger, guardians, since)
    tap.ok(system.pid(POOL) == master, "the master kept its pid")
    tap.ok(running.wait_until(
        20, lambda: len(system.workers(POOL)) == size),
        "and has as many workers as before", f"{system.workers(POOL)}")
    system.sign_out()
    tap.end()


main()
