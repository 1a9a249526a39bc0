// The numbers: a cost from its steps, the rules, and the descent, as lranim.core has them.
const numbers = (() => {
  "use strict";

  const operations = {
    "+": (a, b) => a + b,
    "-": (a, b) => a - b,
    "*": (a, b) => a * b,
    "/": (a, b) => a / b,
    neg: (a) => -a,
    exp: Math.exp,
    log: Math.log,
    sqrt: Math.sqrt,
    sin: Math.sin,
    cos: Math.cos,
    tan: Math.tan,
    sinh: Math.sinh,
    cosh: Math.cosh,
    tanh: Math.tanh,
    abs: Math.abs,
    sign: Math.sign,
    power: Math.pow,
  };

  // A function of points from a program's steps, each of which fills the next place. Its `first` gives the first
  // result alone and makes no arrays, for pictures that ask a hundred thousand times.
  function compiled(program, dim) {
    const first = dim + program.constants.length;
    const places = new Float64Array(first + program.steps.length);
    places.set(program.constants, dim);
    const steps = program.steps.map(([name, i, j]) => [operations[name], i, Math.max(j, 0)]);
    const run = (point) => {
      for (let k = 0; k < dim; k += 1) {
        places[k] = point[k];
      }
      for (let k = 0; k < steps.length; k += 1) {
        const [operation, i, j] = steps[k];
        places[first + k] = operation(places[i], places[j]);
      }
    };
    const plain = (point) => {
      run(point);
      return program.results.map((place) => places[place]);
    };
    const all = (point) => {
      const found = plain(point);
      return found.some(Number.isNaN) ? fromBothSides(plain, point, found) : found;
    };
    all.first = (point) => {
      run(point);
      return places[program.results[0]];
    };
    return all;
  }

  // Where a value is 0/0: the mean of what is a little before and behind, where that hardly differs.
  const ASIDE = 1e-5;
  function fromBothSides(plain, point, found) {
    const around = [-1, 1, -2, 2].map((share) => plain(point.map((x) => x + share * ASIDE)));
    return found.map((value, i) => {
      if (!Number.isNaN(value)) {
        return value;
      }
      const mean = (around[0][i] + around[1][i]) / 2;
      const all = around.map((one) => one[i]);
      const same = Math.max(...all) - Math.min(...all) <= 1e-2 * (1 + Math.abs(mean));
      return same ? mean : NaN;
    });
  }

  const zeros = (n) => new Array(n).fill(0);

  // Each rule's first state, and its step: state, gradient, rate, step's number and momentum to step and state.
  const rules = {
    "gradient-descent": {
      init: () => [],
      step: (state, grad, lr) => [grad.map((g) => -lr * g), state],
    },
    momentum: {
      init: (n) => [zeros(n)],
      step: ([before], grad, lr, t, beta) => {
        const velocity = grad.map((g, i) => beta * before[i] + g);
        return [velocity.map((v) => -lr * v), [velocity]];
      },
    },
    nesterov: {
      init: (n) => [zeros(n)],
      step: ([before], grad, lr, t, beta) => {
        const velocity = grad.map((g, i) => beta * before[i] + g);
        return [grad.map((g, i) => -lr * (g + beta * velocity[i])), [velocity]];
      },
    },
    adagrad: {
      init: (n) => [zeros(n)],
      step: ([before], grad, lr) => {
        const sum = grad.map((g, i) => before[i] + g * g);
        return [grad.map((g, i) => -(lr / (Math.sqrt(sum[i]) + 1e-10)) * g), [sum]];
      },
    },
    rmsprop: {
      init: (n) => [zeros(n)],
      step: ([before], grad, lr) => {
        const average = grad.map((g, i) => 0.99 * before[i] + (1 - 0.99) * (g * g));
        return [grad.map((g, i) => -(lr / (Math.sqrt(average[i]) + 1e-8)) * g), [average]];
      },
    },
    adam: {
      init: (n) => [zeros(n), zeros(n)],
      step: ([first, second], grad, lr, t) => {
        const m = grad.map((g, i) => 0.9 * first[i] + (1 - 0.9) * g);
        const v = grad.map((g, i) => 0.999 * second[i] + (1 - 0.999) * (g * g));
        const step = m.map((one, i) => {
          const rate = lr / (Math.sqrt(v[i] / (1 - 0.999 ** (t + 1))) + 1e-8);
          return -rate * (one / (1 - 0.9 ** (t + 1)));
        });
        return [step, [m, v]];
      },
    },
  };

  const finite = (...lists) => lists.every((list) => list.every(Number.isFinite));

  // The descent: it takes all its steps, and stops at the last point where everything is finite.
  function descend(cost, { rule, lr, beta, start, steps }) {
    const { init, step: next } = rules[rule];
    const run = { x: [], cost: [], grad: [], step: [], ended: false };
    let point = start;
    let state = init(start.length);
    for (let t = 0; t <= steps; t += 1) {
      const value = cost.value(point);
      const grad = cost.gradient(point);
      if (!finite(point, value, grad, ...state)) {
        run.ended = true;
        run.step.pop();
        break;
      }
      run.x.push(point);
      run.cost.push(value[0]);
      run.grad.push(grad);
      if (t < steps) {
        const [move, after] = next(state, grad, lr, t, beta);
        run.step.push(move);
        point = point.map((x, i) => x + move[i]);
        state = after;
      }
    }
    return run;
  }

  return { compiled, descend, operations, rules };
})();
