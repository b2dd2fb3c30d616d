"""Small files of each kind, made by the tests: pictures, a sound, a film, a scene."""

import asyncio
import base64
import io
import json
import math
import struct
import wave

from PIL import Image, ImageDraw
from playwright.async_api import FilePayload, Page
from sqlalchemy import text

from tests.editing import Desk

JSON = {"Accept": "application/json"}


def picture(name: str, width: int = 640, height: int = 480, colour: str = "teal") -> FilePayload:
    """A JPEG that tells its number apart from others by what is drawn on it."""
    image = Image.new("RGB", (width, height), colour)
    ImageDraw.Draw(image).text((20, 20), name, fill="white", font_size=max(12, height // 8))
    file = io.BytesIO()
    image.save(file, "JPEG", quality=80)
    return {"name": name, "mimeType": "image/jpeg", "buffer": file.getvalue()}


def sound(name: str = "tone.wav") -> FilePayload:
    """Half a second of a tone."""
    file = io.BytesIO()
    with wave.open(file, "wb") as tone:
        tone.setparams((1, 2, 8000, 0, "NONE", ""))
        tone.writeframes(b"".join(struct.pack("<h", int(12000 * math.sin(step / 3))) for step in range(4000)))
    return {"name": name, "mimeType": "audio/wav", "buffer": file.getvalue()}


def scene(name: str = "triangle.glb") -> FilePayload:
    """A GLB file with one triangle (glTF 2.0, section 4.4: header, JSON chunk, binary chunk)."""
    points = struct.pack("<9f", 0, 0, 0, 1, 0, 0, 0, 1, 0)
    content = {
        "asset": {"version": "2.0"},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0}}]}],
        "accessors": [{"bufferView": 0, "componentType": 5126, "count": 3, "type": "VEC3", "min": [0, 0, 0], "max": [1, 1, 0]}],
        "bufferViews": [{"buffer": 0, "byteLength": len(points)}],
        "buffers": [{"byteLength": len(points)}],
    }
    head = json.dumps(content).encode()
    head += b" " * (-len(head) % 4)
    chunks = struct.pack("<I4s", len(head), b"JSON") + head + struct.pack("<I4s", len(points), b"BIN\0") + points
    data = struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks
    return {"name": name, "mimeType": "model/gltf-binary", "buffer": data}


async def examined(desk: Desk) -> None:
    """Wait until the pictures have their sizes and copies: a page that was opened before comes anew with them."""
    waits = text("SELECT count(*) FROM content WHERE map_id = :map_id AND media_type LIKE 'image/%' AND examined_at IS NULL")
    async with asyncio.timeout(60), desk.site.database.reading() as connection:
        while (await connection.execute(waits, {"map_id": desk.map_id})).scalar_one():
            await asyncio.sleep(0.05)


async def film(page: Page, name: str = "square.webm") -> FilePayload:
    """A second of a moving square, recorded by the browser itself."""
    recorded = await page.evaluate(
        """async () => {
          const canvas = Object.assign(document.createElement("canvas"), {width: 320, height: 180});
          const pen = canvas.getContext("2d");
          const recorder = new MediaRecorder(canvas.captureStream(20), {mimeType: "video/webm"});
          const pieces = [];
          recorder.ondataavailable = (event) => pieces.push(event.data);
          const done = new Promise((resolve) => { recorder.onstop = resolve; });
          recorder.start();
          for (let step = 0; step < 20; step += 1) {
            pen.fillStyle = "#204060"; pen.fillRect(0, 0, 320, 180);
            pen.fillStyle = "#ffcc66"; pen.fillRect(10 + step * 10, 60, 60, 60);
            await new Promise((resolve) => setTimeout(resolve, 50));
          }
          recorder.stop();
          await done;
          const bytes = new Uint8Array(await new Blob(pieces).arrayBuffer());
          return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
        }"""
    )
    return {"name": name, "mimeType": "video/webm", "buffer": base64.b64decode(recorded)}


async def send(page: Page, topic_url: str, file: FilePayload, **fields: str) -> int:
    """Add a file to a topic as scripts do; gives the statement's number."""
    answer = await page.request.post(f"{topic_url}/files/new", multipart={**fields, "file": file}, headers=JSON)
    assert answer.ok, await answer.text()
    number: int = (await answer.json())["id"]
    return number
