"use strict";

/**
 * Filters and sorts the reading list; the choice is kept in the query string.
 * (The name `q` in it is taken: the theme opens its search with that.) Without this script everything is listed, newest first.
 */
(function () {
  /** @param {Element} item @returns {string} */
  const textOf = (item) => (item.textContent || "").toLocaleLowerCase();

  /**
   * Tells whether an item passes: each chosen value must be the item's, each word in its text.
   * @param {HTMLElement} item
   * @param {Map<string, string>} chosen
   * @returns {boolean}
   */
  function passes(item, chosen) {
    for (const [name, value] of chosen) {
      if (name === "text") {
        const text = textOf(item);
        if (!value.toLocaleLowerCase().split(/\s+/).every((word) => text.includes(word))) return false;
      } else if (item.dataset[name] !== value) {
        return false;
      }
    }
    return true;
  }

  /** @param {HTMLFormElement} form @returns {Map<string, string>} */
  function chosenIn(form) {
    const entries = [...new FormData(form)].map(([name, value]) => /** @type {[string, string]} */ ([name, String(value).trim()]));
    return new Map(entries.filter(([, value]) => value));
  }

  /** @type {Promise<void> | undefined} */
  let completed;

  /**
   * Puts every row into a table that shows only the newest: a long list has the rest on pages by year.
   * @param {HTMLTableElement} table
   * @returns {Promise<void>}
   */
  function complete(table) {
    const addresses = (table.dataset.more ?? "").split(" ").filter(Boolean);
    completed ??= Promise.all(addresses.map(rowsAt)).then((found) => {
      if (found.length) table.tBodies[0].replaceChildren(...found.flat());
    });
    return completed;
  }

  /** @param {string} address @returns {Promise<Element[]>} the rows of another page, with links that hold here */
  async function rowsAt(address) {
    const response = await fetch(address);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    for (const link of page.querySelectorAll("a[href]")) {
      link.setAttribute("href", new URL(link.getAttribute("href") ?? "", response.url).href);
    }
    return [...page.querySelectorAll("tr[data-sl-item]")];
  }

  /** @param {HTMLFormElement} form @param {HTMLTableElement} table */
  async function apply(form, table) {
    const chosen = chosenIn(form);
    remember(chosen, form);
    if (chosen.size) await complete(table).catch(() => undefined); // opened from a file: what is here is filtered
    const [column, direction] = (chosen.get("order") ?? "").split(" ");
    if (column) sort(table, Number(column), direction === "down" ? -1 : 1);
    chosen.delete("order");
    /** @type {HTMLElement[]} */
    const items = [...document.querySelectorAll("[data-sl-item]")].map((item) => /** @type {HTMLElement} */ (item));
    let shown = 0;
    for (const item of items) {
      item.hidden = !passes(item, chosen);
      item.style.display = item.hidden ? "none" : "";
      shown += item.hidden ? 0 : 1;
    }
    const count = form.querySelector("output");
    if (count) count.textContent = chosen.size ? `${shown} of ${items.length}` : "";
  }

  /** @param {Map<string, string>} chosen @param {HTMLFormElement} form */
  function remember(chosen, form) {
    const query = new URLSearchParams(location.search);
    for (const field of form.elements) query.delete(/** @type {HTMLInputElement} */ (field).name);
    for (const [name, value] of chosen) query.set(name, value);
    const search = query.toString();
    history.replaceState(history.state, "", location.pathname + (search ? `?${search}` : "") + location.hash);
  }

  /** @param {HTMLFormElement} form */
  function recall(form) {
    for (const [name, value] of new URLSearchParams(location.search)) {
      const field = form.elements.namedItem(name);
      if (field instanceof HTMLSelectElement || field instanceof HTMLInputElement) field.value = value;
    }
  }

  /**
   * Makes the column heads of a table buttons that sort it.
   * @param {HTMLTableElement} table
   */
  function makeSortable(table) {
    const heads = [...table.querySelectorAll("thead th")];
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      button.addEventListener("click", async () => {
        await complete(table).catch(() => undefined);
        const down = head.getAttribute("aria-sort") === "ascending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        sort(table, column, down ? -1 : 1);
      });
      head.append(button);
    });
  }

  /**
   * Sorts rows by the data-value of a column; rows without a value come last.
   * @param {HTMLTableElement} table @param {number} column @param {1 | -1} direction
   */
  function sort(table, column, direction) {
    const numeric = table.querySelectorAll("thead th")[column].getAttribute("data-sort") === "number";
    const body = table.tBodies[0];
    const value = (/** @type {HTMLTableRowElement} */ row) => row.cells[column].getAttribute("data-value") || "";
    const rows = [...body.rows].sort((a, b) => {
      const [left, right] = [value(a), value(b)];
      if (!left || !right) return (left ? 0 : 1) - (right ? 0 : 1);
      return direction * (numeric ? Number(left) - Number(right) : left.localeCompare(right));
    });
    body.append(...rows);
  }

  for (const form of document.querySelectorAll("form[data-sl-filter]")) {
    const filter = /** @type {HTMLFormElement} */ (form);
    const table = /** @type {HTMLTableElement} */ (document.querySelector("table[data-sl-sortable]"));
    recall(filter);
    filter.addEventListener("input", () => void apply(filter, table));
    filter.addEventListener("submit", (event) => event.preventDefault());
    makeSortable(table);
    void apply(filter, table);
  }
})();
