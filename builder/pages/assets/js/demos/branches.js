// A tree of next tokens: take the likeliest or another one, step back, and see where each choice leads.

/**
 * Text, probability, and the nodes below; `true` in their place where the text ends.
 * @typedef {[string, number, (TokenNode[] | true)?]} TokenNode
 */

studylogDemos.viewers.branches = (element) => {
  "use strict";
  const { find, all, make, rove } = studylog;
  const { write } = studylogDemos;
  /** @type {TokenNode} */
  const root = JSON.parse(element.dataset.tree ?? "");
  const text = find(find(element, ".sl-tokens-text"), "bdi");
  const given = all(text, ".sl-token").length;
  /** @type {number[]} the place of each token taken, among those offered there */
  let path = [];

  /** @param {TokenNode} node @returns {TokenNode[]} */
  const below = (node) => (Array.isArray(node[2]) ? node[2] : []);
  /** @param {number[]} places @returns {TokenNode[]} the nodes from the root down, as far as the places lead */
  function follow(places) {
    const nodes = [root];
    for (const place of places) {
      const next = below(nodes[nodes.length - 1])[place];
      if (!next) break;
      nodes.push(next);
    }
    return nodes;
  }

  /** @param {TokenNode} node @returns {number} how many tokens may be taken from here, going the likeliest way */
  const depth = (node) => (below(node).length ? 1 + depth(below(node)[0]) : 0);
  /** @param {TokenNode} node @returns {number} */
  const widest = (node) => Math.max(below(node).length, ...below(node).map(widest));
  /** @param {number} share */
  const percent = (share) => {
    const points = 100 * share;
    if (points >= 9.95) return `${points.toFixed(points >= 99.5 && points < 99.95 ? 1 : 0)}%`;
    return points >= 0.01 || !points ? `${Number(points.toPrecision(2))}%` : "<0.01%";
  };
  /** @param {TokenNode} node */
  const name = (node) => node[0].trim() ? node[0] : "␣";

  /** @param {number} share */
  function bar(share) {
    const fill = make("i");
    fill.style.width = `${100 * share}%`;
    return make("span", { class: "sl-bar" }, fill);
  }

  const buttons = Array.from({ length: widest(root) }, (_, place) => {
    const button = make("button", { type: "button", class: "sl-branch" });
    button.addEventListener("click", () => choose([...path, place]));
    return button;
  });
  const rest = make("li", { class: "sl-branch sl-branch--rest" });
  const list = make("ol", { "aria-label": "likeliest next tokens; choose one" }, ...buttons.map((b) => make("li", {}, b)), rest);
  const end = make("p", { class: "sl-branches-end" });
  const step = make("button", { type: "button", class: "sl-play" }, "Step");
  const back = make("button", { type: "button", class: "sl-play" }, "Back");
  const status = make("p", { class: "sl-branches-status", role: "status" });
  find(element, ".sl-branches-path").replaceWith(
    make("div", { class: "sl-branches-next" }, list, end),
    make("div", { class: "sl-scrubber" }, step, back, status),
  );
  list.style.minHeight = `${list.offsetHeight}px`;
  const stop = rove(buttons);

  function draw() {
    const nodes = follow(path);
    const here = nodes[nodes.length - 1];
    const options = below(here);
    const taken = nodes.slice(1);
    all(text, ".sl-token").slice(given).forEach((token) => token.remove());
    text.append(...taken.map((node) => make("span", { class: "sl-token sl-branch-taken", title: percent(node[1]) }, node[0])));
    buttons.forEach((button, place) => {
      const option = options[place];
      find(list, `li:nth-child(${place + 1})`).hidden = !option;
      if (option) button.replaceChildren(make("bdi", {}, name(option)), bar(option[1]), make("span", {}, percent(option[1])));
    });
    const others = 1 - options.reduce((sum, option) => sum + option[1], 0);
    rest.hidden = !options.length;
    rest.replaceChildren(make("span", {}, "all other tokens"), bar(others), make("span", {}, percent(others)));
    end.hidden = options.length > 0;
    end.textContent = here[2] === true
      ? "The model ended the text here. Step back to choose another token."
      : `The tree was recorded to this depth, ${taken.length} tokens. Step back to choose another one.`;
    step.disabled = !options.length;
    back.disabled = !path.length;
    const share = taken.reduce((product, node) => product * node[1], 1);
    const count = taken.length + depth(here);
    status.textContent = taken.length
      ? `${taken.length} of ${count} tokens taken, together ${percent(share)} likely`
      : `0 of ${count} tokens taken`;
  }

  /** @param {number[]} places */
  function choose(places) {
    path = places;
    write(element, { path: path.join(".") });
    const focused = document.activeElement;
    draw();
    stop(0);
    if (step.disabled) back.focus();
    else if (back.disabled) step.focus();
    else if (list.contains(focused)) buttons[0].focus();
  }

  step.addEventListener("click", () => choose([...path, 0]));
  back.addEventListener("click", () => choose(path.slice(0, -1)));
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Backspace" || !path.length) return;
    event.preventDefault();
    choose(path.slice(0, -1));
  });

  return (state) => {
    const wanted = (state.get("path") ?? "").split(".").filter(Boolean).map(Number);
    path = wanted.slice(0, follow(wanted).length - 1);
    draw();
  };
};
