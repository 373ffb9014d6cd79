// Sliders: at most one request at a time, the newest wish next; a wish that was overtaken is called off.

import { update } from "./charts.js";
import { painted } from "./page.js";

const form = document.getElementById("scenario");
const headline = document.getElementById("headline");
const pulledLine = document.getElementById("pulled");
const initial = new URLSearchParams(location.search);
const others = new Map();
let wish = null;
let flying = null;
let timer = 0;

const levers = [...form.querySelectorAll("[data-lever]")];

function written(node) {
  if (node.tagName === "SELECT") return node.value;
  const value = Number(node.value);
  if (value === Number(node.dataset.rest)) return "";
  const sign = node.dataset.signed === "True" && value > 0 ? "+" : "";
  return `${sign}${value}${node.dataset.suffix}`;
}

function restore() {
  for (const text of initial.getAll("set")) {
    const cut = text.indexOf("=");
    const [name, value] = [text.slice(0, cut).trim(), text.slice(cut + 1).trim()];
    const node = levers.find((one) => one.dataset.lever === name);
    if (!node) { others.set(name, value); continue; }
    // a value that the slider cannot show stays in the address as it was written
    if (!shown(node, value)) others.set(name, value);
  }
}

function shown(node, value) {
  if (node.tagName === "SELECT") {
    const known = [...node.options].some((option) => option.value === value);
    if (known) node.value = value;
    return known;
  }
  const suffix = node.dataset.suffix;
  if (!value.endsWith(suffix)) return false;
  const text = value.slice(0, value.length - suffix.length).trim();
  const number = text ? Number(text) : NaN;
  node.value = Number.isFinite(number) ? number : node.dataset.rest;
  if (Number(node.value) === number && written(node)) return true;
  node.value = node.dataset.rest;
  return false;
}

function scenario() {
  const found = new Map(others);
  for (const node of levers) {
    const own = written(node);
    if (own) found.set(node.dataset.lever, own);
    const text = found.get(node.dataset.lever);
    const output = form.querySelector(`output[data-of="${node.dataset.lever}"]`);
    if (output) output.textContent = text || "as it is";
    node.closest(".lever").classList.toggle("pulled", Boolean(text));
  }
  return found;
}

function query(found) {
  const asked = new URLSearchParams();
  for (const [name, value] of found) asked.append("set", `${name}=${value}`);
  asked.set("state", form.elements.state.value);
  asked.set("variable", form.elements.variable.value);
  return asked;
}

function rows(years, columns) {
  return years.map((year, t) => {
    const row = { year };
    for (const name of ["q05", "q25", "q50", "q75", "q95"]) row[name] = columns[name][t];
    return row;
  });
}

const percent = (share) => (share > 0 && share < 0.01 ? "below 1 %" : share < 1 && share > 0.99 ? "above 99 %" : `${Math.round(100 * share)} %`);

async function show(found, all) {
  const main = found.variables.drift ? "drift" : Object.keys(found.variables)[0];
  const second = found.variables[form.elements.variable.value] || found.variables[main];
  const bands = (one) => ({ baseline: rows(found.years, one.baseline), scenario: rows(found.years, one.scenario) });
  await Promise.all([
    update("main", bands(found.variables[main]), all),
    update("difference", { difference: rows(found.years, found.variables[main].difference) }, all),
    update("second", bands(second), all),
  ]);
  if (found.noticeable) {
    headline.textContent = `Noticeable drift in ${found.to}: ${percent(found.noticeable.baseline)} in the baseline, `;
    const strong = document.createElement("b");
    strong.textContent = percent(found.noticeable.scenario);
    headline.append(strong, ` in the scenario (${found.members.toLocaleString("en")} worlds).`);
  }
}

async function fetchScenario(address, settling = false) {
  flying = new AbortController();
  flying.settling = settling;
  try {
    const answer = await fetch(address, { signal: flying.signal, headers: { accept: "application/json" } });
    const found = await answer.json();
    if (!answer.ok) throw new Error(`${found.place}: ${found.found}; allowed: ${found.allowed}`);
    return found;
  } finally {
    flying = null;
  }
}

async function follow() {
  if (flying || !wish) return;
  const asked = wish;
  wish = null;
  const begun = performance.now();
  try {
    const found = await fetchScenario(`/live.json?${asked}`);
    await show(found, false);
    await new Promise(requestAnimationFrame);
    performance.measure("slider", { start: begun, end: performance.now() });
    document.documentElement.dataset.shown = asked.toString();
  } catch (error) {
    if (error.name !== "AbortError") headline.textContent = error.message;
  }
  follow();
}

async function settle() {
  const found = scenario();
  const asked = query(found);
  history.replaceState(null, "", `/what-if?${asked}`);
  for (const link of document.querySelectorAll("footer a[href^='/what-if.']")) {
    link.href = `${new URL(link.href).pathname}?${asked}`;
  }
  if (flying || wish) { timer = setTimeout(settle, 200); return; }
  try {
    const exact = await fetchScenario(`/what-if.json?${asked}`, true);
    if (query(scenario()).toString() !== asked.toString()) return;
    await show(exact, true);
    await tell(asked);
  } catch (error) {
    if (error.name !== "AbortError") headline.textContent = error.message;
  }
  follow();
}

// What is told in words and tables comes from the page of this very scenario.
async function tell(asked) {
  const answer = await fetch(`/what-if?${asked}`, { headers: { accept: "text/html" } });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (query(scenario()).toString() !== asked.toString()) return;
  for (const node of told()) {
    const other = fresh.getElementById(node.id);
    if (!other) continue;
    if (node.open) other.open = true;
    node.replaceWith(other);
  }
  document.documentElement.dataset.told = asked.toString();
}

const told = () => document.querySelectorAll("[data-told]");

function moved() {
  const found = scenario();
  wish = query(found);
  pulledLine.textContent = found.size ? `Levers pulled: ${[...found].map(([k, v]) => `${k} = ${v}`).join("; ")}` : "No lever is pulled.";
  clearTimeout(timer);
  timer = setTimeout(settle, 600);
  for (const node of told()) node.classList.add("stale");
  // the exact answer of an older wish is worth nothing now
  if (flying && flying.settling) flying.abort();
  follow();
}

restore();
scenario();
form.addEventListener("input", (event) => {
  if (event.target.name === "state" || event.target.name === "variable") {
    if (event.target.name === "state") for (const node of levers) {
      const text = written(node);
      if (text) others.set(node.dataset.lever, text);
    }
    location.assign(`/what-if?${query(scenario())}`);
    return;
  }
  moved();
});
form.addEventListener("submit", (event) => event.preventDefault());
document.getElementById("reset").addEventListener("click", () => location.assign(`/what-if?state=${form.elements.state.value}`));
await painted;
document.documentElement.dataset.ready = "yes";
