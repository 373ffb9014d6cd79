"""The application: pages with their twins, guarded."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import Depends, FastAPI

from moorings.web import assets
from moorings.web.caller import Callers
from moorings.web.desk import Desk
from moorings.web.document import add_document
from moorings.web.faults import RESPONSES, add_faults
from moorings.web.guard import Guard
from moorings.web.pages import ROUTERS
from moorings.web.pages.asked import check_address
from moorings.web.settings import Settings


def create_app(settings: Settings, *, warm: bool = True) -> FastAPI:
    """The web application of one system.

    Parameters
    ----------
    settings
        System, token, limits.
    warm
        Whether the simulator is made ready in the background at the start.
    """
    desk = Desk(settings)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        if warm:
            desk.warm_up()
        yield

    app = FastAPI(title="moorings", version=version("moorings"), lifespan=life, docs_url=None, redoc_url=None)
    app.state.desk = desk
    app.mount("/static", assets.static)
    app.include_router(assets.router)
    for router in ROUTERS:
        app.include_router(router, dependencies=[Depends(check_address)], responses=RESPONSES)
    add_faults(app)
    add_document(app, desk)
    app.add_middleware(Callers, settings=settings)
    app.add_middleware(Guard, settings=settings)
    return app
