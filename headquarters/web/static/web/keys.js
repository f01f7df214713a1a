// For whoever works without a mouse. Without this file every page still works, with more steps of Tab.
"use strict";

(() => {
  // A form that was refused begins where something is wrong; a preview that was asked for, at the preview.
  const begin = () => {
    const shown = (one) => one.type !== "hidden" && one.checkVisibility();
    const first = (what) => [...document.querySelectorAll(`main :is(${what})`)].find(shown);
    const wrong = first("[aria-invalid=true], .wrong :is(input, select, textarea)");
    const found = wrong ?? first("[autofocus]") ?? first(".error[role=alert]") ?? first(".preview h2");
    if (!found) return;
    if (found.tabIndex < 0) found.tabIndex = -1;
    found.focus();
  };

  // What lies over the page goes with Escape, and the focus back to what opened it.
  const close = (box) => {
    const inside = box.contains(document.activeElement);
    box.open = false;
    if (inside) box.querySelector("summary").focus();
  };

  const escape = () => {
    document.querySelectorAll("details.pick[open]").forEach(close);
    const menu = document.getElementById("menu");
    if (!menu?.checked) return;
    menu.checked = false;
    menu.focus();
  };

  // After Tab has left it, it would cover what Tab comes to.
  const leave = (at) => {
    for (const box of document.querySelectorAll("details.pick[open]")) if (!box.contains(at)) box.open = false;
  };

  // A page that would load itself anew asks first when somebody is at work on it: their words would be lost.
  const wait = (event) => {
    const words = document.querySelector("template[data-made]");
    const at = document.activeElement?.closest("main :is(a, button, input, select, textarea, summary)");
    if (!words || !at || !event.detail.xhr.getResponseHeader("HX-Refresh")) return;
    event.preventDefault();
    event.detail.elt.replaceWith(words.content.cloneNode(true));
  };

  // Without "#main" in the address: a form would carry it on, and its answer begin there, past what is wrong.
  const skip = (event) => {
    event.preventDefault();
    document.getElementById("main").focus();
  };

  document.querySelector(".skip").addEventListener("click", skip);
  document.addEventListener("htmx:beforeOnLoad", wait);
  document.addEventListener("keydown", (event) => event.key === "Escape" && escape());
  document.addEventListener("keyup", (event) => event.key === "Tab" && leave(event.target));
  begin();
})();
