// Points and curves that move: a scrubber through the frames, each path drawn from its track.

studylogDemos.viewers.scatter = (element) => {
  "use strict";
  const { find } = studylog;
  const LEVELS = 4094; // of a position across the box of the axes; 4095 says that there is none
  /** @type {string[]} */
  const labels = JSON.parse(element.dataset.frames ?? "[]");
  const paths = [...element.querySelectorAll("path[data-track]")].map(track);

  /**
   * Three bytes for a position of a track: xx xy yy.
   * @param {Element} path
   * @returns {(frame: number) => void} draws the path as it is at a frame
   */
  function track(path) {
    const bytes = Uint8Array.from(atob(path.getAttribute("data-track") ?? ""), (char) => char.charCodeAt(0));
    const mark = path.getAttribute("data-mark") ?? "";
    const { left, top, width, height } = /** @type {SVGSVGElement} */ (path.closest("svg")).dataset;
    const length = bytes.length / labels.length;
    return (frame) => {
      let [outline, letter] = ["", "M"];
      for (let i = frame * length; i < (frame + 1) * length; i += 3) {
        const x = (bytes[i] << 4) | (bytes[i + 1] >> 4);
        const y = ((bytes[i + 1] & 15) << 8) | bytes[i + 2];
        const at = (x / LEVELS) * Number(width) + Number(left);
        const down = (y / LEVELS) * Number(height) + Number(top);
        const gap = x > LEVELS || y > LEVELS;
        if (!gap) outline += `${letter}${+at.toFixed(1)} ${+down.toFixed(1)}${mark}`;
        letter = gap || mark ? "M" : "L";
      }
      path.setAttribute("d", outline);
    };
  }

  const scrubber = makeScrubber(element, labels, (frame) => paths.forEach((show) => show(frame)));
  find(element, ".sl-panels").after(scrubber.element);
  return scrubber.follow;
};
