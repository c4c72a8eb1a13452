// A text cut into pieces, stage by stage: a scrubber through the rows of the table.

studylogDemos.viewers.merges = (element) => {
  "use strict";
  const { find, all, make } = studylog;
  const rows = /** @type {HTMLTableRowElement[]} */ (all(element, ".sl-data tbody tr"));
  const text = find(element, ".sl-cut");
  const says = find(element, ".sl-merges-says");

  /** The pieces at each stage; where nothing changed, those of the stage before. @type {HTMLElement[]} */
  const cuts = [];
  rows.forEach((row, i) => cuts.push(all(row.cells[4], "bdi")[0] ?? settled(cuts[i - 1])));

  /** @param {HTMLElement} cut @returns {HTMLElement} the same pieces, none of them new */
  function settled(cut) {
    return make("bdi", {}, ...[...cut.children].map((piece) => make("i", {}, ...piece.cloneNode(true).childNodes)));
  }

  /** @param {HTMLTableRowElement} row */
  const count = ({ cells }) => `${cells[3].textContent} ${cells[3].textContent === "1" ? "piece" : "pieces"}`;

  const marker = make("i");
  const scrubber = makeScrubber(element, rows.map(count), (stage) => {
    const { cells } = rows[stage];
    const note = cells[2].textContent && ` (${cells[2].textContent})`;
    text.replaceChildren(cuts[stage].cloneNode(true));
    text.setAttribute("aria-label", `${cells[1].textContent}, ${count(rows[stage])}`);
    says.replaceChildren(make("strong", {}, ...cells[1].cloneNode(true).childNodes), `${note}: ${count(rows[stage])}`);
    marker.style.left = `${(100 * stage) / rows.length}%`;
    marker.style.width = `${100 / rows.length}%`;
  }, 800);
  find(element, ".sl-fall").append(marker);
  find(element, ".sl-fall").after(scrubber.element);

  // The finest cut takes most room; keep it, so that nothing below moves.
  text.replaceChildren(cuts[0].cloneNode(true));
  text.style.minHeight = `${text.offsetHeight}px`;
  return scrubber.follow;
};
