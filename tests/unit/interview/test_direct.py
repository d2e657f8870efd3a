from __future__ import annotations

import pytest

from mailwright.interview import answer_errors, requirements, with_value
from mailwright.interview.answers import Answers
from mailwright.model.requirements import Dkim, Route, Submitter
from tests.unit.interview.conftest import COMPLETE


def direct(**more: object) -> Answers:
    answers = Answers()
    given = COMPLETE | {
        "route.kind": "direct",
        "identity.domain": "corp.example",
        "proof.sender": "info@corp.example",
    }
    for field, answer in {**given, **more}.items():
        answers = with_value(answers, field, answer)
    return answers


def errors(field: str, answer: object) -> list[str]:
    given: dict[str, object] = {field: answer}
    if field == "submission.networks":
        given["submission.who"] = ["this-host", "networks"]
    return [error.code for error in answer_errors(direct(**given)) if error.field == field]


def test_a_direct_route_needs_no_relay() -> None:
    made = requirements(direct(**{"relay.host": "", "relay.user": ""}))
    assert (made.route, made.relay, made.dkim) == (Route.DIRECT, None, Dkim("mailwright"))
    with pytest.raises(LookupError):
        _ = made.smarthost


def test_networks_and_addresses_are_written_as_on_the_wire() -> None:
    made = requirements(
        direct(
            **{
                "submission.who": ["this-host", "networks"],
                "submission.networks": ["192.168.10.0/24", "192.168.20.7", "2001:DB8:5::/64"],
                "identity.addresses": ["198.51.100.7", "2001:DB8::0007"],
            }
        )
    )
    assert made.submitters == {Submitter.THIS_HOST, Submitter.NETWORKS}
    assert made.networks == ("192.168.10.0/24", "192.168.20.7/32", "2001:db8:5::/64")
    assert made.identity.addresses == ("198.51.100.7", "2001:db8::7")


def test_networks_count_only_where_networks_submit() -> None:
    made = requirements(direct(**{"submission.networks": ["192.168.10.0/24"]}))
    assert made.networks == ()


@pytest.mark.parametrize(
    ("network", "code"),
    [
        ("192.168.10.0/24", None),
        ("10.20.0.0/16", None),
        ("198.51.100.128/25", None),
        ("2001:db8:5::/48", None),
        ("fd00:1::/64", None),
        ("10.0.0.0/8", "network-too-wide"),
        ("0.0.0.0/0", "network-too-wide"),
        ("8.8.0.0/16", "network-too-wide"),
        ("::/0", "network-too-wide"),
        ("192.168.10.5/24", "network-host-bits"),
        ("192.168.10", "network"),
        ("office", "network"),
        ("192.168.10.0/33", "network"),
        ("", "network"),
        ("127.0.0.0/24", None),
        ("::1", None),
        ("fe80::/64", None),
        ("169.254.7.0/24", None),
        ("0.0.0.0", "network-special"),
        ("0.0.0.0/24", "network-special"),
        ("224.0.0.0/24", "network-special"),
        ("224.0.0.0/4", "network-special"),
        ("255.255.255.255", "network-special"),
        ("240.0.0.0/24", "network-special"),
        ("192.0.0.0/24", "network-special"),
        ("198.18.0.0/16", "network-special"),
        ("198.19.7.0/24", "network-special"),
        ("::", "network-special"),
        ("::/48", "network-special"),
        ("100::/64", "network-special"),
        ("2001:2::/48", "network-special"),
        ("2001::/48", "network-special"),
        ("2002:c000:204::/48", "network-special"),
        ("4000::/48", "network-special"),
        ("fec0::/48", "network-special"),
        ("ff02::/48", "network-special"),
        ("::ffff:192.168.10.0/120", "network-mapped"),
        ("64:ff9b::/96", "network-nat64"),
        ("64:ff9b::192.0.2.1", "network-nat64"),
        ("64:ff9b:1::/48", "network-nat64"),
        ("fe00::/7", "network-too-wide"),
    ],
)
def test_a_network_that_is_none_or_too_wide_is_refused(network: str, code: str | None) -> None:
    assert errors("submission.networks", [network]) == ([code] if code else [])


def test_a_special_network_is_named_with_what_sets_it_aside() -> None:
    answers = direct(
        **{
            "submission.who": ["this-host", "networks"],
            "submission.networks": ["224.0.0.0/24"],
        }
    )
    (error,) = answer_errors(answers)
    assert "224.0.0.0/24 lies in 224.0.0.0/4" in error.message
    assert "RFC 5771" in error.message


def test_named_networks_are_needed_where_networks_submit() -> None:
    assert errors("submission.networks", []) == ["required"]


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("8.8.8.8", None),
        ("198.51.100.7", None),
        ("2001:db8::7", None),
        ("192.168.1.1", "address-not-public"),
        ("100.64.0.1", "address-not-public"),
        ("127.0.0.1", "address-not-public"),
        ("fd00::1", "address-not-public"),
        ("fe80::1", "address-not-public"),
        ("mx1.corp.example", "address"),
    ],
)
def test_a_sending_address_is_one_that_receivers_see(address: str, code: str | None) -> None:
    assert errors("identity.addresses", [address]) == ([code] if code else [])


@pytest.mark.parametrize(
    ("selector", "code"),
    [("mw202611", None), ("a-b", None), ("a.b", "selector"), ("-a", "selector"), ("ä", "selector")],
)
def test_a_selector_is_one_label(selector: str, code: str | None) -> None:
    assert errors("dkim.selector", selector) == ([code] if code else [])


@pytest.mark.parametrize(
    ("sender", "code"),
    [
        ("info@corp.example", None),
        ("info@news.corp.example", None),
        ("info@other.example", "sender-domain"),
        ("info@notcorp.example", "sender-domain"),
    ],
)
def test_the_test_message_comes_from_the_mail_domain(sender: str, code: str | None) -> None:
    assert errors("proof.sender", sender) == ([code] if code else [])


def test_errors_of_another_route_are_not_told() -> None:
    relayed = replace_route(direct(**{"identity.addresses": ["nonsense"]}))
    assert [e.field for e in answer_errors(relayed)] == []


def replace_route(answers: Answers) -> Answers:
    return with_value(answers, "route.kind", "relay")
