// Demo blocks: finds the viewers on a page, switches between recorded states, keeps the state in the address.
// Everything on the page can be read without this; scripts named after a viewer add theirs to `studylog.viewers`.

/**
 * Shows the part of the address that is meant for a viewer; called when it changes.
 * @typedef {(state: URLSearchParams) => void} Update
 * Brings an element with `data-viewer` to life.
 * @typedef {(element: HTMLElement) => Update | void} Viewer
 * One state of a demo call, as HTML with addresses that hold on this page.
 * @typedef {{result: string, provenance: string}} Fragment
 */

var studylog = (() => {
  "use strict";
  /** @type {Object<string, Viewer>} */
  const viewers = {};
  /** @type {WeakMap<Element, Update>} */
  const updates = new WeakMap();
  /** @type {WeakMap<Element, URLSearchParams>} */
  const states = new WeakMap();
  /** @type {WeakMap<Element, (state: URLSearchParams) => void>} */
  const selectors = new WeakMap();

  /**
   * The element that a selector names.
   * @param {ParentNode} root
   * @param {string} selector
   * @returns {HTMLElement}
   */
  function find(root, selector) {
    const found = root.querySelector(selector);
    if (!(found instanceof HTMLElement)) throw new Error(`studylog: nothing matches ${selector}`);
    return found;
  }

  /**
   * Every element that a selector names.
   * @param {ParentNode} root
   * @param {string} selector
   * @returns {HTMLElement[]}
   */
  function all(root, selector) {
    return [...root.querySelectorAll(selector)].filter((e) => e instanceof HTMLElement);
  }

  /**
   * A new element. Attributes that are undefined are left out.
   * @template {keyof HTMLElementTagNameMap} K
   * @param {K} tag
   * @param {Object<string, string | undefined>} [attributes]
   * @param {...(Node | string)} children
   * @returns {HTMLElementTagNameMap[K]}
   */
  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== undefined) element.setAttribute(name, value);
    }
    element.append(...children);
    return element;
  }

  /**
   * One tab stop for many items: arrow keys, Home and End move between them.
   * @param {HTMLElement[]} items
   * @param {{columns?: number, onFocus?: (index: number) => void}} options columns: of a grid; one row without it
   * @returns {(index: number) => void} makes an item the tab stop
   */
  function rove(items, { columns = 0, onFocus = () => {} } = {}) {
    /** @param {number} index */
    const stop = (index) => items.forEach((item, i) => (item.tabIndex = i === index ? 0 : -1));
    stop(0);
    items.forEach((item, index) => {
      item.addEventListener("focus", () => {
        stop(index);
        onFocus(index);
      });
      item.addEventListener("keydown", (event) => {
        const rtl = getComputedStyle(item).direction === "rtl" ? -1 : 1;
        /** @type {Object<string, number | undefined>} */
        const steps = { ArrowLeft: -rtl, ArrowRight: rtl, ArrowUp: -(columns || 1), ArrowDown: columns || 1 };
        /** @type {Object<string, number | undefined>} */
        const ends = { Home: 0, End: items.length - 1 };
        const step = steps[event.key];
        const next = ends[event.key] ?? (step && index + step);
        if (event.altKey || event.ctrlKey || event.metaKey || next === undefined) return;
        event.preventDefault();
        items[next]?.focus();
      });
    });
    return stop;
  }

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
    mountViewers(figure);
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

  /** @param {ParentNode} root */
  function mountViewers(root) {
    for (const element of all(root, "[data-viewer]:not([data-mounted])")) {
      element.dataset.mounted = "";
      const update = viewers[element.dataset.viewer ?? ""]?.(element);
      if (!update) continue;
      updates.set(element, update);
      update(states.get(element.closest("[data-call]") ?? element) ?? new URLSearchParams());
    }
  }

  /** Show the state that the address names. @returns {HTMLElement | undefined} the figure that it belongs to */
  function followHash() {
    const hash = readHash();
    const figure = hash ? all(document, "[data-call]").find((f) => f.dataset.call === hash.name) : undefined;
    if (!hash || !figure) return undefined;
    states.set(figure, hash.state);
    selectors.get(figure)?.(hash.state);
    for (const element of all(figure, "[data-mounted]")) updates.get(element)?.(hash.state);
    return figure;
  }

  /**
   * Bring everything under `root` to life; what is alive already stays as it is.
   * @param {ParentNode} root
   */
  function mount(root) {
    for (const figure of all(root, ".sl-demo[data-call]")) {
      if (!selectors.has(figure) && figure.querySelector(".sl-controls")) mountSelectors(figure);
    }
    mountViewers(root);
  }

  addEventListener("hashchange", followHash);
  document.addEventListener("DOMContentLoaded", () => {
    mount(document);
    followHash()?.scrollIntoView();
  });
  return { viewers, mount, find, all, make, rove, write };
})();
