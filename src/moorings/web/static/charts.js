// Paints the charts that the page describes, in the page's own colours.
// The library's interpreter (ast) needs no code made from text, so the content policy can forbid it.

const views = new Map();
const specs = new Map();
// charts out of sight, and what these are still to show
const hidden = new Set();
const late = new Map();

const sight = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    const name = target.dataset.chart;
    if (!isIntersecting) { hidden.add(name); continue; }
    hidden.delete(name);
    if (late.has(name)) run(name);
  }
});

function scheme() {
  const style = getComputedStyle(document.documentElement);
  const read = (name) => style.getPropertyValue(name).trim();
  const [ink, muted, rule] = ["--ink", "--muted", "--rule"].map(read);
  const axis = { labelColor: muted, titleColor: muted, gridColor: rule, gridOpacity: 0.5, domainColor: rule, tickColor: rule,
    labelFontSize: 12, titleFontSize: 12, titleFontWeight: "normal" };
  return { background: null, font: "system-ui, Liberation Sans, Arial, sans-serif", view: { stroke: null }, axis,
    legend: { labelColor: ink, titleColor: ink, labelFontSize: 12, symbolType: "circle" }, text: { color: ink } };
}

export async function paint(name, spec) {
  const place = document.querySelector(`[data-chart="${name}"]`);
  if (!place || !window.vegaEmbed) return null;
  specs.set(name, spec);
  views.get(name)?.finalize();
  const full = { ...spec, config: scheme(), autosize: { type: "fit-x", contains: "padding" } };
  const made = await window.vegaEmbed(place, full, { ast: true, actions: false, renderer: "canvas" });
  views.set(name, made.view);
  late.delete(name);
  sight.observe(place);
  return made.view;
}

async function run(name) {
  const view = views.get(name);
  for (const [key, rows] of Object.entries(late.get(name))) {
    view.data(key, rows.map((row) => ({ ...row })));
  }
  late.delete(name);
  await view.runAsync();
}

// With `all`, charts out of sight are drawn as well, and not only once somebody scrolls to them.
export async function update(name, datasets, all) {
  if (!views.has(name)) return;
  const known = specs.get(name).datasets;
  const changed = ([key, rows]) => JSON.stringify(rows) !== JSON.stringify(known[key]);
  const fresh = Object.fromEntries(Object.entries(datasets).filter(changed));
  Object.assign(known, fresh);
  late.set(name, { ...late.get(name), ...fresh });
  if (all || !hidden.has(name)) await run(name);
}

export async function paintAll() {
  const found = document.querySelectorAll("script[data-spec]");
  await Promise.all([...found].map((node) => paint(node.dataset.spec, JSON.parse(node.textContent))));
  document.documentElement.dataset.painted = "yes";
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  for (const [name, spec] of specs) paint(name, spec);
});
