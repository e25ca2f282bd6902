/** Small comforts for pages that work without them. */

/** Plus and minus buttons around number inputs. */
for (const stepper of document.querySelectorAll("[data-stepper]")) {
  const input = stepper.querySelector("input");
  const fewer = stepButton(stepper.dataset.fewer, "M5 12h14", () => step(-1));
  const more = stepButton(stepper.dataset.more, "M5 12h14M12 5v14", () => step(1));
  const step = (by) => {
    const wanted = (Number.parseInt(input.value, 10) || 0) + by;
    input.value = String(Math.min(Number(input.max), Math.max(Number(input.min), wanted)));
    input.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const refresh = () => {
    fewer.disabled = Number(input.value) <= Number(input.min);
    more.disabled = Number(input.value) >= Number(input.max);
  };
  input.before(fewer);
  input.after(more);
  input.addEventListener("input", refresh);
  stepper.classList.add("is-enhanced");
  refresh();
}

/** After a form came back with errors, their summary is read first. */
document.querySelector("[data-focus-first]")?.focus();

/** An open sheet closes by Escape and by a press elsewhere. */
for (const sheet of document.querySelectorAll("details.settings")) {
  document.addEventListener("click", (event) => {
    if (!sheet.contains(event.target)) sheet.open = false;
  });
  sheet.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !sheet.open) return;
    sheet.open = false;
    sheet.querySelector("summary").focus();
  });
}

/** Buttons that print the page appear only where they work. */
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

function stepButton(label, path, press) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "stepper-button";
  button.setAttribute("aria-label", label);
  button.innerHTML = `<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="${path}"/></svg>`;
  button.addEventListener("click", press);
  return button;
}
