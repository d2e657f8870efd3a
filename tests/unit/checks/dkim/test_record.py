"""Any text is judged; what is said about which is in tests/cases/checks/dkim."""

from __future__ import annotations

import base64

from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from mailwright.checks.dkim import findings
from mailwright.checks.dkim.record import Place, judge, record_of
from mailwright.model.finding import Severity

PLACE = Place("s._domainkey.a.example", "s")
RSA = base64.b64encode(
    rsa.generate_private_key(65537, 2048)
    .public_key()
    .public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
).decode()
ED25519 = base64.b64encode(
    ed25519.Ed25519PrivateKey.generate().public_key().public_bytes_raw()
).decode()
PARTS = st.sampled_from(
    [
        *("v=DKIM1", "v=dkim1", "p=", f"p={RSA}", f"p={RSA[:99]}", "k=rsa", "k=ed25519", "t=y:s"),
        *("h=sha1", "h=sha1:sha256", "s=*", "s=x", "=", '"', "\\;", " ", "p", "n=ü"),
    ]
)


def test_the_record_of_a_key_is_right() -> None:
    assert [one.kind for one in judge(PLACE, record_of(RSA)).findings] == [findings.VALID_RSA]
    assert [one.kind for one in judge(PLACE, record_of(ED25519)).findings] == [
        findings.VALID_ED25519
    ]


@given(st.text(st.characters(max_codepoint=255)) | st.lists(PARTS).map(";".join))
def test_any_text_is_judged_and_has_a_key_or_a_failure(text: str) -> None:
    judged = judge(PLACE, text)
    assert judged.findings
    failed = any(finding.severity is Severity.FAIL for finding in judged.findings)
    assert failed is (judged.key is None)


@given(st.lists(PARTS).map(";".join))
def test_an_offered_record_has_nothing_wrong(text: str) -> None:
    for finding in judge(PLACE, text).findings:
        if "record" in finding.args:
            again = judge(PLACE, str(finding.args["record"])).findings
            assert not [one for one in again if one.severity is Severity.FAIL]
