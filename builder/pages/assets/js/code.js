"use strict";

/**
 * A block of code that scrolls is reached with the keyboard, on touch screens too: these have keyboards as well, which the
 * theme forgets.
 * @param {Element} code
 */
function reachWhatScrolls(code) {
  const scrolls = code.scrollWidth > code.clientWidth;
  if (scrolls === code.hasAttribute("tabindex")) return;
  if (scrolls) code.setAttribute("tabindex", "0");
  else code.removeAttribute("tabindex");
}
{
  const sizes = new ResizeObserver((entries) => entries.forEach(({ target }) => reachWhatScrolls(target)));
  const attributes = new MutationObserver((changes) => changes.forEach(({ target }) => reachWhatScrolls(/** @type {Element} */ (target))));
  for (const code of document.querySelectorAll("pre > code")) {
    sizes.observe(code);
    attributes.observe(code, { attributeFilter: ["tabindex"] });
  }
}

/**
 * The theme puts the button that copies a block of code into a `nav`. A page has many of them, and none is a landmark.
 * @param {Iterable<Node>} nodes
 */
function unmarkCopyButtons(nodes) {
  for (const node of nodes) if (node instanceof Element && node.matches("nav.md-code__nav")) node.setAttribute("role", "none");
}
new MutationObserver((changes) => changes.forEach((change) => unmarkCopyButtons(change.addedNodes))).observe(document.body, { childList: true, subtree: true });
unmarkCopyButtons(document.querySelectorAll("nav"));
