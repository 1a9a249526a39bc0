// A gallery: clips that play when one looks at them, filters that stand in the address, and buttons that copy.
(() => {
  "use strict";

  const form = document.getElementById("filters");
  const cards = [...document.querySelectorAll(".card")];
  const facets = ["scene", "lang", "theme"];
  const words = JSON.parse(document.querySelector("main").dataset.words);
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");

  function say(name, values = {}) {
    return words[name].replace(/\{(\w+)\}/g, (sign, value) => values[value]);
  }

  // Playing. A browser holds only some dozens of videos open: one is at a time.

  let open = null; // the screen whose clip is loaded

  function close(screen) {
    stop(screen);
    screen.classList.remove("on");
    screen.querySelectorAll(".moving").forEach((picture) => picture.remove());
    const video = screen.querySelector("video");
    if (video && video.networkState !== HTMLMediaElement.NETWORK_EMPTY) {
      video.load(); // which, with preload="none", lets go of it
    }
  }

  function mark(screen, playing) {
    screen.classList.toggle("playing", playing);
    screen.querySelector(".play").setAttribute("aria-pressed", String(playing));
  }

  function start(screen) {
    if (open && open !== screen) {
      close(open);
    }
    open = screen;
    mark(screen, true);
    const video = screen.querySelector("video");
    if (video) {
      // A browser may refuse to play, or not know the format; then the poster stays.
      video.play().catch(() => mark(screen, !video.paused));
      return;
    }
    const gif = new Image();
    gif.className = "moving";
    gif.alt = "";
    gif.onload = () => screen.classList.add("on");
    gif.src = screen.querySelector(".play").dataset.gif;
    screen.insertBefore(gif, screen.querySelector(".play"));
  }

  function stop(screen) {
    const video = screen.querySelector("video");
    if (video) {
      video.pause();
    } else {
      screen.classList.remove("on"); // a GIF cannot wait
      screen.querySelectorAll(".moving").forEach((picture) => picture.remove());
    }
    mark(screen, false);
  }

  const seen = new IntersectionObserver((rows) => {
    for (const row of rows) {
      if (!row.isIntersecting && row.target === open) {
        stop(row.target);
      }
    }
  });

  for (const button of document.querySelectorAll(".play")) {
    const screen = button.parentNode;
    const video = screen.querySelector("video");
    const playing = () => screen.classList.contains("playing");
    const leave = () => playing() && stop(screen);
    seen.observe(screen);
    if (video) {
      video.addEventListener("playing", () => screen.classList.add("on"));
    }
    button.addEventListener("pointerenter", (event) => {
      if (event.pointerType === "mouse" && !still.matches && !playing()) {
        start(screen);
      }
    });
    button.addEventListener("pointerleave", (event) => {
      if (event.pointerType === "mouse" && !button.matches(":focus-visible")) {
        leave();
      }
    });
    button.addEventListener("focus", () => {
      if (button.matches(":focus-visible") && !still.matches && !playing()) {
        start(screen);
      }
    });
    button.addEventListener("blur", () => {
      if (!button.matches(":hover")) {
        leave();
      }
    });
    button.addEventListener("click", () => (playing() ? stop(screen) : start(screen)));
  }

  // Filtering.

  const texts = new Map(cards.map((card) => [card, card.querySelector(".about").textContent.toLowerCase()]));

  function wishes() {
    return Object.fromEntries(["q", ...facets].map((name) => [name, form.elements[name].value.trim()]));
  }

  function fits(card, asked, except) {
    return (
      facets.every((name) => name === except || !asked[name] || card.dataset[name] === asked[name]) &&
      asked.q
        .toLowerCase()
        .split(/\s+/)
        .every((word) => texts.get(card).includes(word))
    );
  }

  function filter() {
    const asked = wishes();
    let count = 0;
    for (const card of cards) {
      const fit = fits(card, asked);
      card.hidden = !fit;
      count += fit;
    }
    if (open && open.closest(".card").hidden) {
      close(open);
      open = null;
    }
    for (const name of facets) {
      const there = cards.filter((card) => fits(card, asked, name));
      for (const option of form.elements[name].options) {
        if (option.value) {
          const those = there.filter((card) => card.dataset[name] === option.value);
          option.textContent = `${option.value} (${those.length})`;
        }
      }
    }
    const total = say(cards.length === 1 ? "total_one" : "total", { total: cards.length });
    const some = say("some", { count, total });
    document.getElementById("count").textContent = count === cards.length ? total : some;
    document.getElementById("none").hidden = count > 0;
  }

  function write() {
    const given = Object.entries(wishes()).filter(([, value]) => value);
    const hash = new URLSearchParams(given).toString();
    window.history.replaceState(null, "", hash ? `#${hash}` : window.location.href.split("#")[0]);
  }

  function read() {
    const given = new URLSearchParams(window.location.hash.slice(1));
    for (const name of ["q", ...facets]) {
      const value = given.get(name) || "";
      form.elements[name].value = value;
      if (form.elements[name].selectedIndex === -1) {
        form.elements[name].value = ""; // there is no such clip
      }
    }
    filter();
  }

  function reset() {
    for (const name of ["q", ...facets]) {
      form.elements[name].value = "";
    }
    filter();
    write();
  }

  form.addEventListener("input", () => {
    filter();
    write();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    reset();
  });
  document.querySelector("#none button").addEventListener("click", () => {
    reset();
    form.elements.q.focus();
  });
  window.addEventListener("hashchange", read);
  form.hidden = false;
  read();

  // Copying. Where the clipboard is not to be had, as on some pages from file://, a selected text is copied.

  function copySelected(text) {
    const area = document.createElement("textarea");
    area.value = text;
    area.setAttribute("readonly", "");
    area.style.cssText = "position: fixed; top: 0; left: 0; opacity: 0;";
    document.body.append(area);
    const before = document.activeElement;
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    before.focus({ preventScroll: true });
    return done;
  }

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return copySelected(text);
    }
  }

  for (const button of document.querySelectorAll(".copy")) {
    button.addEventListener("click", async () => {
      const code = button.closest(".copied").querySelector("code");
      const done = await copy(code.textContent);
      if (!done) {
        window.getSelection().selectAllChildren(code);
      }
      button.textContent = say(done ? "copied" : "selected");
      document.getElementById("said").textContent = say(done ? "copied_said" : "selected_said");
      window.setTimeout(() => {
        button.textContent = say("copy");
        document.getElementById("said").textContent = "";
      }, 2000);
    });
  }
})();
