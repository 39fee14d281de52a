"""The certificate of an emulator that serves https."""

from __future__ import annotations

import ipaddress
import ssl
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from schemaloom.errors import UsageError

_DAYS = 30


def tls_context(path: Path) -> ssl.SSLContext:
    """Return the context of a server with a new certificate for this machine, and write the certificate to `path`.

    The key is in memory alone.  Raises `UsageError` if `path` cannot be written.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _certificate(key).public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:  # the library reads keys from files alone, in a folder of ours here
        chain = Path(folder, "chain.pem")
        chain.write_bytes(private + certificate)
        context.load_cert_chain(chain)
    try:
        path.write_bytes(certificate)
    except OSError as error:
        raise UsageError(f"cannot write the certificate: {error.strerror}", where=str(path)) from None
    return context


def _certificate(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    """Return a certificate of loopback addresses that signs itself, so that clients can trust it alone."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "schemaloom serve")])
    hosts = [x509.DNSName("localhost"), *(x509.IPAddress(ipaddress.ip_address(at)) for at in ("127.0.0.1", "::1"))]
    usage = x509.KeyUsage(
        digital_signature=True, key_cert_sign=True, crl_sign=False, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=_DAYS))
        .add_extension(x509.SubjectAlternativeName(hosts), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
