"""Feeds come from the public internet only, however an address is written."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.events.feeds.addresses import addresses_of, is_public
from services.events.feeds.errors import FetchError
from services.events.feeds.fetching import check_url
from services.events.feeds.urls import read

# From the registries of IANA, put down here once more on purpose.
FORBIDDEN = [
    *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24"),
    *("192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"),
    *("224.0.0.0/4", "240.0.0.0/4", "255.255.255.255/32", "168.63.129.16/32", "100.100.100.200/32"),
    *("::/128", "::1/128", "::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64"),
    *("2001::/32", "2001:2::/48", "2001:10::/28", "2001:20::/28", "2001:db8::/32", "2002::/16", "3fff::/20"),
    *("5f00::/16", "fc00::/7", "fd00:ec2::254/128", "fe80::/10", "fec0::/10", "ff00::/8"),
]
PUBLIC = ["1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.0"]
PUBLIC += ["198.17.255.255", "198.20.0.0", "223.255.255.255", "11.0.0.0", "168.63.129.15", "169.253.255.255"]
PUBLIC += ["2001:4860:4860::8888", "2606:4700::1111", "2a00:1450:4001::1", "2001:200::1", "2003::1", "3ffe::1"]
networks = st.sampled_from(FORBIDDEN).map(ip_network)
addresses_v4 = networks.filter(lambda network: network.version == 4).flatmap(
    lambda network: st.ip_addresses(network=network)
)
addresses_v6 = networks.filter(lambda network: network.version == 6).flatmap(
    lambda network: st.ip_addresses(network=network)
)


def v4_notations(address: IPv4Address) -> list[str]:
    """Every way of writing an IPv4 address that ``inet_aton`` and browsers take."""
    number = int(address)
    a, b, c, d = address.packed
    rest = number & 0xFFFFFF
    wide = str(address).translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})
    return [
        str(address),
        f"{address}.",
        str(number),
        hex(number),
        hex(number).upper(),
        f"0{number:o}",
        f"{a}.{rest}",
        f"{a:#x}.{rest:#x}",
        f"0{a:o}.{b}.{c * 256 + d}",
        f"0{a:o}.0{b:o}.0{c:o}.0{d:o}",
        f"{a:#x}.{b:#x}.{c:#x}.{d:#x}",
        f"{a:#x}.{b}.0{c:o}.{d}",
        f"000{a:o}.{b}.{c}.{d}",
        str(address).replace(".", "。"),
        wide,
        wide.replace(".", "。"),
    ]


def v6_notations(address: IPv6Address) -> list[str]:
    tail = IPv4Address(int(address) & 0xFFFFFFFF)
    start = ":".join(address.exploded.split(":")[:6])
    return [f"[{text}]" for text in (str(address), address.exploded, address.exploded.upper(), f"{start}:{tail}")]


async def refusal(url: str) -> str:
    with pytest.raises(FetchError) as raised:
        await addresses_of(read(url), ())
    return raised.value.code


@given(addresses_v4)
@example(ip_address("169.254.169.254"))
@example(ip_address("100.100.100.200"))
async def test_a_forbidden_ipv4_address_is_refused_however_it_is_written(address: IPv4Address) -> None:
    assert not is_public(address)
    for host in v4_notations(address):
        assert await refusal(f"http://{host}/feed.ics") == "address-forbidden", host
        assert await refusal(f"webcal://{host}:8443") == "address-forbidden", host


@given(addresses_v6)
@example(ip_address("fd00:ec2::254"))
@example(ip_address("::ffff:127.0.0.1"))
async def test_a_forbidden_ipv6_address_is_refused_however_it_is_written(address: IPv6Address) -> None:
    assert not is_public(address)
    for host in v6_notations(address):
        assert await refusal(f"https://{host}/feed.ics") == "address-forbidden", host


@given(st.ip_addresses(v=4))
async def test_an_ipv4_address_inside_an_ipv6_one_is_refused_even_where_it_is_public(address: IPv4Address) -> None:
    number = int(address)
    inside = [number, (0xFFFF << 32) | number, (0x64FF9B << 96) | number, (0x64FF9B0001 << 80) | number]
    inside += [(0x2002 << 112) | (number << 80), (0x20010000 << 96) | (number ^ 0xFFFFFFFF)]
    assert not any(is_public(IPv6Address(each)) for each in inside)


@given(st.ip_addresses())
def test_what_python_knows_not_to_be_global_is_refused(address: IPv4Address | IPv6Address) -> None:
    if not address.is_global or address.is_multicast or address.is_reserved:
        assert not is_public(address)


@given(st.ip_addresses())
def test_every_address_is_either_in_a_network_without_public_hosts_or_public(
    address: IPv4Address | IPv6Address,
) -> None:
    """Nothing is refused by mistake: the judge is the list of this test, and what is not given out yet."""
    extra = ["192.31.196.0/24", "192.52.193.0/24", "192.175.48.0/24", "2620:4f:8000::/48", "2001::/23"]
    lists: list[IPv4Network | IPv6Network] = [ip_network(text) for text in FORBIDDEN + extra]
    is_listed = any(address in network for network in lists if network.version == address.version)
    is_given_out = address.version == 4 or address in ip_network("2000::/3")
    assert is_public(address) == (is_given_out and not is_listed)


@pytest.mark.parametrize("text", PUBLIC)
async def test_a_public_address_passes_as_it_is_and_is_what_will_be_connected_to(text: str) -> None:
    host = f"[{text}]" if ":" in text else text
    assert await addresses_of(read(f"https://{host}/feed.ics"), ()) == [text]


async def test_a_named_host_is_not_checked_by_itself_or_by_its_port() -> None:
    for allowed in ({"127.0.0.1"}, {"127.0.0.1:8000"}):
        assert await addresses_of(read("http://127.0.0.1:8000/x"), allowed) == ["127.0.0.1"]
        assert await addresses_of(read("http://2130706433:8000/x"), allowed) == ["127.0.0.1"]
    for allowed in ({"[::1]:8000"}, {"::1"}, {"[::1]"}):
        assert await addresses_of(read("http://[::1]:8000/x"), allowed) == ["::1"]
    for allowed in ({"127.0.0.1:80"}, {"127.0.0.2"}, {"localhost"}, {"0.0.1"}):
        with pytest.raises(FetchError, match="address-forbidden"):
            await addresses_of(read("http://127.0.0.1:8000/x"), allowed)


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("webcal://example.org/feed.ics", "https://example.org/feed.ics"),
        ("WEBCALS://Example.ORG:443", "https://example.org/"),
        (" https://example.org./a?b=c#d ", "https://example.org/a?b=c"),
        ("http://example.org:80/", "http://example.org/"),
        ("http://example.org:443/", "http://example.org:443/"),
        ("https://bürger-verein.example/März 2027.ics", "https://xn--brger-verein-dlb.example/M%C3%A4rz%202027.ics"),
        ("https://straße.example/", "https://xn--strae-oqa.example/"),
        ("https://example.org/a%20b?x=%C3%A4&y=ä", "https://example.org/a%20b?x=%C3%A4&y=%C3%A4"),
        ("https://example.org/ical/a%40b/private-0/x.ics", "https://example.org/ical/a%40b/private-0/x.ics"),
        ("https://[2A00:1450::1]:8443/x", "https://[2a00:1450::1]:8443/x"),
        ("https://my_host.example/x", "https://my_host.example/x"),
    ],
)
def test_an_address_is_kept_in_one_form(url: str, kept: str) -> None:
    assert check_url(url) == kept


@pytest.mark.parametrize(
    "url",
    [
        *("", "example.org/feed.ics", "//example.org/", "ftp://example.org/", "file:///etc/passwd", "gopher://x/"),
        *("javascript:alert(1)", "data:text/calendar,BEGIN:VCALENDAR", "https:///feed.ics", "https://", "webcal:x"),
        *("https://anna@example.org/", "https://anna:secret@example.org/", "https://@example.org/"),
        *("https://example.org:0/", "https://example.org:65536/", "https://example.org:-1/", "https://example.org:x/"),
        *("https://exa\nmple.org/", "https://example.org/\r\nHost: x", "https://example.org/\x00", "\x01https://a.b/"),
        *("https://example.org\\@127.0.0.1/", "https://exa mple.org/", "https://example.org%00.x/", "https://%6c/"),
        *("https://[::1/", "https://::1/", "https://[fe80::1%25eth0]/", "https://[fe80::1%eth0]/", "https://[v1.x]/"),
        *("https://[127.0.0.1]/", "https://256.1.1.1/", "https://1.2.3.4.5/", "https://4294967296/", "https://0x/"),
        *("https://a..b/", "https://.a/", "https://-a.b/", "https://a-.b/", f"https://{'a' * 64}.b/"),
        *("https://example.org/" + "a" * 2_000, "https://example.org/" + "ä" * 400, "https://" + "a." * 130 + "b/"),
        *(
            "https://xn--/x",
            "https://a\u200b.b/",
            "https://٣.٣.٣.٣ ./",
            "https://a\u2028b/",
            "https://a/\u202e",
            "https://\ud800/",
        ),
    ],
)
def test_what_is_no_address_of_a_feed_is_refused_with_a_sentence(url: str) -> None:
    with pytest.raises(FetchError) as raised:
        check_url(url)
    assert raised.value.code == "url-invalid"
    assert raised.value.detail.startswith("The address ")
    assert "secret" not in str(raised.value)


@given(
    st.one_of(
        st.text(max_size=40),
        st.text(alphabet="htps:/.@[]%#?\\0x1a-ü。１ \t", max_size=40),
        st.builds("https://{}/{}".format, st.text(max_size=20), st.text(max_size=20)),
    )
)
def test_any_text_is_an_address_or_is_refused_and_what_is_kept_stays_as_it_is(url: str) -> None:
    try:
        kept = check_url(url)
    except FetchError as error:
        if error.code != "url-invalid":
            raise
        return
    assert check_url(kept) == kept
    assert kept.isascii()
    assert kept.startswith(("https://", "http://"))
    assert not set(kept) & set(" #\\\r\n\t\x00")
