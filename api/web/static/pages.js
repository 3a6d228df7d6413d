/* What the pages do beyond links and forms; without this file everything can still be read and asked for. */
"use strict";

/* The board: a date opens its reasons in a dialog, which Escape closes; the way back is the browser's own. */
document.addEventListener("htmx:afterSwap", (event) => {
  const panel = document.getElementById("panel");
  if (event.detail.target.id === "panel-body" && panel && !panel.open) panel.showModal();
  slide();
});

/* An answer that is a problem is told in words, and what was shown stays. */
document.addEventListener("htmx:responseError", (event) => {
  let said = String(event.detail.xhr.status);
  try {
    const problem = JSON.parse(event.detail.xhr.responseText);
    said = document.documentElement.lang === "zh" ? problem.detail || said : problem.detail_en || problem.detail || said;
  } catch { /* not a problem document: the number has to do */ }
  document.getElementById("told").textContent = said;
});
document.addEventListener("htmx:beforeRequest", () => { document.getElementById("told").textContent = ""; });

/* Replay: two sliders that move the fields beside them; the last place of each is "no limit". */
const DAY = 86400000;

function slide() {
  const form = document.getElementById("clocks");
  if (!form || !form.dataset || !form.dataset.first || form.dataset.slides) return;
  form.dataset.slides = "yes";
  const first = Date.parse(form.dataset.first);
  const days = Math.round((Date.parse(form.dataset.last) - first) / DAY) + 1;
  const field = form.elements.as_of;
  const moments = form.elements.known_at;
  const ways = {
    as_of: {
      max: days,
      read: () => (field.value ? Math.min(days - 1, Math.max(0, Math.round((Date.parse(field.value) - first) / DAY))) : days),
      write: (at) => { field.value = at >= days ? "" : new Date(first + at * DAY).toISOString().slice(0, 10); },
      said: () => field.value || "∞",
    },
    known_at: {
      max: moments.options.length - 1,
      read: () => moments.selectedIndex,
      write: (at) => { moments.selectedIndex = at; },
      said: () => moments.options[moments.selectedIndex].text,
    },
  };
  for (const slider of form.querySelectorAll("[data-slides]")) {
    const way = ways[slider.dataset.slides];
    const show = () => slider.setAttribute("aria-valuetext", way.said());
    slider.min = 0;
    slider.max = way.max;
    slider.value = way.read();
    slider.closest("label").hidden = false;
    slider.addEventListener("input", () => { way.write(Number(slider.value)); show(); });
    form.elements[slider.dataset.slides].addEventListener("change", () => { slider.value = way.read(); show(); });
    show();
  }
}
slide();
