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

  /** @param {HTMLFormElement} form */
  function apply(form) {
    const chosen = chosenIn(form);
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
    remember(chosen, form);
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
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        sort(table, column, head.getAttribute("data-sort") === "number", down ? -1 : 1);
      });
      head.append(button);
    });
  }

  /**
   * Sorts rows by the data-value of a column; rows without a value come last.
   * @param {HTMLTableElement} table @param {number} column @param {boolean} numeric @param {1 | -1} direction
   */
  function sort(table, column, numeric, direction) {
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
    recall(filter);
    filter.addEventListener("input", () => apply(filter));
    filter.addEventListener("submit", (event) => event.preventDefault());
    apply(filter);
  }
  for (const table of document.querySelectorAll("table[data-sl-sortable]")) makeSortable(/** @type {HTMLTableElement} */ (table));
})();
