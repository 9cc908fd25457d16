// Draws the API's description with Redoc, in the colours of the house, light or dark as the reader's machine is.
"use strict";

const SERIF = '"Iowan Old Style", "Palatino Linotype", Palatino, Georgia, serif';
const TEXT = "system-ui, sans-serif";
const CODE = 'ui-monospace, "Cascadia Code", Menlo, Consolas, monospace';
const LIGHT = {
  paper: "#fbf8f4", surface: "#ffffff", sand: "#e9dfd2", wash: "#f4eee6", ink: "#1e2a2a", quiet: "#566463",
  clay: "#a6492a", sage: "#4f7461", amber: "#8a6100", red: "#9e2a2b", code: "#1e2a2a",
};
const DARK = {
  paper: "#161b1b", surface: "#1e2525", sand: "#36413f", wash: "#222a2a", ink: "#ede7dd", quiet: "#a9b3b1",
  clay: "#e59271", sage: "#96c2aa", amber: "#e2b95f", red: "#f19b93", code: "#111616",
};

function themed(c) {
  const answer = (colour) => ({ color: colour, backgroundColor: c.wash, tabTextColor: colour });
  return {
    colors: {
      primary: { main: c.clay },
      success: { main: c.sage }, warning: { main: c.amber }, error: { main: c.red },
      text: { primary: c.ink, secondary: c.quiet },
      border: { dark: c.sand, light: c.sand },
      responses: { success: answer(c.sage), error: answer(c.red), redirect: answer(c.amber), info: answer(c.quiet) },
      http: { get: "#4f7461", post: "#a6492a", put: "#8a6100", delete: "#9e2a2b" },
    },
    schema: {
      linesColor: c.sand, typeNameColor: c.sage, typeTitleColor: c.quiet, requireLabelColor: c.red,
      nestedBackground: c.wash, arrow: { color: c.quiet },
    },
    typography: {
      fontSize: "16px", lineHeight: "1.55", fontFamily: TEXT,
      headings: { fontFamily: SERIF, fontWeight: "600", lineHeight: "1.25" },
      code: { fontFamily: CODE, fontSize: "13px", color: c.ink, backgroundColor: c.wash, wrap: true },
      links: { color: c.clay, visited: c.clay, hover: c.ink, textDecoration: "underline", hoverTextDecoration: "underline" },
    },
    sidebar: { width: "280px", backgroundColor: c.paper, textColor: c.ink, activeTextColor: c.clay, arrow: { color: c.quiet } },
    rightPanel: { backgroundColor: c.paper, textColor: c.ink, width: "42%" },
    codeBlock: { backgroundColor: c.code },
  };
}

const dark = window.matchMedia("(prefers-color-scheme: dark)");
const place = document.getElementById("docs");

function draw() {
  const options = {
    theme: themed(dark.matches ? DARK : LIGHT),
    scrollYOffset: ".strip", // keeps headings clear of the strip
    disableSearch: true, // a few dozen operations are found by eye, and a search would need a worker
    hideDownloadButtons: true, // the strip has the link
    hideHostname: true,
    nativeScrollbars: true,
    pathInMiddlePanel: true,
    requiredPropsFirst: true,
    maxDisplayedEnumValues: 6,
    jsonSamplesExpandLevel: 4,
    schemaExpansionLevel: 1,
  };
  Redoc.init(place.dataset.description, options, place, (error) => {
    document.getElementById("loading").hidden = !error;
    if (error) document.getElementById("loading").textContent = "The description could not be read. Load the page again.";
  });
}

draw();
dark.addEventListener("change", () => window.location.reload());
