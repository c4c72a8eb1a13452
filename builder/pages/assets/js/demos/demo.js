// Demo blocks: finds the viewers on a page, switches between recorded states, keeps the state in the address.
// Everything on the page can be read without this; scripts named after a viewer add theirs to `studylogDemos.viewers`.

/**
 * Shows the part of the address that is meant for a viewer; called when it changes.
 * @typedef {(state: URLSearchParams) => void} Update
 * Brings an element with `data-viewer` to life.
 * @typedef {(element: HTMLElement) => Update | void} Viewer
 * One state of a demo call, as HTML with addresses that hold on this page.
 * @typedef {{result: string, provenance: string}} Fragment
 */

var studylogDemos = (() => {
  "use strict";
  const { find, all, make, whenIdle } = studylog;
  /** @type {Object<string, Viewer>} */
  const viewers = {};
  /** @type {WeakMap<Element, Update>} */
  const updates = new WeakMap();
  /** @type {WeakMap<Element, URLSearchParams>} */
  const states = new WeakMap();
  /** @type {WeakMap<Element, (state: URLSearchParams) => void>} */
  const selectors = new WeakMap();

  /** @returns {{name: string, state: URLSearchParams} | null} what the address says, as in `#greedy:seed=3` */
  function readHash() {
    const match = /^#([^:]+):(.*)$/.exec(location.hash);
    return match && { name: decodeURIComponent(match[1]), state: new URLSearchParams(match[2]) };
  }

  /**
   * Put a change of state into the address.
   * @param {Element} element the figure of a demo call, or anything in it
   * @param {Object<string, string | number>} changes
   */
  function write(element, changes) {
    const figure = element.closest("[data-call]");
    if (!(figure instanceof HTMLElement)) return;
    const state = states.get(figure) ?? new URLSearchParams();
    for (const [name, value] of Object.entries(changes)) state.set(name, String(value));
    states.set(figure, state);
    const pairs = [...state].map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
    history.replaceState(history.state, "", `#${encodeURIComponent(figure.dataset.call ?? "")}:${pairs.join("&")}`);
  }

  /**
   * Fetch a state and make its addresses hold here.
   * @param {string} url
   * @returns {Promise<Fragment>}
   */
  async function load(url) {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${response.status}`);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    for (const [selector, name] of [["img[src]", "src"], ["a[href]", "href"]]) {
      for (const element of all(page, selector)) {
        element.setAttribute(name, new URL(element.getAttribute(name) ?? "", url).href);
      }
    }
    await Promise.allSettled([...page.images].map((image) => Object.assign(new Image(), { src: image.src }).decode()));
    return { result: find(page, ".sl-result").outerHTML, provenance: find(page, ".sl-provenance").outerHTML };
  }

  /**
   * Put a state in the place of the one that shows. Folds that are open stay open, and nothing below jumps up.
   * @param {HTMLElement} figure
   * @param {Fragment} fragment
   */
  function swap(figure, fragment) {
    const height = find(figure, ".sl-result").offsetHeight;
    const folds = ".sl-result details, .sl-provenance";
    const open = all(figure, folds).map((fold) => fold.hasAttribute("open"));
    find(figure, ".sl-result").outerHTML = fragment.result;
    find(figure, ".sl-provenance").outerHTML = fragment.provenance;
    for (const element of all(figure, "[data-viewer]")) mount(element);
    all(figure, folds).forEach((fold, i) => fold.toggleAttribute("open", open[i] ?? false));
    find(figure, ".sl-result").style.minHeight = `${height}px`;
  }

  /**
   * What stands in for a state that cannot be loaded, as from a file: its text, and a link to its own page.
   * @param {HTMLAnchorElement} link
   * @returns {Fragment}
   */
  function fallback(link) {
    const own = make("a", { href: link.href }, "Open it on its own page");
    const why = make("p", {}, "This state cannot be loaded into the page here. ", own, ".");
    const text = make("p", { class: "sl-output" }, link.parentElement?.firstElementChild?.textContent ?? "");
    const result = make("div", { class: "sl-result" }, make("div", { class: "sl-box sl-box--missing" }, why), text);
    return { result: result.outerHTML, provenance: '<details class="sl-provenance" hidden></details>' };
  }

  /**
   * Bring the selectors of a demo call to life.
   * @param {HTMLElement} figure
   */
  function mountSelectors(figure) {
    const selects = [...figure.querySelectorAll("select")];
    const links = /** @type {HTMLAnchorElement[]} */ (all(figure, ".sl-states a[data-state]"));
    const status = find(figure, ".sl-status-line");
    /** @type {Map<number, Promise<Fragment>>} */
    const loaded = new Map();
    const first = { result: find(figure, ".sl-result").outerHTML, provenance: find(figure, ".sl-provenance").outerHTML };
    loaded.set(0, Promise.resolve(first));
    let shown = 0;

    const chosen = () => selects.reduce((index, select) => index * select.options.length + select.selectedIndex, 0);
    const show = async () => {
      const index = (shown = chosen());
      const link = links[index];
      const busy = setTimeout(() => {
        find(figure, ".sl-result").setAttribute("aria-busy", "true");
        status.textContent = "Loading…";
      }, 120);
      if (!loaded.has(index)) loaded.set(index, load(link.href));
      const fragment = await loaded.get(index)?.catch(() => {
        loaded.delete(index);
        return fallback(link);
      });
      clearTimeout(busy);
      if (index !== shown || !fragment) return;
      swap(figure, fragment);
      status.textContent = "";
    };

    for (const select of selects) {
      select.disabled = false;
      select.addEventListener("change", () => {
        write(figure, Object.fromEntries(selects.map((s) => [s.name, s.value])));
        void show();
      });
    }
    selectors.set(figure, (state) => {
      for (const select of selects) {
        const wanted = [...select.options].findIndex((option) => option.value === state.get(select.name));
        if (wanted >= 0) select.selectedIndex = wanted;
      }
      if (chosen() !== shown) void show();
    });
  }

  /** Bring a viewer or the selectors of a figure to life; what is alive stays as it is. @param {HTMLElement} element */
  function mount(element) {
    const { viewer, mounted } = element.dataset;
    if (!viewer && !selectors.has(element) && element.querySelector(".sl-controls")) mountSelectors(element);
    if (!viewer || mounted !== undefined) return;
    element.dataset.mounted = "";
    const update = viewers[viewer]?.(element);
    if (!update) return;
    updates.set(element, update);
    update(states.get(element.closest("[data-call]") ?? element) ?? new URLSearchParams());
  }

  /** Show the state that the address names. @returns {HTMLElement | undefined} the figure that it belongs to */
  function followHash() {
    const hash = readHash();
    const figure = hash ? all(document, "[data-call]").find((f) => f.dataset.call === hash.name) : undefined;
    if (!hash || !figure) return undefined;
    states.set(figure, hash.state);
    for (const element of [figure, ...all(figure, "[data-viewer]")]) mount(element);
    selectors.get(figure)?.(hash.state);
    for (const element of all(figure, "[data-viewer]")) updates.get(element)?.(hash.state);
    return figure;
  }

  addEventListener("hashchange", followHash);
  queueMicrotask(() => {
    // the scripts after this one have named their viewers
    followHash()?.scrollIntoView();
    whenIdle(all(document, "[data-call], [data-call] [data-viewer]"), mount);
  });
  return { viewers, write };
})();
