"use strict";

/**
 * On the page for missing addresses: offers what lies nearest to the address that was asked for. It looks at the pages of
 * the folders above, which list what is in them. Without this script that page leads to the indexes.
 */
(function () {
  const MOST = 5;
  const ALIKE = 0.35;

  /** @param {string} text @returns {Set<string>} its pairs of neighbouring letters */
  const pairs = (text) => new Set([...text].map((_, i) => text.slice(i, i + 2).toLowerCase()));

  /** How alike two names are, from 0 to 1 (Dice's coefficient of their pairs of letters). @param {string} a @param {string} b */
  function alike(a, b) {
    const [left, right] = [pairs(a), pairs(b)];
    return (2 * [...left].filter((pair) => right.has(pair)).length) / (left.size + right.size);
  }

  /** @param {string} path @param {string} folder @returns {string} what of an address lies below a folder */
  const below = (path, folder) => decodeURIComponent(path.slice(folder.length)).replace(/\/$/, "");

  /**
   * What a folder's page lists whose address is nearly `wanted`, best first.
   * @param {string} folder
   * @param {string} wanted
   * @returns {Promise<{title: string, href: string, likeness: number}[]>}
   */
  async function nearIn(folder, wanted) {
    const response = await fetch(folder);
    if (!response.ok) return [];
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const found = new Map();
    for (const link of page.querySelectorAll("article a[href]")) {
      const address = new URL(link.getAttribute("href") ?? "", new URL(folder, location.href));
      const likeness = alike(below(address.pathname, folder), below(wanted, folder));
      const inside = address.origin === location.origin && address.pathname.startsWith(folder) && !address.hash;
      if (inside && likeness >= ALIKE) found.set(address.pathname, { title: link.textContent ?? "", href: address.pathname, likeness });
    }
    return [...found.values()].sort((a, b) => b.likeness - a.likeness).slice(0, MOST);
  }

  /** @param {HTMLElement} place */
  async function offer(place) {
    const root = new URL(place.dataset.root ?? "", location.href).pathname;
    const parts = location.pathname.replace(/\/$/, "").split("/");
    while (parts.length > 1) {
      parts.pop();
      const folder = `${parts.join("/")}/`;
      const near = folder.startsWith(root) ? await nearIn(folder, location.pathname) : [];
      if (!near.length) continue;
      const { make } = studylog;
      place.append(...near.map(({ title, href }) => make("li", {}, make("a", { href }, title), " ", make("code", {}, href))));
      place.hidden = false;
      studylog.find(document, ".sl-near-title").hidden = false;
      return;
    }
  }

  for (const place of studylog.all(document, ".sl-near")) void offer(place);
})();
