// Comfort on top of pages that work without it.
"use strict";

// Who signed in again in another tab has another token there: forms of this page send that one.
function token() {
  return document.cookie.match(/(?:^|; )(?:__Host-)?csrftoken=([^;]+)/)?.[1];
}
document.addEventListener("htmx:configRequest", (event) => {
  if (token()) event.detail.headers["X-CSRFToken"] = token();
  const alert = document.getElementById("signed-out");
  if (!alert?.contains(event.detail.elt)) alert?.replaceChildren();
});

// One submit is enough. Forms are safe against two anyway, by their key.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  const field = form.querySelector("input[name=csrfmiddlewaretoken]");
  if (field && token()) field.value = token();
  // After the browser has read which button was pressed.
  setTimeout(() => {
    for (const button of form.querySelectorAll("button[type=submit]")) {
      button.disabled = true;
    }
    form.setAttribute("aria-busy", "true");
  });
});

// A page that is shown again from the browser's memory takes submits again.
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[aria-busy]")) {
    form.removeAttribute("aria-busy");
    for (const button of form.querySelectorAll("button[type=submit]")) button.disabled = false;
  }
});

// Menus close on Escape and on a click elsewhere.
function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== except) menu.open = false;
  }
}
document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.activeElement?.closest("details.menu[open]");
  closeMenus();
  menu?.querySelector("summary").focus();
});

// Where views of a page do not fit beside each other, the one that is open is in sight.
function showOpenTab() {
  for (const tab of document.querySelectorAll(".tabs > [aria-current]")) {
    const tabs = tab.parentElement;
    tabs.scrollLeft = tab.offsetLeft - tabs.offsetLeft - (tabs.clientWidth - tab.offsetWidth) / 2;
  }
}
document.addEventListener("DOMContentLoaded", showOpenTab);

// More lines of a formset, from its own template.
function offerLines(root) {
  for (const button of root.querySelectorAll("[data-add-line]")) button.hidden = false;
}
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-add-line]");
  if (!button) return;
  const formset = button.closest("[data-formset]");
  const prefix = formset.dataset.formset;
  const total = formset.querySelector(`[name="${prefix}-TOTAL_FORMS"]`);
  const line = formset.querySelector("template").content.cloneNode(true);
  for (const element of line.querySelectorAll("*")) {
    for (const attribute of element.attributes) {
      attribute.value = attribute.value.replaceAll("__prefix__", total.value);
    }
  }
  const group = line.querySelector(".formset-line");
  group.setAttribute("aria-label", `${group.getAttribute("aria-label")}${Number(total.value) + 1}`);
  total.value = Number(total.value) + 1;
  formset.insertBefore(line, formset.querySelector("template"));
  group.querySelector("input:not([type=hidden]), select, textarea")?.focus();
});
document.addEventListener("DOMContentLoaded", () => offerLines(document));
document.addEventListener("htmx:afterSwap", (event) => offerLines(event.detail.elt));

// Empty filters stay out of the address.
document.addEventListener("htmx:configRequest", (event) => {
  if (!event.detail.elt.matches(".filters")) return;
  for (const [name, value] of [...event.detail.formData.entries()]) {
    if (value === "") event.detail.formData.delete(name);
  }
});

// What the server could not answer is said where messages stand.
function sayFailed() {
  const failed = document.getElementById("failed");
  const messages = document.getElementById("messages");
  if (failed && messages) messages.replaceChildren(failed.content.cloneNode(true));
}
document.addEventListener("htmx:responseError", sayFailed);
document.addEventListener("htmx:sendError", sayFailed);
