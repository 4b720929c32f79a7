// What happens: a view is read from the address, shown, and written back to it when somebody changes it.
const PAGE = 100;
const MOST_THEMES = matchMedia("(min-width: 46rem)").matches ? 12 : 8;
const THEME_SORTS = [["authors", `Most ${data.counted}`], ["pain", "Most complaints"], ["praise", "Most praise"], ["name", "By name"]];
const SORTS = days.length
  ? [["new", "Newest first"], ["unhappy", "Unhappiest first"], ["happy", "Happiest first"]]
  : [["new", "As they came"], ["unhappy", "Unhappiest first"], ["happy", "Happiest first"]];
const NO_THEME = "none"; // in an address, where the id of a theme would stand
const tops = themes.map((theme, place) => place).filter((place) => themes[place].parent < 0);
let view = viewOf(location.hash);
let found = null;
let shown = 0;
let everyTheme = false;
let whole = false; // only the first texts stand before this script; the others come while the page is shown
let waiting = false;

/** The view that an address asks for; what it names and is not here is left out. */
function viewOf(hash) {
  const asked = new URLSearchParams(hash.replace(/^#/, ""));
  const themeNamed = (id) => themes.findIndex((theme) => theme.id === id);
  const sort = asked.get("sort");
  const made = {
    q: asked.get("q") || "",
    theme: themeNamed(asked.get("theme")),
    themeless: asked.get("theme") === NO_THEME ? 0 : -1,
    sub: themeNamed(asked.get("sub")),
    mood: MOODS.indexOf(asked.get("tone")),
    from: times.names.indexOf(asked.get("from")),
    to: times.names.indexOf(asked.get("to")),
    sort: SORTS.some(([name]) => name === sort) ? sort : "new",
    themeSort: THEME_SORTS.some(([name]) => name === asked.get("themes")) ? asked.get("themes") : "authors",
    chosen: facets.map((facet) => facet.values.indexOf(asked.get(facet.name))),
  };
  if (made.theme >= 0 && themes[made.theme].parent >= 0) {
    made.sub = made.theme;
    made.theme = themes[made.sub].parent;
  }
  if (made.sub >= 0) made.theme = themes[made.sub].parent;
  return made;
}

function hashOf(asked) {
  const told = new URLSearchParams();
  const say = (name, value) => value !== undefined && value !== "" && told.set(name, value);
  say("q", asked.q.trim());
  say("theme", asked.theme >= 0 ? themes[asked.theme].id : asked.themeless >= 0 ? NO_THEME : "");
  say("sub", asked.sub >= 0 ? themes[asked.sub].id : "");
  say("tone", MOODS[asked.mood]);
  say("from", times.names[asked.from]);
  say("to", times.names[asked.to]);
  asked.chosen.forEach((value, facet) => say(facets[facet].name, facets[facet].values[value]));
  say("sort", asked.sort === "new" ? "" : asked.sort);
  say("themes", asked.themeSort === "authors" ? "" : asked.themeSort);
  return `#${told}`;
}

/** Shows another view; one with another theme can be left with the browser's own way back. */
function go(change, apart) {
  view = { ...view, ...change };
  try {
    history[apart ? "pushState" : "replaceState"](null, "", hashOf(view));
  } catch {
    // Safari refuses more than a hundred changes in half a minute; what is shown does not depend on them.
  }
  show();
}

function show() {
  performance.mark("asked");
  waiting = !whole && view.q.trim() !== "";
  if (waiting) return;
  found = find(view);
  waiting = found.order.slice(0, PAGE).some((comment) => comment >= comments.text.length);
  if (waiting) return;
  shown = 0;
  showControls();
  showThemes();
  showTheme();
  byId("list").replaceChildren();
  showMore();
  const many = found.order.length;
  const told = many === size ? `All ${number(size)}` : `${number(many)} of ${number(size)}`;
  const none = "No comment fits. Clear a filter, or search for fewer words.";
  byId("status").textContent = many ? `${told} ${size === 1 ? "comment" : "comments"}${byPeople(found.people)}.` : none;
  performance.measure("view", "asked");
}

/** The next hundred comments; the focus goes to the first of them where a button asked for it. */
function showMore(asked) {
  const next = found.order.slice(shown, shown + PAGE);
  const items = next.map((comment) => commentItem(comment, view, found.words, openTheme));
  byId("list").append(...items);
  shown += next.length;
  const rest = found.order.length - shown;
  byId("more").hidden = rest === 0;
  byId("more").textContent = `Show ${number(Math.min(rest, PAGE))} more of ${number(rest)}`;
  if (asked && items.length) {
    items[0].tabIndex = -1;
    items[0].focus();
  }
}

function openTheme(theme) {
  go({ theme, sub: -1, themeless: -1 }, true);
  byId("theme-title").focus();
  byId("theme").scrollIntoView({ block: "start" });
}

function closeTheme() {
  const before = view.theme;
  go({ theme: -1, sub: -1 }, true);
  const row = byId(`theme-${before}`);
  (row || byId("find")).focus();
}

/** The themes that hold something of what is shown, those of most people first. */
function showThemes() {
  byId("themes").hidden = view.theme >= 0;
  if (view.theme >= 0) return;
  const words = wordsOf(byId("find").value);
  const named = (place) => words.every((word) => theirWords(place).includes(word));
  const there = tops.filter((place) => found.authors[place] > 0 && named(place));
  there.sort(themeOrder(view.themeSort));
  const told = everyTheme ? there : there.slice(0, MOST_THEMES);
  const head = ["Theme", data.counted, "Mentions"].concat(data.weekNames.length > 1 ? ["By week, all comments"] : []);
  const columns = head.map((name, place) => make("th", { scope: "col", class: place > 1 ? "text" : null }, capital(name)));
  const most = Math.max(1, ...there.map((place) => found.authors[place]));
  const rows = told.map((place) => themeRow(place, most));
  const table = make("table", { class: "themes" }, make("caption", { class: "unseen" }, "Themes of the comments shown"), make("thead", {}, make("tr", {}, ...columns)), make("tbody", {}, ...rows));
  const none = make("p", { class: "reason" }, words.length ? "No theme of that name among these comments." : "None of these comments is assigned to a theme.");
  byId("theme-list").replaceChildren(rows.length ? table : none);
  byId("all-themes").hidden = there.length <= MOST_THEMES;
  byId("all-themes").textContent = everyTheme ? `Show only the first ${MOST_THEMES}` : `Show all ${number(there.length)} themes`;
}

/** How two themes are compared in the order that is asked for. */
function themeOrder(sort) {
  const mood = MOODS.indexOf(sort);
  const size = mood >= 0 ? found.mentions[mood] : found.authors;
  if (sort === "name") return (a, b) => themes[a].label.localeCompare(themes[b].label, "en") || a - b;
  return (a, b) => size[b] - size[a] || found.authors[b] - found.authors[a] || a - b;
}

/** What a theme is found by: its own words and those of its parts. */
function theirWords(place) {
  const parts = themes.filter((theme) => theme.parent === place).map((theme) => theme.label);
  return fold([themes[place].label, ...themes[place].keywords, ...parts].join(" "));
}

function themeRow(place, most) {
  const theme = themes[place];
  const name = make("button", { type: "button", id: `theme-${place}`, class: "theme", click: () => openTheme(place) }, theme.label);
  const marks = theme.isNew ? make("span", { class: "mark new" }, "✚ new") : "";
  const size = draw("svg", { viewBox: "0 0 100 3", preserveAspectRatio: "none", class: "size", "aria-hidden": "true" }, draw("rect", { x: 0, y: 0, height: 3, width: ((found.authors[place] / most) * 100).toFixed(1) }));
  const cells = [make("th", { scope: "row" }, name, " ", marks, size), make("td", {}, number(found.authors[place])), make("td", { class: "text" }, ...moodBar(found.mentions, place))];
  if (data.weekNames.length > 1) cells.push(make("td", { class: "text" }, sparkline(theme.weekly)));
  return make("tr", {}, ...cells);
}

/** The open theme: its figures of the whole period, its weeks, its parts. */
function showTheme() {
  const section = byId("theme");
  section.hidden = view.theme < 0;
  if (view.theme < 0) return section.replaceChildren();
  const theme = themes[view.theme];
  const title = make("h2", { id: "theme-title", tabindex: "-1" }, make("bdi", {}, theme.label));
  const facts = theme.facts.map(([name, value, note]) => make("div", {}, make("dt", {}, name), make("dd", {}, value, note ? make("span", {}, ` ${note}`) : "")));
  const parts = themes.map((part, place) => place).filter((place) => themes[place].parent === view.theme);
  const chart = theme.weekly.length > 1 ? weeksChart(theme) : "";
  const back = make("p", { class: "buttons" }, make("button", { type: "button", click: closeTheme }, "← All themes"));
  const lead = make("p", { class: "lead" }, "Figures of the whole period, as in the digest; the comments below follow the filters.");
  section.replaceChildren(back, title, lead, make("dl", { class: "facts" }, ...facts), chart, partsOf(parts));
}

function partsOf(parts) {
  if (!parts.length) return "";
  const buttons = parts.map((place) => {
    const pressed = String(view.sub === place);
    const said = [themes[place].label, make("span", { class: "n" }, ` ${number(themes[place].authors)}`)];
    return make("li", {}, make("button", { type: "button", class: "chip", "aria-pressed": pressed, id: `part-${place}`, click: () => pressPart(place) }, ...said));
  });
  return make("div", { class: "parts" }, make("h3", { id: "parts-title" }, "Sub-themes"), make("ul", { class: "chips", "aria-labelledby": "parts-title" }, ...buttons));
}

function pressPart(place) {
  go({ sub: view.sub === place ? -1 : place });
  byId(`part-${place}`).focus();
}
