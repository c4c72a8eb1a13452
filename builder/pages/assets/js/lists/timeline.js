"use strict";

/**
 * Filters the timeline. What was chosen stands in the address (`?kind=paper&text=loss`), to be kept, sent and gone back
 * from. The items come from one file a year, newest first; no more years are read than it takes to fill the page.
 * Without this script the timeline is read by year and month. (The name `q` is taken: the theme's search opens with that.)
 */
(function () {
  /** @typedef {{date: string, kind: string, title: string, url: string, tags: string[], summary: string}} Item */

  const PAGE = 50;
  const MONTHS = "January February March April May June July August September October November December".split(" ");
  const { all, find, make } = studylog;
  /** @type {Map<string, Promise<Item[]>>} */
  const read = new Map();

  /** @param {string} year @returns {Promise<Item[]>} */
  function itemsOf(year) {
    const found = read.get(year) ?? fetch(`${year}/items.json`).then((response) => response.json());
    read.set(year, found);
    return found;
  }

  /** @param {HTMLFormElement} form @returns {Map<string, string>} what is chosen, by name */
  function chosenIn(form) {
    const entries = [...new FormData(form)].map(([name, value]) => /** @type {[string, string]} */ ([name, String(value).trim()]));
    return new Map(entries.filter(([, value]) => value));
  }

  /**
   * Tells whether an item has the kind and the tag that are chosen, and each word somewhere in its text.
   * @param {Item} item
   * @param {Map<string, string>} chosen
   */
  function passes(item, chosen) {
    const kind = chosen.get("kind") ?? item.kind;
    const tag = chosen.get("tag")?.toLocaleLowerCase();
    const words = chosen.get("text")?.toLocaleLowerCase().split(/\s+/) ?? [];
    const text = [item.title, item.summary, item.kind, ...item.tags].join(" ").toLocaleLowerCase();
    const tagged = !tag || item.tags.some((other) => other.toLocaleLowerCase() === tag);
    return item.kind === kind && tagged && words.every((word) => text.includes(word));
  }

  /**
   * What passes, newest first; a year is read when it is its turn.
   * @param {string[]} years
   * @param {Map<string, string>} chosen
   */
  async function* matches(years, chosen) {
    for (const year of years) yield* (await itemsOf(year)).filter((item) => passes(item, chosen));
  }

  /** @param {Item} item @param {boolean} again whether the item before has its date */
  function row(item, again) {
    const [, month, day] = item.date.split("-").map(Number);
    const date = make("time", { datetime: item.date }, `${day} ${MONTHS[month - 1].slice(0, 3)}`);
    const kind = make("span", { class: `sl-kind sl-kind--${item.kind}` }, item.kind);
    const title = make("p", { class: "sl-row-title", dir: "auto" }, make("a", { href: `../${item.url}` }, item.title), " ", kind);
    const text = item.summary ? [make("p", { class: "sl-row-text", dir: "auto" }, item.summary)] : [];
    const main = make("div", { class: "sl-row-main" }, title, ...text);
    return make("li", { class: "sl-row" }, make("p", { class: `sl-row-date${again ? " sl-again" : ""}` }, date), main);
  }

  /**
   * Adds items under the names of their months.
   * @param {HTMLElement} place
   * @param {Item[]} items
   */
  function list(place, items) {
    let last = place.dataset.last ?? "";
    for (const item of items) {
      const [year, month] = item.date.split("-");
      if (!last.startsWith(`${year}-${month}`)) {
        const name = make("p", { class: "sl-month-name" }, `${MONTHS[Number(month) - 1]} ${year}`);
        place.append(make("section", { class: "sl-month" }, name, make("ul", { class: "sl-rows" })));
      }
      find(place, "section:last-of-type > ul").append(row(item, last === item.date));
      last = place.dataset.last = item.date;
    }
  }

  /** @param {HTMLFormElement} form */
  function mount(form) {
    const place = find(document, ".sl-found");
    const said = find(form, "output");
    const article = /** @type {HTMLElement} */ (form.closest("article"));
    const allYears = [...form.year.options].map((option) => option.value).filter(Boolean);
    let turn = 0;

    /** Shows what is chosen, a page at a time. */
    async function show() {
      const mine = ++turn;
      const chosen = chosenIn(form);
      article.toggleAttribute("data-sl-filtered", chosen.size > 0);
      if (!chosen.size) {
        place.replaceChildren();
        said.textContent = "";
        return;
      }
      const year = chosen.get("year");
      const found = matches(year ? [year] : allYears, chosen);
      let shown = 0;
      let next = await found.next();
      if (mine !== turn) return;
      place.replaceChildren();
      delete place.dataset.last;
      const more = make("p", { class: "sl-more" }, make("button", { type: "button" }, "Show more"));
      const further = async () => {
        /** @type {Item[]} */
        const items = [];
        for (; !next.done && items.length < PAGE; next = await found.next()) items.push(next.value);
        if (mine !== turn) return;
        more.remove();
        list(place, items);
        if (!next.done) place.append(more);
        shown += items.length;
        said.textContent = next.done ? `${shown} found` : `the newest ${shown}`;
      };
      find(more, "button").addEventListener("click", () => void further());
      await further();
    }

    const showOrSay = () =>
      show().catch(() => {
        article.removeAttribute("data-sl-filtered");
        said.textContent = "The filter needs the site to be served; the years below have everything.";
      });

    /** Puts what is chosen into the address: the first choice as a new step of the history, so that Back undoes it. */
    function remember() {
      const query = new URLSearchParams(location.search);
      const fresh = ![...form.elements].some((field) => query.has(field.getAttribute("name") ?? ""));
      for (const field of form.elements) query.delete(field.getAttribute("name") ?? "");
      for (const [name, value] of chosenIn(form)) query.set(name, value);
      const address = location.pathname + (query.size ? `?${query}` : "") + location.hash;
      history[fresh && query.size ? "pushState" : "replaceState"](history.state, "", address);
    }

    function recall() {
      const query = new URLSearchParams(location.search);
      for (const field of all(form, "[name]")) /** @type {HTMLInputElement} */ (field).value = query.get(field.getAttribute("name") ?? "") ?? "";
      void showOrSay();
    }

    /** @type {number | undefined} */
    let waiting;
    form.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => {
        remember();
        void showOrSay();
      }, 120);
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    const field = find(form, "[name=tag]");
    const offerTags = async () => {
      const years = await Promise.all([...read.keys(), allYears[0]].map(itemsOf)).catch(() => []);
      const tags = new Set(years.flat().flatMap((item) => item.tags));
      find(form, "datalist").replaceChildren(...[...tags].sort().map((tag) => make("option", { value: tag })));
    };
    field.addEventListener("focus", () => void offerTags());
    if (field === document.activeElement) void offerTags();
    addEventListener("popstate", recall);
    recall();
  }

  for (const form of all(document, "form[data-sl-timeline]")) mount(/** @type {HTMLFormElement} */ (form));
})();
