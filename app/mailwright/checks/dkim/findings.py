"""What the DKIM check can say."""

from __future__ import annotations

from mailwright.i18n import N_
from mailwright.model.finding import FindingKind, Severity

RECORD = "RFC 6376 section 3.6.1"
PUBLISH = N_("Publish this TXT record at {name}: {record}")
REPLACE = N_("Replace the TXT record at {name} by this one: {record}")

RELAY_SIGNS = FindingKind(
    "dkim.relay-signs",
    Severity.INFO,
    N_(
        "The relay signs the mail of {domain} with DKIM: the key and its DNS record are set up "
        "with the relay service, because it is the relay that holds the private key."
    ),
    source="RFC 6376 section 5.1",
)
VALID_RSA = FindingKind(
    "dkim.valid",
    Severity.PASS,
    N_("The DKIM key of the selector {selector} can be used: RSA, {bits} bits."),
    source=RECORD,
)
VALID_ED25519 = FindingKind(
    "dkim.valid-ed25519",
    Severity.PASS,
    N_("The DKIM key of the selector {selector} can be used: Ed25519."),
    source="RFC 8463 section 4",
)
MATCHES = FindingKind(
    "dkim.matches",
    Severity.PASS,
    N_("The DKIM key in the DNS belongs to the private key of the selector {selector}."),
    source="RFC 6376 section 6.1.2",
)
NO_RECORD = FindingKind(
    "dkim.no-record",
    Severity.FAIL,
    N_("There is no DKIM key at {name} (DNS: {status}): signatures cannot be verified."),
    N_("Publish there what the signing program names as the record of the selector {selector}."),
    "RFC 6376 section 6.1.2",
)
NOT_PUBLISHED = FindingKind(
    "dkim.not-published",
    Severity.FAIL,
    N_("There is no DKIM key at {name} (DNS: {status}): signatures cannot be verified."),
    PUBLISH,
    "RFC 6376 section 6.1.2",
)
NAME_DOUBLED = FindingKind(
    "dkim.name-doubled",
    Severity.FAIL,
    N_("The DKIM key is at {wrong}: the domain is in the name twice."),
    N_("Take “.{domain}” off the name in the DNS provider's form, so that it becomes {name}."),
    RECORD,
)
SEVERAL = FindingKind(
    "dkim.several",
    Severity.FAIL,
    N_("There are {count} TXT records at {name}: which one a receiver takes is chance."),
    N_("Keep the record of the key in use, and take the others out."),
    "RFC 6376 section 3.6.2.2",
)
QUOTED = FindingKind(
    "dkim.quoted",
    Severity.FAIL,
    N_("The DKIM record at {name} holds quotation marks or backslashes as part of its value."),
    REPLACE,
    "RFC 6376 section 3.6.2.2",
)
INVALID = FindingKind(
    "dkim.invalid",
    Severity.FAIL,
    N_("The DKIM record at {name} has a mistake at “{term}”, so that receivers ignore it."),
    N_("Publish again what the signing program names as the record of the selector."),
    "RFC 6376 section 3.2",
)
VERSION = FindingKind(
    "dkim.version",
    Severity.FAIL,
    N_("The DKIM record at {name} does not begin with v=DKIM1, so that receivers ignore it."),
    REPLACE,
    RECORD,
)
NO_KEY = FindingKind(
    "dkim.no-key",
    Severity.FAIL,
    N_("The TXT record at {name} holds no key (p=)."),
    N_("Publish there what the signing program names as the record of the selector {selector}."),
    RECORD,
)
REVOKED = FindingKind(
    "dkim.revoked",
    Severity.FAIL,
    N_("The DKIM key at {name} is revoked (p= is empty): every signature with it fails."),
    N_("Sign with another selector, or publish the key again."),
    RECORD,
)
KEY_TYPE = FindingKind(
    "dkim.key-type",
    Severity.FAIL,
    N_("The DKIM key at {name} is of a kind that receivers do not know (k={value})."),
    N_("Make an RSA key of 2048 bits, and publish it."),
    "RFC 8463 section 2",
)
HASHES = FindingKind(
    "dkim.hashes",
    Severity.FAIL,
    N_("The DKIM record at {name} does not allow SHA-256 (h={value}), which signatures use."),
    N_("Take h= out of the record."),
    "RFC 8301 section 3.1",
)
SERVICES = FindingKind(
    "dkim.services",
    Severity.FAIL,
    N_("The DKIM record at {name} is not for mail (s={value})."),
    N_("Take s= out of the record."),
    RECORD,
)
UNREADABLE = FindingKind(
    "dkim.unreadable",
    Severity.FAIL,
    N_("The DKIM key at {name} cannot be read: a part of it is missing, or it was changed."),
    N_(
        "Publish it again as a whole. Where the DNS provider's form takes 255 characters at most, "
        "the value has to be split into strings, and none of them left out."
    ),
    "RFC 6376 section 3.6.2.2",
)
TOO_SHORT = FindingKind(
    "dkim.too-short",
    Severity.FAIL,
    N_("The DKIM key at {name} has {bits} bits: receivers take none below 1024."),
    N_("Make an RSA key of 2048 bits with a new selector, and publish it."),
    "RFC 8301 section 3.2",
)
SHORT = FindingKind(
    "dkim.short",
    Severity.WARN,
    N_("The DKIM key at {name} has {bits} bits; 2048 are advised."),
    N_("Make an RSA key of 2048 bits with a new selector, and publish it."),
    "RFC 8301 section 3.2",
)
ONLY_ED25519 = FindingKind(
    "dkim.only-ed25519",
    Severity.FAIL,
    N_("All DKIM keys are Ed25519: large receivers verify RSA alone."),
    N_("Sign with an RSA key of 2048 bits besides."),
    "RFC 8463 section 6",
)
TESTING = FindingKind(
    "dkim.testing",
    Severity.WARN,
    N_("The DKIM record at {name} says that signatures are only a test (t=y)."),
    N_("Take t=y out of the record when the tests are done."),
    RECORD,
)
STRICT = FindingKind(
    "dkim.strict",
    Severity.INFO,
    N_("The DKIM record at {name} forbids signatures for sub-domains (t=s)."),
    source=RECORD,
)
OTHER_KEY = FindingKind(
    "dkim.other-key",
    Severity.FAIL,
    N_("The DNS holds another DKIM key at {name} than the server signs with: signatures fail."),
    REPLACE,
    "RFC 6376 section 6.1.2",
)
NO_KEYS_SEEN = FindingKind(
    "dkim.no-keys-seen",
    Severity.INFO,
    N_("There seems to be no DKIM key of {domain}: no name ends in _domainkey.{domain}."),
    source="RFC 8020 section 2",
)
SELECTOR_NOT_TOLD = FindingKind(
    "dkim.selector-not-told",
    Severity.INFO,
    N_("{domain} may have DKIM keys; to judge one, its selector has to be named."),
    source="RFC 6376 section 3.1",
)
WILDCARD = FindingKind(
    "dkim.wildcard",
    Severity.WARN,
    N_("Any name below _domainkey.{domain} has a TXT record (wildcard): keys may not be real."),
    N_("Take the wildcard record out, or give exact names."),
    "RFC 4592 section 2.2",
)
UNKNOWN = FindingKind(
    "dkim.unknown",
    Severity.UNKNOWN,
    N_("It could not be found out whether signatures can be verified. DNS: {cause}"),
    N_("Check again. If it stays like this, the name servers of the domain need attention."),
    "RFC 6376 section 6.1.2",
)

ALL = (
    RELAY_SIGNS,
    VALID_RSA,
    VALID_ED25519,
    MATCHES,
    NO_RECORD,
    NOT_PUBLISHED,
    NAME_DOUBLED,
    SEVERAL,
    QUOTED,
    INVALID,
    VERSION,
    NO_KEY,
    REVOKED,
    KEY_TYPE,
    HASHES,
    SERVICES,
    UNREADABLE,
    TOO_SHORT,
    SHORT,
    ONLY_ED25519,
    TESTING,
    STRICT,
    OTHER_KEY,
    NO_KEYS_SEEN,
    SELECTOR_NOT_TOLD,
    WILDCARD,
    UNKNOWN,
)
"""Every kind of finding of the check."""
