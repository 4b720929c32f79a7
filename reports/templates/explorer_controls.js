// What somebody can change: fields, lists and buttons, which say what the view is. Starts the page.
/** The controls say what the view is. */
function showControls() {
  if (byId("q").value.trim() !== view.q.trim()) byId("q").value = view.q;
  for (const radio of byId("moods").querySelectorAll("input")) radio.checked = Number(radio.value) === view.mood;
  for (const select of byId("facets").querySelectorAll("select")) {
    const { facet, field } = select.dataset;
    select.value = String(field ? view[field] : view.chosen[Number(facet)]);
  }
  byId("sort").value = view.sort;
  byId("theme-sort").value = view.themeSort;
  showChosen();
  const active = view.chosen.filter((value) => value >= 0).length + [view.mood, view.from, view.to, view.themeless].filter((value) => value >= 0).length;
  byId("active").textContent = active ? `(${active} set)` : "";
  byId("reset").disabled = hashOf({ ...view, sort: "new", themeSort: "authors" }) === "#";
}

/** What is asked for, each with a button that takes it back. */
function showChosen() {
  const asked = [];
  if (view.q.trim()) asked.push([`“${view.q.trim()}”`, { q: "" }]);
  if (view.mood >= 0) asked.push([MOOD_NAMES[view.mood], { mood: -1 }]);
  view.chosen.forEach((value, facet) => {
    const chosen = view.chosen.map((old, other) => (other === facet ? -1 : old));
    if (value >= 0) asked.push([`${facetName(facets[facet])}: ${facets[facet].values[value]}`, { chosen }]);
  });
  if (view.themeless >= 0) asked.push(["in no theme", { themeless: -1 }]);
  if (view.from >= 0) asked.push([`from ${dateInWords(times.names[view.from])}`, { from: -1 }]);
  if (view.to >= 0) asked.push([`to ${dateInWords(times.names[view.to])}`, { to: -1 }]);
  const chips = asked.map(([name, back]) => {
    const said = [make("span", { class: "unseen" }, "Take back "), name, make("span", { "aria-hidden": "true" }, " ×")];
    return make("li", {}, make("button", { type: "button", class: "chip", click: () => takeBack(back) }, ...said));
  });
  byId("chosen").replaceChildren(...chips);
  byId("chosen").hidden = chips.length === 0;
}

function takeBack(change) {
  go(change);
  (byId("chosen").querySelector("button") || byId("q")).focus();
}

function choice(id, label, names, attributes, change) {
  const options = [make("option", { value: "-1" }, "any"), ...names.map((name, place) => make("option", { value: String(place) }, name))];
  const select = make("select", { id, ...attributes, change: (event) => change(Number(event.target.value)) }, ...options);
  return make("p", { class: "field" }, make("label", { for: id }, label), select);
}

function buildControls() {
  const moods = ["Any", ...MOOD_NAMES.map((name) => (name === "Complaint" ? "Complaints" : name))];
  byId("moods").append(...moods.map((name, place) => make("label", {}, make("input", { type: "radio", name: "mood", value: String(place - 1), change: () => go({ mood: place - 1 }) }), make("span", {}, name))));
  facets.forEach((facet, place) => {
    if (facet.name === "day") {
      if (times.names.length < 2) return;
      for (const [end, label] of [["from", "From"], ["to", "To"]]) {
        byId("facets").append(choice(`time-${end}`, label, times.names.map(dateInWords), { "data-field": end }, (value) => go({ [end]: value })));
      }
    } else if (facet.values.length > 1 || (isSegment(facet) && columns[place].includes(-1) && facet.values.length)) {
      const choose = (value) => go({ chosen: view.chosen.map((old, other) => (other === place ? value : old)) });
      byId("facets").append(choice(`facet-${place}`, facetName(facet), facet.values, { "data-facet": String(place) }, choose));
    }
  });
  byId("facets").append(choice("themeless", "Theme", ["in no theme"], { "data-field": "themeless" }, (value) => go({ themeless: value, theme: -1, sub: -1 })));
  byId("theme-sort").append(...THEME_SORTS.map(([name, label]) => make("option", { value: name }, label)));
  byId("sort").append(...SORTS.map(([name, label]) => make("option", { value: name }, label)));
  byId("filters").open = matchMedia("(min-width: 62rem)").matches;
}

function listen() {
  let frame = 0;
  const soon = (change) => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(change);
  };
  // The address holds the view: this link must not change it.
  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault();
    byId("comments-title").focus();
  });
  byId("panel").addEventListener("submit", (event) => event.preventDefault());
  byId("q").addEventListener("input", (event) => soon(() => go({ q: event.target.value })));
  byId("find").addEventListener("input", () => soon(showThemes));
  byId("theme-sort").addEventListener("change", (event) => go({ themeSort: event.target.value }));
  byId("sort").addEventListener("change", (event) => go({ sort: event.target.value }));
  byId("more").addEventListener("click", () => showMore(true));
  byId("all-themes").addEventListener("click", () => {
    everyTheme = !everyTheme;
    showThemes();
  });
  byId("reset").addEventListener("click", () => {
    go({ ...viewOf(""), sort: view.sort, themeSort: view.themeSort });
    byId("q").focus();
  });
  byId("link").addEventListener("click", (event) => copyText(location.href, event.target, (words) => (byId("link-said").textContent = words)));
  addEventListener("popstate", () => {
    view = viewOf(location.hash);
    show();
  });
}

/** All texts are there: shows what had to wait for them, and gets ready for the first search. */
function complete() {
  for (const text of JSON.parse(byId("rest").textContent)) comments.text.push(text);
  whole = true;
  byId("more").disabled = false;
  if (waiting) show();
  (window.requestIdleCallback || setTimeout)(searchable);
}

buildControls();
listen();
show();
byId("more").disabled = true;
document.addEventListener("DOMContentLoaded", complete);
