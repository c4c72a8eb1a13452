// Images that come into being: a scrubber through the frames, drawn from the strip.

studylogDemos.viewers.frames = (element) => {
  "use strict";
  const { find, all, make } = studylog;
  const { write } = studylogDemos;
  const [width, height] = [Number(element.dataset.width), Number(element.dataset.height)];
  /** @type {string[]} */
  const labels = JSON.parse(element.dataset.frames ?? "[]");
  const strips = all(element, ".sl-strip");
  const sources = strips.map((strip) => /** @type {HTMLImageElement} */ (find(strip, "img")));
  const items = all(strips[0], "li");
  const group = `show-${Math.random()}`;
  let source = 0;

  const canvases = items.map(() => make("canvas", { width: String(width), height: String(height), role: "img" }));
  const cells = items.map((item, i) => make("li", {}, canvases[i], make("bdi", {}, ...item.cloneNode(true).childNodes)));
  const choices = strips.length > 1 ? strips.map((strip, i) => choice(strip.dataset.what ?? "", i)) : [];
  const switches = make("div", { class: "sl-choices", role: "radiogroup", "aria-label": "what to show" }, ...choices);
  const folded = make("details", { class: "sl-data" }, make("summary", {}, "All frames at once"), ...strips);
  const scrubber = makeScrubber(element, labels, (frame) => {
    const image = sources[source];
    canvases.forEach((canvas, i) => {
      const context = canvas.getContext("2d");
      if (image.complete) context?.drawImage(image, frame * width, i * height, width, height, 0, 0, width, height);
      canvas.setAttribute("aria-label", `${items[i].textContent}, ${labels[frame]}`);
    });
  });
  find(element, ".sl-waiting").replaceWith(
    make("ul", { class: "sl-stills" }, ...cells), scrubber.element, ...(choices.length ? [switches] : []), folded,
  );

  /** @param {string} what @param {number} index */
  function choice(what, index) {
    const input = make("input", { type: "radio", name: group, value: String(index) });
    input.checked = index === 0;
    input.addEventListener("change", () => {
      source = index;
      scrubber.draw();
      write(element, { show: index ? "predicted" : "image" });
    });
    return make("label", {}, input, ` ${what}`);
  }

  for (const image of sources) {
    image.loading = "eager";
    image.addEventListener("load", scrubber.draw);
  }

  return (state) => {
    source = state.get("show") === "predicted" ? strips.length - 1 : 0;
    all(switches, "input").forEach((input, i) => (/** @type {HTMLInputElement} */ (input).checked = i === source));
    scrubber.follow(state);
  };
};
