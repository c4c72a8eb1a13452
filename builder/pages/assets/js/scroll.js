"use strict";

/**
 * Lets the keyboard scroll what is wider than its room: formulas, tables, code. It is told of sizes when the browser knows
 * them; asking for them would lay the page out once more. Without this script one scrolls with a finger or a mouse.
 */
(() => {
  const boxes = new ResizeObserver((entries) => {
    const wide = entries.filter(({ target }) => target.scrollWidth > target.clientWidth);
    for (const { target } of wide) target.setAttribute("tabindex", "0");
  });
  for (const box of studylog.all(document, ".sl-math, .math.block, .sl-scroll, pre > code")) boxes.observe(box);
})();
