"use strict";

/**
 * What `studylog serve` adds to every page; it is in no published file.
 * A new site is loaded at the place where the reader was. Problems lie over the last good page until they are mended;
 * Escape folds them away. Demos that run are named.
 *
 * @typedef {{place: string, severity: string, message: string, hint: string}} Problem
 * @typedef {{site: number, problems: Problem[], running: string[]}} State
 */
(function () {
  const PLACE = "studylog-place";
  const FOLDED = "studylog-folded";
  const script = /** @type {HTMLScriptElement} */ (document.currentScript);
  const site = Number(script.dataset.site);

  /** Loads the new site. */
  function reload() {
    sessionStorage.setItem(PLACE, JSON.stringify({ path: location.pathname, x: scrollX, y: scrollY }));
    location.reload();
  }

  /** Goes back to where the reader was before a new site was loaded. */
  function goBack() {
    const place = JSON.parse(sessionStorage.getItem(PLACE) || "{}");
    sessionStorage.removeItem(PLACE);
    if (place.path === location.pathname) scrollTo(place.x, place.y);
  }

  const box = document.createElement("div");
  box.id = "studylog-serve";
  const root = box.attachShadow({ mode: "open" });
  root.innerHTML = `<style>
    :host { all: initial; position: fixed; inset: auto 0 0 0; z-index: 999; pointer-events: none; font: 14px/1.5 ui-monospace, monospace; }
    [hidden] { display: none !important; }
    section, button { pointer-events: auto; }
    section { max-height: 60vh; overflow: auto; padding: 1rem 1.25rem; background: #2b0f10; color: #fdf3f2; border-top: 3px solid #e5534b; }
    header { display: flex; gap: 1rem; align-items: baseline; justify-content: space-between; }
    h2 { margin: 0; font-size: inherit; }
    ul { margin: .75rem 0 0; padding: 0; list-style: none; }
    li { margin: 0 0 .75rem; overflow-wrap: anywhere; }
    .place { color: #ffb4ab; }
    .hint { display: block; padding-left: 2ch; color: #e3c9c6; white-space: pre-wrap; }
    button { font: inherit; color: #fdf3f2; background: #5c2321; border: 1px solid #a9635d; border-radius: 4px; padding: .2rem .6rem; cursor: pointer; }
    button:focus-visible { outline: 2px solid #fff; outline-offset: 2px; }
    .bar { display: flex; flex-wrap: wrap; gap: .5rem; margin: 0 1rem .75rem; }
    .running { margin: 0 0 0 auto; padding: .2rem .8rem; border-radius: 4px; background: #10312d; color: #e9f7f4; }
    </style>
    <div class="bar">
      <button class="badge" type="button" hidden></button>
      <p class="running" role="status" hidden></p>
    </div>
    <section role="region" aria-label="Problems of the log" hidden>
      <header><h2 role="alert"></h2><button class="fold" type="button">Fold (Esc)</button></header>
      <ul></ul>
    </section>`;
  const part = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (root.querySelector(selector));
  const [running, badge, list] = [part(".running"), part(".badge"), part("section")];

  /** @param {Problem} problem @returns {HTMLLIElement} */
  function item(problem) {
    const li = document.createElement("li");
    for (const [name, text] of [["place", `${problem.place}: `], ["", `${problem.severity}: ${problem.message}`], ["hint", problem.hint]]) {
      if (text) li.append(Object.assign(document.createElement("span"), { className: name, textContent: text }));
    }
    return li;
  }

  /** @param {Problem[]} problems @returns {string} such as `2 errors, 1 warning` */
  function counted(problems) {
    const count = (/** @type {string} */ severity) => problems.filter((problem) => problem.severity === severity).length;
    const words = ["error", "warning"].map((name) => [count(name), name]).filter(([number]) => number);
    return words.map(([number, name]) => `${number} ${name}${number === 1 ? "" : "s"}`).join(", ");
  }

  /** Folds the list, or unfolds it; a fold lasts until there are other problems. @param {boolean} folded */
  function fold(folded) {
    sessionStorage.setItem(FOLDED, folded ? list.dataset.problems || "" : "");
    list.hidden = folded || !list.dataset.problems;
    badge.hidden = !folded || !list.dataset.problems;
  }

  /** @param {State} state */
  function show(state) {
    if (state.site !== site) return reload();
    if (!box.isConnected) document.body.append(box);
    running.textContent = state.running.length ? `running ${[...new Set(state.running)].join(", ")}…` : "";
    running.hidden = !state.running.length;
    const known = state.problems.length ? JSON.stringify(state.problems) : "";
    if (list.dataset.problems === known) return;
    list.dataset.problems = known;
    part("h2").textContent = badge.textContent = counted(state.problems);
    part("ul").replaceChildren(...state.problems.map(item));
    const harmless = !state.problems.some((problem) => problem.severity === "error");
    fold(harmless || sessionStorage.getItem(FOLDED) === known);
  }

  badge.addEventListener("click", () => { fold(false); part(".fold").focus(); });
  part(".fold").addEventListener("click", () => { fold(true); badge.focus(); });
  addEventListener("keydown", (event) => { if (event.key === "Escape" && !list.hidden) fold(true); });
  addEventListener("load", goBack);

  /** @type {EventSource | null} */
  let stream = null;

  /** Listens while the page is looked at: a browser opens few connections to a host, and each listener holds one. */
  function listen() {
    if (document.hidden) {
      stream?.close();
      stream = null;
    } else if (!stream) {
      stream = new EventSource("/_studylog/events");
      stream.onmessage = (event) => show(JSON.parse(event.data));
    }
  }

  document.addEventListener("visibilitychange", listen);
  listen();
})();
