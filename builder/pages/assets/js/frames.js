// Images that come into being: a scrubber through the frames, drawn from the strip.

studylog.viewers.frames = (element) => {
  "use strict";
  const { find, all, make, write } = studylog;
  const [width, height] = [Number(element.dataset.width), Number(element.dataset.height)];
  /** @type {string[]} */
  const labels = JSON.parse(element.dataset.frames ?? "[]");
  const strips = all(element, ".sl-strip");
  const sources = strips.map((strip) => /** @type {HTMLImageElement} */ (find(strip, "img")));
  const items = all(strips[0], "li");
  const group = `show-${Math.random()}`;
  const last = labels.length - 1;
  let [frame, source, timer] = [last, 0, 0];

  const canvases = items.map(() => make("canvas", { width: String(width), height: String(height), role: "img" }));
  const cells = items.map((item, i) => make("li", {}, canvases[i], make("bdi", {}, ...item.cloneNode(true).childNodes)));
  const slider = make("input", { type: "range", min: "0", max: String(last), step: "1", "aria-label": "frame" });
  const label = make("output");
  const button = make("button", { type: "button", class: "sl-play" });
  const choices = strips.length > 1 ? strips.map((strip, i) => choice(strip.dataset.what ?? "", i)) : [];
  const controls = make("div", { class: "sl-scrubber" }, button, slider, label);
  const switches = make("div", { class: "sl-choices", role: "radiogroup", "aria-label": "what to show" }, ...choices);
  const folded = make("details", { class: "sl-data" }, make("summary", {}, "All frames at once"), ...strips);
  find(element, ".sl-title").after(
    make("ul", { class: "sl-stills" }, ...cells), controls, ...(choices.length ? [switches] : []), folded,
  );

  /** @param {string} what @param {number} index */
  function choice(what, index) {
    const input = make("input", { type: "radio", name: group, value: String(index) });
    input.checked = index === 0;
    input.addEventListener("change", () => {
      source = index;
      draw();
      write(element, { show: index ? "predicted" : "image" });
    });
    return make("label", {}, input, ` ${what}`);
  }

  function draw() {
    const image = sources[source];
    canvases.forEach((canvas, i) => {
      const context = canvas.getContext("2d");
      if (image.complete) context?.drawImage(image, frame * width, i * height, width, height, 0, 0, width, height);
      canvas.setAttribute("aria-label", `${items[i].textContent}, ${labels[frame]}`);
    });
    slider.value = String(frame);
    slider.setAttribute("aria-valuetext", `frame ${frame} of ${last}, ${labels[frame]}`);
    label.textContent = `${frame} / ${last} · ${labels[frame]}`;
    button.textContent = timer ? "Pause" : "Play";
  }

  function pause() {
    clearInterval(timer);
    timer = 0;
    draw();
  }

  function play() {
    if (frame === last) frame = 0;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const pace = calm ? 700 : Math.max(40, Math.min(160, 4000 / labels.length));
    timer = setInterval(() => {
      if (!element.isConnected || frame >= last) return pause();
      frame += 1;
      draw();
    }, pace);
    draw();
  }

  button.addEventListener("click", () => {
    if (!timer) return play();
    pause();
    write(element, { frame });
  });
  slider.addEventListener("input", () => {
    frame = Number(slider.value);
    pause();
  });
  slider.addEventListener("change", () => write(element, { frame }));
  for (const image of sources) {
    image.loading = "eager";
    image.addEventListener("load", draw);
  }

  return (state) => {
    const wanted = Number(state.get("frame") ?? last);
    frame = labels[wanted] === undefined ? last : wanted;
    source = state.get("show") === "predicted" ? strips.length - 1 : 0;
    all(switches, "input").forEach((input, i) => (/** @type {HTMLInputElement} */ (input).checked = i === source));
    draw();
  };
};
