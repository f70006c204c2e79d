"""A calling program with the client that openapi-python-client generates from the document.

The type checker is half of the test: it rejects this program if the document requires, omits or types a field wrongly.
Prints each answer as one line of JSON.
"""

import json
import sys
from datetime import datetime, timezone
from typing import TypeVar

from api import AuthenticatedClient, Client
from api.api.installations import get_installation, list_installations, list_platforms, revoke_installation
from api.api.tokens import get_token, report_token_failure
from api.models import (
    FailureReport,
    FailureVerdict,
    FailureVerdictVerdict,
    Installation,
    InstallationPage,
    PlatformHealth,
    PlatformList,
    Problem,
    Token,
)
from api.types import Response


T = TypeVar("T")


def recorded(method: str, path: str, response: Response[T]) -> T | None:
    print(
        json.dumps(
            {
                "method": method,
                "path": path,
                "status": response.status_code.value,
                "type": response.headers.get("content-type"),
                "body": response.content.decode(),
            }
        )
    )
    return response.parsed


def check_problem(answer: object, kind: str) -> Problem:
    assert isinstance(answer, Problem), answer
    assert answer.type_ == f"urn:oauth-service:problem:{kind}", answer
    return answer


def main(base: str, key: str) -> None:
    client = AuthenticatedClient(base_url=base, token=key, raise_on_unexpected_status=True)
    stranger = Client(base_url=base, raise_on_unexpected_status=True)

    platforms = recorded("GET", "/oauth/platforms", list_platforms.sync_detailed(client=client))
    assert isinstance(platforms, PlatformList)
    assert next(one for one in platforms.platforms if one.id == "github").health is PlatformHealth.OK

    page = recorded(
        "GET", "/oauth/installations", list_installations.sync_detailed(client=client, platform="github", limit=10)
    )
    assert isinstance(page, InstallationPage)
    assert page.next_cursor is None
    first = page.installations[0]
    assert first.external_org_id == "9001"

    one = recorded("GET", "/oauth/installations/{id}", get_installation.sync_detailed(first.id, client=client))
    assert isinstance(one, Installation)
    assert one.revoked_at is None

    path = "/oauth/token/{platform}"
    response = get_token.sync_detailed("github", client=client, org_id="9001")
    token = recorded("GET", path, response)
    assert isinstance(token, Token)
    assert token.orgs[0].id == "9001"
    # The type checker knows that a token may have no expiry.
    assert token.expires_at is not None and token.expires_at > datetime.now(timezone.utc)

    same = get_token.sync_detailed("github", client=client, org_id="9001", if_none_match=response.headers["etag"])
    assert recorded("GET", path, same) is None

    unknown = recorded("GET", path, get_token.sync_detailed("github", client=client, org_id="404404"))
    connect_url = check_problem(unknown, "not-connected").connect_url
    assert isinstance(connect_url, str) and connect_url.endswith("/oauth/install/github")

    wide = get_token.sync_detailed("github", client=client, org_id="9001", permissions="contents:admin")
    beyond = check_problem(recorded("GET", path, wide), "permissions-not-granted")
    assert beyond.granted and beyond.granted.additional_properties["contents"] == "read"
    assert beyond.repository_selection

    failures = "/oauth/token/{platform}/failures"
    report = FailureReport(fingerprint=token.fingerprint, org_id="9001")
    verdict = recorded(
        "POST", failures, report_token_failure.sync_detailed("github", client=client, body=report)
    )
    assert isinstance(verdict, FailureVerdict)
    assert verdict.verdict is FailureVerdictVerdict.ACCEPTED

    report = FailureReport(fingerprint="none", org_id="9001")
    wrong = recorded("POST", failures, report_token_failure.sync_detailed("github", client=client, body=report))
    errors = check_problem(wrong, "invalid-request").errors
    assert errors and errors[0].field == "fingerprint"

    refused = recorded("GET", "/oauth/installations", list_installations.sync_detailed(client=stranger))
    check_problem(refused, "unauthenticated")

    revoked = recorded("DELETE", "/oauth/installations/{id}", revoke_installation.sync_detailed(first.id, client=client))
    assert revoked is None


main(*sys.argv[1:])
