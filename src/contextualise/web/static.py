"""Static files, from memory."""

from litestar import Request, Response, route
from litestar.datastructures import State
from litestar.enums import HttpMethod
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from contextualise.web.shared.security import YEAR
from contextualise.web.shared.state import parts_of


@route("/static/{digest:str}/{name:path}", http_method=[HttpMethod.GET, HttpMethod.HEAD])
async def static_file(request: Request[object, object, State], digest: FromPath[str], name: FromPath[str]) -> Response[bytes]:
    """A static file. Under the present digest it may be kept for ever; under an old one it is the present file, kept by nobody."""
    parts = parts_of(request)
    asset = parts.assets.files.get(name.lstrip("/"))
    if asset is None:
        raise NotFoundException
    lasting = digest == parts.assets.digest
    headers = {"Cache-Control": f"public, max-age={YEAR}, immutable" if lasting else "no-store", "Vary": "Accept-Encoding"}
    content = asset.content
    if asset.compressed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        content, headers["Content-Encoding"] = asset.compressed, "gzip"
    return Response(content, media_type=asset.media_type, headers=headers)


@route("/favicon.ico", http_method=[HttpMethod.GET, HttpMethod.HEAD], sync_to_thread=False)
def well_known(request: Request[object, object, State]) -> Response[bytes]:
    """The sign of the site, which browsers ask for by name at the root."""
    asset = parts_of(request).assets.files["icons/favicon-32.png"]
    return Response(asset.content, media_type="image/png", headers={"Cache-Control": "public, max-age=86400"})
