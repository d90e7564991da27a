// Keeps a page up to date while it is looked at; without this script the page is the same, as of when it was loaded.
// It listens to what has changed since then, and lets the server make the page anew: nothing is rendered here.

const region = document.querySelector("[data-stream]");
const status = document.querySelector("[data-live-status]");

const CALM_MS = 1000; // several changes together are one update
const SPREAD_MS = 1500; // not all readers ask at once
const AGAIN_MS = 30000; // when the server has no room or is away
const SAID_MS = 8000;
const NEW_MS = 6000;

let source = null;
let lastId = region.dataset.lastEventId;
let planned = 0;
let isStale = false;
let turn = 0;
let reopening = 0;
let shown = region.innerHTML;

const keyOf = (card) => `${card.querySelector("a")?.getAttribute("href")} ${card.querySelector("time")?.dateTime}`;
const cards = () => [...region.querySelectorAll("article.card")];
const known = new Set(cards().map((card) => card.outerHTML));
const isShown = (id) =>
  region.dataset.event === id || cards().some((card) => card.querySelector("a")?.pathname === `/events/${id}`);

function open() {
  clearTimeout(reopening);
  const address = new URL(region.dataset.stream, location.origin);
  if (lastId) address.searchParams.set("last_event_id", lastId);
  source = new EventSource(address);
  source.addEventListener("hello", note);
  source.addEventListener("reset", (message) => (note(message), plan()));
  for (const kind of ["published", "withdrawn", "removed"])
    source.addEventListener(kind, (message) => {
      note(message);
      const { id } = JSON.parse(message.data);
      // On a list whatever is published under its filters counts, on the page of an event only this one.
      if (isShown(id) || (kind === "published" && !region.dataset.event)) plan();
    });
  source.onerror = () => {
    // A browser comes back by itself when a connection breaks, but not after an answer such as 503.
    if (source?.readyState === EventSource.CLOSED) again();
  };
}

function close() {
  clearTimeout(reopening);
  source?.close();
  source = null;
}

function again() {
  close();
  reopening = setTimeout(() => document.hidden || open(), AGAIN_MS * (1 + Math.random()));
}

function note(message) {
  lastId = message.lastEventId || lastId;
}

function plan() {
  planned ||= setTimeout(update, CALM_MS + Math.random() * SPREAD_MS);
}

async function update() {
  planned = 0;
  isStale = document.hidden;
  if (isStale) return;
  const mine = ++turn;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-cache" });
    const isGone = answer.status === 404 || answer.status === 410;
    if (!answer.ok && !isGone) throw new Error(answer.status);
    const text = await answer.text();
    if (mine !== turn) return; // a later one is under way
    if (isGone) end();
    else show(new DOMParser().parseFromString(text, "text/html"));
  } catch {
    planned ||= setTimeout(update, AGAIN_MS * (1 + Math.random()));
  }
}

function show(page) {
  const fresh = page.querySelector("[data-stream]");
  if (!fresh || fresh.innerHTML === shown) return;
  shown = fresh.innerHTML;
  const restore = remember();
  region.replaceChildren(...fresh.childNodes);
  document.title = page.title;
  restore();
  for (const card of cards()) {
    const html = card.outerHTML;
    if (!known.has(html)) mark(card);
    known.add(html);
  }
  say(region.dataset.updated);
}

// The event is public no longer: what was read stays, under a notice that it does not hold.
function end() {
  close();
  const notice = document.createElement("div");
  notice.className = "notice alarm";
  notice.append(Object.assign(document.createElement("p"), { textContent: region.dataset.gone }));
  region.prepend(notice);
  document.querySelector(".actions")?.remove();
  say(region.dataset.gone);
}

// Focus, opened parts, and what stands at the top of the window, to be found again in the new content.
function remember() {
  const focused = region.contains(document.activeElement) ? document.activeElement : null;
  const href = focused?.getAttribute("href");
  const card = focused?.closest("article.card");
  const focusKey = card && keyOf(card);
  const summary = focused?.matches("summary") ? [...region.querySelectorAll("summary")].indexOf(focused) : -1;
  const opened = [...region.querySelectorAll("details")].map((details) => details.open);
  const anchor = cards().find((one) => one.getBoundingClientRect().bottom > 0);
  const anchorKey = anchor && keyOf(anchor);
  const top = anchor?.getBoundingClientRect().top;
  return () => {
    region.querySelectorAll("details").forEach((details, place) => (details.open = opened[place] ?? details.open));
    const same = anchorKey && scrollY > 0 && cards().find((one) => keyOf(one) === anchorKey);
    if (same) scrollBy({ top: same.getBoundingClientRect().top - top, behavior: "instant" });
    if (!focused) return;
    const sameCard = focusKey && cards().find((one) => keyOf(one) === focusKey);
    const target = sameCard
      ? sameCard.querySelector("a")
      : summary >= 0
        ? region.querySelectorAll("summary")[summary]
        : [...region.querySelectorAll("a")].find((link) => link.getAttribute("href") === href);
    // Whoever reads with the keyboard does not fall back to the top of the page.
    (target ?? document.querySelector("main")).focus({ preventScroll: true });
  };
}

function mark(card) {
  card.classList.add("is-new");
  setTimeout(() => card.classList.remove("is-new"), NEW_MS);
}

function say(text) {
  status.textContent = text;
  setTimeout(() => (status.textContent = ""), SAID_MS);
}

// A page that nobody looks at holds no connection: browsers allow six to one server over all their tabs.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return close();
  if (!source) open();
  if (isStale) plan();
});
if (!document.hidden) open();
