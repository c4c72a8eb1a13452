// Previews: what a link leads to, on a card beside it. A pointer that rests on the link or the keyboard's focus opens it;
// for citations a tap does, too, and the second tap follows the link. Escape closes it, and the pointer may move onto it.
// The cards come with the page (`template.sl-previews`). Without this script links are links.

(() => {
  "use strict";
  const { all, make } = studylog;
  const REST = 250; // milliseconds before a card opens, and before it closes
  const GAP = 6; // pixels between link and card
  const card = make("div", { class: "sl-preview", id: "sl-preview", popover: "manual" });
  /** @type {HTMLAnchorElement | null} */
  let shown = null;
  /** @type {HTMLAnchorElement | null} the link whose card the reader has sent away and who is still on it */
  let dismissed = null;
  let timer = 0;

  /** The address of a page, whichever way a link writes it. @param {string} href */
  const addressOf = (href) => {
    const url = new URL(href, document.baseURI);
    return url.href.slice(0, url.href.length - url.hash.length).replace(/\/index\.html$/, "/");
  };

  /** @param {() => void} action */
  const later = (action) => {
    clearTimeout(timer);
    timer = setTimeout(action, REST);
  };

  /**
   * Put the card below the line of the link that was pointed at, or above it where there is more room.
   * @param {HTMLAnchorElement} link
   * @param {number} [x] where the pointer is
   */
  function place(link, x) {
    const lines = [...link.getClientRects()];
    const line = lines.find((rect) => x !== undefined && rect.left <= x && x <= rect.right) ?? lines[0];
    if (!line) return;
    const { clientWidth, clientHeight } = document.documentElement;
    const below = line.bottom + GAP + card.offsetHeight <= clientHeight || line.top < clientHeight / 2;
    const top = below ? line.bottom + GAP : line.top - GAP - card.offsetHeight;
    const left = Math.max(GAP, Math.min(line.left, clientWidth - card.offsetWidth - GAP));
    card.style.top = `${top + scrollY}px`;
    card.style.left = `${left + scrollX}px`;
  }

  /**
   * @param {HTMLAnchorElement} link
   * @param {Element} content
   * @param {number} [x]
   */
  function open(link, content, x) {
    clearTimeout(timer);
    if (shown === link || dismissed === link) return;
    close();
    shown = link;
    card.replaceChildren(...[...content.children].map((child) => child.cloneNode(true)));
    settleLinks(card);
    link.after(card); // so that the keyboard's next stop is on the card
    link.setAttribute("aria-describedby", card.id);
    card.showPopover();
    place(link, x);
  }

  function close() {
    clearTimeout(timer);
    if (!shown) return;
    shown.removeAttribute("aria-describedby");
    card.remove();
    shown = null;
  }

  /** Whether the keyboard is on the link or on its card. */
  const hasFocus = () => shown?.matches(":focus-visible") || card.contains(document.activeElement);

  function leave() {
    dismissed = null;
    later(() => hasFocus() || close());
  }

  function dismiss() {
    dismissed = shown;
    if (card.contains(document.activeElement)) shown?.focus();
    close();
  }

  /**
   * @param {HTMLAnchorElement} link
   * @param {Element} content
   */
  function mount(link, content) {
    link.removeAttribute("title"); // the card says it
    link.addEventListener("pointerenter", (event) => {
      if (event.pointerType !== "touch") later(() => open(link, content, event.clientX));
    });
    link.addEventListener("pointerleave", leave);
    link.addEventListener("focus", () => {
      if (link.matches(":focus-visible")) later(() => open(link, content));
    });
    link.addEventListener("blur", () => (dismissed = null));
    if (!link.classList.contains("sl-cite")) return;
    link.addEventListener("click", (event) => {
      if (/** @type {PointerEvent} */ (event).pointerType !== "touch" || shown === link) return;
      event.preventDefault();
      open(link, content);
    });
  }

  const contents = new Map(
    all(document, "template.sl-previews").flatMap((template) =>
      [.../** @type {HTMLTemplateElement} */ (template).content.children].map((content) => /** @type {[string, Element]} */ ([
        addressOf(content.getAttribute("data-for") ?? ""),
        content,
      ])),
    ),
  );
  if (!contents.size || !("popover" in card)) return;
  for (const link of /** @type {HTMLAnchorElement[]} */ (all(document, ".sl-part a[href]:not(.sl-foot a)"))) {
    const content = contents.get(addressOf(link.href));
    if (content) mount(link, content);
  }
  card.addEventListener("pointerenter", () => clearTimeout(timer));
  card.addEventListener("pointerleave", leave);
  document.addEventListener("focusin", () => {
    if (shown && document.activeElement !== shown && !card.contains(document.activeElement)) close();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") dismiss();
  });
  document.addEventListener("pointerdown", (event) => {
    if (shown && event.target instanceof Node && !card.contains(event.target) && !shown.contains(event.target)) close();
  });
})();
