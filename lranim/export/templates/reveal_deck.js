// What a deck of clips adds to reveal.js: clips that play with their slide, stage by stage if wished.
(() => {
  "use strict";

  const root = document.querySelector(".reveal");
  const { width, height } = root.dataset;
  const autoplay = "autoplay" in root.dataset;
  const steps = "steps" in root.dataset;
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  const printed = /print-pdf|view=print/.test(window.location.search);
  // The speaker view shows the deck twice more; there the clips stand still.
  const speaker = /receiver/.test(window.location.search);
  const words = JSON.parse(root.dataset.words);
  const theirs = JSON.parse(root.dataset.theirs); // what reveal.js says in English, as the deck's language has it

  const videos = [...document.querySelectorAll("video")];
  const pictures = [...document.querySelectorAll("img[data-file]")];
  const BEFORE = 0.04; // how long before the next beat a stage ends (s): all that it tells is there

  // In one file each clip is there once, as base64. Safari plays no video out of a data: address, but a blob.
  const urls = new Map();
  function url(name) {
    const script = [...document.querySelectorAll("script[data-name]")].find((one) => one.dataset.name === name);
    if (script && !urls.has(name)) {
      const bytes = Uint8Array.from(window.atob(script.textContent), (letter) => letter.charCodeAt(0));
      urls.set(name, URL.createObjectURL(new Blob([bytes], { type: script.dataset.type })));
    }
    return urls.get(name) || name;
  }

  // A browser holds only some dozens of videos open: those of this slide and of its neighbours are.
  function load() {
    const slides = Reveal.getSlides();
    const here = slides.indexOf(Reveal.getCurrentSlide());
    const near = slides.filter((slide, index) => Math.abs(index - here) <= 1);
    for (const video of videos) {
      const wanted = near.includes(video.closest("section"));
      if (wanted && !video.hasAttribute("src")) {
        video.src = url(video.dataset.file);
      } else if (!wanted && video.hasAttribute("src")) {
        video.removeAttribute("src");
        video.load();
      }
    }
    for (const picture of pictures) {
      // A GIF begins when it is given; elsewhere its poster stands.
      const poster = picture.parentNode.querySelector("source").srcset;
      picture.src = picture.closest("section") === slides[here] ? url(picture.dataset.file) : poster;
    }
  }

  function shown() {
    const slide = Reveal.getCurrentSlide();
    return videos.filter((video) => slide && slide.contains(video));
  }

  const stops = new Map(); // where a video waits (s)

  // Until a clip has begun its controls stay in view, since nothing else says that it is one.
  function begun(video, yes) {
    video.parentNode.classList.toggle("begun", yes);
  }

  function play(video) {
    // A browser may refuse to play by itself; the poster and the controls are there.
    video.play().catch(() => {});
  }

  function watch(video) {
    if (video.paused || !stops.has(video)) {
      return;
    }
    const stop = stops.get(video);
    if (video.currentTime >= stop) {
      video.pause();
      video.currentTime = stop;
    } else {
      window.requestAnimationFrame(() => watch(video));
    }
  }

  for (const video of videos) {
    video.addEventListener("play", () => {
      begun(video, true);
      watch(video);
    });
    // Who clicked a control has not gone there by keyboard: the next key is for the slides again.
    video.addEventListener("pointerup", () => video.blur());
    // Where it waits holds for one stage: who then uses the video's own button plays on.
    video.addEventListener("pause", () => stops.delete(video));
  }

  // The stage of the story that the slide has come to; -1 before the first one.
  function stage() {
    const fragments = Reveal.getCurrentSlide().querySelectorAll(".fragment.visible");
    return fragments.length - (autoplay ? 0 : 1);
  }

  // Show a stage of the slide's clips: as it plays, or as it stands when it has been told.
  function tell(moving) {
    const now = stage();
    for (const video of shown()) {
      const beats = (video.dataset.beats || "0").split(" ").map(Number);
      const last = Number(video.dataset.seconds) - BEFORE;
      const stop = now < 0 ? 0 : now + 1 < beats.length ? Math.max(beats[now + 1] - BEFORE, 0) : last;
      if (!moving || now < 0 || now >= beats.length) {
        stops.delete(video);
        video.pause();
        video.currentTime = stop;
        begun(video, true);
        continue;
      }
      stops.set(video, stop);
      if (now === 0 || Math.abs(video.currentTime - beats[now]) > 3 * BEFORE) {
        video.currentTime = beats[now];
      }
      play(video);
      watch(video);
    }
  }

  function enter() {
    if (printed) {
      return; // posters are printed
    }
    load();
    const here = shown();
    for (const video of videos) {
      if (!here.includes(video)) {
        video.pause();
      }
    }
    const moving = autoplay && !still.matches && !speaker;
    if (steps) {
      // Who comes back from the slide after it sees the story's end.
      tell(moving && stage() === 0);
      return;
    }
    for (const video of here) {
      video.currentTime = 0;
      begun(video, false);
      if (moving) {
        play(video);
      }
    }
  }

  function toggle(video) {
    if (video.paused) {
      play(video);
    } else {
      video.pause();
      // A finger cannot point without touching: who pauses with it gets the controls.
      begun(video, !window.matchMedia("(hover: none)").matches);
    }
  }

  // On a phone held upright the slide takes its shape, or it would be a strip that nobody can read.
  function size() {
    if (printed || window.innerWidth >= window.innerHeight) {
      return { width: Number(width), height: Number(height) };
    }
    return { width: 540, height: Math.round((540 * window.innerHeight) / window.innerWidth) };
  }

  for (const veil of document.querySelectorAll(".veil")) {
    veil.addEventListener("click", (event) => {
      if (event.defaultPrevented) {
        return; // it chose a slide in the overview
      }
      if (steps) {
        Reveal.next();
      } else {
        toggle(veil.parentNode.querySelector("video"));
      }
    });
  }

  // Words of reveal.js are exchanged as it puts them on the page: it has them in English alone.
  function translate() {
    for (const one of root.querySelectorAll("button, .jump-to-slide-input, .r-overlay :is(p, th, td)")) {
      for (const name of ["ariaLabel", "placeholder", "textContent"]) {
        if (Object.hasOwn(theirs, one[name])) {
          one[name] = theirs[one[name]];
        }
      }
    }
  }

  document.addEventListener("keydown", (event) => {
    const free = document.activeElement === document.body || document.activeElement === null;
    if (event.key === "Enter" && free && !Reveal.isOverview()) {
      shown().forEach(toggle);
    }
  });

  if (printed) {
    videos.forEach((video) => video.removeAttribute("controls"));
  }

  Reveal.initialize({
    ...size(),
    margin: 0,
    center: false,
    hash: true,
    controlsTutorial: false,
    controlsBackArrows: "visible",
    transition: still.matches ? "none" : "fade",
    transitionSpeed: "fast",
    backgroundTransition: "none",
    autoAnimate: false,
    scrollActivationWidth: null, // a phone swipes, too
    pdfSeparateFragments: false,
    plugins: [RevealNotes],
  }).then(() => {
    Reveal.addKeyBinding({ keyCode: 67, key: "C", description: words.captions }, () => {
      const tracks = videos.filter((video) => video.textTracks.length).map((video) => video.textTracks[0]);
      const mode = tracks.some((track) => track.mode === "showing") ? "disabled" : "showing";
      tracks.forEach((track) => (track.mode = mode));
    });
    Reveal.registerKeyboardShortcut("ENTER", words.play);
    translate();
    new MutationObserver(translate).observe(root, { childList: true });
    Reveal.on("slidechanged", enter);
    if (steps) {
      Reveal.on("fragmentshown", () => tell(!still.matches && !speaker));
      Reveal.on("fragmenthidden", () => tell(false));
    }
    window.addEventListener("resize", () => Reveal.configure(size()));
    enter();
  });
})();
