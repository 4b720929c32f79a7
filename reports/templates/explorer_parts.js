// What the page is made of: elements, figures in words, a comment, a theme's weeks. Text is only ever set as text.
const SVG = "http://www.w3.org/2000/svg";
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const MOOD_NAMES = ["Complaint", "Praise", "Neutral", "Not scored"];
const MOOD_SIGNS = ["▼", "▲", "●", "○"];
const byId = (id) => document.getElementById(id);

/** An element: properties that are attributes, then its children; strings become text. */
function make(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== ""));
  return made;
}

function draw(tag, attributes, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
const number = (n) => n.toLocaleString("en-US");
const plural = (n, one, many) => `${number(n)} ${n === 1 ? one : many}`;
/** "1 author", "38 authors", "1 author or comment": what the digest counts. */
const counted = (n) => `${number(n)} ${n === 1 ? data.counted.replace(/s\b/g, "") : data.counted}`;

/** " by 38 authors", " in 38 responses"; nothing where the comments themselves are counted. */
const byPeople = (n) => (data.counted === "comments" ? "" : ` ${data.counted === "responses" ? "in" : "by"} ${counted(n)}`);

/** 2026-11-12 as 12 Nov 2026, 2026-11 as Nov 2026; weeks stay as they are. */
function dateInWords(iso) {
  const [year, month, day] = iso.split("-");
  if (!/^\d\d$/.test(month)) return iso;
  return [day && String(Number(day)), MONTHS[Number(month) - 1], year].filter(Boolean).join(" ");
}

const facetName = (facet) => capital(facet.name.replace(/^segment:/, ""));
const isSegment = (facet) => facet.name.startsWith("segment:");

/** Where a comment is found again, and who wrote it as far as segments say. */
function byline(comment) {
  const value = (facet, column) => (column[comment] < 0 ? null : facet.values[column[comment]]);
  const of = (name) => {
    const place = facets.findIndex((facet) => facet.name === name);
    return value(facets[place], columns[place]);
  };
  const day = of("day");
  const segments = facets.map((facet, place) => (isSegment(facet) ? value(facet, columns[place]) : null));
  const told = [`${of("source")} ${comments.reference[comment]}`, day && dateInWords(day), of("score"), segments.filter(Boolean).join(", ")];
  return told.filter(Boolean).join(" · ");
}

/** The comment's text, with the clauses of the open theme and the words that were searched marked in it. */
function quoted(comment, view, words) {
  const text = comments.text[comment];
  const asked = view.theme >= 0 || view.mood >= 0;
  const parts = [];
  for (let c = firstClause[comment]; asked && c < firstClause[comment + 1]; c++) {
    if (fits(c, view)) parts.push({ start: startOf[c], end: endOf[c], mood: moodOf[c] });
  }
  const hits = hitsIn(text, words).sort((a, b) => a[0] - b[0] || b[1] - a[1]);
  const quote = make("bdi", { dir: "auto" });
  let at = 0;
  for (const part of parts) {
    quote.append(...marked(text, at, part.start, hits));
    quote.append(make("mark", { class: MOODS[part.mood] }, ...marked(text, part.start, part.end, hits)));
    at = part.end;
  }
  quote.append(...marked(text, at, text.length, hits));
  return quote;
}

/** A stretch of the text, with what was searched marked in it. */
function marked(text, start, end, hits) {
  const made = [];
  let at = start;
  for (const [from, to] of hits) {
    const left = Math.max(from, at);
    const right = Math.min(to, end);
    if (left >= right) continue;
    if (left > at) made.push(text.slice(at, left));
    made.push(make("mark", { class: "hit" }, text.slice(left, right)));
    at = right;
  }
  if (at < end) made.push(text.slice(at, end));
  return made;
}

/** The themes of a comment with the mood that each has in it, in the order of its clauses. */
function chipsOf(comment, view, open) {
  const seen = new Map();
  for (let c = firstClause[comment]; c < firstClause[comment + 1]; c++) {
    if (themeOf[c] >= 0) seen.set(`${themeOf[c]} ${moodOf[c]}`, c);
  }
  const chips = [...seen.values()].map((c) => {
    const mood = MOODS[moodOf[c]];
    const said = [make("span", { class: `sign ${mood}`, "aria-hidden": "true" }, MOOD_SIGNS[moodOf[c]]), ` ${themes[themeOf[c]].label}`];
    const name = make("span", { class: "unseen" }, ` (${MOOD_NAMES[moodOf[c]].toLowerCase()})`);
    if (themeOf[c] === view.theme) return make("li", {}, make("span", { class: "chip here" }, ...said, name));
    return make("li", {}, make("button", { type: "button", class: "chip", click: () => open(themeOf[c]) }, ...said, name));
  });
  return chips.length ? make("ul", { class: "chips", "aria-label": "Themes of this comment" }, ...chips) : null;
}

function commentItem(comment, view, words, open) {
  const quote = make("blockquote", {}, quoted(comment, view, words));
  const where = byline(comment);
  const copy = make("button", { type: "button", class: "copy", click: () => copyText(`“${comments.text[comment]}” – ${where}`, copy) }, "Copy");
  copy.append(make("span", { class: "unseen" }, ` ${comments.reference[comment]}`));
  const caption = make("figcaption", {}, make("bdi", {}, where), copy);
  return make("li", {}, make("figure", { class: "quote" }, quote, caption, chipsOf(comment, view, open) || ""));
}

/** Puts a text on the clipboard and says so on the button; where a browser forbids it, in words. */
function copyText(text, button, say) {
  // Its own name, also where it is pressed again while it says what came of the first time.
  const name = (button.dataset.name ||= button.firstChild.data);
  const told = (words) => {
    if (say) say(words);
    button.firstChild.data = words;
    setTimeout(() => (button.firstChild.data = name), 1500);
  };
  const copied = navigator.clipboard ? navigator.clipboard.writeText(text) : Promise.reject(new Error("no clipboard"));
  copied.then(() => told("Copied"), () => told("Not allowed by this browser"));
}

/** A theme's people by week as bars; the words beside it say the same. */
function weeksChart(theme) {
  const { weekly } = theme;
  const width = innerWidth < 736 ? 340 : 560;
  const height = 124;
  const most = Math.max(1, ...weekly);
  const step = width / weekly.length;
  const bars = weekly.map((n, i) => {
    const tall = (n / most) * (height - 18);
    const now = data.periodWeeks.includes(data.weekNames[i]);
    return draw("rect", { x: (i * step + step * 0.12).toFixed(1), y: (height - tall).toFixed(1), width: (step * 0.76).toFixed(1), height: tall.toFixed(1), class: now ? "now" : "then" });
  });
  const peak = weekly.indexOf(most);
  const last = weekly.length - 1;
  const numbers = [...new Set([Math.max(0, peak), last])].map((i) => {
    const low = height - (weekly[i] / most) * (height - 18) - 5;
    return draw("text", { x: ((i + 0.5) * step).toFixed(1), y: low.toFixed(1), "text-anchor": "middle" }, number(weekly[i]));
  });
  const told = `By week, ${data.weekNames[0]} to ${data.weekNames[last]}: ${counted(weekly[last])} in the last, most in ${data.weekNames[peak]} (${number(weekly[peak])}).`;
  const line = draw("line", { x1: 0, x2: width, y1: height + 0.5, y2: height + 0.5, class: "base" });
  const chart = draw("svg", { viewBox: `0 0 ${width} ${height + 1}`, role: "img", "aria-label": told, class: "weeks" }, ...bars, ...numbers, line);
  const rows = weekly.map((n, i) => make("tr", {}, make("th", { scope: "row" }, data.weekNames[i]), make("td", {}, number(n)), make("td", {}, number(data.weekOf[i]))));
  const head = make("thead", {}, make("tr", {}, ...["Week", "Raised it", `All ${data.counted}`].map((name) => make("th", { scope: "col" }, name))));
  const table = make("table", {}, make("caption", {}, `${capital(data.counted)} by week`), head, make("tbody", {}, ...rows));
  return make("figure", { class: "trend" }, chart, make("figcaption", {}, told), make("details", {}, make("summary", {}, "The weeks as a table"), table));
}

/** A small line of a theme's weeks; its figures are told where the theme is opened. */
function sparkline(weekly) {
  const most = Math.max(1, ...weekly);
  const points = weekly.map((n, i) => `${((i * 90) / Math.max(1, weekly.length - 1)).toFixed(1)},${(23 - (n / most) * 20).toFixed(1)}`);
  return draw("svg", { viewBox: "0 0 90 26", class: "line", "aria-hidden": "true" }, draw("polyline", { points: points.join(" ") }));
}

/** How many of a theme's mentions complain, are neutral, and praise: a bar with the numbers beside it. */
function moodBar(mentions, theme) {
  const [pain, praise, plain, unscored] = mentions.map((column) => column[theme]);
  const all = pain + praise + plain + unscored;
  let at = 0;
  const parts = [["pain", pain], ["plain", plain + unscored], ["praise", praise]].map(([name, n]) => {
    const wide = (n / all) * 100;
    at += wide;
    return draw("rect", { x: (at - wide).toFixed(2), y: 0, width: Math.max(0, wide - 0.8).toFixed(2), height: 8, class: name });
  });
  const bar = draw("svg", { viewBox: "0 0 100 8", preserveAspectRatio: "none", class: "moods", "aria-hidden": "true" }, ...parts);
  const told = make("span", { class: "split" }, `${MOOD_SIGNS[0]} ${number(pain)}  ${MOOD_SIGNS[1]} ${number(praise)}`);
  told.setAttribute("aria-hidden", "true");
  return [bar, told, make("span", { class: "unseen" }, `${plural(pain, "complaint", "complaints")}, ${number(praise)} praise, of ${plural(all, "mention", "mentions")}`)];
}
