"""``check_mail`` against a real SMTP server on this machine, with a certificate of its own."""

import socket
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from closing_site import environment
from closing_site.backups.configuration import OK, WARNING, checked_configuration
from tests.commands import run

PASSWORD = "correct horse"
Serve = Callable[..., "Inbox"]


class Inbox:
    """What the server took."""

    def __init__(self) -> None:
        self.messages: list[Any] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.messages.append(envelope)
        return "250 OK"


def certificate(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


def free_port() -> int:
    """The controller connects to itself by the number it was given, so that it cannot be 0."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def authenticate(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    assert isinstance(data, LoginPassword)
    is_right = (data.login, data.password) == (b"closing", PASSWORD.encode())
    return AuthResult(success=is_right, handled=False)


@pytest.fixture
def serve(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """Starts a server, which this machine trusts, and points the settings at it."""
    context = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    running: list[Controller] = []

    def started(security: str = "starttls") -> Inbox:
        inbox = Inbox()
        controller = Controller(
            inbox,
            hostname="127.0.0.1",
            port=free_port(),
            authenticator=authenticate,
            auth_require_tls=security != "tls",
            ssl_context=context if security == "tls" else None,
            tls_context=context if security == "starttls" else None,
        )
        controller.start()
        running.append(controller)
        settings.EMAIL_HOST = "127.0.0.1"
        settings.EMAIL_PORT = controller.port
        settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = security == "starttls", security == "tls"
        settings.EMAIL_HOST_USER = "" if security == "none" else "closing"
        settings.EMAIL_HOST_PASSWORD = PASSWORD
        settings.DEFAULT_FROM_EMAIL = "closing@example.com"
        return inbox

    yield started
    for controller in running:
        controller.stop()


def steps(*arguments: str) -> tuple[list[tuple[str, bool]], int, str]:
    told, status = run("check_mail", *arguments)
    return [(one["name"], one["is_well"]) for one in told["steps"]], status, str(told)


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_it_connects_encrypts_signs_in_and_sends_where_asked(serve: Serve, security: str) -> None:
    inbox = serve(security)
    well = [("connect", True), ("tls", True), ("sign_in", True)]
    found, status, told = steps()
    assert (found, status, inbox.messages) == (well, 0, [])
    assert "TLSv1" in told
    assert PASSWORD not in told
    found, status, _told = steps("--to", "ops@example.com")
    assert (found, status) == ([*well, ("send", True)], 0)
    (message,) = inbox.messages
    assert (message.mail_from, message.rcpt_tos) == ("closing@example.com", ["ops@example.com"])


def test_a_wrong_password_is_named_without_it(serve: Serve, settings: Any) -> None:
    serve()
    settings.EMAIL_HOST_PASSWORD = "wrong-and-secret"
    found, status, told = steps()
    assert (found[-1], status) == (("sign_in", False), 1)
    assert "535" in told
    assert "wrong-and-secret" not in told


def test_a_certificate_nobody_vouches_for_is_refused(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = serve()
    monkeypatch.delenv("SSL_CERT_FILE")
    found, status, told = steps("--to", "ops@example.com")
    assert (found[-1], status) == (("tls", False), 1)
    assert "certificate" in told
    assert inbox.messages == []


def test_a_server_without_encryption_gets_no_password(serve: Serve, settings: Any) -> None:
    serve("none")
    settings.EMAIL_USE_TLS, settings.EMAIL_HOST_USER = True, "closing"
    found, status, _told = steps()
    assert (found[-1], status) == (("tls", False), 1)


def test_a_password_never_goes_to_another_machine_as_it_is(
    serve: Serve, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve("none")
    settings.EMAIL_HOST_USER = "closing"
    monkeypatch.setattr("closing_site.backups.mail.LOOPBACK", ())
    found, status, told = steps()
    assert (found, status) == ([("connect", True), ("tls", False)], 1)
    assert "EMAIL_SECURITY" in told
    environment.require_secrecy("none", host="relay.example", user="")
    environment.require_secrecy("none", host="localhost", user="closing")
    environment.require_secrecy("tls", host="relay.example", user="closing")
    with pytest.raises(environment.ConfigurationError, match="EMAIL_SECURITY"):
        environment.require_secrecy("none", host="relay.example", user="closing")


def test_nobody_answers(settings: Any) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    found, status, _told = steps()
    assert (found, status) == ([("connect", False)], 1)


def test_wrong_usage(settings: Any) -> None:
    settings.EMAIL_HOST = ""
    told, status = run("check_mail")
    assert (status, "EMAIL_HOST" in told["refused"]) == (2, True)
    settings.EMAIL_HOST, settings.DEFAULT_FROM_EMAIL = "127.0.0.1", "a@example.com"
    told, status = run("check_mail", "--to", "nobody")
    assert (status, "nobody" in told["refused"]) == (2, True)


@pytest.mark.django_db
def test_the_check_of_the_configuration_asks_the_server(serve: Serve, settings: Any) -> None:
    def mail() -> dict[str, str]:
        found = checked_configuration()
        return {one.name: one.state for one in found if one.name.startswith("mail")}

    settings.EMAIL_HOST = ""
    assert mail() == {"mail": WARNING}
    serve()
    assert mail() == {"mail": OK}
    settings.DEFAULT_FROM_EMAIL = ""
    settings.EMAIL_HOST_PASSWORD = "wrong"
    assert mail() == {"mail": WARNING, "mail_sender": WARNING}
