// Checks pages of a site in headless Chromium with axe-core, in light and dark, at 360 and 1,200 pixels, with and
// without JavaScript, and times the search. Arguments: pages. NODE_PATH must lead to axe-core and puppeteer-core, and
// CHROMIUM may name the browser. Prints each problem; exits 1 if there is one.
"use strict";

const fs = require("fs");
const path = require("path");
const puppeteer = require("puppeteer-core");

const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const run = `${axe}; axe.run(document, { resultTypes: ["violations"], preload: false })`;

async function check(page, file, { scheme, width, script }) {
  const problems = [];
  const place = `${file} (${scheme}, ${width} px, ${script ? "with" : "without"} JavaScript)`;
  page.on("request", (request) => /^(file|data):/.test(request.url()) || problems.push(`requests ${request.url()}`));
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  page.on("pageerror", (error) => problems.push(String(error)));
  await page.setViewport({ width, height: 900 });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  await page.setJavaScriptEnabled(script);
  await page.goto(`file://${path.resolve(file)}`);
  await page.setJavaScriptEnabled(true); // for axe; the page's own scripts have been left out
  const overflow = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
  if (overflow > 0) problems.push(`is ${overflow} pixels too wide`);
  for (const found of (await page.evaluate(run)).violations)
    problems.push(`${found.id}: ${found.nodes.length} times, such as ${found.nodes[0].html.slice(0, 200)}`);
  return problems.map((problem) => `${place}: ${problem}`);
}

// Milliseconds from a keystroke to the laid-out result, for the last page that has a search.
async function timeSearch(browser, file, word) {
  const page = await browser.newPage();
  await page.goto(`file://${path.resolve(file)}`);
  const times = await page.evaluate((text) => {
    const query = document.getElementById("query");
    return [...text].map((_, end) => {
      const begin = performance.now();
      query.value = text.slice(0, end + 1);
      query.dispatchEvent(new Event("input", { bubbles: true }));
      document.body.getBoundingClientRect(); // lays out
      return performance.now() - begin;
    });
  }, word);
  const count = await page.evaluate("document.getElementById('count').textContent");
  console.log(`search for ${word}: ${count}, at most ${Math.max(...times).toFixed(1)} ms for a keystroke`);
  await page.close();
}

(async () => {
  const browser = await puppeteer.launch({
    executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
    args: ["--no-sandbox"],
  });
  let problems = [];
  for (const file of process.argv.slice(2)) {
    for (const scheme of ["light", "dark"])
      for (const width of [360, 1200])
        for (const script of [true, false]) {
          const page = await browser.newPage();
          problems = problems.concat(await check(page, file, { scheme, width, script }));
          await page.close();
        }
    if (fs.readFileSync(file, "utf8").includes('id="query"')) await timeSearch(browser, file, "guidance_scale");
  }
  await browser.close();
  problems.forEach((problem) => console.log(problem));
  console.log(`${problems.length} problems`);
  process.exitCode = problems.length ? 1 : 0;
})();
