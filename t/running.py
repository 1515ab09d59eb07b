# SPDX-License-Identifier: AGPL-3.0-or-later
"""The running system that RENRAKU_ACCESS describes, for the tests of t/fault
and for t/bench/run: its processes, its database, sessions of sample people and
a plain HTTPS client. Knows the demo's state directory (t/demo), not the code.

Database access is by the account `ctl` (etc/ctl.cnf of the state directory).
"""
import base64
import hashlib
import html
import http.client
import json
import os
import re
import secrets
import socket
import ssl
import subprocess
import sys
import time
import urllib.parse

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

# Guardians who may report every child of theirs now, with schools.
REPORTERS = """
SELECT g.guardian_id, GROUP_CONCAT(DISTINCT e.school_id)
FROM guardianship g
JOIN enrollment e ON e.pupil_id = g.pupil_id AND e.main = 1
	AND e.begins <= '{day}' AND e.ends >= '{day}'
LEFT JOIN reception r ON r.school_id = e.school_id AND r.weekday = {weekday}
	AND r.opens <= {minute} AND r.closes > {minute} + 20
	AND NOT EXISTS (SELECT 1 FROM reception_exception x
		WHERE x.school_id = e.school_id AND x.day = '{day}')
WHERE g.may_report = 1 AND g.begins <= '{day}' AND g.ends >= '{day}'
GROUP BY g.guardian_id HAVING COUNT(r.school_id) = COUNT(*)
ORDER BY g.guardian_id
"""


class System:
    def __init__(self, access_file=None):
        access_file = access_file or os.environ.get("RENRAKU_ACCESS")
        if not access_file:
            sys.exit("RENRAKU_ACCESS must name a system's access.json")
        with open(access_file, encoding="utf-8") as f:
            self.access = json.load(f)
        self.state = os.path.dirname(os.path.realpath(access_file))
        self.guardian = self.access["guardian_url"]
        self.staff = self.access["staff_url"]
        self.ca = self.access["certificate"]
        self.conf_file = self.access["configuration"]
        with open(self.conf_file, encoding="utf-8") as f:
            self.conf = dict(re.findall(r"^(\w+) *= *(.*)$", f.read(), re.M))
        self.owner = {}
        if os.geteuid() == 0:
            owner = os.stat(self.state)
            self.owner = {"user": owner.st_uid, "group": owner.st_gid,
                          "extra_groups": []}
        self.opened = {"guardian": [], "staff": []}

    # --- processes -----------------------------------------------------------

    def pid(self, name):
        """Of what ./bootstrap started, None when it is not there."""
        try:
            with open(f"{self.state}/run/{name}.pid", encoding="ascii") as f:
                pid = int(f.read().split()[0])
            with open(f"/proc/{pid}/stat", encoding="ascii") as f:
                return None if ") Z " in f.read() else pid
        except (OSError, IndexError):
            return None

    @staticmethod
    def children(pid):
        try:
            with open(f"/proc/{pid}/task/{pid}/children",
                      encoding="ascii") as f:
                return [int(child) for child in f.read().split()]
        except OSError:
            return []

    def workers(self, pool):
        """Pids of a pool's workers, without a candidate that is tried."""
        found = []
        for child in self.children(self.pid(pool)):
            try:
                with open(f"/proc/{child}/cmdline", "rb") as f:
                    line = f.read()
            except OSError:
                continue
            if line and b"--candidate" not in line:
                found.append(child)
        return sorted(found)

    def bootstrap(self, *functions):
        """Call functions of t/demo/*.sh, with arguments, for this system."""
        script = """
top=$1 state=$2
for part in common database serve city; do . "$top/t/demo/$part.sh"; done
shift 2
choose_user && choose_port && for f; do $f || exit 1; done
"""
        # all of it goes to a file: servers inherit the output
        with open(f"{TOP}/var/log/fault.log", "ab") as log:
            subprocess.run(["bash", "-c", script, "bash", TOP, self.state,
                            *functions], stdin=subprocess.DEVNULL, stdout=log,
                           stderr=log, check=True)

    def log(self, name, after=0):
        with open(f"{self.state}/log/{name}.log", "rb") as f:
            f.seek(after)
            return f.read().decode(errors="replace")

    # --- database, time --------------------------------------------------------

    def sql(self, text, database="renraku"):
        out = subprocess.run(
            ["mariadb", f"--defaults-file={self.state}/etc/ctl.cnf",
             "--batch", "--skip-column-names", database],
            input=text.encode(), stdout=subprocess.PIPE, check=True).stdout
        return [line.split("\t") for line in out.decode().splitlines()]

    def now(self):
        """Business time: day, minute and weekday in Japan, and as UTC."""
        at = time.time() + int(self.conf.get("clock_offset", "0"))
        japan = time.gmtime(at + 9 * 3600)
        form = "%Y-%m-%d %H:%M:%S"
        return {"day": time.strftime("%Y-%m-%d", japan),
                "minute": japan.tm_hour * 60 + japan.tm_min,
                "weekday": (japan.tm_wday + 1) % 7,
                "utc": time.strftime(form, time.gmtime(at)),
                "end": time.strftime(form, time.gmtime(at + 11 * 3600))}

    # --- people ----------------------------------------------------------------

    def reporters(self):
        """Guardians who can report now: (id, set of school ids)."""
        return [(int(g), set(schools.split(","))) for g, schools in
                self.sql(REPORTERS.format(**self.now()))]

    def sign_in(self, side, people):
        """Cookies of new sessions, as a sign-in makes them. people: guardian
        ids, or (staff id, posting id)."""
        at = self.now()
        columns = {"guardian": "guardian_id",
                   "staff": "staff_id, posting_id"}[side]
        values, cookies = [], []
        for who in people:
            ids = ", ".join(str(i) for i in
                            (who if isinstance(who, tuple) else (who,)))
            secret = secrets.token_bytes(32)
            digest = hashlib.sha256(secret).hexdigest()
            self.opened[side].append(digest)
            cookies.append("__Host-s=" + base64.urlsafe_b64encode(
                secret).decode().rstrip("="))
            values.append(f"(x'{digest}', {ids}, 'test', '{at['utc']}', "
                          f"'{at['utc']}', '{at['utc']}', '{at['end']}')")
        self.sql(f"INSERT INTO {side}_session (id, {columns}, device, "
                 "created_at, seen_at, proved_at, expires_at) VALUES " +
                 ",".join(values))
        return cookies

    def sign_out(self):
        for side, hashes in self.opened.items():
            if hashes:
                self.sql(f"DELETE FROM {side}_session WHERE id IN (" +
                         ",".join(f"x'{h}'" for h in hashes) + ")")
                hashes.clear()


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def text(self):
        return self.body.decode("utf-8", errors="replace")


class Client:
    """One kept connection; never asks twice. Always to 127.0.0.1."""

    def __init__(self, system, cookie="", staff=False):
        self.origin = system.staff if staff else system.guardian
        self.cookie = cookie
        parts = urllib.parse.urlsplit(self.origin)
        self.host, self.port = parts.hostname, parts.port
        self.tls = ssl.create_default_context(cafile=system.ca)
        self.kept = None

    def connect(self):
        raw = socket.create_connection(("127.0.0.1", self.port), 30)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.kept = http.client.HTTPSConnection(self.host, self.port)
        self.kept.sock = self.tls.wrap_socket(raw, server_hostname=self.host)

    def close(self):
        if self.kept is not None:
            self.kept.close()
            self.kept = None

    def ask(self, path, data=None, compressed=False):
        """An Answer; OSError or HTTPException when there is none."""
        headers = {"Cookie": self.cookie, "Accept-Language": "ja",
                   "Accept-Encoding": "gzip" if compressed else "identity"}
        if data is not None:
            data = urllib.parse.urlencode(data)
            headers["Origin"] = self.origin
            headers["Sec-Fetch-Site"] = "same-origin"
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            if self.kept is None:
                self.connect()
            self.kept.request("GET" if data is None else "POST", path, data,
                              headers)
            answer = self.kept.getresponse()
            body = answer.read()
        except BaseException:
            self.close()
            raise
        if answer.will_close:
            self.close()
        return Answer(answer.status, answer.headers, body)


def report_form(page, note):
    """What to send from the page /absence/new, to report one child today."""
    def value(name):
        m = re.search(rf'name="{name}" value="([^"]+)"', page)
        if m is None:
            raise ValueError(f"the form has no {name}")
        return html.unescape(m[1])

    page = page[page.index('action="/absence/new"'):]
    return {"token": value("token"), "pupils": value("pupils"),
            "kind": "absent", "when": "today", "first": "", "last": "",
            "reason": value("reason"), "clock": "", "note": note,
            "step": "send"}


def uid_hex(text):
    """22 characters of base64url as hexadecimal digits."""
    return base64.urlsafe_b64decode(text + "==").hex()


def wait_until(seconds, what):
    """The first true value of what(), or its last."""
    end = time.monotonic() + seconds
    while True:
        found = what()
        if found or time.monotonic() > end:
            return found
        time.sleep(0.02)


class Tap:
    def __init__(self):
        self.n = self.failed = 0

    def ok(self, good, name, *lines):
        self.n += 1
        self.failed += not good
        print(f"{'ok' if good else 'not ok'} {self.n} - {name}")
        for line in lines if not good else ():
            print(f"# {line}")
        sys.stdout.flush()
        return good

    def note(self, text):
        print(f"# {text}", flush=True)

    def end(self):
        print(f"1..{self.n}", flush=True)
        sys.exit(1 if self.failed else 0)
