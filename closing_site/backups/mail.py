"""Whether mail can be sent: the server is asked step by step, as sending does it."""

import smtplib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from django.conf import settings

from closing_site.environment import LOOPBACK

#: Steps in their order; the last only where an address is given.
CONNECT, TLS, SIGN_IN, SEND = "connect", "tls", "sign_in", "send"


@dataclass(frozen=True)
class Step:
    name: str
    is_well: bool
    says: str


def mail_steps(to: str = "") -> Iterator[Step]:
    """Each step and what came of it, up to the first that fails. Nothing is sent without ``to``.

    No answer holds the password.
    """
    step = CONNECT
    try:
        # The certificate is checked against the system's authorities, and its name.
        context = ssl.create_default_context()
        where = (settings.EMAIL_HOST, settings.EMAIL_PORT)
        server: smtplib.SMTP
        if settings.EMAIL_USE_SSL:
            server = smtplib.SMTP_SSL(*where, timeout=settings.EMAIL_TIMEOUT, context=context)
        else:
            server = smtplib.SMTP(*where, timeout=settings.EMAIL_TIMEOUT)
        with server:
            server.ehlo()
            yield Step(CONNECT, True, f"{where[0]}:{where[1]}")
            step = TLS
            if settings.EMAIL_USE_TLS:
                server.starttls(context=context)
                server.ehlo()
            yield (secrecy := _secrecy(server))
            if not secrecy.is_well:
                return
            if settings.EMAIL_HOST_USER:
                step = SIGN_IN
                server.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
                yield Step(SIGN_IN, True, settings.EMAIL_HOST_USER)
            if to:
                step = SEND
                server.send_message(_message(to))
                yield Step(SEND, True, to)
    except (OSError, smtplib.SMTPException, UnicodeError, ValueError) as error:
        yield Step(step, False, _reason(error))


def _secrecy(server: smtplib.SMTP) -> Step:
    if isinstance(server.sock, ssl.SSLSocket):
        return Step(TLS, True, str(server.sock.version()))
    is_near = settings.EMAIL_HOST in LOOPBACK
    says = "none, on this machine" if is_near else "none: set EMAIL_SECURITY to starttls or tls"
    return Step(TLS, is_near, says)


def _message(to: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = settings.DEFAULT_FROM_EMAIL
    message["To"] = to
    message["Subject"] = "Test: this installation can send mail"
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(domain="closing.invalid")
    message.set_content("Sent by check_mail. There is nothing to do.\n")
    return message


def _reason(error: Exception) -> str:
    """What the server or the system says, in one line."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        _code, said = next(iter(error.recipients.values()))
        return _line(said)
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_line(error.smtp_error)}"
    return _line(str(error) or type(error).__name__)


def _line(said: bytes | str) -> str:
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    return " ".join(text.split())[:200]
