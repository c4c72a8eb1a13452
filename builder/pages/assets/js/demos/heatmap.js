// Heat maps: one cell at a time in words, in all maps of the same shape at once.

studylogDemos.viewers.heatmap = (element) => {
  "use strict";
  const { find, all, make } = studylog;
  const { cursor, address, say } = studylogCells;
  const place = address(element);
  /** @type {string[]} */
  const [down, across] = JSON.parse(element.dataset.titles ?? "[]");
  const figures = all(element, ".sl-map");

  /** @param {string} word @returns {string[]} the values that it stands for: `0*3` three zeros, `-` none, `.5` a half */
  function unpack(word) {
    const [value, count = "1"] = word.split("*");
    const written = value === "-" ? "no value" : value.replace(/^-?(?=\.)/, "$&0");
    return Array(Number(count)).fill(written);
  }

  const maps = figures.map((figure, index) => ({
    title: figures.length > 1 ? `${figure.querySelector("figcaption")?.textContent ?? ""} ` : "",
    values: (figure.dataset.values ?? "").split(" ").flatMap(unpack),
    /** @type {string[]} */
    details: JSON.parse(figure.dataset.details ?? "[]"),
    cursor: cursor(find(figure, ".sl-board"), {
      choose: (row, column, by) => choose(index, row, column, by),
      hover: (row, column) => show(index, row, column, false),
      leave: () => show(...chosen, false),
    }),
  }));
  const [{ cursor: first }] = maps;
  const linked = maps.every(({ cursor: c }) => c.rows.length === first.rows.length && c.columns.length === first.columns.length);
  if (linked) maps.slice(1).forEach((map) => (map.cursor.focus.tabIndex = -1));

  const [startRow, startColumn] = (element.dataset.cell ?? "0.0").split(".").map(Number);
  /** @type {[number, number, number]} the map, row and column */
  let chosen = [0, startRow, startColumn];

  /** @param {number} index @param {number} row @param {number} column @param {boolean} aloud */
  function show(index, row, column, aloud) {
    const { rows, columns } = maps[index].cursor;
    const lines = (linked ? maps : [maps[index]]).map(({ title, values, details, cursor }) => {
      cursor.move(row, column);
      const cell = row * columns.length + column;
      return [title, make("b", {}, values[cell]), details[cell] ? ` ${details[cell]}` : ""];
    });
    const text = say(element, [[`${down} ${rows[row]}, ${across} ${columns[column]}`], ...lines], aloud);
    maps[index].cursor.focus.setAttribute("aria-label", text);
  }

  /** @param {number} index @param {number} row @param {number} column @param {string} by */
  function choose(index, row, column, by) {
    chosen = [index, row, column];
    show(index, row, column, by === "key");
    place.write(linked ? [row, column] : [row, column, index]);
  }

  if (!linked) maps.forEach((map) => map.cursor.move(0, 0));
  return (state) => {
    const [row, column, index = 0] = place.read(state);
    const wanted = maps[index]?.cursor;
    if (wanted?.rows[row] !== undefined && wanted.columns[column] !== undefined) chosen = [index, row, column];
    show(...chosen, false);
  };
};
