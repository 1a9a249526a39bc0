// A GIF has no button to stop it: here it gets one, and it stands still for those who asked their system for that.
document.addEventListener("DOMContentLoaded", () => {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  for (const image of document.querySelectorAll("img.clip")) {
    const moving = image.src;
    const button = document.createElement("button");
    const frame = document.createElement("div");
    frame.className = "clip-frame";
    button.type = "button";
    image.replaceWith(frame);
    frame.append(image, button);
    let plays = !still;
    const show = () => {
      image.src = plays ? moving : moving.replace(/\.gif$/, ".still.png");
      button.textContent = plays ? "Stop" : "Play";
    };
    button.addEventListener("click", () => { plays = !plays; show(); });
    show();
  }

  // What scrolls can be reached with the keyboard, headings have a level, and the two columns beside the page a name.
  for (const block of document.querySelectorAll(".highlight pre")) {
    if (block.scrollWidth > block.clientWidth) block.tabIndex = 0;
  }
  document.querySelector(".sidebar-drawer")?.setAttribute("aria-label", "Contents of the site");
  document.querySelector(".toc-drawer")?.setAttribute("aria-label", "Contents of this page");
  for (const caption of document.querySelectorAll("p.caption[role=heading]")) caption.ariaLevel = 2;
});
