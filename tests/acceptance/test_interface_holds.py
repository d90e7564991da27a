"""The interface does what its description says: generated requests find nothing, whoever sends them."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.local import example_members, example_referrals, examples
from deploy.local.bootstrap import bootstrap
from deploy.local.platform import Platform
from tests.support.root import root_apart

pytestmark = pytest.mark.platform
REPOSITORY = Path(__file__).parents[2]
CONFIGURATION = REPOSITORY / "tests" / "support" / "schemathesis.toml"
ROLES = {"nobody": None, "partner": "EXAMPLE_PARTNER_API_KEY", "office": "OFFICE_API_KEY"}
OPENED_BY = {"events:write": "partner", "members:write": "partner", "office": "office"}
SEED, MOST_A_OPERATION = "20261126", "2"
OPERATIONS = (REPOSITORY / "tests" / "unit" / "interface" / "operations.txt").read_text(encoding="utf-8").splitlines()
# Which list shows the values of which parameter: without any, nearly all that is asked for is not there.
LISTS = {
    "path.event": "/v1/office/events?visibility=public",
    "path.partner": "/v1/office/partners",
    "path.member": "/v1/office/members",
    "path.meeting": "/v1/office/meetings",
    "path.goal": "/v1/goals",
    "path.person": "/v1/office/people",
    "path.contribution": "/v1/office/contributions",
    "path.training": "/v1/office/trainings",
    "path.multiplier": "/v1/office/multipliers",
    "path.feed": "/v1/office/feeds",
    "path.referral": "/v1/office/referrals",
}
WORDS: dict[str, list[Any]] = {
    "path.charter": ["leitbild"],
    "path.service": ["events"],
    "path.year": [2026],
    "query.near": ["08056"],
}


@pytest.fixture(scope="module")
def apart() -> Iterator[Platform]:
    """A platform of its own with the example data, as what is written here stays in nobody else's way."""
    counts = dict.fromkeys(("events", "members", "referrals", "gateway"), 1)
    platform = Platform(root_apart("interface"), services=counts, brokers=1, free_ports=True, bootstrap=bootstrap)
    try:
        platform.up()
        examples.publish(platform, lambda _line: None)
        example_members.publish(platform, lambda _line: None)
        example_referrals.publish(platform, lambda _line: None)
        yield platform
    finally:
        platform.down()


@pytest.fixture(scope="module")
def configuration(apart: Platform, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the configuration in the repository for each role, with what there is to ask for here."""
    headers = {"Authorization": f"Bearer {apart.env['OFFICE_API_KEY']}"}
    values: dict[str, list[Any]] = dict(WORDS)
    with httpx.Client(base_url=apart.public_url(), headers=headers) as http:
        for name, path in LISTS.items():
            values[name] = [item["id"] for item in http.get(path).raise_for_status().json()["items"][:20]]
        document = http.get("/openapi.json").raise_for_status().json()
    folder = tmp_path_factory.mktemp("schemathesis")
    for role, key in ROLES.items():
        # A partner opens what is its own; the office, and whoever has no key, looks at all.
        own = {name: [apart.env["EXAMPLE_PARTNER_ID"]] for name in ("path.partner", "path.member")}
        known = values | (own if role == "partner" else {})
        lines = [CONFIGURATION.read_text(encoding="utf-8")]
        lines += ["[[operations]]", f"include-operation-id = {others(document, role)!r}"]
        lines += ["phases.coverage.enabled = false"]
        lines += [f'[dictionaries."{name}"]\nvalues = {found!r}' for name, found in known.items()]
        lines += ["[parameters]"]
        lines += [f'"{name}" = {{ dictionary = "{name}", probability = 0.8 }}' for name in known]
        lines += ["[auth.openapi.key]", f'bearer = "{apart.env[key]}"'] if key else []
        (folder / f"{role}.toml").write_text("\n".join(lines), encoding="utf-8")
    return folder


def others(document: dict[str, Any], role: str) -> list[str]:
    """The operations of which another role tries all borders: each is tried by the least one that opens it."""
    found = []
    for methods in document["paths"].values():
        for operation in methods.values():
            needed = (operation.get("security", [{}])[0].get("key") or [""])[0]
            if OPENED_BY.get(needed, "nobody") != role:
                found.append(operation["operationId"])
    return found


@pytest.mark.parametrize("role", ROLES)
def test_generated_requests_find_nothing_that_the_description_does_not_say(
    apart: Platform, configuration: Path, role: str
) -> None:
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(configuration / f"{role}.toml")]
    command += ["run", f"{apart.public_url()}/openapi.json", "--no-color", "--seed", SEED, "-n", MOST_A_OPERATION]

    found = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=400, check=False)

    assert found.returncode == 0, found.stdout[-12_000:] + found.stderr[-2_000:]
    (tested,) = re.findall(r"Tested: (\d+)", found.stdout)
    # The description itself is tried only where the configuration names it.
    assert int(tested) in (len(OPERATIONS) - 1, len(OPERATIONS)), found.stdout[-3_000:]
