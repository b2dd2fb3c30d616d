/* Shows each <time datetime="…T…"> in the reader's own zone and language: "3 hours ago" for the last
   week, the date otherwise, the exact moment as a tooltip. Dates without a time of day stay as they are. */

const steps = [["minute", 60], ["hour", 3600], ["day", 86400]];
const week = 7 * 86400;

function inWords(moment, language) {
  const seconds = (moment - Date.now()) / 1000;
  const size = Math.abs(seconds);
  const format = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  if (size < 60) return format.format(Math.round(seconds) || -1, "second");
  if (size >= week) return new Intl.DateTimeFormat(language, { dateStyle: "long" }).format(moment);
  const [unit, length] = steps.findLast(([, each]) => size >= each);
  return format.format(Math.round(seconds / length), unit);
}

function localise(root) {
  for (const element of root.querySelectorAll('time[datetime*="T"]:not([title])')) {
    const moment = new Date(element.dateTime);
    if (Number.isNaN(moment.getTime())) continue;
    const language = document.documentElement.lang || undefined;
    element.title = new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "short" }).format(moment);
    element.textContent = inWords(moment, language);
  }
}

document.addEventListener("htmx:after:settle", (event) => localise(event.target.parentNode ?? document));
localise(document);
