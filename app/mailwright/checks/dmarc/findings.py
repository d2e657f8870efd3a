"""What the DMARC check can say."""

from __future__ import annotations

from mailwright.i18n import N_
from mailwright.model.finding import FindingKind, Severity

PUBLISH = N_("Publish this TXT record at {name}: {record}")
REPLACE = N_("Replace the TXT record at {name} by this one: {record}")

ENFORCED = FindingKind(
    "dmarc.enforced",
    Severity.PASS,
    N_("Receivers are asked to {policy} mail in the name of {domain} that is not aligned."),
    source="RFC 9989 section 4.7",
)
NONE = FindingKind(
    "dmarc.none",
    Severity.WARN,
    N_(
        "{domain} has no DMARC record: anybody may write mail in its name, and large receivers "
        "refuse bulk mail of such domains."
    ),
    PUBLISH,
    "RFC 9989 section 4.10",
)
SEVERAL = FindingKind(
    "dmarc.several",
    Severity.FAIL,
    N_("There are {count} DMARC records at {name}, so that receivers use none of them."),
    N_("Keep one of them, and take the others out."),
    "RFC 9989 section 4.10",
)
VERSION = FindingKind(
    "dmarc.version",
    Severity.FAIL,
    N_(
        "The record at {name} does not begin with v=DMARC1 in exactly this spelling: it counts not."
    ),
    REPLACE,
    "RFC 9989 section 4.8",
)
MISPLACED = FindingKind(
    "dmarc.misplaced",
    Severity.FAIL,
    N_("The DMARC record is at {wrong}, where nobody looks for it."),
    N_("Move it to {name}."),
    "RFC 9989 section 4.5",
)
SPF_THERE = FindingKind(
    "dmarc.spf-there",
    Severity.FAIL,
    N_("There is an SPF record at {name}, where only a DMARC record belongs."),
    N_("Move it to {domain} itself, unless there is one already."),
    "RFC 7208 section 3",
)
NO_POLICY = FindingKind(
    "dmarc.no-policy",
    Severity.FAIL,
    N_("The DMARC record at {name} has neither a policy (p=) nor a place for reports (rua=)."),
    REPLACE,
    "RFC 9989 section 4.7",
)
POLICY_ASSUMED = FindingKind(
    "dmarc.policy-assumed",
    Severity.WARN,
    N_("The DMARC record at {name} has no policy that can be used: p=none is taken for it."),
    REPLACE,
    "RFC 9989 section 4.7",
)
DROPPED = FindingKind(
    "dmarc.dropped",
    Severity.WARN,
    N_("“{term}” in the DMARC record at {name} is a mistake, and as if it were not there."),
    REPLACE,
    "RFC 9989 section 4.7",
)
UNKNOWN_TAG = FindingKind(
    "dmarc.unknown-tag",
    Severity.INFO,
    N_("The tag {tag} in the DMARC record at {name} means nothing."),
    source="RFC 9989 section 4.7",
)
TAG_GONE = FindingKind(
    "dmarc.tag-gone",
    Severity.INFO,
    N_("The tag {tag} in the DMARC record at {name} means nothing any more."),
    source="RFC 9989 appendix A.6",
)
WATCHES = FindingKind(
    "dmarc.watches",
    Severity.WARN,
    N_("The DMARC record at {name} only asks for reports (p=none): forgeries get through."),
    N_(
        "When the reports have shown for some weeks that all your own mail is aligned, publish "
        "this TXT record at {name}: {record}"
    ),
    "RFC 9989 section 4.7",
)
TEST = FindingKind(
    "dmarc.test",
    Severity.WARN,
    N_("The DMARC record at {name} is only a test (t=y): receivers go one step less far."),
    N_("When the test is done, publish this TXT record at {name}: {record}"),
    "RFC 9989 section 4.7",
)
WEAKER_BELOW = FindingKind(
    "dmarc.weaker-below",
    Severity.WARN,
    N_("The policy for names below {domain} ({tag}={below}) is weaker than its own ({policy})."),
    REPLACE,
    "RFC 9989 section 4.7",
)
NO_REPORTS = FindingKind(
    "dmarc.no-reports",
    Severity.WARN,
    N_("The DMARC record at {name} names no place for reports: nobody sees who uses the domain."),
    REPLACE,
    "RFC 9990 section 3",
)
NO_PLACE = FindingKind(
    "dmarc.no-place",
    Severity.WARN,
    N_("The DMARC record at {name} names no place for reports, and {domain} takes no mail."),
    N_("Add rua=mailto: with an address of another domain, which has to agree to get them."),
    "RFC 9990 section 3",
)
REPORTS_ARRIVE = FindingKind(
    "dmarc.reports-arrive",
    Severity.PASS,
    N_("Reports about {domain} may be sent to {address}."),
    source="RFC 9990 section 4",
)
REPORT_URI = FindingKind(
    "dmarc.report-uri",
    Severity.FAIL,
    N_("“{uri}” in the DMARC record at {name} is no place for reports."),
    N_("Write it as mailto: and a mail address, several with commas between them."),
    "RFC 9990 section 3",
)
REPORT_URI_MENDED = FindingKind(
    "dmarc.report-uri-mended",
    Severity.FAIL,
    N_("“{uri}” in the DMARC record at {name} lacks mailto: before it; no report is sent there."),
    REPLACE,
    "RFC 9990 section 3",
)
REPORT_SIZE = FindingKind(
    "dmarc.report-size",
    Severity.INFO,
    N_("The size at the end of “{uri}” means nothing any more."),
    source="RFC 9989 appendix A.6",
)
REPORT_HOST_GONE = FindingKind(
    "dmarc.report-host-gone",
    Severity.FAIL,
    N_("Reports go to {address}, but {host} takes no mail (DNS: {status})."),
    N_("Compare the spelling, or name another address in rua=."),
    "RFC 9990 section 4",
)
NOT_ALLOWED = FindingKind(
    "dmarc.reports-not-allowed",
    Severity.FAIL,
    N_("{host} does not say that it takes reports about {domain}: none are sent there."),
    N_("Ask {host} to publish this TXT record at {name}: {record}"),
    "RFC 9990 section 4",
)
ALIGNED = FindingKind(
    "dmarc.aligned",
    Severity.PASS,
    N_("Mail from {author} is aligned as far as names go, by {by}."),
    source="RFC 9989 section 4.4",
)
NOT_ALIGNED = FindingKind(
    "dmarc.not-aligned",
    Severity.FAIL,
    N_(
        "Readers see the domain {author}, but MAIL FROM has {mail_from} and signatures have "
        "{signer}: nothing vouches for {author}."
    ),
    N_("Sign with d={author}, or use a MAIL FROM address in {author}."),
    "RFC 9989 section 4.4",
)
UNKNOWN = FindingKind(
    "dmarc.unknown",
    Severity.UNKNOWN,
    N_("It could not be found out what DMARC says. DNS: {cause}"),
    N_("Check again. If it stays like this, the name servers that gave no answer need attention."),
    "RFC 9989 section 4.10",
)

ALL = (
    ENFORCED,
    NONE,
    SEVERAL,
    VERSION,
    MISPLACED,
    SPF_THERE,
    NO_POLICY,
    POLICY_ASSUMED,
    DROPPED,
    UNKNOWN_TAG,
    TAG_GONE,
    WATCHES,
    TEST,
    WEAKER_BELOW,
    NO_REPORTS,
    NO_PLACE,
    REPORTS_ARRIVE,
    REPORT_URI,
    REPORT_URI_MENDED,
    REPORT_SIZE,
    REPORT_HOST_GONE,
    NOT_ALLOWED,
    ALIGNED,
    NOT_ALIGNED,
    UNKNOWN,
)
"""Every kind of finding of the check."""
