// What is found: the columns of the data, the search, the filters and the counts. Nothing here touches the page.
const data = JSON.parse(document.getElementById("data").textContent);
const { themes, comments, clauses, facets } = data;
const MOODS = ["pain", "praise", "plain", "unscored"];
const who = unpacked(comments.who);
const size = who.length;
const themeOf = unpacked(clauses.theme);
const subOf = unpacked(clauses.sub);
const moodOf = unpacked(clauses.mood);
const toneOf = unpacked(clauses.tone);
const columns = facets.map((facet) => unpacked(facet.of));
// The clauses of comment i are those from firstClause[i] on, up to firstClause[i + 1].
const firstClause = new Int32Array(size + 1);
const startOf = unpacked(clauses.gap);
const endOf = unpacked(clauses.length);
unpacked(comments.clauses).forEach((many, i) => {
  firstClause[i + 1] = firstClause[i] + many;
  for (let c = firstClause[i], at = 0; c < firstClause[i + 1]; c++) {
    startOf[c] += at;
    at = endOf[c] += startOf[c];
  }
});

/** A column of numbers, as reports/explorer/columns.py packs it. */
function unpacked([low, width, packed]) {
  const bytes = Uint8Array.fromBase64 ? Uint8Array.fromBase64(packed) : bytesOf(atob(packed));
  const numbers = new Int32Array(new { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array }[width](bytes.buffer));
  if (low !== 0) for (let i = 0; i < numbers.length; i++) numbers[i] += low;
  return numbers;
}

/** The same for browsers of before 2025. */
function bytesOf(letters) {
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = letters.charCodeAt(i);
  return bytes;
}

// Comments in the order of their people: one person after the other, so that each is counted once without a list.
const byPerson = (() => {
  const starts = new Int32Array(size + 1);
  for (let i = 0; i < size; i++) starts[who[i] + 1]++;
  for (let i = 0; i < size; i++) starts[i + 1] += starts[i];
  const order = new Int32Array(size);
  for (let i = 0; i < size; i++) order[starts[who[i]]++] = i;
  return order;
})();

const PLAIN = {
  "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i", "ς": "σ",
  "’": "'", "‘": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
};

/** The text as it is searched: small letters without accents. */
function fold(text) {
  const small = text.toLowerCase();
  if (!/[^\x00-\x7f]/.test(small)) return small;
  const bare = small.normalize("NFKD").toLowerCase().replace(/[\u0300-\u036f]/g, "");
  return bare.replace(/[ßæœøđðþłıς’‘“”„«»]/g, (letter) => PLAIN[letter]);
}

/** The words and "exact words" of a query. */
function wordsOf(query) {
  const found = fold(query).match(/"[^"]+"|[^\s"]+/g) || [];
  return found.map((word) => word.replace(/"/g, "").trim()).filter(Boolean);
}

let folded = null;
let foldedReferences = null;

/** The comments as they are searched; made once, at the first search or when the browser is idle before it. */
function searchable() {
  if (folded === null) {
    foldedReferences = comments.reference.map((reference) => fold(reference).replace(/^#/, ""));
    folded = comments.text.map(fold);
  }
  return folded;
}

/** 1 for each comment that has all the words. */
function keepWords(kept, words) {
  const texts = searchable();
  const numbers = words.map((word) => word.replace(/^#/, ""));
  for (let i = 0; i < size; i++) {
    if (!kept[i]) continue;
    for (let w = 0; w < words.length; w++) {
      if (!texts[i].includes(words[w]) && foldedReferences[i] !== numbers[w]) {
        kept[i] = 0;
        break;
      }
    }
  }
}

/** Whether a clause is of the mood, the theme and the sub-theme that are asked for. */
function fits(clause, view) {
  return (
    (view.mood < 0 || moodOf[clause] === view.mood) &&
    (view.theme < 0 || themeOf[clause] === view.theme) &&
    (view.sub < 0 || subOf[clause] === view.sub)
  );
}

function keepClauses(kept, view) {
  if (view.mood < 0 && view.theme < 0 && view.sub < 0) return;
  for (let i = 0; i < size; i++) {
    if (!kept[i]) continue;
    let found = false;
    for (let c = firstClause[i]; c < firstClause[i + 1] && !found; c++) found = fits(c, view);
    if (!found) kept[i] = 0;
  }
}

/** Keeps the comments of which no clause lies in a theme: what the themes do not tell. */
function keepThemeless(kept) {
  for (let i = 0; i < size; i++) {
    for (let c = firstClause[i]; c < firstClause[i + 1]; c++) if (themeOf[c] >= 0) kept[i] = 0;
  }
}

// Days are chosen by the day, the week or the month, whichever leaves a list that can be read.
const dayFacet = facets.findIndex((facet) => facet.name === "day");
const days = facets[dayFacet].values;
const weeksOfDays = days.map((day) => data.weeks[day]);
const times = (() => {
  const name = days.length <= 14 ? (day) => day : new Set(weeksOfDays).size <= 60 ? (day) => data.weeks[day] : (day) => day.slice(0, 7);
  const names = [...new Set(days.map(name))];
  return { names, ofDay: days.map((day) => names.indexOf(name(day))) };
})();

function keepTimes(kept, view) {
  if (view.from < 0 && view.to < 0) return;
  const column = columns[dayFacet];
  const last = view.to < 0 ? times.names.length : view.to;
  for (let i = 0; i < size; i++) {
    const time = column[i] < 0 ? -1 : times.ofDay[column[i]];
    if (time < 0 || time < view.from || time > last) kept[i] = 0;
  }
}

/** What a view shows: its comments in order, and how many people and mentions each theme has among them. */
function find(view) {
  const kept = new Uint8Array(size).fill(1);
  view.chosen.forEach((value, facet) => {
    if (value < 0) return;
    const column = columns[facet];
    for (let i = 0; i < size; i++) if (column[i] !== value) kept[i] = 0;
  });
  if (view.themeless >= 0) keepThemeless(kept);
  keepTimes(kept, view);
  keepClauses(kept, view);
  const words = wordsOf(view.q);
  if (words.length) keepWords(kept, words);
  return { words, ...count(kept, view), order: ordered(kept, view) };
}

/** People and mentions, in all and by theme; a person counts once, however much they wrote. */
function count(kept, view) {
  const authors = new Int32Array(themes.length);
  const mentions = [0, 1, 2, 3].map(() => new Int32Array(themes.length));
  const last = new Int32Array(themes.length).fill(-1);
  let people = 0;
  let before = -1;
  for (const i of byPerson) {
    if (!kept[i]) continue;
    if (who[i] !== before) {
      people++;
      before = who[i];
    }
    for (let c = firstClause[i]; c < firstClause[i + 1]; c++) {
      if (view.mood >= 0 && moodOf[c] !== view.mood) continue;
      for (const theme of [themeOf[c], subOf[c]]) {
        if (theme < 0) continue;
        mentions[moodOf[c]][theme]++;
        if (last[theme] !== who[i]) {
          last[theme] = who[i];
          authors[theme]++;
        }
      }
    }
  }
  return { people, authors, mentions };
}

/** The comments that are kept: newest first, or by the tone of what was asked for. */
function ordered(kept, view) {
  const found = [];
  for (let i = 0; i < size; i++) if (kept[i]) found.push(i);
  if (view.sort === "new") return found;
  const sign = view.sort === "happy" ? -1 : 1;
  const tones = new Map(found.map((i) => [i, tone(i, view, sign)]));
  return found.sort((a, b) => tones.get(a) - tones.get(b) || a - b);
}

/** The strongest tone of a comment in one direction; comments that nobody could score come last. */
function tone(comment, view, sign) {
  let best = 1000;
  for (let c = firstClause[comment]; c < firstClause[comment + 1]; c++) {
    if (MOODS[moodOf[c]] !== "unscored" && fits(c, view)) best = Math.min(best, sign * toneOf[c]);
  }
  return best;
}

/** The stretches of a text that a query found, as [start, end], in order and apart. */
function hitsIn(text, words) {
  if (!words.length) return [];
  let plain = "";
  const place = [];
  let at = 0;
  for (const letter of text) {
    const bare = fold(letter);
    for (let k = 0; k < bare.length; k++) place.push(at);
    plain += bare;
    at += letter.length;
  }
  place.push(at);
  const found = [];
  for (const word of words) {
    for (let from = plain.indexOf(word); from >= 0; from = plain.indexOf(word, from + word.length)) {
      let end = from + word.length;
      while (end < plain.length && place[end] === place[end - 1]) end++;
      found.push([place[from], place[end]]);
    }
  }
  return found;
}
