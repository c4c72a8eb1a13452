// Grids of images: the chosen one large, as the pointer is dragged across or the keys step through them.

studylogDemos.viewers.grid = (element) => {
  "use strict";
  const { find } = studylog;
  const { cursor, address, say } = studylogCells;
  const place = address(element);
  /** @type {string[]} */
  const [down, across] = JSON.parse(element.dataset.titles ?? "[]");
  const sprite = /** @type {HTMLImageElement} */ (find(element, ".sl-sprite"));
  const canvas = /** @type {HTMLCanvasElement} */ (find(element, "canvas"));
  const table = /** @type {HTMLTableElement} */ (find(element, ".sl-data table"));
  const { rows, columns, focus, move } = cursor(find(element, ".sl-board"), {
    choose: (row, column, by) => {
      if (row === chosen[0] && column === chosen[1]) return;
      chosen = [row, column];
      show(by === "key");
      place.write(chosen);
    },
  });
  let chosen = [Math.floor(rows.length / 2), Math.floor(columns.length / 2)];

  function draw() {
    const { width, height } = canvas;
    const [y, x] = [chosen[0] * height, chosen[1] * width];
    canvas.getContext("2d")?.drawImage(sprite, x, y, width, height, 0, 0, width, height);
  }

  /** @param {boolean} aloud */
  function show(aloud) {
    const [row, column] = chosen;
    const where = `${down} ${rows[row]}, ${across} ${columns[column]}`;
    const caption = table.tBodies[0].rows[row].cells[column + 1].textContent ?? "";
    const lines = element.dataset.captions === undefined ? [where] : [where, caption];
    move(row, column);
    const text = say(element, lines.map((line) => [line]), aloud);
    for (const part of [focus, canvas]) part.setAttribute("aria-label", text);
    if (sprite.complete) draw();
  }

  sprite.addEventListener("load", draw);
  return (state) => {
    const [row, column] = place.read(state);
    if (rows[row] !== undefined && columns[column] !== undefined) chosen = [row, column];
    show(false);
  };
};
