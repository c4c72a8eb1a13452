// Attention weights: every head at a glance, one head in full, and what one token looks at.

studylogDemos.viewers.attention = (element) => {
  "use strict";
  const { find, all, make, rove, whenIdle } = studylog;
  const { write } = studylogDemos;
  const [L, H] = [Number(element.dataset.layers), Number(element.dataset.heads)];
  /** @type {string[]} */
  const tokens = JSON.parse(element.dataset.tokens ?? "[]");
  const T = tokens.length;
  const causal = element.dataset.causal === "true";
  const bytes = Uint8Array.from(atob(element.dataset.weights ?? ""), (char) => char.charCodeAt(0));
  const perHead = causal ? (T * (T + 1)) / 2 : T * T;
  let [layer, head, query, preview] = [0, 0, T - 1, -1];
  let ink = accent(); // asked before anything here changes the page, which would be styled for the answer
  const fold = all(element, ".sl-pair")[0];
  const pair = fold && studylogDemos.viewers.pair(fold);

  /**
   * The square root of how much token i looks at token j, 0 to 255.
   * @param {number} l @param {number} h @param {number} i @param {number} j
   */
  const root = (l, h, i, j) =>
    causal && j > i ? 0 : bytes[(l * H + h) * perHead + (causal ? (i * (i + 1)) / 2 : i * T) + j];
  /** @param {number} i @param {number} j @returns {number} the weight in the head that is shown, 0 to 1 */
  const weight = (i, j) => (root(layer, head, i, j) / 255) ** 2;
  /** @param {number} share */
  const percent = (share) => (share >= 0.095 ? `${Math.round(100 * share)}%` : `${(100 * share).toPrecision(1)}%`);
  const habits = all(element, "[data-head]").map((row) => row.children[2].textContent ?? "");
  /** @param {number} l @param {number} h @returns {string} what a head looks at mostly */
  const habit = (l, h) => habits[l * H + h];

  /** @returns {string} the part above the diagonal, where later tokens are masked, as a clip path */
  function staircase() {
    const steps = Array.from({ length: T - 1 }, (_, i) => [[i + 1, i], [i + 1, i + 1]]).flat();
    const corners = [...steps, [T, T - 1], [T, 0]].map(([x, y]) => `${(100 * x) / T}% ${(100 * y) / T}%`);
    return causal ? `polygon(${corners.join(",")})` : "polygon(0 0)";
  }

  /** @returns {number[]} the accent colour as red, green, blue */
  function accent() {
    const brush = make("canvas").getContext("2d");
    if (brush) brush.fillStyle = getComputedStyle(document.body).getPropertyValue("--sl-accent").trim() || "#006571";
    const hex = brush ? String(brush.fillStyle) : "#006571";
    return [1, 3, 5].map((start) => parseInt(hex.slice(start, start + 2), 16));
  }

  /** @param {HTMLCanvasElement} canvas @param {number} l @param {number} h */
  function paint(canvas, l, h) {
    const image = new ImageData(T, T);
    const [red, green, blue] = ink;
    for (let i = 0, at = 0; i < T; i++) {
      for (let j = 0; j < T; j++) {
        image.data[at++] = red;
        image.data[at++] = green;
        image.data[at++] = blue;
        image.data[at++] = root(l, h, i, j);
      }
    }
    canvas.getContext("2d")?.putImageData(image, 0, 0);
  }

  const square = { width: String(T), height: String(T) };
  const buttons = Array.from({ length: L * H }, (_, index) => {
    const [l, h] = [Math.floor(index / H), index % H];
    const canvas = make("canvas", square);
    const title = `layer ${l + 1}, head ${h + 1}: ${habit(l, h)}`;
    const button = make("button", { type: "button", title, "aria-label": title }, canvas);
    button.addEventListener("click", () => choose(l, h, query));
    return button;
  });
  const grid = make("div", { class: "sl-att-grid", role: "group", "aria-label": "heads: layers down, heads across" });
  grid.style.setProperty("--sl-n", String(H));
  buttons.forEach((button, index) => {
    if (index % H === 0) grid.append(make("span", { "aria-hidden": "true" }, String(index / H + 1)));
    grid.append(button);
  });

  /** @param {string} token */
  const name = (token) => make("bdi", {}, token.trim() || "␣");
  const chips = tokens.map((token) => make("span", { role: "option" }, name(token), make("small")));
  const line = make("div", { class: "sl-att-line", role: "listbox", "aria-label": "tokens; choose the one that looks" }, ...chips);
  const title = make("p", { class: "sl-att-title", "aria-live": "polite" });
  const says = make("p", { class: "sl-att-says" });
  const canvas = make("canvas", { ...square, role: "img" });
  const marker = make("i", { class: "sl-att-marker" });
  const across = make("div", { class: "sl-att-across", "aria-hidden": "true" }, ...tokens.map(name));
  const down = make("div", { class: "sl-att-down", "aria-hidden": "true" }, ...tokens.map(name));
  const matrix = make("div", { class: "sl-att-matrix" }, across, down, make("div", { class: "sl-att-cells" }, canvas, marker));
  matrix.style.setProperty("--sl-n", String(T));
  const scroll = make("div", { class: "sl-scroll", role: "group", tabindex: "0", "aria-label": "all weights of this head" }, matrix);
  const overview = make("div", {}, make("p", { class: "sl-legend" }, "every head: layers down, heads across"), grid);
  const about = make("p", { class: "sl-legend" }, "this head: each row is what one token looks at");
  const full = make("div", {}, about, scroll, find(element, ".sl-att-legend"));
  const detail = make("div", { class: "sl-att-detail" }, title, line, says);
  find(element, ".sl-heads").replaceWith(make("div", { class: "sl-att" }, detail, overview, full));
  const stairs = staircase();
  for (const heads of [grid, matrix]) heads.style.setProperty("--sl-staircase", stairs);

  function paintHeads() {
    buttons.forEach((button, i) => paint(/** @type {HTMLCanvasElement} */ (button.firstChild), Math.floor(i / H), i % H));
  }

  function draw() {
    const row = preview >= 0 ? preview : query;
    title.textContent = `Layer ${layer + 1}, head ${head + 1}: ${habit(layer, head)}`;
    buttons.forEach((button, i) => button.setAttribute("aria-pressed", String(i === layer * H + head)));
    chips.forEach((chip, j) => {
      const share = weight(row, j);
      const masked = causal && j > row;
      chip.setAttribute("aria-selected", String(j === query));
      chip.classList.toggle("sl-masked", masked);
      chip.classList.toggle("sl-shown", j === row);
      chip.style.setProperty("--sl-w", `${Math.round(55 * Math.sqrt(share))}%`);
      find(chip, "small").textContent = share >= 0.01 ? percent(share) : masked ? "masked" : "\u00a0";
    });
    const order = tokens.map((_, j) => j).sort((a, b) => weight(row, b) - weight(row, a));
    const looks = order.filter((j) => weight(row, j) >= 0.01).slice(0, 3);
    says.replaceChildren(name(tokens[row]), " looks at ");
    looks.forEach((j, i) => says.append(i ? ", " : "", name(tokens[j]), ` ${percent(weight(row, j))}`));
    marker.style.top = `${(100 * row) / T}%`;
    marker.style.height = `${100 / T}%`;
    canvas.setAttribute("aria-label", `weights of layer ${layer + 1}, head ${head + 1}: ${habit(layer, head)}`);
  }

  /** @param {number} l @param {number} h @param {number} token @param {Object<string, string>} [looked] what it looks at */
  function select(l, h, token, looked = {}) {
    if (buttons[l * H + h]) [layer, head] = [l, h];
    if (chips[token]) query = token;
    stopHead(layer * H + head);
    stopToken(query);
    paint(canvas, layer, head);
    draw();
    pair?.(new URLSearchParams({ head: String(layer * H + head), token: String(query), ...looked }));
  }

  /** @param {number} l @param {number} h @param {number} token @param {Object<string, string>} [looked] */
  function choose(l, h, token, looked) {
    if (l === layer && h === head && token === query && !looked) return;
    write(element, { layer: l + 1, head: h + 1, token: token + 1 });
    select(l, h, token, looked);
  }

  /** @param {number} row -1 for none */
  function look(row) {
    if (row === preview) return;
    preview = row;
    draw();
  }

  const stopHead = rove(buttons, { columns: H, onFocus: (i) => choose(Math.floor(i / H), i % H, query) });
  const stopToken = rove(chips, { onFocus: (i) => choose(layer, head, i) });
  chips.forEach((chip, i) => {
    chip.addEventListener("click", () => choose(layer, head, i));
    chip.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && look(i));
  });
  line.addEventListener("pointerleave", () => look(-1));
  /** @param {number} place @param {number} start @param {number} size @returns {number} the token at a place in the map */
  const at = (place, start, size) => Math.max(0, Math.min(T - 1, Math.floor(((place - start) / size) * T)));
  /** @param {MouseEvent} event @returns {[number, number]} row and column */
  const cellAt = (event) => {
    const box = canvas.getBoundingClientRect();
    return [at(event.clientY, box.top, box.height), at(event.clientX, box.left, box.width)];
  };
  matrix.addEventListener("pointermove", (event) => event.pointerType === "mouse" && look(cellAt(event)[0]));
  matrix.addEventListener("pointerleave", () => look(-1));
  matrix.addEventListener("click", (event) => {
    const [row, column] = cellAt(event);
    choose(layer, head, row, { key: String(column) });
  });

  whenIdle([grid], paintHeads); // all at once: each time that canvases change makes the browser draw the page again
  const scheme = new MutationObserver(() => {
    if (!element.isConnected) return scheme.disconnect();
    ink = accent();
    paint(canvas, layer, head);
    paintHeads();
  });
  scheme.observe(document.body, { attributeFilter: ["data-md-color-scheme"] });
  const [first] = all(element, "[data-first]");
  const notable = (first?.dataset.head ?? "1.1").split(".").map(Number);
  return (state) => {
    const wanted = [state.get("layer") ?? notable[0], state.get("head") ?? notable[1], state.get("token") ?? T];
    const [l, h, token] = wanted.map((value) => Number(value) - 1);
    const key = Number(state.get("key"));
    select(l, h >= 0 && h < H ? h : 0, token, key > 0 ? { key: String(key - 1), open: "true" } : {});
  };
};
