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

async function ofFilm(source, address) {
  const film = await moment(source);
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
  const answer = await fetch(address, { method: "POST", body: form, headers: { Accept: "application/json" } });
  if (answer.ok) document.querySelector("upload-queue")?.refreshSoon();
}

function ofScene(address) {
  const frame = document.createElement("iframe");
  frame.className = "poster-maker";
  frame.setAttribute("aria-hidden", "true");
  frame.tabIndex = -1;
  frame.src = `${address}?poster=1`;
  document.body.append(frame);
  return new Promise((resolve) => {
    const end = (told) => {
      window.removeEventListener("message", listen);
      clearTimeout(timer);
      frame.remove();
      if (told === "poster-made") document.querySelector("upload-queue")?.refreshSoon();
      resolve();
    };
    const listen = (event) => { if (event.source === frame.contentWindow && event.origin === location.origin) end(event.data); };
    const timer = setTimeout(end, 180000); // a machine that draws without a graphics card takes its time
    window.addEventListener("message", listen);
  });
}

let wanted = false;
let busy = Promise.resolve();

// One after the other: drawing a scene may keep a small machine busy.
function look() {
  if (!wanted) return;
  const make = (key, work) => {
    if (tried.has(key)) return;
    tried.add(key);
    busy = busy.then(work).catch(() => {});
  };
  for (const video of document.querySelectorAll("video[data-poster]")) make(video.dataset.poster, () => ofFilm(video.src, video.dataset.poster));
  for (const link of document.querySelectorAll("a[data-without-poster]")) make(link.href, () => ofScene(link.href));
}

// Only for what was brought in from this very page; a page that is merely read downloads no film.
document.addEventListener("upload:done", (event) => { wanted ||= ["video", "3d-scene"].includes(event.detail.answer.kind); });
document.addEventListener("htmx:after:settle", look);
