// A cursor on a picture of cells: what the viewers of heat maps and of grids of images have in common.

/**
 * How a cell came to be chosen: with a key, by pointing at it, or not at all.
 * @typedef {"key" | "pointer" | "address"} By
 * @typedef {{
 *   rows: string[], columns: string[], focus: HTMLElement, move: (row: number, column: number) => void,
 * }} Cursor
 */

var studylogCells = (() => {
  "use strict";
  const { all, find, make } = studylog;
  const { write } = studylogDemos;
  const SETTLED = 250; // milliseconds without a change, after which the cell goes to the address

  /**
   * Lay a cursor over the cells of a board. To assistive technology it is a grid with the one cell that it is on: one
   * tab stop, moved with arrow keys, Home and End (with Ctrl to the corners), Page Up and Page Down.
   * @param {HTMLElement} board
   * @param {object} options
   * @param {(row: number, column: number, by: By) => void} options.choose a cell was pressed, dragged to or stepped to
   * @param {(row: number, column: number) => void} [options.hover] the mouse is over a cell
   * @param {() => void} [options.leave] the mouse is over none any more
   * @returns {Cursor} `move` puts the cursor on a cell without telling
   */
  function cursor(board, { choose, hover = () => {}, leave = () => {} }) {
    /** @type {string[][]} */
    const [rows, columns] = [board.dataset.rows, board.dataset.columns].map((labels) => JSON.parse(labels ?? "[]"));
    const [lastRow, lastColumn] = [rows.length - 1, columns.length - 1];
    const page = Math.max(1, Math.round(rows.length / 5));
    let [row, column] = [0, 0];

    const focus = make("div", { role: "gridcell", tabindex: "0" });
    const line = make("div", { role: "row" }, focus);
    const sizes = { "aria-rowcount": String(rows.length), "aria-colcount": String(columns.length) };
    const name = { role: "grid", "aria-label": "cells; arrow keys move", "aria-readonly": "true" };
    const grid = make("div", { class: "sl-cursor", ...name, ...sizes }, line);
    find(board, ".sl-cells").append(grid);

    /** @param {number} r @param {number} c */
    function move(r, c) {
      [row, column] = [r, c];
      line.setAttribute("aria-rowindex", String(row + 1));
      focus.setAttribute("aria-colindex", String(column + 1));
      focus.style.left = `${(100 * column) / columns.length}%`;
      focus.style.top = `${(100 * row) / rows.length}%`;
      focus.style.width = `${100 / columns.length}%`;
      focus.style.height = `${100 / rows.length}%`;
    }

    /** @param {PointerEvent} event @returns {[number, number]} the cell under the pointer, or the nearest one */
    function under(event) {
      const box = grid.getBoundingClientRect();
      const r = Math.floor(((event.clientY - box.top) / box.height) * rows.length);
      const c = Math.floor(((event.clientX - box.left) / box.width) * columns.length);
      return [Math.max(0, Math.min(lastRow, r)), Math.max(0, Math.min(lastColumn, c))];
    }

    /** @param {PointerEvent} event */
    function press(event) {
      const [r, c] = under(event);
      if (document.activeElement !== focus) focus.focus({ preventScroll: true });
      choose(r, c, "pointer");
    }

    focus.addEventListener("keydown", (event) => {
      /** @type {Object<string, [number, number] | undefined>} */
      const targets = {
        ArrowLeft: [row, column - 1], ArrowRight: [row, column + 1], ArrowUp: [row - 1, column], ArrowDown: [row + 1, column],
        PageUp: [Math.max(0, row - page), column], PageDown: [Math.min(lastRow, row + page), column],
        Home: [event.ctrlKey ? 0 : row, 0], End: [event.ctrlKey ? lastRow : row, lastColumn],
      };
      const target = targets[event.key];
      if (!target || event.altKey || event.metaKey || (event.ctrlKey && !["Home", "End"].includes(event.key))) return;
      event.preventDefault();
      const [r, c] = target;
      if (rows[r] !== undefined && columns[c] !== undefined) choose(r, c, "key");
    });
    grid.addEventListener("mousedown", (event) => event.preventDefault());
    grid.addEventListener("pointerdown", (event) => {
      if (event.pointerType !== "mouse" || event.button !== 0) return;
      grid.setPointerCapture(event.pointerId);
      press(event);
    });
    grid.addEventListener("pointermove", (event) => {
      if (event.buttons & 1) press(event);
      else if (event.pointerType === "mouse") hover(...under(event));
    });
    grid.addEventListener("click", (event) => press(/** @type {PointerEvent} */ (event)));
    grid.addEventListener("pointerleave", leave);
    return { rows, columns, focus, move };
  }

  /**
   * The chosen cell in the address: `cell=2.3`, or `cell2` and so on for further pictures of the same demo call.
   * @param {HTMLElement} element a viewer
   */
  function address(element) {
    const viewers = all(element.closest("[data-call]") ?? element, '[data-viewer="heatmap"], [data-viewer="grid"]');
    const position = viewers.indexOf(element);
    const name = position > 0 ? `cell${position + 1}` : "cell";
    let timer = 0;
    return {
      /** @param {URLSearchParams} state @returns {number[]} its numbers, counted from 0; none if it names no cell */
      read: (state) => (state.get(name) ?? "").split(".").map((part) => Number(part) - 1),
      /** @param {number[]} numbers counted from 0 */
      write: (numbers) => {
        clearTimeout(timer);
        timer = setTimeout(() => write(element, { [name]: numbers.map((n) => n + 1).join(".") }), SETTLED);
      },
    };
  }

  /**
   * Say something about the chosen cell. Only what comes from a key is announced: who points sees.
   * @param {HTMLElement} element a viewer
   * @param {(Node | string)[][]} lines
   * @param {boolean} aloud
   * @returns {string} what is said
   */
  function say(element, lines, aloud) {
    const says = find(element, ".sl-says > :first-child");
    says.setAttribute("aria-live", aloud ? "polite" : "off");
    says.replaceChildren(...lines.map((line) => make("p", {}, ...line)));
    return all(says, "p").map((line) => line.textContent).join(": ");
  }

  return { cursor, address, say };
})();
