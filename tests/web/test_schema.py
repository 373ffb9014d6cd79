"""What the OpenAPI document allows never makes the application fail."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

pytest.importorskip("fastapi", reason="the web extra is not installed")
pytest.importorskip("schemathesis", reason="schemathesis is not installed")

import schemathesis

from moorings.web.app import create_app
from moorings.web.settings import Settings

FEW = 100
CASES = 100
"""Cases of each of about twenty operations: two thousand in all."""

schema = schemathesis.openapi.from_asgi(
    "/openapi.json", create_app(Settings(live=FEW, rest=FEW, limit=600, soon=600), warm=False)
)


@pytest.mark.slow
@schema.parametrize()
@settings(max_examples=CASES, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_case_makes_the_server_fail(case: schemathesis.Case) -> None:
    assert case.call(timeout=600).status_code < 500
