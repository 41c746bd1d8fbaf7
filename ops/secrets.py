"""Secrets the launcher makes once and keeps, readable by their owner alone."""

import base64
import os
import secrets
from pathlib import Path

from ops.places import var

#: What stands before the 32 bytes of an Ed25519 private key in PKCS #8 (RFC 8410, section 7).
ED25519_PREFIX = bytes.fromhex("302e020100300506032b657004220420")


def kept(path: Path, text: str) -> str:
    """What the file holds; ``text``, written whole or not at all, where there is none yet."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f"{path.name}.{os.getpid()}")
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
        try:
            os.link(partial, path)
        except FileExistsError:
            pass  # Another launcher was first; its secret is the one that counts.
        finally:
            partial.unlink()
    return path.read_text()


def secret_key() -> str:
    return kept(var() / "secret_key", secrets.token_urlsafe(64))


def seal_key_file() -> Path:
    """The key that signs seals. It lies outside the database, which could otherwise forge them."""
    path = var() / "seal_key.pem"
    body = base64.b64encode(ED25519_PREFIX + secrets.token_bytes(32)).decode()
    kept(path, f"-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n")
    return path


def password(path: Path) -> str:
    return kept(path, secrets.token_hex(24))
