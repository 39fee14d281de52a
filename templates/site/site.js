// The search of index.html, and the comparison of compare.html. Text enters the page as text only.
"use strict";

const STEP = 50;
const byId = (id) => document.getElementById(id);
const element = (name, text, className) => {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  if (className) made.className = className;
  return made;
};

// Shows the first rows of a result, and more when asked.
function lister(row) {
  let rows = [], shown = 0;
  const more = () => {
    const part = document.createDocumentFragment();
    for (const item of rows.slice(shown, shown + STEP)) part.append(row(item));
    shown += STEP;
    byId("results").append(part);
    byId("more").hidden = shown >= rows.length;
  };
  byId("more").addEventListener("click", more);
  return (found) => {
    rows = found;
    shown = 0;
    byId("results").replaceChildren();
    more();
  };
}

function search(data) {
  const models = data.rows.map(([id, name, page, kind, price, shown, changed, gone, capabilities, names]) => {
    const parameters = names.map((number) => data.names[number]);
    const text = [id, name, kind, ...parameters].join("\n").toLowerCase();
    return { id, name, page, kind, price, shown, changed, gone, capabilities, parameters, text, own: id.toLowerCase() };
  });
  data.capabilities
    .map((text, number) => [text, number])
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .forEach(([text, number]) => byId("capability").append(new Option(text, number)));
  const list = lister((model) => {
    const item = element("li"), link = element("a", model.id);
    link.href = `models/${model.page}.html`;
    const price = model.price === null ? "" : ` · ${data.prices[model.shown]}`;
    const met = model.met.length ? ` · parameter ${model.met.slice(0, 5).join(", ")}` : "";
    item.append(link, element("span", ` ${model.kind}${price}${model.gone ? " · removed" : ""}${met}`, "soft"));
    return item;
  });
  const update = () => {
    const words = byId("query").value.toLowerCase().split(/\s+/).filter(Boolean);
    const kind = byId("kind").value, since = byId("since").value, gone = byId("gone").checked;
    const capability = byId("capability").value, most = byId("price").value;
    const active = Boolean(words.length || kind || since || gone || capability || most);
    byId("all").hidden = active;
    byId("found").hidden = !active;
    if (!active) return;
    const found = models.filter((model) =>
      (gone || !model.gone) &&
      (!kind || model.kind === kind) &&
      (!since || model.changed >= since) &&
      (!most || (model.price !== null && model.price <= Number(most))) &&
      (!capability || model.capabilities.includes(Number(capability))) &&
      words.every((word) => model.text.includes(word)));
    for (const model of found) {
      model.met = words.length ? model.parameters.filter((name) => words.some((word) => name.toLowerCase().includes(word))) : [];
      model.rank = words.some((word) => model.own.includes(word)) ? 0 : model.met.some((name) => words.includes(name.toLowerCase())) ? 1 : 2;
    }
    found.sort((a, b) => a.rank - b.rank);
    byId("count").textContent = found.length === 1 ? "1 model" : `${found.length} models`;
    list(found);
  };
  byId("search").hidden = false;
  byId("search").addEventListener("input", update);
  byId("search").addEventListener("submit", (event) => event.preventDefault());
  update();
}

function compare(data) {
  const list = lister(([model, severity, sentence, day]) => {
    const item = element("li"), [id, page] = data.models[model];
    const name = data.severities[severity], link = element(page ? "a" : "span", id || "the catalogue");
    if (page) link.href = `models/${page}.html`;
    const parts = data.sentences[sentence].map((part, number) => (number % 2 ? element("code", part) : part)); // prose and code in turn
    item.append(element("span", name, `pill ${name}`), link, " ", ...parts, " ", element("span", data.days[day][0], "soft"));
    return item;
  });
  const update = () => {
    const ends = [Number(byId("from").value), Number(byId("to").value)].sort((a, b) => a - b);
    const word = byId("word").value.toLowerCase();
    let undone = 0;
    const found = [];
    for (let day = ends[0] + 1; day <= ends[1]; day++)
      for (const [model, severity, sentence, other] of data.days[day][3])
        if (other > ends[0] && other <= ends[1]) undone += 1;
        else if (!word || `${data.models[model][0]} ${data.sentences[sentence].join("")}`.toLowerCase().includes(word))
          found.push([model, severity, sentence, day]);
    found.sort((a, b) => a[1] - b[1]);
    byId("count").textContent = `${found.length} ${found.length === 1 ? "change" : "changes"} between the two states` + (undone ? `; ${undone} more that took each other back are left out` : "");
    list(found);
  };
  byId("compare").hidden = byId("compared").hidden = false;
  byId("compare").addEventListener("input", update);
  byId("compare").addEventListener("submit", (event) => event.preventDefault());
  update();
}

if (window.schemaloom_models) search(window.schemaloom_models);
if (window.schemaloom_changes) compare(window.schemaloom_changes);
