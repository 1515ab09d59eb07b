#!/usr/bin/python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""A broken template or configuration and a SIGHUP: the old workers serve on,
the log names file and line; repaired, and a SIGHUP: new workers serve the new
page (design 3)."""
import os
import re
import signal
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
import running  # noqa: E402

POOL = "guardian-main"
PAGE = "guardian/home"
FIRST = re.compile(r'<h1 class="today">')


class Pool:
    def __init__(self, system, client):
        self.system, self.client = system, client

    def hang_up(self):
        """SIGHUP; where the log ended before."""
        at = os.path.getsize(f"{self.system.state}/log/{POOL}.log")
        os.kill(self.system.pid(POOL), signal.SIGHUP)
        return at

    def wait_for_line(self, at, pattern):
        return running.wait_until(20, lambda: re.search(
            pattern, self.system.log(POOL, at)))

    def home(self):
        answer = self.client.ask("/")
        return answer.text if answer.status == 200 else ""

    def all_new(self, old, size):
        workers = set(self.system.workers(POOL))
        return len(workers) == size and not workers & set(old)


def write(path, text):
    """In place: owner and mode stay."""
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)


def check_refused(tap, pool, what, path, text, pattern):
    old = pool.system.workers(POOL)
    write(path, text)
    at = pool.hang_up()
    tap.ok(pool.wait_for_line(at, pattern), f"{what}: the log says {pattern}",
           *pool.system.log(POOL, at).splitlines()[:10])
    tap.ok(pool.wait_for_line(at, "event=candidate"),
           f"{what}: and that the old workers serve on")
    tap.ok(pool.system.workers(POOL) == old, f"{what}: they are the same")
    tap.ok(all('class="today"' in pool.home() for _ in range(32)),
           f"{what}: and answer")


def check_taken(tap, pool, what, path, text, mark):
    old = pool.system.workers(POOL)
    write(path, text)
    at = pool.hang_up()
    tap.ok(running.wait_until(30, lambda: pool.all_new(old, len(old))),
           f"{what}: all workers are new",
           *pool.system.log(POOL, at).splitlines()[:10])
    tap.ok(all(mark in pool.home() for _ in range(32)),
           f"{what}: and serve the page as it is now")


def main():
    tap = running.Tap()
    system = running.System()
    guardian = system.reporters()[0][0]
    pool = Pool(system, running.Client(
        system, system.sign_in("guardian", [guardian])[0]))
    path = f"{system.conf['templates']}/{PAGE}.xhtml"
    with open(path, encoding="utf-8") as f:
        good = f.read()
    with open(system.conf_file, encoding="utf-8") as f:
        conf = f.read()
    line = good[:FIRST.search(good).start()].count("\n") + 1
    master = system.pid(POOL)
    tap.ok('class="today"' in pool.home(), "the page before")
    try:
        check_refused(tap, pool, "a misspelt name", path,
                      good.replace("{today|near}", "{todya|near}", 1),
                      rf"{PAGE}\.xhtml:{line}\b")
        check_refused(tap, pool, "a tag that is not closed", path,
                      FIRST.sub('<b><h1 class="today">', good, count=1),
                      rf"{PAGE}\.xhtml:\d+\b")
        check_taken(tap, pool, "repaired", path,
                    FIRST.sub('<h1 class="today repaired">', good, count=1),
                    'class="today repaired"')
        check_refused_conf(tap, pool, system, conf)
    finally:
        write(path, good)
        write(system.conf_file, conf)
    check_taken(tap, pool, "as it was", path, good, 'class="today"')
    tap.ok(system.pid(POOL) == master, "the master is the same all the while")
    system.sign_out()
    tap.end()


def check_refused_conf(tap, pool, system, conf):
    old = system.workers(POOL)
    write(system.conf_file, conf + "no_such_key = 1\n")
    at = pool.hang_up()
    tap.ok(pool.wait_for_line(at, "no_such_key"),
           "configuration: the log names the key",
           *system.log(POOL, at).splitlines()[:10])
    tap.ok(pool.wait_for_line(at, "event=candidate") and
           system.workers(POOL) == old and
           'class="today repaired"' in pool.home(),
           "configuration: the old workers serve on")


main()
