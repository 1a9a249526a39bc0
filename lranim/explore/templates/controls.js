// What the reader moves, and what the page then says and shows.
(() => {
  "use strict";

  const data = JSON.parse(document.getElementById("data").textContent);
  const { words, verdicts: names, variables } = data;
  const dim = variables.length;
  const cost = {
    ...data,
    value: numbers.compiled(data.value, dim),
    gradient: numbers.compiled(data.gradient, dim),
  };
  const get = (id) => document.getElementById(id);
  const { short } = pictures;
  const lowest = Math.min(...cost.minima.map((goal) => cost.value(goal)[0]));
  const land = pictures.landscape(get("landscape"), cost);
  const TICKS = 600; // steps of the slider
  const RATES = 121; // rates that the ruler tries
  const APART = 0.12; // of its length: numbers at it are no nearer to each other
  const reach = cost.domain.map(([low, high]) => high - low);

  let set = null;
  let run = null;
  let word = "";
  let waiting = 0;
  let ruled = "";

  function say(key, values = {}) {
    return words[key].replace(/\{(\w+)\}/g, (sign, name) => values[name]);
  }

  // A run, and what is said of it.
  function tried(how) {
    const found = numbers.descend(cost, how);
    return [found, known(names, verdicts.ending(cost, found, how.steps))];
  }

  // Of keys from the special to the general, the most special one that there is.
  const known = (texts, key) => (key in texts ? key : known(texts, key.slice(0, key.lastIndexOf("."))));
  const base = (kind) => kind.split(".")[0];

  const listed = (point) => point.map((value, i) => `${variables[i]} = ${short(value)}`).join(", ");
  const has = (rule) => rule === "momentum" || rule === "nesterov";
  const rateAt = ({ low, high }, share) => Number((low * (high / low) ** share).toPrecision(3));
  const shareOf = ({ low, high }, lr) => Math.log(lr / low) / Math.log(high / low);

  const room = (picture) => Math.max(240, picture.parentNode.clientWidth);

  function begin() {
    const { rule, start, steps } = data.set;
    set = { rule, start: [...start], steps, lr: data.rules[rule].lr, beta: 0.9 };
    write();
  }

  // From what is set to the page.

  function write() {
    const range = data.rules[set.rule];
    get("rule").value = set.rule;
    get("rate").value = Math.round(TICKS * Math.min(1, Math.max(0, shareOf(range, set.lr))));
    get("rate").setAttribute("aria-valuetext", `η = ${short(set.lr)}`);
    put("rate-exact", set.lr);
    get("momentum").value = set.beta;
    put("momentum-exact", set.beta);
    get("momentum-row").hidden = !has(set.rule);
    set.start.forEach((value, i) => put(`start-${i}`, value));
    put("steps", set.steps);
    show();
  }

  function put(id, value) {
    const field = get(id);
    field.removeAttribute("aria-invalid");
    get(`${id}-wrong`).textContent = "";
    if (Number(field.value) !== value || field.value === "") {
      field.value = value;
    }
  }

  function show() {
    let outcome = "";
    [run, outcome] = tried(set);
    word = verdicts.verdict(cost, run);
    document.body.dataset.verdict = base(outcome);
    get("verdict").textContent = say("verdict", { lr: short(set.lr), verdict: names[outcome] });
    get("says").textContent = words[known(words, `says_${outcome}`)];
    window.cancelAnimationFrame(waiting); // what comes faster than it can be drawn is drawn once
    waiting = window.requestAnimationFrame(() => {
      const { rule, beta, start, steps } = set;
      const asked = JSON.stringify([rule, beta, start, steps]);
      if (asked !== ruled) {
        ruled = asked;
        ruler();
        limit();
      }
      paint();
      table();
    });
  }

  // The strip below the slider: what each rate does. Neighbours of one kind are one piece.
  function ruler() {
    const range = data.rules[set.rule];
    const pieces = [];
    for (let k = 0; k < RATES; k += 1) {
      const lr = rateAt(range, k / (RATES - 1));
      const kind = tried({ ...set, lr })[1];
      const last = pieces[pieces.length - 1];
      if (last && last.kind === kind) {
        last.to = lr;
        last.count += 1;
      } else {
        pieces.push({ kind, from: lr, to: lr, count: 1 });
      }
    }
    get("ruler").replaceChildren(
      ...pieces.map(({ kind, count }) => {
        const piece = document.createElement("span");
        piece.className = `piece ${base(kind)}`;
        piece.style.flexGrow = count;
        return piece;
      }),
    );
    const parts = pieces.map(({ kind, from, to }) =>
      say("ruler_part", { verdict: names[kind], low: short(from, 3), high: short(to, 3) }),
    );
    get("ruler").setAttribute("aria-label", `${words.ruler}: ${parts.join("; ")}`);
    // A number where it begins and ends, and where it changes, as far as they keep apart.
    const ends = [0, 1];
    get("scale").replaceChildren(
      ...[range.low, range.high, ...pieces.slice(1).map(({ from }) => from)].flatMap((lr, k) => {
        const share = shareOf(range, lr);
        if (k > 1 && ends.some((end) => Math.abs(end - share) < APART)) {
          return [];
        }
        ends.push(share);
        const number = document.createElement("span");
        number.textContent = short(lr, 2);
        number.style.setProperty("--share", share);
        return [number];
      }),
    );
    const there = pieces.map(({ kind }) => kind);
    get("kinds").replaceChildren(
      ...[...new Set(there)].map((kind) => {
        const item = document.createElement("li");
        const swatch = document.createElement("span");
        swatch.className = `swatch ${base(kind)}`;
        item.append(swatch, names[kind]);
        return item;
      }),
    );
  }

  // The rate from which on a bowl as sharp as the lowest minimum no longer holds the point.
  function limit() {
    const mark = get("limit");
    const range = data.rules[set.rule];
    const plain = set.rule === "gradient-descent";
    mark.hidden = !data.curvature || !(plain || set.rule === "momentum");
    if (mark.hidden) {
      return;
    }
    const value = (plain ? 2 : 2 * (1 + set.beta)) / data.curvature;
    const share = shareOf(range, value);
    mark.hidden = share < 0 || share > 1;
    const key = `${plain ? "limit" : "limit_momentum"}${dim === 2 ? "_two" : ""}`;
    get("limit-text").textContent = say(key, { value: short(value, 3) });
    mark.style.setProperty("--share", share);
    mark.classList.toggle("late", share > 0.5);
  }

  function paint() {
    const { view } = land;
    if (!view || !run.x.length) {
      return;
    }
    view.trail.replaceChildren();
    pictures.path(
      view.trail,
      run.x.map((point, t) => view.place(point, run.cost[t])),
    );
    const [a, b] = view.place(set.start, run.cost[0]);
    get("handle").setAttribute("transform", `translate(${a} ${b})`);
    const handle = get("handle");
    handle.setAttribute("aria-valuenow", set.start[0]);
    handle.setAttribute("aria-valuetext", say("handle_says", { start: listed(set.start) }));
    const end = run.x[run.x.length - 1];
    const steps = run.step.length;
    get("picture-says").textContent = say("picture_says", { start: listed(set.start), end: listed(end), steps });
    const out = run.x.findIndex((point, t) => !view.shows(point, run.cost[t]));
    get("outside").textContent = out > 0 ? say("outside", { step: out }) : "";
    const values = { first: short(run.cost[0]), last: short(run.cost[run.cost.length - 1]), steps };
    get("cost-says").textContent = say("cost_says", values);
    pictures.costs(get("costs"), run.cost, lowest, room(get("costs")), words.step_column);
  }

  function table() {
    const length = (vector) => short(dim === 1 ? vector[0] : Math.hypot(...vector));
    get("rows").replaceChildren(
      ...run.x.map((point, t) => {
        const row = document.createElement("tr");
        const move = run.step[t] ? length(run.step[t]) : "";
        for (const text of [t, ...point.map((value) => short(value)), short(run.cost[t]), length(run.grad[t]), move]) {
          const cell = document.createElement(row.children.length ? "td" : "th");
          if (!row.children.length) {
            cell.scope = "row";
          }
          cell.textContent = text;
          row.append(cell);
        }
        return row;
      }),
    );
  }

  // From the reader's hand to what is set.

  function read(id, low, high, take, whole = false) {
    get(id).addEventListener("input", ({ target }) => {
      const value = target.value === "" ? NaN : Number(target.value);
      const fits = value >= low() && value <= high() && (!whole || Number.isInteger(value));
      if (fits && take(value) !== false) {
        write();
        return;
      }
      target.setAttribute("aria-invalid", "true");
      const key = fits ? "wrong_start" : whole ? "wrong_whole" : "wrong";
      get(`${id}-wrong`).textContent = say(key, { low: short(low()), high: short(high()) });
    });
  }

  function startAt(point) {
    const inside = point.map((value, i) => {
      const [low, high] = cost.domain[i];
      const unit = 10 ** Math.floor(Math.log10(reach[i] / 500));
      const round = Number((Math.round(value / unit) * unit).toPrecision(6));
      return Math.min(high, Math.max(low, round));
    });
    if (Number.isFinite(cost.value(inside)[0]) && cost.gradient(inside).every(Number.isFinite)) {
      set.start = inside;
      write();
    }
  }

  get("rate").addEventListener("input", ({ target }) => {
    set.lr = rateAt(data.rules[set.rule], target.value / TICKS);
    write();
  });
  get("ruler").addEventListener("click", ({ clientX }) => {
    const { left, width } = get("ruler").getBoundingClientRect();
    set.lr = rateAt(data.rules[set.rule], (clientX - left) / width);
    write();
  });
  get("momentum").addEventListener("input", ({ target }) => {
    set.beta = Number(target.value);
    write();
  });
  read("rate-exact", () => 1e-9, () => 1e6, (value) => { set.lr = value; });
  read("momentum-exact", () => 0, () => 0.99, (value) => { set.beta = value; });
  read("steps", () => 1, () => 200, (value) => { set.steps = value; }, true);
  variables.forEach((_, i) => {
    read(`start-${i}`, () => cost.domain[i][0], () => cost.domain[i][1], (value) => {
      const point = set.start.map((old, k) => (k === i ? value : old));
      const finite = Number.isFinite(cost.value(point)[0]) && cost.gradient(point).every(Number.isFinite);
      set.start = finite ? point : set.start;
      return finite;
    });
  });
  get("rule").addEventListener("change", ({ target }) => {
    set.rule = target.value;
    set.lr = data.rules[set.rule].lr;
    write();
  });
  get("reset").addEventListener("click", begin);
  document.querySelector("form").addEventListener("submit", (event) => event.preventDefault());

  const svg = get("landscape");

  function pointAt(event) {
    const area = svg.getBoundingClientRect();
    const { x, y, flat } = land.view;
    const a = x.back(event.clientX - area.left);
    return flat ? [a, y.back(event.clientY - area.top)] : [a];
  }

  svg.addEventListener("click", (event) => startAt(pointAt(event)));
  svg.addEventListener("pointerdown", (event) => {
    if (event.target.closest("#handle")) {
      svg.setPointerCapture(event.pointerId);
      get("handle").focus({ preventScroll: true });
      event.preventDefault();
    }
  });
  svg.addEventListener("pointermove", (event) => {
    if (svg.hasPointerCapture(event.pointerId)) {
      startAt(pointAt(event));
    }
  });

  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] };

  function onKey(event) {
    const way = ARROWS[event.key];
    if (!way) {
      return;
    }
    event.preventDefault();
    const by = event.shiftKey ? 0.1 : 0.01;
    const along = dim === 1 ? [way[0] + way[1]] : way;
    startAt(set.start.map((value, i) => value + by * reach[i] * along[i]));
  }

  function draw() {
    const focused = document.activeElement === get("handle");
    const handle = get("handle");
    handle.remove();
    land.draw(room(svg));
    svg.append(handle);
    if (focused) {
      handle.focus({ preventScroll: true });
    }
    paint();
  }

  get("handle").addEventListener("keydown", onKey);
  begin();
  new ResizeObserver(draw).observe(svg.parentNode);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  draw();

  // For whoever wants the numbers: what is shown now.
  window.explore = { now: () => ({ ...set, verdict: word, ...run }) };
})();
