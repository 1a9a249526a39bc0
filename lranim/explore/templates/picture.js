// The pictures: the path on a curve or on a contour map, and the cost by step, as SVG in px.
const pictures = (() => {
  "use strict";

  const SPACE = "http://www.w3.org/2000/svg";

  function make(name, attributes = {}, ...children) {
    const element = document.createElementNS(SPACE, name);
    for (const [key, value] of Object.entries(attributes)) {
      element.setAttribute(key, value);
    }
    element.append(...children);
    return element;
  }

  // Numbers as they are read: four digits, and powers of ten where there would be many zeros.
  function short(value, digits = 4) {
    if (!Number.isFinite(value)) {
      return "∞";
    }
    const size = Math.abs(value);
    const text =
      size && (size < 1e-4 || size >= 1e5)
        ? value.toExponential(2).replace(/\.?0*e\+?/, "e")
        : String(Number(value.toPrecision(digits)));
    const [plain, power] = text.split("e");
    const raised = power && [...power].map((sign) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[sign] || "⁻").join("");
    return (raised ? `${plain}×10${raised}` : plain).replace("-", "−");
  }

  // Round numbers, a few of them, that lie in a range.
  function ticks(low, high, most) {
    const rough = (high - low) / most;
    const unit = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].find((factor) => factor * unit >= rough) * unit;
    const first = Math.ceil(low / step);
    const count = Math.floor(high / step + 1e-9) - first + 1;
    return Array.from({ length: Math.max(count, 0) }, (_, k) => (first + k) * step);
  }

  function scale(low, high, from, to) {
    const place = (value) => from + ((value - low) / (high - low)) * (to - from);
    place.back = (at) => low + ((at - from) / (to - from)) * (high - low);
    return place;
  }

  // A frame with axes; x and y are scales, and what is drawn into `inside` is cut off at its edges.
  function frame(svg, box, x, y, name, [xTicks, yTicks]) {
    const clip = `${svg.id}-inside`;
    const room = 9; // so that the last point is whole
    const width = box.right - box.left + 2 * room;
    const rectangle = { x: box.left - room, y: box.top, width, height: box.bottom - box.top };
    const grid = make("g", { class: "grid" });
    for (const value of xTicks) {
      grid.append(
        make("line", { x1: x(value), x2: x(value), y1: box.top, y2: box.bottom }),
        make("text", { x: x(value), y: box.bottom + 18, "text-anchor": "middle" }, short(value)),
      );
    }
    for (const value of yTicks) {
      grid.append(
        make("line", { x1: box.left, x2: box.right, y1: y(value), y2: y(value) }),
        make("text", { x: box.left - 6, y: y(value) + 4, "text-anchor": "end" }, short(value)),
      );
    }
    const names = make("g", { class: "names" });
    names.append(
      make("text", { x: box.right, y: box.bottom + 34, "text-anchor": "end" }, name[0]),
      make("text", { x: box.left - 6, y: box.top - 11, "text-anchor": "middle" }, name[1]),
    );
    const inside = make("g", { "clip-path": `url(#${clip})` });
    svg.replaceChildren(make("clipPath", { id: clip }, make("rect", rectangle)), grid, names, inside);
    return inside;
  }

  const JUMP = 0.25; // of the picture's height

  const line = (points) => points.map(([a, b], k) => `${k ? "L" : "M"}${a.toFixed(2)} ${b.toFixed(2)}`).join("");

  // SVG refuses what is too far out; where it leads is all that can be seen of it.
  const within = (value) => Math.max(-1e5, Math.min(1e5, value));

  // The stretches of a curve between its poles, where it comes back from the other side, far and all at once.
  function unbroken(samples, far) {
    const pieces = [[]];
    const rise = (k) => (samples[k] && samples[k - 1] ? samples[k][1] - samples[k - 1][1] : 0);
    samples.forEach((sample, k) => {
      const jump = rise(k);
      if (Math.abs(jump) > far && jump * rise(k - 1) < 0 && jump * rise(k + 1) < 0) {
        pieces.push([]);
      }
      pieces[pieces.length - 1].push(sample);
    });
    return pieces;
  }

  function path(inside, places) {
    inside.append(make("path", { class: "path", d: line(places) }));
    places.forEach(([a, b], k) => {
      const last = k === places.length - 1;
      const share = places.length > 1 ? k / (places.length - 1) : 1;
      inside.append(
        make("circle", { class: last ? "last" : "stop", cx: a, cy: b, r: last ? 7 : 4, opacity: 0.45 + 0.55 * share }),
      );
    });
  }

  function minimum(inside, [a, b]) {
    inside.append(make("circle", { class: "minimum", cx: a, cy: b, r: 8 }));
  }

  // The curve, or the map, is drawn once a size; the path again with each change.
  function landscape(svg, cost) {
    const flat = cost.domain.length === 2;
    let [[low, high], range] = cost.domain;
    let samples = [];
    if (!flat) {
      // Room around the domain, in which a path that grows can be seen to grow.
      const sample = (from, to) =>
        Array.from({ length: 481 }, (_, k) => from + ((to - from) * k) / 480)
          .map((a) => [a, cost.value([a])[0]])
          .filter(([, value]) => Number.isFinite(value));
      const values = sample(low, high).map(([, value]) => value);
      const [bottom, top] = [Math.min(...values), Math.max(...values)];
      const extent = top - bottom || 1;
      range = [bottom - 0.06 * extent, top + 0.3 * extent];
      [low, high] = [low - 0.1 * (high - low), high + 0.1 * (high - low)];
      samples = sample(low, high);
    }
    let view = null;

    function draw(width) {
      const box = { left: 56, top: 30, right: width - 14 };
      const inner = box.right - box.left;
      const ratio = flat ? (range[1] - range[0]) / (high - low) : width > 500 ? 0.78 : 0.62;
      box.bottom = box.top + Math.round(Math.min(inner * Math.min(1, Math.max(0.5, ratio)), 560));
      const height = box.bottom + 40;
      svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
      svg.style.height = `${height}px`;
      const x = scale(low, high, box.left, box.right);
      const y = scale(range[0], range[1], box.bottom, box.top);
      const marks = [ticks(low, high, width / 90), ticks(range[0], range[1], 6)];
      const inside = frame(svg, box, x, y, [cost.variables[0], flat ? cost.variables[1] : "J"], marks);
      if (flat) {
        inside.append(map(cost, box, x, y));
      } else {
        const pieces = unbroken(samples, JUMP * (range[1] - range[0]));
        const d = pieces.map((piece) => line(piece.map(([a, value]) => [x(a), within(y(value))]))).join("");
        inside.append(make("path", { class: "curve", d }));
      }
      const place = (point, value) => [within(x(point[0])), within(y(flat ? point[1] : value))];
      cost.minima.forEach((goal) => minimum(inside, place(goal, cost.value(goal)[0])));
      const trail = make("g");
      inside.append(trail);
      const shows = (point, value) => {
        const [a, b] = place(point, value);
        return a >= box.left && a <= box.right && b >= box.top && b <= box.bottom;
      };
      view = { x, y, flat, place, shows, trail };
      return view;
    }

    return { draw, get view() { return view; } };
  }

  // Lines of equal cost as a picture behind the path. Between any two lies as much of the map as between any
  // others, so that the floor of a valley has some too.
  function map(cost, box, x, y) {
    const width = Math.round(box.right - box.left);
    const height = Math.round(box.bottom - box.top);
    const values = new Float64Array(width * height);
    const point = [0, 0];
    for (let row = 0; row < height; row += 1) {
      point[1] = y.back(box.top + row + 0.5);
      for (let column = 0; column < width; column += 1) {
        point[0] = x.back(box.left + column + 0.5);
        values[row * width + column] = cost.value.first(point);
      }
    }
    const levels = levelled(values, 14);
    const colour = getComputedStyle(document.documentElement).getPropertyValue("--cost").trim();
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = height;
    const context = canvas.getContext("2d");
    const image = context.createImageData(width, height);
    const [red, green, blue] = [1, 3, 5].map((k) => parseInt(colour.slice(k, k + 2), 16));
    for (let k = 0; k < levels.length; k += 1) {
      const level = levels[k];
      const across = (k + 1) % width ? levels[k + 1] - level : level - levels[k - 1];
      const down = k + width < levels.length ? levels[k + width] - level : level - levels[k - width];
      const away = Math.abs(level - Math.round(level)) / (Math.hypot(across, down) || 1);
      const line = Math.round(level) > 0 ? Math.min(1, Math.max(0, 1.1 - away)) : 0;
      const share = Number.isFinite(level) ? 0.04 + (0.4 * (14 - Math.floor(level))) / 14 : 0;
      image.data[4 * k] = red;
      image.data[4 * k + 1] = green;
      image.data[4 * k + 2] = blue;
      image.data[4 * k + 3] = Math.round(255 * Math.max(share, 0.7 * (line || 0)));
    }
    context.putImageData(image, 0, 0);
    return make("image", {
      href: canvas.toDataURL(),
      x: box.left,
      y: box.top,
      width,
      height,
      preserveAspectRatio: "none",
    });
  }

  // How many of equally many bands lie below each value; what is between two of their edges is shared out.
  function levelled(values, bands) {
    // A part of the values is enough to share them out.
    const sorted = values.filter((value, k) => k % 7 === 0 && Number.isFinite(value)).sort();
    const edges = Array.from({ length: bands + 1 }, (_, k) =>
      sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * k) / bands))],
    );
    return values.map((value) => {
      if (!Number.isFinite(value)) {
        return NaN;
      }
      let band = 0;
      while (band < bands - 1 && value >= edges[band + 1]) {
        band += 1;
      }
      const room = edges[band + 1] - edges[band];
      return band + (room > 0 ? Math.min((value - edges[band]) / room, 0.999) : 0);
    });
  }

  // The cost by step. What rises far above the start leaves the picture at its top.
  function costs(svg, values, lowest, width, name) {
    const box = { left: 56, top: 30, right: width - 14, bottom: 190 };
    svg.setAttribute("viewBox", `0 0 ${width} ${box.bottom + 40}`);
    svg.style.height = `${box.bottom + 40}px`;
    const bottom = Math.min(lowest, ...values);
    const top = Math.min(Math.max(...values), values[0] + 1.5 * Math.max(values[0] - bottom, 1e-12));
    const room = (top - bottom || 1) * 0.08;
    const x = scale(0, Math.max(values.length - 1, 1), box.left, box.right);
    const y = scale(bottom - room, top + room, box.bottom, box.top);
    const steps = ticks(0, values.length - 1 || 1, Math.min(width / 70, 10)).filter(Number.isInteger);
    const inside = frame(svg, box, x, y, [name, "J"], [steps, ticks(bottom, top + room, 5)]);
    if (Number.isFinite(lowest)) {
      inside.append(make("line", { class: "floor", x1: box.left, x2: box.right, y1: y(lowest), y2: y(lowest) }));
    }
    path(
      inside,
      values.map((value, t) => [x(t), within(y(value))]),
    );
  }

  return { costs, landscape, make, path, short };
})();
