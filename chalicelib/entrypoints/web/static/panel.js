/* What a page does beyond HTML: refreshes while it is looked at, counts down, answers to keys. Everything works without it. */
"use strict";
(() => {
  const page = document.documentElement.dataset, byId = (id) => document.getElementById(id);
  const each = (selector, act) => document.querySelectorAll(selector).forEach(act);
  const on = (name, act, capture) => document.addEventListener(name, act, capture);
  const say = (text) => { byId("voice").textContent = text; };
  /* The server's clock: a phone's may be minutes off. */
  const opened = performance.timeOrigin + (performance.getEntriesByType("navigation")[0]?.responseStart ?? 0);
  const skew = Date.parse(page.now) - opened, now = () => Date.now() + skew;

  /* An element with data-due asks anew after so many seconds, never in a hidden tab, later and later while it fails. */
  const due = new WeakMap(), failures = new WeakMap();
  const plan = (element) => due.set(element, Date.now() + element.dataset.due * 1000 * 2 ** Math.min(failures.get(element) ?? 0, 5));
  const refresh = (element) => {
    if (!due.has(element)) plan(element);
    const writing = element.querySelector(":is(input, textarea, select):focus");
    if (due.get(element) - Date.now() > 500 || (writing && !writing.closest("[hx-preserve]"))) return;
    due.set(element, Infinity);
    element.dispatchEvent(new Event("due"));
  };
  on("htmx:afterRequest", ({ detail: { elt: element, successful } }) => {
    release(element.closest("form"));
    if (!element.dataset.due) return;
    failures.set(element, successful ? 0 : (failures.get(element) ?? 0) + 1);
    if (failures.get(element) === 2) say(page.stale);
    plan(element);
  });
  /* What a form cannot be answered in its place is answered as a page: refused, expired, failed. */
  on("htmx:responseError", ({ detail: { elt: element } }) => element.closest("form")?.submit());

  const left = (ms) => {
    const seconds = Math.ceil(ms / 1000), minutes = Math.floor(seconds / 60);
    return minutes ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
  };
  const count = (element) => {
    const { countdown, over, say: sentence, step } = element.dataset, ms = Date.parse(countdown) - now();
    if (step === "over") return;
    const next = ms > 0 ? String(Math.ceil(ms / 15000)) : "over";
    element.textContent = ms > 0 ? left(ms) : over;
    element.dataset.step = next;
    if (next === "over") {
      say(over);
      element.dispatchEvent(new Event("over", { bubbles: true }));
    } else if (sentence && step && step !== next) say(sentence.replace("{}", left(ms)));
  };
  const units = [[60, 1], [3600, 60], [172800, 3600]];
  const age = (element) => {
    const past = (now() - Date.parse(element.dateTime)) / 1000, unit = units.findIndex(([limit]) => past < limit);
    if (past >= 2 && unit >= 0) element.textContent = page.ago.split("|")[unit].replace("{}", Math.floor(past / units[unit][1]));
  };

  let beat, clock;
  const tick = () => {
    each("[data-due]", refresh);
    each("[data-countdown]", count);
    if (beat++ % 30 === 0) each("time[data-relative]", age);
  };
  const watch = () => {
    clearInterval(clock);
    if (document.hidden) return;
    beat = 0;
    tick();
    clock = setInterval(tick, 1000);
  };
  const dress = () => {
    each("[data-copy], [data-help]", (element) => { element.hidden = false; });
    each("[data-due]", refresh);
  };
  on("visibilitychange", watch);
  /* What is swapped keeps the link one stood on. */
  let stood;
  on("htmx:beforeSwap", ({ detail: { target } }) => {
    stood = target.contains(document.activeElement) && document.activeElement.getAttribute("href");
  });
  on("htmx:afterSettle", () => {
    dress();
    if (stood) document.querySelector(`a[href="${CSS.escape(stood)}"]`)?.focus({ preventScroll: true });
    stood = null;
  });

  /* A form is sent once; its answer, or coming back to the page, frees it. */
  const release = (form) => {
    if (!form?.dataset.sent) return;
    delete form.dataset.sent;
    form.querySelectorAll("button").forEach((button) => button.removeAttribute("aria-disabled"));
  };
  on("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) {
      event.preventDefault();
      event.stopPropagation();
    }
    form.dataset.sent = "yes";
    form.querySelectorAll("button").forEach((button) => button.setAttribute("aria-disabled", "true"));
  }, true);
  addEventListener("pageshow", () => each("form[data-sent]", release));

  on("click", ({ target }) => {
    const copy = target.closest("[data-copy]"), label = copy?.querySelector("span");
    if (copy) navigator.clipboard?.writeText(copy.dataset.copy || location.href.split("?")[0]).then(() => {
      const { done } = copy.dataset, before = label.textContent;
      say(label.textContent = done);
      if (before !== done) setTimeout(() => { label.textContent = before; }, 2000);
    });
    if (target.closest("[data-help]")) byId("keys").showModal();
    each(".account[open]", (menu) => { menu.open = menu.contains(target); });
  });

  const move = (by) => {
    const rows = [...document.querySelectorAll("[data-rows] .main-cell a, a[data-row]")], at = rows.indexOf(document.activeElement);
    rows[Math.max(0, at < 0 ? 0 : Math.min(rows.length - 1, at + by))]?.focus();
  };
  const keys = { j: () => move(1), k: () => move(-1), "/": () => byId("search")?.focus(), "?": () => byId("keys")?.showModal() };
  const stored = "portaria-keys", silent = () => localStorage.getItem(stored) === "off";
  on("keydown", (event) => {
    const writing = event.target.closest("input, textarea, select, dialog");
    if (event.key === "Escape") {
      each(".account[open]", (menu) => { menu.open = false; menu.firstElementChild.focus(); });
      if (writing?.matches(".input")) writing.blur();
    }
    const act = keys[event.key.toLowerCase()];
    if (!act || writing || event.ctrlKey || event.metaKey || event.altKey || silent()) return;
    event.preventDefault();
    act();
  });
  each("#keys-on", (toggle) => {
    toggle.checked = !silent();
    toggle.addEventListener("change", () => localStorage.setItem(stored, toggle.checked ? "on" : "off"));
  });
  each("[data-focus]", (element) => element.focus());
  dress();
  watch();
})();
