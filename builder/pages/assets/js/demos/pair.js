// Where one attention weight comes from. Not a viewer of its own: the one of attention tells it what is looked at.

studylogDemos.viewers.pair = (element) => {
  "use strict";
  const { find, all, make } = studylog;
  const { write } = studylogDemos;
  const fold = /** @type {HTMLDetailsElement} */ (element);
  const viewer = /** @type {HTMLElement} */ (fold.closest(".sl-attention"));
  /** @type {string[]} */
  const tokens = JSON.parse(viewer.dataset.tokens ?? "[]");
  const H = Number(viewer.dataset.heads);
  const causal = viewer.dataset.causal === "true";
  const [T, d, step] = [tokens.length, Number(fold.dataset.width), Number(fold.dataset.step)];
  const link = /** @type {HTMLAnchorElement} */ (find(fold, "a[download]"));
  const says = find(fold, ".sl-pair-says");
  const bars = find(fold, ".sl-pair-bars");
  const body = find(fold, ".sl-pair-row tbody");
  const products = find(fold, ".sl-data tbody");
  /** @type {Promise<Int16Array> | undefined} */
  let loading;
  let [head, row, column] = [0, T - 1, -1];

  /** @returns {Promise<Int16Array>} every query and key: (heads, query or key, token, dimension) */
  async function load() {
    const response = await fetch(link.href);
    if (!response.ok) throw new Error(`${response.status}`);
    const bytes = Uint8Array.from(atob(await response.text()), (char) => char.charCodeAt(0));
    return new Int16Array(bytes.buffer);
  }

  /** @param {number} value */
  const signed = (value) => value.toFixed(2).replace("-", "−");
  /** @param {number} share */
  const percent = (share) => (share >= 0.0995 ? `${Math.round(100 * share)}%` : share >= 1e-4 ? `${Number((100 * share).toPrecision(2))}%` : "<0.01%");
  /** @param {number} j */
  const name = (j) => make("bdi", {}, tokens[j].trim() || "␣");

  async function draw() {
    if (!fold.open) return;
    const shown = [head, row, column].join();
    loading ??= load();
    const numbers = await loading.catch(() => undefined);
    if (shown !== [head, row, column].join()) return;
    if (!numbers) {
      loading = undefined;
      says.textContent = "The queries and keys cannot be loaded into the page here. Below are those of one pair.";
      return;
    }
    const last = causal ? row : T - 1;
    /** @param {number} which 0 for the query, 1 for the key @param {number} token */
    const vector = (which, token) =>
      Array.from({ length: d }, (_, x) => step * numbers[((2 * head + which) * T + token) * d + x]);
    const query = vector(0, row);
    const scores = tokens.map((_, j) => vector(1, j).reduce((sum, k, x) => sum + query[x] * k, 0) / Math.sqrt(d));
    const seen = scores.slice(0, last + 1);
    const odds = seen.map((score) => Math.exp(score - Math.max(...seen)));
    const total = odds.reduce((sum, value) => sum + value, 0);
    const j = column >= 0 && column <= last ? column : seen.indexOf(Math.max(...seen));
    tell(j, scores[j], odds[j] / total);
    drawProducts(query, vector(1, j));
    drawRow(j, scores, odds.map((value) => value / total));
  }

  /** @param {number} j @param {number} score @param {number} weight */
  function tell(j, score, weight) {
    const [sum, root] = [score * Math.sqrt(d), Math.sqrt(d).toFixed(2)];
    const place = `Layer ${Math.floor(head / H) + 1}, head ${(head % H) + 1}`;
    says.replaceChildren(
      `${place}: the query of `, name(row), " times the key of ", name(j), `, number by number. The ${d} products sum to `,
      make("b", {}, signed(sum)), `; divided by √${d} = ${root}, the score is `, make("b", {}, signed(score)),
      ". Softmax over the scores of the row makes it ", make("b", {}, percent(weight)), ".",
    );
  }

  /** @param {number[]} query @param {number[]} key */
  function drawProducts(query, key) {
    const values = query.map((q, x) => q * key[x]);
    const top = Math.max(...values.map(Math.abs), 1e-9);
    /** @param {(value: number) => boolean} chosen */
    const path = (chosen) =>
      values.map((v, x) => (chosen(v) ? `M${x}.1 0h.8v${(-v / top).toFixed(3)}h-.8z` : "")).join("");
    bars.querySelector(".sl-up")?.setAttribute("d", path((v) => v >= 0));
    bars.querySelector(".sl-down")?.setAttribute("d", path((v) => v < 0));
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const ends = [low, high].map((v) => `${signed(v)} in dimension ${values.indexOf(v) + 1}`);
    bars.setAttribute("aria-label", `${d} products, from ${ends.join(" to ")}`);
    products.replaceChildren(...values.map((value, x) =>
      make("tr", {}, ...[String(x + 1), signed(query[x]), signed(key[x]), signed(value)].map((text) => make("td", {}, text)))));
  }

  /** @param {number} chosen @param {number[]} scores @param {number[]} weights of the tokens that are seen */
  function drawRow(chosen, scores, weights) {
    const focused = all(body, "button").findIndex((button) => button === document.activeElement);
    body.replaceChildren(...scores.map((score, j) => {
      if (j >= weights.length) return make("tr", { class: "sl-soft" }, make("td", {}, name(j)), make("td", { colspan: "3" }, "masked: a later token"));
      const button = make("button", { type: "button", "aria-pressed": String(j === chosen) }, name(j));
      button.addEventListener("click", () => {
        column = j;
        write(fold, { key: j + 1 });
        void draw();
      });
      const texts = [signed(score * Math.sqrt(d)), signed(score), percent(weights[j])];
      const cells = texts.map((text) => make("td", {}, text));
      return make("tr", { class: j === chosen ? "sl-chosen" : undefined }, make("td", {}, button), ...cells);
    }));
    all(body, "button")[focused]?.focus();
    const [scroll, shown] = [find(fold, ".sl-scroll"), body.children[chosen]];
    if (shown instanceof HTMLElement && focused < 0) scroll.scrollTop = shown.offsetTop - scroll.clientHeight / 2;
  }

  find(fold, "summary").addEventListener("click", () => write(fold, { key: fold.open ? 0 : column + 1 }));
  fold.addEventListener("toggle", () => void draw());

  return (state) => {
    [head, row] = [Number(state.get("head")), Number(state.get("token"))];
    column = Number(state.get("key") ?? -1);
    if (state.get("open")) fold.open = true;
    void draw();
  };
};
