/* Anchored: what pages do beyond links and forms. Everything here is a convenience; each page works without it.
   1 menus, 2 dialog and choices, 3 find a patient, 4 htmx: focus, errors, busy, 5 keys, 6 board. */
(function () {
  "use strict";

  const $ = (selector, within = document) => within.querySelector(selector);
  const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
  const on = (kind, selector, act) =>
    document.addEventListener(kind, (event) => {
      const found = event.target instanceof Element && event.target.closest(selector);
      if (found) act(found, event);
    });

  /* 1 Menus ---------------------------------------------------------------------------------- */

  on("click", ".menu-btn", (button) => {
    const open = $("#main-nav").classList.toggle("show");
    button.setAttribute("aria-expanded", String(open));
  });

  document.addEventListener("click", (event) => {
    $$("details.menu[open]").filter((menu) => !menu.contains(event.target)).forEach((menu) => (menu.open = false));
  });

  on("focusout", "details.menu", (menu, event) => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
  });

  on("click", "[data-dismiss]", (button) => {
    const gone = button.closest(button.dataset.dismiss);
    if (gone) gone.remove();
  });

  on("change", "[data-submit-on-change]", (field) => field.form.requestSubmit());

  /* Choose all rows of a list, or none when all are chosen; how many are is said beside the button. */

  const boxesOf = (form) => $$("input[type=checkbox][name=episodes]", form);
  on("click", "[data-choose-all]", (button) => {
    const boxes = boxesOf(button.form);
    const all = boxes.every((box) => box.checked);
    boxes.forEach((box) => (box.checked = !all));
    sayChosen(button.form);
  });
  on("change", "input[name=episodes]", (box) => sayChosen(box.form));

  function sayChosen(form) {
    const boxes = boxesOf(form);
    $("[data-chosen]", form).textContent = `${boxes.filter((box) => box.checked).length} of ${boxes.length} chosen`;
  }

  /* 2 Dialog: a link with data-dialog opens its fragment over the page ------------------------ */

  const dialog = $("#dialog");
  let opener = null;

  function openDialog(url, from) {
    opener = from || document.activeElement;
    return window.htmx.ajax("GET", url, { target: "#dialog", swap: "innerHTML", source: "#dialog" });
  }

  if (dialog && dialog.showModal) {
    on("click", "[data-dialog]", (link, event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
      event.preventDefault();
      const menu = link.closest("details.menu");
      openDialog(link.dataset.dialog, menu ? $("summary", menu) : link);
    });

    on("click", "#dialog [data-close]", (button, event) => {
      event.preventDefault();
      dialog.close();
    });

    dialog.addEventListener("close", () => {
      dialog.replaceChildren();
      if (opener && opener.isConnected) opener.focus();
      opener = null;
    });
  }

  /* A choice that names the button (data-leads) and shows what it would do (data-when). Without script all is shown. */

  function followChoice(form) {
    const choice = $("input[data-leads]:checked", form);
    const button = $("[data-named]", form);
    if (choice && button) button.textContent = choice.dataset.leads;
    $$("[data-when]", form).forEach((part) => (part.hidden = !choice || !part.dataset.when.split(" ").includes(choice.value)));
  }

  const followChoices = (part) => $$("form", part).filter((form) => $("[data-leads]", form)).forEach(followChoice);
  on("change", "input[data-leads]", (input) => followChoice(input.form));
  followChoices(document);

  /* 3 Find a patient ------------------------------------------------------------------------- */

  const find = $("#find");
  const panel = $("#find-panel");
  const PATIENCE = 1500; // ms that Enter waits for results; then the page of results is opened
  const found = () => $$("[role=option]", panel);
  let chosen = -1;
  let asked = ""; // what the results on screen answer
  let pending = false; // results for what was typed last are on their way
  let waiting = false; // Enter was pressed before they came

  function choose(index) {
    const options = found();
    chosen = options.length ? (index + options.length) % options.length : -1;
    options.forEach((option, at) => option.setAttribute("aria-selected", String(at === chosen)));
    if (chosen < 0) return find.removeAttribute("aria-activedescendant");
    find.setAttribute("aria-activedescendant", options[chosen].id);
    options[chosen].scrollIntoView({ block: "nearest" });
  }

  function showResults(show) {
    panel.hidden = !show;
    find.setAttribute("aria-expanded", String(show && found().length > 0));
    if (!show) find.removeAttribute("aria-activedescendant");
  }

  function openOption(option) {
    if (option) window.location.assign(option.dataset.href);
  }

  function forgetResults() {
    window.htmx.trigger(find, "htmx:abort");
    asked = "";
    pending = waiting = false;
    chosen = -1;
    panel.replaceChildren();
    showResults(false);
  }

  if (find) {
    const typed = () => find.value.trim();

    find.addEventListener("input", () => {
      waiting = false;
      pending = typed().length >= 2;
      if (!pending) forgetResults();
    });

    find.addEventListener("htmx:configRequest", (event) => {
      if (typed().length < 2) event.preventDefault();
    });

    for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) find.addEventListener(failure, () => (pending = false));

    panel.addEventListener("htmx:afterSwap", (event) => {
      asked = String(event.detail.requestConfig.parameters.q).trim();
      const said = $("[data-said]", panel);
      $("#find-said").textContent = said ? said.dataset.said : "";
      showResults(true);
      choose(0);
      const only = found().length === 1;
      if (waiting && only) openOption(found()[0]);
      pending = waiting = false;
    });

    find.addEventListener("keydown", (event) => {
      const shown = !panel.hidden;
      const current = asked === typed();
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        if (!found().length) return;
        event.preventDefault();
        showResults(true);
        choose(shown ? chosen + (event.key === "ArrowDown" ? 1 : -1) : 0);
      } else if (event.key === "Escape" && shown) {
        event.preventDefault();
        showResults(false);
      } else if (event.key === "Enter" && typed().length >= 2) {
        if (current && shown && chosen >= 0) {
          event.preventDefault();
          openOption(found()[chosen]);
        } else if (!current && pending) {
          event.preventDefault();
          waiting = true;
          window.setTimeout(() => waiting && find.form.requestSubmit(), PATIENCE);
        }
      }
    });

    find.addEventListener("focus", () => {
      if (asked && asked === typed()) showResults(true);
    });

    on("focusout", ".find", (form, event) => {
      if (!form.contains(event.relatedTarget)) showResults(false);
    });

    panel.addEventListener("mousedown", (event) => event.preventDefault());
    on("click", "#find-panel [role=option]", openOption);
    on("mouseover", "#find-panel [role=option]", (option) => choose(found().indexOf(option)));
  }

  /* 4 htmx: focus after a swap, refusals, lost connections ------------------------------------ */

  const OFFLINE = "No connection. What you typed stays on this page. Try again in a moment.";
  const BROKEN = "That did not work. What you typed stays on this page. Try again in a moment.";

  function warn(words) {
    const notice = document.createElement("div");
    notice.className = "notice is-stop";
    const shape = document.createElement("i");
    shape.className = "bi bi-exclamation-triangle-fill";
    shape.setAttribute("aria-hidden", "true");
    const text = document.createElement("p");
    text.textContent = words;
    notice.append(shape, text);
    alertRegion().replaceChildren(notice);
  }

  /* A region behind an open dialog is neither seen nor heard: then the dialog has one of its own. */
  function alertRegion() {
    if (!dialog || !dialog.open) return $("#alert");
    let region = $("[data-alert]", dialog);
    if (!region) {
      region = document.createElement("div");
      region.setAttribute("role", "alert");
      region.setAttribute("data-alert", "");
      dialog.prepend(region);
    }
    return region;
  }

  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    if (xhr.getResponseHeader("HX-Retarget") !== "#alert") return;
    event.detail.shouldSwap = true;
    event.detail.target = alertRegion();
  });

  /* Pages that save as one types have a line that says so: there a failure is told, not in an alert at each try. */
  const UNSAVED = "Not saved - no connection. Your text is still here.";
  const SIGNED_OUT = "Sign in again to save. Your text is still here.";

  function onSaveLine(event, words) {
    const line = $("#save-state");
    if (!line || event.detail.target !== line) return false;
    const shown = $$("input", line);
    line.textContent = words;
    line.append(...shown);
    line.classList.add("is-off");
    return true;
  }

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id === "save-state") event.detail.target.classList.remove("is-off");
  });

  /* Rows that save by themselves go one by one, so that what counts them is never older than what they show. The answer to a row that
     was changed again meanwhile is old: the row stays as it is until its last change is answered. */
  const unsent = new WeakMap();
  const oneByOne = (target) => target.matches && target.matches("[hx-sync$='queue all']");

  document.addEventListener("htmx:confirm", ({ detail }) => {
    if (!oneByOne(detail.target)) return;
    if (!unsent.has(detail.target)) unsent.set(detail.target, new Set());
    unsent.get(detail.target).add(detail.triggeringEvent);
  });
  document.addEventListener("htmx:configRequest", ({ detail }) => {
    if (oneByOne(detail.target)) unsent.get(detail.target).delete(detail.triggeringEvent);
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (oneByOne(event.detail.target) && unsent.get(event.detail.target).size) event.detail.shouldSwap = false;
  });

  /* A part that is brought up to date by itself never moves the focus: while somebody is in it, it waits for the next minute. */
  const bringsItselfUpToDate = (event) => event.detail.target.matches && event.detail.target.matches("[data-poll]");

  document.addEventListener("htmx:beforeSwap", (event) => {
    if (bringsItselfUpToDate(event) && event.detail.target.contains(document.activeElement)) event.detail.shouldSwap = false;
  });

  function onPart(event) {
    const said = bringsItselfUpToDate(event) && $("[data-failed]", event.detail.target);
    if (said) said.hidden = false;
    return Boolean(said);
  }

  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status !== 401 && onPart(event)) return;
    if (onSaveLine(event, event.detail.xhr.status === 401 ? SIGNED_OUT : "Not saved. Your text is still here.")) return;
    if (event.detail.xhr.getResponseHeader("HX-Retarget") !== "#alert") warn(BROKEN);
  });
  for (const failure of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(failure, (event) => onSaveLine(event, UNSAVED) || onPart(event) || warn(OFFLINE));
  }

  document.addEventListener("htmx:beforeRequest", (event) => event.detail.target.setAttribute("aria-busy", "true"));
  document.addEventListener("htmx:afterRequest", (event) => event.detail.target.removeAttribute("aria-busy"));

  /* A page whose parts save by themselves is sent once none of them is on its way: it would meet its own words, with an older version. */
  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      const onItsWay = () => $(".htmx-request", form);
      if (!form.matches("[data-saves-itself]") || !onItsWay()) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (form.dataset.held) return;
      form.dataset.held = "yes";
      const again = () => {
        setTimeout(() => {
          if (onItsWay() || !form.dataset.held) return;
          delete form.dataset.held;
          document.removeEventListener("htmx:afterRequest", again);
          form.requestSubmit(event.submitter);
        });
      };
      document.addEventListener("htmx:afterRequest", again);
    },
    true,
  );

  /* Once such a page is sent and left, what it would still save is on its way already. */
  on("submit", "form[data-leaves]", (form) => (form.dataset.leaves = "now"));
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target.closest("[data-leaves=now]")) event.preventDefault();
  });

  let focused = "";
  document.addEventListener("htmx:beforeSwap", () => (focused = document.activeElement ? document.activeElement.id : ""));

  document.addEventListener("htmx:afterSettle", (event) => {
    const was = event.detail.target;
    const target = was.isConnected ? was : document.getElementById(was.id) || document.body;
    followChoices(target);
    if (target === panel || target === alertRegion() || target.matches("[data-poll]")) return;
    if (target === dialog && !dialog.open && dialog.childElementCount) dialog.showModal();
    const wanted = $(".error-summary[data-focus]", target) || $("[data-focus]", target);
    const same = focused && document.getElementById(focused);
    const lost = !document.activeElement || document.activeElement === document.body || !document.activeElement.isConnected;
    if (wanted) focusOn(wanted.matches("form") ? $("input:not([type=hidden]), textarea, select", wanted) : wanted);
    else if (target === dialog || lost) focusOn(same && target.contains(same) ? same : firstStop(target));
  });

  function firstStop(part) {
    return $("[autofocus]", part) || $("h1, h2, h3", part) || part;
  }

  function focusOn(element) {
    if (!element.matches("a, button, input, select, textarea, summary, [tabindex]")) element.tabIndex = -1;
    element.focus();
  }

  /* A page that comes back from the browser's memory is out of date, and may be somebody else's by now. */
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) window.location.reload();
  });

  /* 5 Keys: the table comes from the server, the same that /help/shortcuts/ shows -------------- */

  const table = document.getElementById("shortcuts");
  const shortcuts = table ? JSON.parse(table.textContent) : [];
  const inField = (element) => element.closest("input, select, textarea, [contenteditable], [role=listbox]");
  let first = "";
  let firstAt = 0;

  const acts = {
    focus: (id) => document.getElementById(id) && document.getElementById(id).focus(),
    go: (url) => window.location.assign(url),
    click: (key) => {
      const target = $(`[data-shortcut="${CSS.escape(key)}"]`);
      if (target) target.click();
    },
  };

  function typedShortcut(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || inField(event.target)) return;
    if (dialog && dialog.open) return;
    const pair = event.timeStamp - firstAt < 1500 ? `${first} ${event.key}` : "";
    const hit = shortcuts.find((row) => row.keys === pair) || shortcuts.find((row) => row.keys === event.key);
    first = event.key;
    firstAt = event.timeStamp;
    if (!hit || !acts[hit.act]) return;
    event.preventDefault();
    first = "";
    acts[hit.act](hit.target);
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || !(event.target instanceof Element)) return;
    const form = event.target.closest("form");
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && form) {
      event.preventDefault();
      form.requestSubmit($(".btn-primary", form) || undefined);
    } else if (event.key === " " && event.target.matches("a[role=button]")) {
      event.preventDefault();
      event.target.click();
    } else if (event.key === "Escape") {
      const menu = event.target.closest("details.menu[open]");
      if (menu) {
        menu.open = false;
        $("summary", menu).focus();
      }
    } else if (!markedByKey(event)) {
      typedShortcut(event);
    }
  });

  /* A row of attendance: P L E X U set the state and go on to the next row, while the row has the focus. */
  function markedByKey(event) {
    const row = event.target.closest(".att-row");
    if (!row || event.ctrlKey || event.metaKey || event.altKey || event.target.matches("select, textarea, [type=number]")) return false;
    const choice = $(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`, row);
    if (!choice) return false;
    event.preventDefault();
    const next = row.closest("li").nextElementSibling;
    choice.click();
    const first = next && $(".seg input", next);
    if (first) first.focus();
    return true;
  }

  /* 6 Board: on a phone the table comes first, unless somebody asked for the board. Dragging a card opens its Move dialog with the column chosen. Move on the card does the same. */

  const address = new URL(window.location);
  if ($(".board") && window.matchMedia("(max-width: 48rem)").matches && !address.searchParams.has("view")) {
    address.searchParams.set("view", "table");
    window.location.replace(address);
  }

  const WANTS = "text/x-anchored-move";

  $$("[data-move-url]").forEach((card) => (card.draggable = true));
  on("dragstart", "[data-move-url]", (card, event) => {
    event.dataTransfer.setData(WANTS, card.dataset.moveUrl);
    event.dataTransfer.effectAllowed = "move";
  });
  on("dragover", "[data-program]", (column, event) => {
    if (!event.dataTransfer.types.includes(WANTS)) return;
    event.preventDefault();
    column.classList.add("is-over");
  });
  on("dragleave", "[data-program]", (column, event) => {
    if (!column.contains(event.relatedTarget)) column.classList.remove("is-over");
  });
  on("drop", "[data-program]", (column, event) => {
    const url = event.dataTransfer.getData(WANTS);
    column.classList.remove("is-over");
    if (!url) return;
    event.preventDefault();
    const goal = new URL(url, window.location);
    goal.searchParams.set("to", column.dataset.program);
    openDialog(goal.pathname + goal.search, document.activeElement);
  });

  /* Signature: drawn with a pen, a finger or the mouse. Whole numbers of a field of 600 by 200 go along with the form; the same limits
     hold on the server. Whoever has none of them types the name. */

  const FIELD = { wide: 600, high: 200, points: 2000 };

  function signature(canvas) {
    const kept = document.getElementById(canvas.dataset.signature);
    const pen = canvas.getContext("2d");
    let strokes = kept.value ? JSON.parse(kept.value) : [];
    let drawing = false;
    const points = () => strokes.reduce((count, stroke) => count + stroke.length / 2, 0);
    const within = (number, most) => Math.min(most, Math.max(0, Math.round(number)));

    function show() {
      pen.setTransform(canvas.width / FIELD.wide, 0, 0, canvas.height / FIELD.high, 0, 0);
      pen.clearRect(0, 0, FIELD.wide, FIELD.high);
      Object.assign(pen, { strokeStyle: getComputedStyle(canvas).color, lineWidth: 2.5, lineCap: "round", lineJoin: "round" });
      pen.beginPath();
      for (const stroke of strokes) {
        pen.moveTo(stroke[0], stroke[1]);
        for (let at = 0; at < stroke.length; at += 2) pen.lineTo(stroke[at], stroke[at + 1]);
      }
      pen.stroke();
      kept.value = strokes.length ? JSON.stringify(strokes) : "";
      canvas.setAttribute("aria-label", strokes.length ? "Field for the signature, something is drawn" : "Empty field for the signature");
    }

    function add(event) {
      const box = canvas.getBoundingClientRect();
      const x = within(((event.clientX - box.left) * FIELD.wide) / box.width, FIELD.wide);
      const y = within(((event.clientY - box.top) * FIELD.high) / box.height, FIELD.high);
      const stroke = strokes[strokes.length - 1];
      const near = stroke.length && Math.hypot(x - stroke[stroke.length - 2], y - stroke[stroke.length - 1]) < 2;
      if (!near && points() < FIELD.points && kept.value.length < 19000) stroke.push(x, y);
    }

    canvas.addEventListener("pointerdown", (event) => {
      if (event.button || points() >= FIELD.points || kept.value.length >= 19000) return;
      event.preventDefault();
      canvas.setPointerCapture(event.pointerId);
      drawing = true;
      strokes.push([]);
      add(event);
      show();
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!drawing) return;
      add(event);
      show();
    });
    for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => (drawing = false));
    $("[data-clear]", canvas.parentElement).addEventListener("click", () => {
      strokes = [];
      show();
    });
    show();
  }

  $$("canvas[data-signature]").forEach(signature);

  /* Snippets: the text goes where the caret was, as if typed, so that the draft is kept and one step back takes it out again. In a
     section that nobody has been in yet, it goes to the end. */

  const snippetTexts = document.getElementById("snippet-texts");
  const snippets = snippetTexts ? JSON.parse(snippetTexts.textContent) : {};
  const beenIn = new WeakSet();

  on("focusout", "textarea", (area) => beenIn.add(area)); // also one that had the focus before this script was there

  on("click", "[data-snippet-into]", (button, event) => {
    event.preventDefault();
    const choice = $("select", button.parentElement);
    const area = document.getElementById(button.dataset.snippetInto);
    const text = snippets[choice.value];
    if (!text) return choice.focus();
    const fresh = !beenIn.has(area);
    area.focus();
    if (fresh) area.setSelectionRange(area.value.length, area.value.length);
    const apart = fresh && area.value && !area.value.endsWith("\n") ? "\n" : "";
    if (!document.execCommand("insertText", false, apart + text)) {
      area.setRangeText(apart + text, area.selectionStart, area.selectionEnd, "end");
      area.dispatchEvent(new Event("input", { bubbles: true }));
    }
    choice.value = "";
  });

  on("click", "[data-print]", () => window.print());

  /* A full page with mistakes: autofocus takes the focus to the summary where the browser knows it on any element. */
  const mistakes = $("main [data-focus]");
  if (mistakes && !("autofocus" in HTMLElement.prototype)) mistakes.focus();
})();
