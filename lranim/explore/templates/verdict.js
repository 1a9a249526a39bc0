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
    const ended = status(cost, run);
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

  // Whether a run goes past a low place at least once, in some direction, and comes to rest at a minimum when it
  // goes on: `longer` is that run.
  function swings(cost, run, longer) {
    const past = run.grad.slice(1).some((one, k) => one.some((value, i) => value * run.grad[k][i] < 0));
    if (!past || !cost.minima.length) {
      return false;
    }
    const all = longer();
    const away = errors(cost, all);
    return away[away.length - 1] <= NEAR && ["settles", "jumps"].includes(verdict(cost, all));
  }

  // What is said of a run, as lranim.core.results.outcome: its verdict, that there is no minimum to arrive at, or
  // that it falls for ever. Where the scenes say that it wanders, it may swing and not be there yet.
  function outcome(cost, run, longer) {
    const kind = verdict(cost, run);
    const level = kind === "settles" && run.x[0].length === 1;
    if (!cost.minima.length && (level || kind === "wanders" || kind === "diverges")) {
      return "open";
    }
    if (kind === "wanders" && swings(cost, run, longer)) {
      return "swings";
    }
    return kind === "diverges" && run.cost[run.cost.length - 1] <= Math.min(...run.cost) ? "falls" : kind;
  }

  return { status, verdict, outcome };
})();
