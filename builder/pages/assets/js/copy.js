"use strict";

/**
 * The theme puts the button that copies a block of code into a `nav`. A page has many of them, and none is a landmark.
 * @param {Iterable<Node>} nodes
 */
function unmarkCopyButtons(nodes) {
  for (const node of nodes) if (node instanceof Element && node.matches("nav.md-code__nav")) node.setAttribute("role", "none");
}
new MutationObserver((changes) => changes.forEach((change) => unmarkCopyButtons(change.addedNodes))).observe(document.body, { childList: true, subtree: true });
unmarkCopyButtons(document.querySelectorAll("nav"));
