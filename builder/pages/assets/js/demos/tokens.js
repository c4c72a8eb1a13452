// Text as a language model made it: the chosen token's probability, and what else was likely there.

studylogDemos.viewers.tokens = (element) => {
  "use strict";
  const { find, all, make, rove } = studylog;
  const { write } = studylogDemos;
  const text = find(element, ".sl-tokens-text");
  const chips = all(text, ".sl-token");
  const rows = /** @type {HTMLTableRowElement[]} */ (all(element, ".sl-data tbody tr"));
  if (!rows.length) return undefined;

  const panel = find(element, ".sl-panel");
  text.setAttribute("role", "listbox");
  text.setAttribute("aria-label", `${text.dataset.label}; arrow keys move between tokens`);
  chips.forEach((chip, index) => {
    chip.setAttribute("role", "option");
    chip.setAttribute("aria-label", `${chip.textContent}, ${chip.title || "given"}`);
    chip.removeAttribute("title");
    chip.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && show(index));
    chip.addEventListener("click", () => choose(index));
  });
  text.addEventListener("pointerleave", () => show(chosen));

  /** @param {number} index @returns {number} the token's probability; 1 for tokens that were given */
  const probability = (index) => Number(rows[index]?.cells[2].dataset.p ?? 1);
  const made = rows.map((_, index) => index).filter((index) => !chips[index].classList.contains("sl-prompt"));
  const surprising = made.reduce((least, index) => (probability(index) < probability(least) ? index : least), made[0] ?? 0);
  let chosen = surprising;
  const stop = rove(chips, { onFocus: choose });

  /** @param {HTMLElement} token @returns {HTMLElement} a copy in which a blank can be seen */
  const name = (token) => {
    const copy = /** @type {HTMLElement} */ (token.cloneNode(true));
    if (!copy.textContent?.trim()) copy.textContent = "␣";
    return copy;
  };

  /**
   * A line of the panel: a token, a bar, its probability.
   * @param {Node} label
   * @param {number} share
   * @param {string} percent
   * @param {boolean} taken
   */
  function bar(label, share, percent, taken) {
    const fill = make("i");
    fill.style.width = `${100 * share}%`;
    const line = make("li", { class: taken ? "sl-taken" : undefined }, label, make("span", { class: "sl-bar" }, fill), percent);
    if (taken) line.append(make("span", { class: "sl-sr" }, " (taken)"));
    return line;
  }

  /** @param {number} index */
  function show(index) {
    const cells = rows[index]?.cells;
    if (!cells) return;
    chips.forEach((chip, i) => chip.classList.toggle("sl-shown", i === index));
    const token = find(cells[1], "bdi");
    const others = all(cells[3], ".sl-alternative").slice(0, 5);
    const lines = others.map((other) => {
      const label = find(other, "bdi");
      const taken = label.textContent === token.textContent;
      return bar(name(label), Number(other.dataset.p), other.lastChild?.textContent ?? "", taken);
    });
    const known = cells[2].dataset.p !== undefined;
    if (known && !lines.some((line) => line.className)) {
      lines.push(bar(name(token), probability(index), ` ${cells[2].textContent}`, true));
    }
    const role = chips[index].classList.contains("sl-prompt") ? "prompt" : index === surprising ? "least probable" : "";
    const share = make("b", {}, known ? cells[2].textContent ?? "" : "given");
    const head = make("p", {}, name(token), share, make("span", {}, `token ${index + 1}${role && `, ${role}`}`));
    panel.replaceChildren(head, make("ol", { "aria-label": "likeliest tokens there" }, ...lines));
  }

  /** @param {number} index */
  function choose(index) {
    if (index !== chosen) write(element, { token: index + 1 });
    select(index);
  }

  /** @param {number} index */
  function select(index) {
    chosen = index;
    stop(index);
    chips.forEach((chip, i) => chip.setAttribute("aria-selected", String(i === index)));
    show(index);
  }

  return (state) => {
    const wanted = Number(state.get("token")) - 1;
    select(rows[wanted] ? wanted : surprising);
  };
};
