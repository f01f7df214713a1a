// "Copy the link": shown only where it can work; the line can be marked by hand anywhere.
"use strict";

for (const button of document.querySelectorAll("[data-copy]")) {
  const line = document.getElementById(button.dataset.copy);
  button.hidden = false;
  button.addEventListener("click", async () => {
    line.select();
    try {
      await navigator.clipboard.writeText(line.value);
    } catch {
      return; // marked all the same: Ctrl+C
    }
    button.querySelector("span").textContent = button.dataset.done;
  });
}
