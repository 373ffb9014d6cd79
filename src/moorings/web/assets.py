"""The page's own files, and the chart library out of the installed converter; nothing comes from elsewhere."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from threading import Lock

from fastapi import APIRouter, Response
from starlette.staticfiles import StaticFiles

from moorings.core.places import home, replacing
from moorings.web.reply import HERE

router = APIRouter()
static = StaticFiles(directory=HERE / "static")
_making = Lock()


def bundle() -> Path:
    """The chart library, made once and kept in `MOORINGS_HOME`."""
    path = home() / "web" / f"charts-{version('vl-convert-python')}.js"
    with _making:
        if not path.is_file():
            import vl_convert

            with replacing(path) as file:
                # the library's type stub does not know that the snippet may be left out
                file.write_text(vl_convert.javascript_bundle(), encoding="utf-8")  # type: ignore[call-arg]
    return path


@router.get("/assets/charts.js", include_in_schema=False)
def charts() -> Response:
    """The chart library."""
    return Response(
        bundle().read_bytes(), media_type="text/javascript", headers={"Cache-Control": "private, max-age=86400"}
    )
