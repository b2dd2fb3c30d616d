// The contrast of each accent as text on four surfaces, and of the words on a filled button.
() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const luminance = (color) => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1);
    const part = [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map((v) => v / 255).map((v) => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
    return .2126 * part[0] + .7152 * part[1] + .0722 * part[2];
  };
  const ratio = (a, b) => { const [x, y] = [luminance(a), luminance(b)].sort((m, n) => n - m); return (x + .05) / (y + .05); };
  const result = {};
  for (const swatch of document.querySelectorAll(".swatch")) {
    const probe = document.createElement("i");
    swatch.append(probe);
    const value = (name) => { probe.style.color = `var(${name})`; return getComputedStyle(probe).color; };
    const name = swatch.dataset.accent;
    for (const surface of ["--page", "--surface", "--sunken", "--accent-soft"]) result[`${name} on ${surface}`] = ratio(value("--accent"), value(surface));
    result[`words on ${name}`] = ratio(value("--on-accent"), value("--accent"));
  }
  return result;
}
