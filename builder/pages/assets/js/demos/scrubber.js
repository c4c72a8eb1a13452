// A slider with a play button, for whatever comes frame by frame.

/**
 * What steps through frames. The element goes into the page; `draw` shows the frame again, `follow` the address's.
 * @typedef {{element: HTMLElement, draw: () => void, follow: Update}} Scrubber
 */

/**
 * @param {HTMLElement} viewer whose address has the frame
 * @param {string[]} labels of the frames
 * @param {(frame: number) => void} show draws a frame
 * @param {number} [slowest] milliseconds that a frame stays at most when played, 160 without it
 * @returns {Scrubber}
 */
function makeScrubber(viewer, labels, show, slowest) {
  "use strict";
  const { make } = studylog;
  const { write } = studylogDemos;
  const last = labels.length - 1;
  let [frame, timer] = [last, 0];
  const slider = make("input", { type: "range", min: "0", max: String(last), step: "1", "aria-label": "frame" });
  const label = make("output");
  const button = make("button", { type: "button", class: "sl-play" });

  function draw() {
    show(frame);
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
    const pace = calm ? Math.max(700, slowest ?? 0) : Math.max(40, Math.min(slowest ?? 160, 4000 / labels.length));
    timer = setInterval(() => {
      if (!viewer.isConnected || frame >= last) return pause();
      frame += 1;
      draw();
    }, pace);
    draw();
  }

  button.addEventListener("click", () => {
    if (!timer) return play();
    pause();
    write(viewer, { frame });
  });
  slider.addEventListener("input", () => {
    frame = Number(slider.value);
    pause();
  });
  slider.addEventListener("change", () => write(viewer, { frame }));

  return {
    element: make("div", { class: "sl-scrubber" }, button, slider, label),
    draw,
    follow: (state) => {
      const wanted = Number(state.get("frame") ?? last);
      frame = labels[wanted] === undefined ? last : wanted;
      draw();
    },
  };
}
