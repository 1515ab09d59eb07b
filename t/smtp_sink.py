#!/usr/bin/python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""SMTP receiver for the tests and the demo: keeps each mail in a Maildir.

It never sends anything on. The local part of a recipient chooses how it
behaves: later-... is answered 451, refused-... 550, and the message of
slow-... is accepted after three seconds. Prints no addresses.
"""
import argparse
import asyncio
import logging
import mailbox
import signal
import ssl

from aiosmtpd.smtp import SMTP

SLOW_SECONDS = 3


class Sink:
    def __init__(self, maildir):
        self.maildir = mailbox.Maildir(maildir, create=True)

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("later-"):
            return "451 4.3.0 Try again later"
        if address.startswith("refused-"):
            return "550 5.1.1 No such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if any(to.startswith("slow-") for to in envelope.rcpt_tos):
            await asyncio.sleep(SLOW_SECONDS)
        head = (f"X-Envelope-From: {envelope.mail_from}\n"
                f"X-Envelope-To: {', '.join(envelope.rcpt_tos)}\n"
                f"X-Envelope-Peer: {session.peer[1]}\n"
                f"X-Envelope-Helo: {session.host_name}\n")
        body = envelope.content.replace(b"\r\n", b"\n")
        self.maildir.add(head.encode("ascii", "replace") + body)
        return "250 OK"


def tls_context(args):
    if not args.tls_cert:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(args.tls_cert, args.tls_key)
    return context


async def serve(args):
    loop = asyncio.get_running_loop()
    sink = Sink(args.maildir)
    tls = tls_context(args)
    stop = asyncio.Event()
    for sig in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sig, stop.set)
    server = await loop.create_server(
        lambda: SMTP(sink, hostname="localhost", ident="renraku sink",
                     enable_SMTPUTF8=False, tls_context=tls, loop=loop),
        "127.0.0.1", args.socket_port, backlog=128)
    if args.ready:
        with open(args.ready, "w", encoding="ascii") as ready:
            ready.write(f"{server.sockets[0].getsockname()[1]}\n")
    await stop.wait()
    server.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--socket-port", type=int, required=True,
                        help="on 127.0.0.1; 0 for any free one")
    parser.add_argument("--maildir", required=True)
    parser.add_argument("--ready", help="gets the port once it listens")
    parser.add_argument("--tls-cert", help="offers STARTTLS")
    parser.add_argument("--tls-key")
    args = parser.parse_args()
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)
    asyncio.run(serve(args))


if __name__ == "__main__":
    main()
