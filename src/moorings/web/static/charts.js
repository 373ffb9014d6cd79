// Paints the charts that the page describes, in the page's own colours.
// The library's interpreter (ast) needs no code made from text, so the content policy can forbid it.

const views = new Map();
const specs = new Map();

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
  return made.view;
}

export async function update(name, datasets) {
  const view = views.get(name);
  if (!view) return;
  for (const [key, rows] of Object.entries(datasets)) {
    view.data(key, rows.map((row) => ({ ...row })));
    const spec = specs.get(name);
    spec.datasets[key] = rows;
  }
  await view.runAsync();
}

export async function paintAll() {
  const found = document.querySelectorAll("script[data-spec]");
  await Promise.all([...found].map((node) => paint(node.dataset.spec, JSON.parse(node.textContent))));
  document.documentElement.dataset.painted = "yes";
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  for (const [name, spec] of specs) paint(name, spec);
});
