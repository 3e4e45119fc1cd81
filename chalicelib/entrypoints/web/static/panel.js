/* What a page does beyond HTML: refreshes while it is looked at, counts down, answers to keys. Everything works without it. */
"use strict";
(() => {
  const root = document.documentElement, byId = (id) => document.getElementById(id);
  const all = (selector) => [...document.querySelectorAll(selector)];
  const opened = performance.timeOrigin + (performance.getEntriesByType("navigation")[0]?.responseStart ?? 0);
  const skew = root.dataset.now ? Date.parse(root.dataset.now) - opened : 0;
  const now = () => Date.now() + skew;
  const say = (text) => { byId("voice").textContent = text; };

  /* Refreshing: the element's own request, never in a hidden tab, later and later while it fails. */
  const due = new WeakMap(), failures = new WeakMap();
  const plan = (element) => due.set(element, Date.now() + element.dataset.due * 1000 * 2 ** Math.min(failures.get(element) ?? 0, 5));
  const refresh = (element) => {
    if (!due.has(element)) plan(element);
    else if (due.get(element) - Date.now() < 500 && !element.querySelector("input:focus, textarea:focus, select:focus")) {
      due.set(element, Infinity);
      element.dispatchEvent(new Event("due"));
    }
  };
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    const element = detail.elt;
    settle(element.closest("form"));
    if (!element.dataset.due) return;
    if (detail.successful) failures.delete(element);
    else failures.set(element, (failures.get(element) ?? 0) + 1);
    if (failures.get(element) === 2) say(root.dataset.stale);
    plan(element);
  });

  /* Time: what is left, each second; how long ago, in the words that the page came with. */
  const left = (ms) => {
    const seconds = Math.ceil(ms / 1000), minutes = Math.floor(seconds / 60);
    return minutes ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
  };
  const countdown = (element) => {
    const ms = Date.parse(element.dataset.countdown) - now(), step = Math.ceil(ms / 15000);
    if (ms > 0) element.textContent = left(ms);
    else if (element.dataset.step !== "over") {
      element.textContent = element.dataset.over;
      element.dataset.step = "over";
      say(element.dataset.over);
      element.dispatchEvent(new Event("over", { bubbles: true }));
    }
    if (ms <= 0 || !element.dataset.say || element.dataset.step === String(step)) return;
    if (element.dataset.step) say(element.dataset.say.replace("{}", left(ms)));
    element.dataset.step = step;
  };
  const units = [[60, 1], [3600, 60], [172800, 3600]];
  const relative = (element) => {
    const past = (now() - Date.parse(element.dateTime)) / 1000;
    const unit = units.findIndex(([limit]) => past < limit);
    if (past > 2 && unit >= 0) element.textContent = root.dataset.ago.split("|")[unit].replace("{}", Math.floor(past / units[unit][1]));
  };

  let beat = 0, clock;
  const look = () => all("[data-due]").forEach(refresh);
  const tick = () => {
    look();
    all("[data-countdown]").forEach(countdown);
    if (beat++ % 30 === 0) all("time[data-relative]").forEach(relative);
  };
  const watch = () => {
    clearInterval(clock);
    if (document.hidden) return;
    beat = 0;
    tick();
    clock = setInterval(tick, 1000);
  };
  const dress = () => {
    all("[data-copy][hidden], [data-help][hidden]").forEach((element) => { element.hidden = false; });
    look();
  };
  document.addEventListener("visibilitychange", watch);
  document.addEventListener("htmx:afterSettle", dress);

  /* A form is sent once; coming back to the page frees it. */
  const settle = (form) => {
    if (!form) return;
    delete form.dataset.sent;
    form.querySelectorAll("[aria-disabled]").forEach((button) => button.removeAttribute("aria-disabled"));
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) { event.preventDefault(); event.stopImmediatePropagation(); return; }
    form.dataset.sent = "yes";
    form.querySelectorAll("button").forEach((button) => button.setAttribute("aria-disabled", "true"));
  }, true);
  addEventListener("pageshow", () => all("form[data-sent]").forEach(settle));

  document.addEventListener("click", ({ target }) => {
    const copy = target.closest("[data-copy]");
    if (copy) navigator.clipboard?.writeText(copy.dataset.copy).then(() => {
      const label = copy.querySelector("span"), before = label.textContent;
      say(label.textContent = copy.dataset.done);
      setTimeout(() => { label.textContent = before; }, 2000);
    });
    if (target.closest("[data-help]")) byId("keys").showModal();
    all("details.account[open]").forEach((menu) => { if (!menu.contains(target)) menu.open = false; });
  });

  /* Keys: single ones can be switched off, none counts while one writes. */
  const move = (by) => {
    const rows = all("[data-rows] .main-cell a, a[data-row]"), at = rows.indexOf(document.activeElement);
    rows[Math.max(0, Math.min(rows.length - 1, at < 0 ? 0 : at + by))]?.focus();
  };
  const keys = {
    j: () => move(1), k: () => move(-1), "/": () => byId("search")?.focus(), "?": () => byId("keys")?.showModal(),
  };
  const stored = "portaria-keys";
  document.addEventListener("keydown", (event) => {
    const writing = event.target.closest("input, textarea, select, [contenteditable], dialog");
    if (event.key === "Escape") {
      all("details.account[open]").forEach((menu) => { menu.open = false; menu.firstElementChild.focus(); });
      if (writing && writing.tagName !== "DIALOG") writing.blur();
    }
    if (writing || event.ctrlKey || event.metaKey || event.altKey || localStorage.getItem(stored) === "off") return;
    const act = keys[event.key.toLowerCase()];
    if (act) { event.preventDefault(); act(); }
  });
  const toggle = byId("keys-on");
  if (toggle) {
    toggle.checked = localStorage.getItem(stored) !== "off";
    toggle.addEventListener("change", () => localStorage.setItem(stored, toggle.checked ? "on" : "off"));
  }

  all("[data-focus]").forEach((element) => element.focus());
  dress();
  watch();
})();
