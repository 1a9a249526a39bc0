// What a run turned out to do, in one word: lranim.core.descend's status, and then lranim.core.theory.verdict.
const verdicts = (() => {
  "use strict";

  const SAME = 1e-9;
  const ARRIVED = 1e-6;
  const NEGLIGIBLE = 1e-9;
  const NEAR = 0.1;
  const ROUNDING = 1e-12;
  const AT_MINIMUM = 1e-9;
  const FOR_EVER = 1e-4;
  const LONGEST_CYCLE = 8;

  const gap = (one, other) => Math.max(...one.map((value, i) => Math.abs(value - other[i])));
  const size = (vector) => Math.max(...vector.map(Math.abs));
  const dot = (one, other) => one.reduce((sum, value, i) => sum + value * other[i], 0);

  function status(cost, run) {
    const { x, cost: value, grad } = run;
    const last = x.length - 1;
    if (run.ended) {
      return "diverged";
    }
    const width = Math.max(...cost.domain.map(([low, high]) => high - low));
    if (last > 1) {
      const stride = gap(x[last], x[last - 1]);
      if (gap(x[last], x[last - 2]) <= SAME * stride && stride > SAME * width) {
        return "bounced";
      }
    }
    if (cost.minima.some((minimum) => gap(x[last], minimum) <= ARRIVED * width)) {
      return "converged";
    }
    if (size(grad[last]) <= NEGLIGIBLE * size(grad[0])) {
      return "converged";
    }
    const rises = last > 1 && value[last] > value[last - 1] && value[last - 1] > value[last - 2];
    return rises && value[last] > Math.max(...value.slice(0, -1)) ? "diverged" : "out-of-steps";
  }

  // Distances to the known minimum that the run ends nearest to; without one, to its last point.
  function errors(cost, run) {
    const end = run.x[run.x.length - 1];
    const away = (point, goal) => Math.hypot(...point.map((value, i) => value - goal[i]));
    const goals = cost.minima.length ? cost.minima : [end];
    const goal = goals.reduce((best, one) => (away(one, end) < away(best, end) ? one : best));
    return run.x.map((point) => away(point, goal));
  }

  function changesSides(grad) {
    const turned = grad.slice(1).map((one, k) => dot(one, grad[k]) < 0);
    const lengths = grad.slice(1).map((one) => Math.sqrt(dot(one, one)));
    const count = turned.filter(Boolean).length;
    const total = lengths.reduce((sum, one) => sum + one, 0);
    const across = lengths.filter((one, k) => turned[k]).reduce((sum, one) => sum + one, 0);
    return count >= Math.min(2, turned.length) && across > total / 2;
  }

  function repeats(run) {
    const { x } = run;
    const late = run.step.slice(-3);
    const undone = late.slice(1).map((one, k) => -dot(one, late[k]) / dot(late[k], late[k]));
    if (undone.length && undone.every((share) => Math.abs(share - 1) <= FOR_EVER)) {
      return true;
    }
    for (let period = 3; period <= Math.min(LONGEST_CYCLE, Math.floor(run.step.length / 2)); period += 1) {
      const recent = x.slice(-period);
      const before = x.slice(-2 * period, -period);
      const spans = x[0].map((_, i) => {
        const values = recent.map((point) => point[i]);
        return Math.max(...values) - Math.min(...values);
      });
      const extent = Math.max(...spans);
      if (extent > 0 && Math.max(...recent.map((point, k) => gap(point, before[k]))) <= FOR_EVER * extent) {
        return true;
      }
    }
    return false;
  }

  function verdict(cost, run) {
    const ended = run.status || status(cost, run);
    if (ended === "diverged") {
      return "diverges";
    }
    if (ended !== "converged" && (ended === "bounced" || repeats(run))) {
      return "bounces";
    }
    if (ended !== "converged" && !cost.minima.length) {
      return "wanders";
    }
    const away = errors(cost, run);
    const farthest = Math.max(...away);
    const end = away[away.length - 1];
    const taken = run.step.length;
    if (farthest <= AT_MINIMUM * NEAR) {
      return "settles";
    }
    if (away.slice(1).every((one) => one <= AT_MINIMUM * farthest)) {
      return "lands";
    }
    const late = away.slice(Math.floor(taken / 2));
    const grows = late.slice(2).some((one, k) => one > late[k] + AT_MINIMUM * farthest);
    if (end >= away[0] || grows) {
      const near = away.map((one) => one <= NEAR * (1 + ROUNDING));
      return !near[0] && near.slice(-(Math.floor(taken / 4) + 2)).every(Boolean) ? "settles" : "wanders";
    }
    if (changesSides(run.grad)) {
      return "jumps";
    }
    if (end <= NEAR * (1 + ROUNDING)) {
      return "settles";
    }
    return changesSides(run.grad.slice(Math.floor(taken / 2))) ? "jumps" : "crawls";
  }

  // From here on it is lranim.core.story: how the clip of this run would end, with a refinement behind a dot.

  const FARTHEST = 40;
  const HIGHEST = 1e100;
  const FEW = 3;
  const SOON = 2;
  const LEVEL = 1e-3;
  const STRIDE = 0.004;
  const SHARES = [...new Array(500).fill(1), ...new Array(50).fill(0).map((_, k) => 0.1 ** (k / 49))];

  const isNear = (away) => away <= NEAR * (1 + ROUNDING);

  function lost(cost, run, t) {
    const isOut = (value, [low, high]) => Math.abs(value - (low + high) / 2) > (FARTHEST * (high - low)) / 2;
    return Math.abs(run.cost[t]) > HIGHEST || run.x[t].some((value, i) => isOut(value, cost.domain[i]));
  }

  function asFarAsShown(cost, run) {
    const gone = run.x.findIndex((_, t) => lost(cost, run, t));
    const end = gone < 0 ? run.step.length : Math.max(gone, 1);
    const [x, value, grad] = [run.x, run.cost, run.grad].map((all) => all.slice(0, end + 1));
    return { x, cost: value, grad, step: run.step.slice(0, end), status: status(cost, run) };
  }

  // The number of the minimum to which the slope leads down from a point; -1 for none.
  function valley(cost, point) {
    const reach = cost.domain.map(([low, high]) => high - low);
    const middle = cost.domain.map(([low, high]) => (low + high) / 2);
    const far = Math.max(...point.map((value, i) => Math.abs((value - middle[i]) / reach[i])));
    const stride = Math.max(STRIDE, far / 100);
    const gaps = (at) => cost.minima.map((one) => Math.max(...at.map((v, i) => Math.abs((v - one[i]) / reach[i]))));
    let place = point;
    for (const share of SHARES) {
      if (Math.min(...gaps(place)) <= STRIDE) {
        break; // where it leads is known
      }
      const grad = cost.gradient(place).map((value, i) => value * reach[i]);
      const length = Math.hypot(...grad);
      place = place.map((value, i) => value - (grad[i] / length || 0) * stride * share * reach[i]);
    }
    const found = gaps(place);
    return Math.min(...found) <= 3 * STRIDE ? found.indexOf(Math.min(...found)) : -1;
  }

  function asLow(cost, point) {
    const lowest = cost.value(cost.minima[0])[0];
    return cost.value(point)[0] <= lowest + 1e-9 * Math.max(1, Math.abs(lowest));
  }

  function soon(away, taken) {
    const [first, before, now] = away.slice(-3);
    if (!(NEAR < now && now < before)) {
      return false;
    }
    const even = Math.abs(first - before - (before - now)) <= 1e-8 + LEVEL * Math.abs(before - now);
    const needed = even ? (now - NEAR) / (before - now) : Math.log(NEAR / now) / Math.log(now / before);
    return needed <= SOON * Math.max(taken, 5);
  }

  function ending(cost, whole, asked) {
    const run = asFarAsShown(cost, whole);
    const kind = verdict(cost, run);
    const last = run.step.length;
    const { minima } = cost;
    if (last < asked && !lost(cost, run, last)) {
      return "leaves";
    }
    if (run.status === "diverged" && run.cost[last] <= Math.min(...run.cost)) {
      return "falls";
    }
    if (kind === "diverges") {
      return kind;
    }
    if (!minima.length && kind !== "bounces") {
      return "open";
    }
    if (minima.length > 1) {
      const [from, to] = [run.x[0], run.x[last]].map((point) => valley(cost, point));
      if (from !== to && Math.min(from, to) >= 0) {
        return `${kind}.escaped`;
      }
    }
    const away = errors(cost, run);
    if (kind === "settles" || kind === "lands") {
      const gaps = minima.map((one) => Math.hypot(...one.map((value, i) => value - run.x[last][i])));
      const refined = minima.filter((one) => asLow(cost, one)).length === 1 ? "" : ".one";
      return kind + (asLow(cost, minima[gaps.indexOf(Math.min(...gaps))]) ? refined : ".local");
    }
    if (kind === "jumps" && isNear(away[last])) {
      return "jumps.arrived";
    }
    if (["crawls", "jumps", "wanders"].includes(kind) && last < FEW) {
      return "early";
    }
    return kind === "crawls" && soon(away, last) ? "nears" : kind;
  }

  return { status, verdict, ending };
})();
