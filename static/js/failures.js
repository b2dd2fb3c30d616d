/* A request by htmx that failed changes nothing on the page: what was typed stays. The server's own
   words are shown when it sent some (an <hx-partial> for #flashes), these otherwise. */

const words = {
  401: "You are no longer signed in. Sign in again in another tab; what you typed stays here.",
  403: "You may not do this in this map.",
  404: "This is not there any more.",
  413: "This is too large to send.",
  429: "Too many tries in a short time. Wait a moment and try again.",
};

function show(text) {
  const flash = document.createElement("flash-message");
  const box = Object.assign(document.createElement("div"), { className: "flash flash--error" });
  const close = Object.assign(document.createElement("button"), { type: "button", className: "flash__close", textContent: "×" });
  close.dataset.close = "";
  close.setAttribute("aria-label", "Close this message");
  box.append(Object.assign(document.createElement("p"), { textContent: text }), close);
  flash.append(box);
  document.getElementById("flashes")?.append(flash);
}

document.addEventListener("htmx:response:error", (event) => {
  const { ctx } = event.detail;
  const status = ctx.response.status;
  if (status === 409 || status === 422 || /<hx-partial/i.test(ctx.text ?? "")) return;
  const id = ctx.response.headers.get("X-Request-Id");
  const text = words[status] ?? "Something went wrong on the server. What you typed is still here; try again.";
  show(status >= 500 && id ? `${text} If it stays so, tell whoever runs this site the number ${id}.` : text);
});

document.addEventListener("htmx:error", (event) => {
  if (!event.detail.ctx) return;
  const waiting = event.detail.ctx.request?.signal?.reason === "timeout";
  show(waiting ? "The server takes too long to answer. What you typed is still here; try again."
    : "The server cannot be reached. What you typed is still here; try again.");
});

function tellConnection() {
  const banner = document.querySelector("[data-offline]");
  if (banner) banner.hidden = navigator.onLine;
}

window.addEventListener("online", tellConnection);
window.addEventListener("offline", tellConnection);
tellConnection();
