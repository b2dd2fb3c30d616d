/* Films and 3D scenes get a picture that stands for them while nobody plays them. The browser of an editor makes it, since the server
   plays nothing: of a film from one moment of it, of a scene by opening it once out of sight (the page of the scene does the rest). */

const tried = new Set();

function moment(source) {
  return new Promise((resolve, reject) => {
    const film = document.createElement("video");
    film.muted = true;
    film.playsInline = true;
    film.preload = "auto";
    film.addEventListener("error", () => reject(new Error("not playable")), { once: true });
    film.addEventListener("loadeddata", () => {
      film.addEventListener("seeked", () => resolve(film), { once: true });
      film.currentTime = Number.isFinite(film.duration) ? Math.min(2, film.duration / 4) : 0;
    }, { once: true });
    film.src = source;
  });
}

async function ofFilm(video) {
  const film = await moment(video.src);
  if (!film.videoWidth) return;
  const canvas = document.createElement("canvas");
  const scale = Math.min(1, 1280 / film.videoWidth);
  canvas.width = Math.round(film.videoWidth * scale);
  canvas.height = Math.round(film.videoHeight * scale);
  canvas.getContext("2d").drawImage(film, 0, 0, canvas.width, canvas.height);
  film.removeAttribute("src");
  film.load();
  const picture = await new Promise((resolve) => { canvas.toBlob(resolve, "image/jpeg", 0.85); });
  const form = new FormData();
  form.append("file", picture, "poster.jpg");
  const answer = await fetch(video.dataset.poster, { method: "POST", body: form, headers: { Accept: "application/json" } });
  if (answer.ok) document.querySelector("upload-queue")?.refreshSoon();
}

function ofScene(link) {
  const frame = document.createElement("iframe");
  frame.className = "poster-maker";
  frame.setAttribute("aria-hidden", "true");
  frame.tabIndex = -1;
  frame.src = `${link.href}?poster=1`;
  const end = setTimeout(() => frame.remove(), 60000);
  window.addEventListener("message", function told(event) {
    if (event.source !== frame.contentWindow || event.origin !== location.origin) return;
    window.removeEventListener("message", told);
    clearTimeout(end);
    frame.remove();
    if (event.data === "poster-made") document.querySelector("upload-queue")?.refreshSoon();
  });
  document.body.append(frame);
}

let wanted = false;

function look() {
  if (!wanted) return;
  for (const video of document.querySelectorAll("video[data-poster]")) {
    if (tried.has(video.dataset.poster)) continue;
    tried.add(video.dataset.poster);
    ofFilm(video).catch(() => {});
  }
  for (const link of document.querySelectorAll("a[data-without-poster]")) {
    if (tried.has(link.href)) continue;
    tried.add(link.href);
    ofScene(link);
  }
}

// Only for what was brought in from this very page; a page that is merely read downloads no film.
document.addEventListener("upload:done", (event) => { wanted ||= ["video", "3d-scene"].includes(event.detail.answer.kind); });
document.addEventListener("htmx:after:settle", look);
